import type { Answer } from '../../core/data.ts';
import type { CaddyDirective, CaddyWord } from '../../syntax/caddy/index.ts';
import type { ProxyLocation } from '../model.ts';
import { type CaddySurroundings, wordText } from './scope.ts';

export type Match = ProxyLocation['match'];

/** Which requests a directive is for. */
export interface Matcher {
  /** Empty: every path. */
  readonly paths: readonly Match[];
  /** Paths that it leaves out. */
  readonly without: readonly Match[];
  /** Something beside the path decides: a header, an address, a method. */
  readonly conditional: boolean;
  /** It asks for websocket handshakes. */
  readonly upgrades: boolean;
  /** It asks for requests that came over plain HTTP. */
  readonly plain: boolean;
  /** It asks for the host of the request. */
  readonly hosts: readonly string[];
}

export const EVERY: Matcher = { paths: [], without: [], conditional: false, upgrades: false, plain: false, hosts: [] };

/** The named matchers of one block, those of the blocks around it included. */
export type Matchers = ReadonlyMap<string, Matcher>;

export function matchersOf(directives: readonly CaddyDirective[], outer: Matchers, around: CaddySurroundings): Matchers {
  const own = directives.filter((one) => one.name.startsWith('@'));
  if (own.length === 0) return outer;
  return new Map([...outer, ...own.map((one) => [one.name, namedMatcher(one, around)] as const)]);
}

function namedMatcher(directive: CaddyDirective, around: CaddySurroundings): Matcher {
  const [head, ...rest] = directive.args;
  const lines: readonly Condition[] =
    directive.block ?? (head === undefined ? [] : [{ name: head.quote === null ? head.text : 'expression', args: rest, block: null }]);
  return lines.reduce((sum, line) => both(sum, condition(line, around)), EVERY);
}

type Condition = Pick<CaddyDirective, 'name' | 'args' | 'block'>;

function condition({ name, args, block }: Condition, around: CaddySurroundings): Matcher {
  const words = args.map((word) => wordText(word, around));
  const certain = words.filter((word) => word !== null);
  switch (name) {
    case 'path':
      return certain.length < words.length ? { ...EVERY, conditional: true } : { ...EVERY, paths: certain.map(pathMatch) };
    case 'path_regexp':
      return { ...EVERY, paths: [{ kind: 'regex', path: certain.at(-1) ?? '' }] };
    case 'not':
      return excluded(block ?? [innerOf(args)], around);
    case 'host':
      return { ...EVERY, hosts: certain };
    case 'protocol':
      return { ...EVERY, conditional: true, plain: certain[0] === 'http' };
    case 'header':
      return {
        ...EVERY,
        conditional: true,
        upgrades: certain[0]?.toLowerCase() === 'upgrade' && /websocket/i.test(certain[1] ?? ''),
        plain: certain[0]?.toLowerCase() === 'x-forwarded-proto' && certain[1] === 'http',
      };
    default:
      return { ...EVERY, conditional: true };
  }
}

function innerOf([head, ...rest]: readonly CaddyWord[]): Condition {
  return { name: head?.text ?? '', args: rest, block: null };
}

function excluded(lines: readonly Condition[], around: CaddySurroundings): Matcher {
  const inner = lines.map((line) => condition(line, around)).reduce(both, EVERY);
  if (inner.conditional || inner.hosts.length > 0 || inner.without.length > 0) return { ...EVERY, conditional: true };
  return { ...EVERY, without: inner.paths };
}

function both(a: Matcher, b: Matcher): Matcher {
  return {
    paths: a.paths.length > 0 && b.paths.length > 0 ? a.paths : [...a.paths, ...b.paths],
    without: [...a.without, ...b.without],
    conditional: a.conditional || b.conditional || (a.paths.length > 0 && b.paths.length > 0),
    upgrades: a.upgrades || b.upgrades,
    plain: a.plain || b.plain,
    hosts: [...a.hosts, ...b.hosts],
  };
}

/** `/static/*` is a prefix, `/health` one path, `*.php` a pattern. */
export function pathMatch(text: string): Match {
  const inner = text.slice(0, -1);
  if (!text.includes('*')) return { kind: 'exact', path: text };
  return text.endsWith('*') && !inner.includes('*') ? { kind: 'prefix', path: inner === '' ? '/' : inner } : { kind: 'regex', path: text };
}

/** The matcher that a directive begins with, and its other words. */
export function matcherOf(
  directive: CaddyDirective,
  matchers: Matchers,
  around: CaddySurroundings,
): { readonly matcher: Matcher; readonly args: readonly CaddyWord[] } {
  const [head, ...rest] = directive.args;
  if (head === undefined || head.quote !== null) return { matcher: EVERY, args: directive.args };
  if (head.text === '*') return { matcher: EVERY, args: rest };
  if (head.text.startsWith('@')) return { matcher: matchers.get(head.text) ?? { ...EVERY, conditional: true }, args: rest };
  if (!head.text.startsWith('/')) return { matcher: EVERY, args: directive.args };
  const path = wordText(head, around);
  return { matcher: path === null ? { ...EVERY, conditional: true } : { ...EVERY, paths: [pathMatch(path)] }, args: rest };
}

/** Whether a matcher is met by every request of a route. */
export function covers(matcher: Matcher, route: Match): Answer {
  const inPaths = matcher.paths.length === 0 ? 'yes' : any(matcher.paths.map((one) => within(route, one)));
  if (inPaths === 'no') return 'no';
  const left = any(matcher.without.map((one) => within(route, one)));
  if (left === 'yes') return 'no';
  const overlaps = matcher.without.some((one) => within(one, route) !== 'no');
  return inPaths === 'yes' && left === 'no' && !overlaps && !matcher.conditional && matcher.hosts.length === 0 ? 'yes' : 'maybe';
}

function any(answers: readonly Answer[]): Answer {
  if (answers.includes('yes')) return 'yes';
  return answers.includes('maybe') ? 'maybe' : 'no';
}

/** Whether all that `inner` matches lies in `outer`; of patterns nothing is known. */
function within(inner: Match, outer: Match): Answer {
  if (outer.kind === 'prefix' && outer.path === '/') return 'yes';
  if (inner.kind === 'regex' || outer.kind === 'regex') return 'maybe';
  if (outer.kind === 'exact') return inner.kind === 'exact' && inner.path === outer.path ? 'yes' : 'no';
  return inner.path.startsWith(outer.path) ? 'yes' : 'no';
}
