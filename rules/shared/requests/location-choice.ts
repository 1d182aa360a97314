import type { ProxyLocation, ProxyServer } from '../../../src/rule.ts';

/** The location that nginx takes for a path; unknown where a pattern cannot be tried. */
export type Choice =
  | { readonly kind: 'taken'; readonly location: ProxyLocation }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' };

/**
 * As the documentation of `location` tells it: an exact one, else the longest prefix when it says `^~`, else the first pattern that
 * matches in the order of the file, else the longest prefix.
 */
export function locationFor({ locations }: Pick<ProxyServer, 'locations'>, path: string): Choice {
  const exact = locations.find(({ match }) => match.kind === 'exact' && match.path === path);
  if (exact !== undefined) return { kind: 'taken', location: exact };
  const prefixes = locations.filter(({ match }) => match.kind === 'prefix' && path.startsWith(match.path));
  const longest = prefixes.reduce<ProxyLocation | null>(
    (best, one) => (best === null || one.match.path.length > best.match.path.length ? one : best),
    null,
  );
  if (longest?.match.preferred === true) return { kind: 'taken', location: longest };
  for (const location of locations) {
    if (location.match.kind !== 'regex') continue;
    const matches = tried(location.match, path);
    if (matches === null) return { kind: 'unknown' };
    if (matches) return { kind: 'taken', location };
  }
  return longest === null ? { kind: 'none' } : { kind: 'taken', location: longest };
}

/** Only patterns of plain parts are tried: others may mean something else to PCRE, or take for ever. */
function tried({ path: pattern, caseless }: ProxyLocation['match'], path: string): boolean | null {
  if (pattern.length > 200 || !/^[\w\s/^$.|()\\?:*+-]*$/.test(pattern) || /[*+]\)[*+?{]|\(\?[^:]/.test(pattern)) return null;
  try {
    return new RegExp(pattern, caseless === true ? 'i' : '').test(path);
  } catch {
    return null;
  }
}
