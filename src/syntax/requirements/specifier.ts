import { compareRelease } from '../../core/guard.ts';
import { parseVersion, releaseText, type Version } from './version.ts';

export type Operator = '==' | '!=' | '<=' | '>=' | '<' | '>' | '~=' | '===';

export interface Specifier {
  readonly operator: Operator;
  readonly version: Version;
  /** `== 5.2.*` */
  readonly wildcard: boolean;
}

/** Releases that a requirement admits: `from` inclusive, `before` exclusive, null unbounded. Never narrower than the truth. */
export interface Releases {
  readonly from: string | null;
  readonly before: string | null;
  readonly exact: string | null;
}

export const ANY_RELEASE: Releases = { from: null, before: null, exact: null };

/** `>=4.2, <5`; null when a part is no specifier. The empty text admits everything. */
export function parseSpecifiers(text: string): readonly Specifier[] | null {
  const found: Specifier[] = [];
  for (const part of text.split(',')) {
    const trimmed = part.trim();
    if (trimmed === '') continue;
    const one = parseSpecifier(trimmed);
    if (one === null) return null;
    found.push(one);
  }
  return found;
}

const OPERATORS: readonly Operator[] = ['===', '==', '!=', '<=', '>=', '~=', '<', '>'];

function parseSpecifier(text: string): Specifier | null {
  const operator = OPERATORS.find((one) => text.startsWith(one));
  if (operator === undefined) return null;
  const rest = text.slice(operator.length).trim();
  const wildcard = rest.endsWith('.*');
  const version = parseVersion(wildcard ? rest.slice(0, -2) : rest);
  if (version === null || (operator === '~=' && version.release.length < 2)) return null;
  const plain = version.pre === null && version.post === null && version.dev === null;
  if (wildcard && (!plain || (operator !== '==' && operator !== '!='))) return null;
  return { operator, version, wildcard };
}

export function releasesOf(specifiers: readonly Specifier[]): Releases {
  return specifiers.map(oneRange).reduce(intersection, ANY_RELEASE);
}

function oneRange({ operator, version, wildcard }: Specifier): Releases {
  const release = releaseText(version.release);
  switch (operator) {
    case '==':
      return wildcard ? between(release, bumped(version.release)) : exactly(version);
    case '===':
      return exactly(version);
    case '>=':
    case '>':
      return between(release, null);
    case '<':
      // 5.2rc1 is below 5.2, and `<5.2` leaves it out; `<5.2rc1` admits no 5.2 either.
      return between(null, version.post === null ? release : following(version.release));
    case '<=':
      return between(null, following(version.release));
    case '~=':
      return between(release, bumped(version.release.slice(0, -1)));
    case '!=':
      return ANY_RELEASE;
  }
}

/** A pre-release behaves as its release, but it is not exactly that. */
function exactly(version: Version): Releases {
  const release = releaseText(version.release);
  const final = version.pre === null && version.dev === null && version.epoch === 0;
  return { from: release, before: following(version.release), exact: final ? release : null };
}

function between(from: string | null, before: string | null): Releases {
  return { from, before, exact: null };
}

/** 5.2 gives 5.3. */
function bumped(release: readonly number[]): string {
  return releaseText([...release.slice(0, -1), (release.at(-1) ?? 0) + 1]);
}

/** The first patch release after it: 5.2 gives 5.2.1, 5.2.13 gives 5.2.14. */
function following(release: readonly number[]): string {
  const padded = release.length >= 3 ? release : [...release, 0, 0].slice(0, 3);
  return bumped(padded);
}

export function intersection(a: Releases, b: Releases): Releases {
  const from = a.from === null || (b.from !== null && compareRelease(b.from, a.from) > 0) ? b.from : a.from;
  const before = a.before === null || (b.before !== null && compareRelease(b.before, a.before) < 0) ? b.before : a.before;
  return { from, before, exact: a.exact ?? b.exact };
}

/** The range that holds both. */
export function union(a: Releases, b: Releases): Releases {
  const from = a.from === null || b.from === null ? null : compareRelease(a.from, b.from) <= 0 ? a.from : b.from;
  const before = a.before === null || b.before === null ? null : compareRelease(a.before, b.before) >= 0 ? a.before : b.before;
  return { from, before, exact: a.exact === b.exact ? a.exact : null };
}

/** Poetry's and Pipfile's ways of writing a range, PEP 440's included; null when it is neither. */
export function poetryReleases(text: string): Releases | null {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === '*') return ANY_RELEASE;
  const ranges = trimmed.split(',').map((part) => poetryRange(part.trim()));
  return ranges.reduce<Releases | null>((all, one) => (all === null || one === null ? null : intersection(all, one)), ANY_RELEASE);
}

function poetryRange(text: string): Releases | null {
  const version = parseVersion(text.replace(/^[\^~]\s*|\.\*$/g, ''));
  if (version === null || /^~=/.test(text)) return pep440Range(text);
  const { release } = version;
  const from = releaseText(release);
  if (text.startsWith('^')) {
    const significant = release.findIndex((part) => part > 0);
    return between(from, bumped(release.slice(0, (significant === -1 ? release.length - 1 : significant) + 1)));
  }
  if (text.startsWith('~')) return between(from, bumped(release.slice(0, 2)));
  return text.endsWith('.*') ? between(from, bumped(release)) : exactly(version);
}

function pep440Range(text: string): Releases | null {
  const specifiers = parseSpecifiers(text);
  return specifiers === null ? null : releasesOf(specifiers);
}
