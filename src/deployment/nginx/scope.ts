import { MAX_INCLUDE_DEPTH } from '../../core/limits.ts';
import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { NginxArg, NginxDirective, NginxFile } from '../../syntax/nginx/directive.ts';

/** One block with the blocks around it. nginx inherits from the outer ones what the inner one does not set. */
export interface Level {
  readonly directives: readonly NginxDirective[];
  readonly outer: Level | null;
}

/** One file of a configuration. */
export interface NginxSource {
  readonly file: string;
  readonly document: NginxFile;
}

/** What a configuration needs to know about its surroundings. */
export interface NginxSurroundings {
  /** Files of an `include`; null when they are not in view. */
  include(pattern: string, from: string): readonly NginxSource[] | null;
  /** Value that envsubst puts for `${NAME}` in a template; null when nothing substitutes it. */
  substituted(name: string): Value<string> | null;
}

/** Files every nginx package brings and that set nothing a rule asks about, and folders of other sites. */
const INERT_INCLUDES =
  /(^|\/)(mime\.types|fastcgi_params|fastcgi\.conf|scgi_params|uwsgi_params|options-ssl-nginx\.conf|ssl-dhparams\.pem|koi-utf|koi-win|win-utf|(modules-enabled|modules|conf\.d)\/\*\.conf|(sites-enabled|conf\.d)\/\*)$/;

/** proxy_params as Debian and Ubuntu ship it. */
const PROXY_PARAMS: readonly (readonly [string, string])[] = [
  ['Host', '$http_host'],
  ['X-Real-IP', '$remote_addr'],
  ['X-Forwarded-For', '$proxy_add_x_forwarded_for'],
  ['X-Forwarded-Proto', '$scheme'],
];

/** Puts the contents of included files in the place of `include`; what is not in view stays as it is. */
export function withIncludes(directives: readonly NginxDirective[], around: NginxSurroundings, depth = 0): readonly NginxDirective[] {
  if (!needsExpansion(directives)) return directives;
  const out: NginxDirective[] = [];
  for (const one of directives) {
    if (one.name === 'include' && one.block === null) out.push(...included(one, around, depth));
    else if (one.block === null) out.push(one);
    else out.push({ ...one, block: withIncludes(one.block, around, depth) });
  }
  return out;
}

function needsExpansion(directives: readonly NginxDirective[]): boolean {
  return directives.some((one) => one.name === 'include' || (one.block !== null && needsExpansion(one.block)));
}

function included(directive: NginxDirective, around: NginxSurroundings, depth: number): readonly NginxDirective[] {
  const pattern = directive.args[0];
  if (pattern === undefined || depth >= MAX_INCLUDE_DEPTH) return [directive];
  const sources = pattern.hole ? null : around.include(pattern.text, directive.span.file);
  if (sources !== null) return sources.flatMap(({ document }) => withIncludes(document.directives, around, depth + 1));
  if (INERT_INCLUDES.test(pattern.text)) return [];
  if (/^(\/etc\/nginx\/)?proxy_params$/.test(pattern.text)) return proxyParams(directive);
  return [directive];
}

function proxyParams(include: NginxDirective): readonly NginxDirective[] {
  const word = (text: string): NginxArg => ({ text, span: include.span, quote: null, hole: false });
  return PROXY_PARAMS.map(([name, value]) => ({
    name: 'proxy_set_header',
    nameSpan: include.nameSpan,
    args: [word(name), word(value)],
    block: null,
    span: include.span,
  }));
}

/** Directives of a name in the block itself. */
export function own(level: Level, name: string): readonly NginxDirective[] {
  return level.directives.filter((one) => one.name === name);
}

/** The directive in force for one that takes the innermost setting; null when no block in view has it. */
export function inForce(level: Level, name: string): NginxDirective | null {
  for (let at: Level | null = level; at !== null; at = at.outer) {
    const [first] = own(at, name);
    if (first !== undefined) return first;
  }
  return null;
}

/** Where a directive that is in force says `on`. */
export function switchedOn(level: Level, name: string): Span | null {
  const found = inForce(level, name);
  return found?.args[0]?.text === 'on' ? found.span : null;
}

/** The innermost block that has the directive, for directives that a block sets all or not at all. */
export function levelOf(level: Level, name: string): Level | null {
  for (let at: Level | null = level; at !== null; at = at.outer) {
    if (own(at, name).length > 0) return at;
  }
  return null;
}

/** Why some settings of this block may not be in view: an include that is not in the tree. Null when all are. */
export function hiddenBy(level: Level): NginxDirective | null {
  for (let at: Level | null = level; at !== null; at = at.outer) {
    const [include] = own(at, 'include');
    if (include !== undefined) return include;
  }
  return null;
}

const VARIABLE = /\$(?:\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))/g;

/** The text of an argument with envsubst's and `set $x literal` variables put in; unknown when others stand in it. */
export function argumentValue(arg: NginxArg, level: Level, around: NginxSurroundings): Value<string> {
  const origin = textOrigin(arg.span);
  if (arg.hole) return unknown('unsupported-syntax', origin, [], 'str');
  let failed: Value<string> | null = null;
  const text = arg.text.replace(VARIABLE, (all: string, braced: string | undefined, bare: string | undefined) => {
    const value = variableValue(braced ?? bare ?? '', level, around, 0);
    if (value?.kind === 'known') return value.value;
    failed ??= value ?? unknown('host', origin, [], 'str');
    return all;
  });
  if (failed !== null) return failed;
  return known(text, origin);
}

function variableValue(name: string, level: Level, around: NginxSurroundings, depth: number): Value<string> | null {
  const substituted = around.substituted(name);
  if (substituted !== null) return substituted;
  for (let at: Level | null = level; at !== null; at = at.outer) {
    const sets = own(at, 'set').filter((one) => one.args[0]?.text === `$${name}`);
    const value = sets[0]?.args[1];
    if (sets.length > 1 || depth > 4) return null;
    if (value !== undefined && at.outer !== null) return argumentValue(value, { directives: [], outer: at.outer }, around);
    if (value !== undefined) return /\$/.test(value.text) ? null : known(value.text, textOrigin(value.span));
  }
  return null;
}
