import type { Answer } from '../../core/data.ts';
import type { ApacheDirective } from '../../syntax/apache/index.ts';
import type { Mapping } from './mappings.ts';
import { sectionPrefix } from './mappings.ts';
import { covers, coversFolder } from './paths.ts';
import { type ApacheContext, hiddenIn, last, named, textOf } from './scope.ts';

/** The directives that hold for requests below a prefix, in the order in which httpd merges them: the last one overrides. */
export interface Applied {
  readonly directives: readonly ApacheDirective[];
  /** Sections that hold for some of these requests only (`<If>`, patterns, deeper folders). */
  readonly sometimes: readonly ApacheDirective[];
  /** What keeps some of them from view. */
  readonly hidden: ApacheDirective | null;
}

/** `levels` are the directives of the server and of the virtual host. Folders come before locations, as in httpd. */
export function appliedAt(
  path: string,
  mapping: Mapping | null,
  levels: readonly (readonly ApacheDirective[])[],
  context: ApacheContext,
): Applied {
  const sometimes: ApacheDirective[] = [];
  const folders: ApacheDirective[] = [];
  const locations: ApacheDirective[] = [];
  for (const section of levels.flat()) {
    if (section.block === null) continue;
    const holds = holdsFor(section, path, mapping, context);
    if (holds === 'maybe') sometimes.push(section);
    if (holds === 'yes') (/^location/.test(section.name) ? locations : folders).push(section);
  }
  const byDepth = [...folders].sort((a, b) => textOf(a.args[0], context).length - textOf(b.args[0], context).length);
  const blocks = [...levels, ...[...byDepth, ...locations].map((one) => one.block ?? [])];
  const hidden = blocks.map(hiddenIn).find((one) => one !== null) ?? null;
  return { directives: blocks.flat(), sometimes, hidden };
}

function holdsFor(section: ApacheDirective, path: string, mapping: Mapping | null, context: ApacheContext): Answer {
  switch (section.name) {
    case 'location':
    case 'locationmatch': {
      const prefix = sectionPrefix(section);
      if (prefix === null) return 'maybe';
      return covers(prefix, path) ? 'yes' : 'no';
    }
    case 'directory':
    case 'directorymatch':
      return folderHolds(section, mapping, context);
    case 'proxy':
      if (mapping?.kind !== 'proxy') return 'no';
      return proxyHolds(textOf(section.args[0], context), mapping);
    case 'if':
    case 'elseif':
    case 'else':
    case 'proxymatch':
      return 'maybe';
    default:
      return 'no';
  }
}

function folderHolds(section: ApacheDirective, mapping: Mapping | null, context: ApacheContext): Answer {
  const folder = mapping?.kind === 'wsgi' ? mapping.script : mapping?.kind === 'alias' || mapping?.kind === 'root' ? mapping.path : null;
  if (folder === null) return 'no';
  const text = textOf(section.args[0], context);
  const written = mapping?.kind === 'alias' || mapping?.kind === 'root' ? mapping.written : '';
  if (written !== '' && covers(section.args[0]?.text ?? '', written)) return 'yes';
  if (section.name === 'directorymatch' || text === '~' || /[*?[\]]/.test(text) || folder.kind !== 'known') return 'maybe';
  return coversFolder(text, folder.value) ? 'yes' : 'no';
}

function proxyHolds(pattern: string, mapping: Mapping & { readonly kind: 'proxy' }): Answer {
  if (pattern === '*') return 'yes';
  if (mapping.target.kind !== 'known') return 'maybe';
  return mapping.target.value.startsWith(pattern.replace(/\/?\*?$/, '')) ? 'yes' : 'no';
}

/** Whether visitors are kept out; 'maybe' for files whose folder no section in view opens. */
export function restrictedBy({ directives, sometimes, hidden }: Applied, mapping: Mapping | null): Answer {
  const found = lastAuthorization(directives);
  const served = mapping?.kind === 'alias' || mapping?.kind === 'root';
  const doubt =
    hidden !== null || sometimes.some((one) => (one.block ?? []).some(({ name }) => /^(require|deny|allow|order|auth)/.test(name)));
  if (found === null) return doubt || served ? 'maybe' : 'no';
  return found === 'no' && doubt ? 'maybe' : found;
}

/** Merging replaces authorization as a whole: only what stands last, side by side, counts. */
function lastAuthorization(directives: readonly ApacheDirective[]): Answer | null {
  const block = last(directives, 'requireany', 'requireall', 'requirenone');
  const rule = last(directives, 'require');
  if (block !== null && (rule === null || directives.indexOf(block) > directives.indexOf(rule))) return blockAnswer(block);
  if (rule !== null) return requireAnswer(rule);
  const deny = named(directives, 'deny').length > 0;
  const allows = named(directives, 'allow').map((one) => one.args.map((arg) => arg.text.toLowerCase()).join(' '));
  if (allows.some((text) => text === 'from all')) return 'no';
  if (allows.length > 0) return 'maybe';
  return deny ? 'yes' : null;
}

function blockAnswer({ name, block }: ApacheDirective): Answer {
  const answers = named(block ?? [], 'require').map(requireAnswer);
  if (name === 'requirenone' || answers.length === 0 || answers.length !== (block ?? []).length) return 'maybe';
  if (name === 'requireany') return answers.includes('no') ? 'no' : answers.includes('maybe') ? 'maybe' : 'yes';
  return answers.includes('yes') ? 'yes' : answers.includes('maybe') ? 'maybe' : 'no';
}

function requireAnswer({ args }: ApacheDirective): Answer {
  const words = args.map((arg) => arg.text.toLowerCase());
  if (words[0] === 'all') return words[1] === 'granted' ? 'no' : 'yes';
  return /^(valid-user|user|group|ip|host|local|ldap-.*|ssl-verify-client|file-owner|file-group|dbm-group|claim)$/.test(words[0] ?? '')
    ? 'yes'
    : 'maybe';
}

/** What makes httpd list the files of a folder: the last Options with Indexes in it, where no later one takes it away. */
export function listingOf({ directives, hidden }: Applied, mapping: Mapping | null): ApacheDirective | null {
  if (mapping?.kind !== 'alias' && mapping?.kind !== 'root') return null;
  let found: ApacheDirective | null = null;
  for (const one of named(directives, 'options')) {
    const words = one.args.map((arg) => arg.text.toLowerCase());
    if (words.includes('+indexes') || words.includes('indexes') || (words.includes('all') && !words.includes('-indexes'))) found = one;
    else if (words.includes('-indexes') || !words.every((word) => /^[+-]/.test(word))) found = null;
  }
  return hidden === null ? found : null;
}
