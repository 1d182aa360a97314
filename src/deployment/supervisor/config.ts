import type { Span } from '../../core/span.ts';
import { baseName } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import type { IniDocument, IniEntry } from '../../syntax/ini/document.ts';
import { parseIni } from '../../syntax/ini/index.ts';
import { withoutStatements } from '../filled-text.ts';
import { textAt } from '../project/files.ts';

/** One file of a configuration. */
export interface SupervisorFile {
  readonly path: string;
  readonly document: IniDocument;
  /** It holds the section of the daemon itself: what supervisord is started with. */
  readonly main: boolean;
  readonly programs: boolean;
}

/** A section as supervisor sees it after all files are read: of an option that is given twice the last counts. */
export interface SupervisorSection {
  /** "program:web". */
  readonly name: string;
  readonly file: string;
  readonly at: Span;
  get(option: string): IniEntry | null;
}

const NAMED = /\.(conf|ini|cfg|supervisor)(\.(j2|jinja2?|tmpl|tpl|template|erb|in))?$|(^|\/)supervisord?[\w.-]*$/i;
const HEADING = /^[ \t]*\[(program:|fcgi-program:|supervisord\])/m;
const EVERY_HEADING = /^[ \t]*\[(program|fcgi-program):/m;

const found = new WeakMap<SourceTree, readonly SupervisorFile[]>();

/** Files of the tree that configure supervisor, by the headings that they hold. Each is parsed once. */
export function supervisorFiles(tree: SourceTree): readonly SupervisorFile[] {
  const before = found.get(tree);
  if (before !== undefined) return before;
  const files = tree.files.flatMap((file): readonly SupervisorFile[] => {
    const { path } = file;
    if (!NAMED.test(path) || /\.(py|sh|md|rst|txt|log|service|ya?ml|json)$/i.test(path) || file.bytes > 200_000) return [];
    const text = textAt(tree, path);
    if (!HEADING.test(text)) return [];
    const document = parseIni(path, withoutStatements(text), 'supervisor');
    return [{ path, document, main: /^[ \t]*\[supervisord\]/m.test(text), programs: EVERY_HEADING.test(text) }];
  });
  found.set(tree, files);
  return files;
}

/** The sections of several files, read one after the other. */
export function sectionsOf(files: readonly SupervisorFile[]): readonly SupervisorSection[] {
  const sections = new Map<string, { readonly file: string; readonly at: Span; readonly entries: Map<string, IniEntry> }>();
  const defaults = new Map<string, IniEntry>();
  for (const { path, document } of files) {
    for (const { name, heading, entries } of document.sections) {
      if (name === 'DEFAULT') for (const one of entries) defaults.set(one.key, one);
      else {
        const section = sections.get(name) ?? { file: path, at: heading, entries: new Map<string, IniEntry>() };
        for (const one of entries) section.entries.set(one.key, one);
        sections.set(name, section);
      }
    }
  }
  return [...sections].map(([name, { file, at, entries }]) => ({
    name,
    file,
    at,
    get: (option) => entries.get(option) ?? defaults.get(option) ?? null,
  }));
}

/** What `[include] files=` of a configuration names, as written. */
export function includesOf(file: SupervisorFile): readonly string[] {
  const entries = file.document.sections.flatMap((one) => (one.name === 'include' ? one.entries : []));
  const value = entries.findLast((one) => one.key === 'files')?.value ?? '';
  return value.split(/\s+/).filter((one) => one !== '');
}

/** Whether a path fits a pattern of Python's `glob`, part by part; a template hole or an expansion in it fits nothing. */
export function fits(path: string, pattern: string): boolean {
  if (/%\(|\{\{|\{%/.test(pattern)) return false;
  const own = path.split('/');
  const wanted = pattern.split('/');
  return own.length === wanted.length && wanted.every((part, index) => fitsPart(own[index] ?? '', part));
}

function fitsPart(name: string, pattern: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  const source = pattern
    .replace(/[.+^${}()|\\[\]]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  return new RegExp(`^${source}$`).test(name);
}

/** The name of a program as its heading gives it. */
export function programName(section: SupervisorSection): string | null {
  const name = /^(?:fcgi-)?program:(.*)$/.exec(section.name)?.[1]?.trim();
  return name === undefined || name === '' ? null : name;
}

/** The name without the folders and endings of templates: what a file is called once it is installed. */
export function installedName(path: string): string {
  return baseName(path).replace(/\.(j2|jinja2?|tmpl|tpl|template|erb|in)$/i, '');
}
