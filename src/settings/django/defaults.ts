import type { Data } from '../../core/data.ts';
import { compareRelease, type Guards } from '../../core/guard.ts';
import { defaultOrigin } from '../../core/origin.ts';
import { type Case, fromCases, known, unknown, type Value } from '../../core/value.ts';
import type { ReleaseRange } from '../model.ts';
import { DEFAULTS } from './generated/defaults.ts';
import { LANGUAGES } from './generated/languages.ts';
import { literalData } from './literal.ts';

/** The newest release whose defaults were read; later ones are taken to keep them. */
const NEWEST = '6.1';
/** The oldest release that is judged: a project that pins nothing gets none that is older. */
const OLDEST = '3.2';
/** More cases than this say nothing useful any more (DESIGN §4). */
const MOST_CASES = 3;

/** The releases that were read, in order. */
const RELEASES = ['2.2', '3.0', '3.1', '3.2', '4.0', '4.1', '4.2', '5.0', '5.1', '5.2', '6.0', '6.1'];

const OLDEST_READ = '2.2';
/** Series whose first releases lack a setting that a security release brought: from, and before which release. */
const LATE: Readonly<Record<string, readonly (readonly [from: string, before: string])[]>> = {
  DATA_UPLOAD_MAX_NUMBER_FILES: [
    ['3.2', '3.2.18'],
    ['4.0', '4.0.10'],
    ['4.1', '4.1.7'],
  ],
  SIGNED_COOKIE_LEGACY_SALT_FALLBACK: [
    ['5.2', '5.2.15'],
    ['6.0', '6.0.6'],
  ],
};

/** Stands for what a release that was not read takes. */
const UNREAD = { unread: true };

/** A default and the releases it holds in; `before` is null for "until now". `value` undefined: Django does not define the name there. */
interface Period {
  readonly from: string;
  readonly before: string | null;
  readonly value: unknown;
}

const PERIODS: ReadonlyMap<string, readonly Period[]> = new Map([
  ...DEFAULTS.map((row) => [row[0], (LATE[row[0]] ?? []).reduce(without, periodsOf(row))] as const),
  ['LANGUAGES', LANGUAGES.map(([from, before, value]) => ({ from, before, value }))],
]);

function periodsOf([, , , ranges]: (typeof DEFAULTS)[number]): readonly Period[] {
  const periods: Period[] = ranges.map(([from, to, value], index) => ({
    from,
    before: ranges[index + 1]?.[0] ?? (to === NEWEST ? null : after(to)),
    value,
  }));
  const [first] = periods;
  const last = periods.at(-1);
  return [
    ...(first === undefined ? [] : [{ from: '0', before: OLDEST_READ, value: UNREAD }]),
    ...(first !== undefined && compareRelease(first.from, OLDEST_READ) > 0
      ? [{ from: OLDEST_READ, before: first.from, value: undefined }]
      : []),
    ...periods,
    ...(last?.before ? [{ from: last.before, before: null, value: undefined }] : []),
  ];
}

/** The same periods, with nothing defined between two releases. */
function without(periods: readonly Period[], [from, before]: readonly [string, string]): readonly Period[] {
  return periods.flatMap((period): readonly Period[] => {
    const apart = compareRelease(before, period.from) <= 0 || (period.before !== null && compareRelease(period.before, from) <= 0);
    if (apart || period.value === undefined) return [period];
    return [
      ...(compareRelease(period.from, from) < 0 ? [{ ...period, before: from }] : []),
      { from, before, value: undefined },
      ...(period.before === null || compareRelease(before, period.before) < 0 ? [{ ...period, from: before }] : []),
    ];
  });
}

function after(release: string): string {
  return RELEASES[RELEASES.indexOf(release) + 1] ?? '2028';
}

/** What Django gives a setting that nothing sets, under a range of releases; undefined when no release of the range defines the name. */
export function djangoDefault(name: string, range: ReleaseRange): Value<Data> | undefined {
  const periods = (PERIODS.get(name) ?? []).filter((period) => admits(range, period));
  if (periods.every((period) => period.value === undefined)) return undefined;
  const cases = merged(periods);
  if (cases.length > MOST_CASES) return unknown('limit', defaultOrigin('Django'));
  return fromCases(
    cases.map((period): Case<Data> => ({ when: cases.length === 1 ? [] : guardsOf(period), then: defaultOf(period, range) })),
  );
}

/** Names that some release of the range defines. */
export function djangoDefaultNames(range: ReleaseRange): readonly string[] {
  return [...PERIODS]
    .filter(([, periods]) => periods.some((period) => period.value !== undefined && admits(range, period)))
    .map(([name]) => name);
}

/** Whether some release of a range lies in a period. */
export function admits(range: ReleaseRange, period: Pick<Period, 'from' | 'before'>): boolean {
  const low = range.exact ?? range.from ?? OLDEST;
  if (period.before !== null && compareRelease(period.before, low) <= 0) return false;
  if (range.exact !== null) return compareRelease(period.from, range.exact) <= 0;
  return range.before === null || compareRelease(period.from, range.before) < 0;
}

/** Neighbours with an equal value are one period. */
function merged(periods: readonly Period[]): readonly Period[] {
  const joined: Period[] = [];
  for (const period of periods) {
    const before = joined.at(-1);
    if (before !== undefined && JSON.stringify(before.value) === JSON.stringify(period.value))
      joined[joined.length - 1] = { ...before, before: period.before };
    else joined.push(period);
  }
  return joined;
}

function guardsOf({ from, before }: Period): Guards {
  return [{ on: 'django', ...(compareRelease(from, OLDEST) <= 0 ? {} : { from }), ...(before === null ? {} : { before }) }];
}

function defaultOf(period: Period, range: ReleaseRange): Case<Data>['then'] {
  const origin = defaultOrigin(`Django${range.exact === null ? '' : ` ${range.exact}`}`);
  const data = period.value === UNREAD ? undefined : literalData(period.value, 'Django');
  return data === undefined ? unknown('third-party', origin) : known(data, origin);
}
