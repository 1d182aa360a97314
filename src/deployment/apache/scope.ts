import { MAX_INCLUDE_DEPTH } from '../../core/limits.ts';
import { textOrigin } from '../../core/origin.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { ApacheArg, ApacheDirective, ApacheFile } from '../../syntax/apache/index.ts';

/** One file of a configuration. */
export interface ApacheSource {
  readonly file: string;
  readonly document: ApacheFile;
}

/** What a configuration needs to know about its surroundings. */
export interface ApacheSurroundings {
  /** Files of an `Include`; null when they are not in view. */
  include(pattern: string, from: string): readonly ApacheSource[] | null;
  /** A variable of httpd's own environment; null when nothing tells. */
  variable(name: string): Value<string> | null;
}

/** What one reading of a configuration knows: its surroundings and the variables that `Define` sets. */
export interface ApacheContext {
  readonly around: ApacheSurroundings;
  readonly defines: Map<string, ApacheArg | null>;
}

/** Files that packages bring and that set nothing a rule asks about. */
const INERT_INCLUDES =
  /(^|\/)(mods-enabled|conf-enabled|conf\.modules\.d|sites-enabled|modules\.d|conf\.d|vhosts\.d)\/(\*?(\.(load|conf))?|autoindex\.conf|php[\w.*-]*\.conf|welcome\.conf|userdir\.conf)$|(^|\/)(ports|serve-cgi-bin|charset|localized-error-pages|other-vhosts-access-log|httpd-(mpm|multilang-errordoc|autoindex|languages|userdir|info|manual|dav|default)|proxy-html|ssl-dhparams)\.(conf|pem)$/;

/** What certbot's file of TLS options sets, as far as rules ask. */
const CERTBOT: readonly (readonly [string, readonly string[]])[] = [
  ['SSLEngine', ['on']],
  ['SSLProtocol', ['all', '-SSLv2', '-SSLv3', '-TLSv1', '-TLSv1.1']],
];

/**
 * The directives in force in one block, names in small letters: included files and the sections that only ask for a module are opened.
 * What is not in view stays as an `include`, `use` or `ifdefine` directive without a block.
 */
export function expanded(directives: readonly ApacheDirective[], context: ApacheContext, depth = 0): readonly ApacheDirective[] {
  const out: ApacheDirective[] = [];
  for (const one of directives) {
    const name = one.name.toLowerCase();
    if (name === 'define') context.defines.set(one.args[0]?.text ?? '', one.args[1] ?? null);
    if (name === 'undefine') context.defines.delete(one.args[0]?.text ?? '');
    if (name === 'macro') continue;
    if (name === 'include' || name === 'includeoptional') out.push(...included(one, context, depth));
    else if (one.block === null) out.push({ ...one, name });
    else out.push(...section({ ...one, name }, context, depth));
  }
  return out;
}

function section(one: ApacheDirective, context: ApacheContext, depth: number): readonly ApacheDirective[] {
  const block = one.block ?? [];
  const condition = one.args[0]?.text ?? '';
  const inner = () => (depth >= MAX_INCLUDE_DEPTH ? [] : expanded(block, context, depth + 1));
  switch (one.name) {
    case 'ifmodule':
      // A configuration asks for the modules it is written for; what stands there for their absence is for other releases.
      return condition.startsWith('!') ? [] : inner();
    case 'ifversion':
      return isCurrent(one) ? inner() : [];
    case 'ifdefine': {
      const defined = context.defines.has(condition.replace(/^!/, ''));
      if (defined) return condition.startsWith('!') ? [] : inner();
      return [{ ...one, block: null }];
    }
    case 'iffile':
    case 'ifdirective':
    case 'ifsection':
      return [{ ...one, block: null }];
    default:
      return [{ ...one, block: inner() }];
  }
}

/** Every supported httpd is a 2.4. */
function isCurrent({ args }: ApacheDirective): boolean {
  const [first, second] = args.map((arg) => arg.text);
  const found = /^(!)?(<=|>=|<|>|=|==|~)?(\d+(?:\.\d+)*)?$/.exec(first ?? '');
  const version = Number(/^\d+\.\d+/.exec(found?.[3] ?? second ?? '')?.[0] ?? '2.4');
  const sign = found?.[2] ?? '=';
  const holds = sign.startsWith('>') ? version <= 2.4 : sign.startsWith('<') ? version > 2.4 : version === 2.4;
  return found?.[1] === '!' ? !holds : holds;
}

function included(one: ApacheDirective, context: ApacheContext, depth: number): readonly ApacheDirective[] {
  const pattern = one.args[0];
  const hidden = { ...one, name: 'include' };
  if (pattern === undefined || depth >= MAX_INCLUDE_DEPTH) return [hidden];
  const path = argumentValue(pattern, context);
  if (/(^|\/)options-ssl-apache\.conf$/.test(pattern.text)) return CERTBOT.map(([name, words]) => made(name, words, one));
  const sources = path.kind === 'known' ? context.around.include(path.value, one.span.file) : null;
  if (sources !== null) return sources.flatMap(({ document }) => expanded(document.directives, context, depth + 1));
  return INERT_INCLUDES.test(pattern.text) ? [] : [hidden];
}

function made(name: string, words: readonly string[], from: ApacheDirective): ApacheDirective {
  const args = words.map((text) => ({ text, span: from.span, quote: null, hole: false }));
  return { ...from, name: name.toLowerCase(), args, rest: words.join(' ') };
}

/** The directive that keeps something from view; null when nothing does. */
export function hiddenIn(directives: readonly ApacheDirective[]): ApacheDirective | null {
  return directives.find((one) => one.block === null && /^(include|use|ifdefine|iffile|ifdirective|ifsection)$/.test(one.name)) ?? null;
}

export function hiddenInWords({ name, args }: ApacheDirective): string {
  const what = args[0]?.text ?? 'a file';
  if (name === 'include') return `${what} is not in the repository`;
  return name === 'use' ? `the macro ${what} is not followed` : `it depends on ${what}`;
}

export function named(directives: readonly ApacheDirective[], ...names: readonly string[]): readonly ApacheDirective[] {
  return directives.filter((one) => names.includes(one.name));
}

/** The last of several: it overrides the ones before it. */
export function last(directives: readonly ApacheDirective[], ...names: readonly string[]): ApacheDirective | null {
  return directives.findLast((one) => names.includes(one.name)) ?? null;
}

const VARIABLE = /\$\{([^}]*)\}/g;

/** The text of an argument with `Define` and the environment put in; unknown when others stand in it. */
export function argumentValue(arg: ApacheArg, context: ApacheContext, depth = 0): Value<string> {
  const origin = textOrigin(arg.span);
  if (arg.hole) return unknown('unsupported-syntax', origin, [], 'str');
  let failed: Value<string> | null = null;
  const text = arg.text.replace(VARIABLE, (all: string, name: string) => {
    const value = variableValue(name, context, depth);
    if (value?.kind === 'known') return value.value;
    failed ??= value ?? unknown('host', origin, [], 'str');
    return all;
  });
  return failed ?? known(text, origin);
}

function variableValue(name: string, context: ApacheContext, depth: number): Value<string> | null {
  const defined = context.defines.get(name);
  if (defined !== undefined) return defined === null || depth > 4 ? null : argumentValue(defined, context, depth + 1);
  return context.around.variable(name);
}

/** The text of an argument where it is known, else as written. */
export function textOf(arg: ApacheArg | undefined, context: ApacheContext): string {
  if (arg === undefined) return '';
  const value = argumentValue(arg, context);
  return value.kind === 'known' ? value.value : arg.text;
}
