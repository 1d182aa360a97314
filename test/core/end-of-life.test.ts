import { expect, test } from 'vitest';
import { endOfLife, endOfLifeSource, isEnded, supportedReleases } from '../../src/core/end-of-life.ts';
import { CODE_NAMES, PRODUCTS, type ProductName } from '../../src/core/end-of-life-table.ts';
import { compareRelease } from '../../src/core/guard.ts';

test.each<readonly [ProductName, string, string | null]>([
  ['postgresql', '14', '2026-11-12'],
  ['postgresql', '14.10', '2026-11-12'],
  ['postgresql', '9.6.24', '2021-11-11'],
  // A tag of the major release alone is the newest of its series.
  ['postgresql', '9', '2021-11-11'],
  ['redis', '7', '2029-12-01'],
  ['rabbitmq', '3', '2024-09-17'],
  ['debian', '11', '2026-08-31'],
  ['ubuntu', '20.04', '2025-05-31'],
  // Newer than the table, announced without an end, or never heard of.
  ['postgresql', '19', null],
  ['redis', '8', null],
  ['redis', '8.8', null],
  ['redis', '9', null],
  ['python', '3', null],
  ['python', '3.15', null],
  ['django', '1.110', null],
  ['mysql', '1', null],
])('%s %s is supported until %s', (product, release, until) => expect(endOfLife(product, release)).toBe(until));

test('support has ended on its last day and not before', () => {
  expect(['2026-11-11', '2026-11-12', '2026-11-13'].map((day) => isEnded('postgresql', '14', day))).toEqual([false, true, true]);
  expect(isEnded('postgresql', '40', '2099-01-01')).toBe(false);
});

test('the supported series of a day, oldest first', () => {
  expect(supportedReleases('django', '2026-11-21')).toEqual(['5.2', '6.0', '6.1']);
});

test.each(Object.keys(PRODUCTS).map((name) => [name]))(
  'the table of %s has a source, a day, and releases from the newest to the oldest',
  (name) => {
    const product = Object.entries(PRODUCTS).find(([one]) => one === name)?.[1];
    const series = (product?.releases ?? []).map(([release]) => release);
    expect(product?.source).toMatch(/^https:\/\/endoflife\.date\//);
    expect(product?.asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(series).toEqual([...new Set(series)].sort((a, b) => compareRelease(b, a)));
    expect((product?.releases ?? []).every(([, ended]) => ended === null || /^\d{4}-\d\d-\d\d$/.test(ended))).toBe(true);
  },
);

test('each code name stands for a release of the table', () => {
  expect(Object.values(CODE_NAMES).filter(({ product, release }) => endOfLife(product, release) === null)).toEqual([]);
  expect(endOfLifeSource('debian').source).toBe('https://endoflife.date/debian');
});
