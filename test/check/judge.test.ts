import { expect, test } from 'vitest';
import { judge, judgeAll } from '../../src/check/judge.ts';
import { MAX_CASES } from '../../src/core/limits.ts';
import { type Case, unknown, type Value } from '../../src/core/value.ts';
import { here, origin } from './fakes.ts';

const set = (name: string, is: 'set' | 'unset') => [{ on: 'env', name, is } as const];
const cases = <T>(...list: readonly Case<T>[]): Value<T> => ({ kind: 'conditional', cases: list });
const then = <T>(value: T) => ({ kind: 'known', value, origin }) as const;
const off = (on: boolean) => !on;

test('a known value holds or is broken', () => {
  expect(judge(here(false), off).is).toBe('holds');
  expect(judge(here(true), off).is).toBe('broken');
});

test('an unknown value is open and says what would settle it', () => {
  const verdict = judge<boolean>(unknown('missing-env', origin, ['DEBUG']), off);
  expect(verdict).toMatchObject({ is: 'open', why: 'Nothing gives a value for DEBUG.' });
});

test('a predicate may answer maybe', () => {
  expect(judge(here(true), () => 'maybe').is).toBe('open');
});

test('a conditional value is broken only when every case is', () => {
  const mixed = cases({ when: set('A', 'set'), then: then(true) }, { when: set('A', 'unset'), then: then(false) });
  const allBad = cases({ when: set('A', 'set'), then: then(true) }, { when: set('A', 'unset'), then: then(true) });
  const half = cases<boolean>({ when: set('A', 'set'), then: then(true) }, { when: set('A', 'unset'), then: unknown('host', origin) });
  expect(judge(mixed, off)).toMatchObject({ is: 'open', why: 'It holds or not, depending on this: A is set.' });
  expect(judge(allBad, off)).toMatchObject({ is: 'broken', by: [{}, {}] });
  expect(judge(half, off).is).toBe('open');
});

test('values that hang on one variable are judged together, contradictions dropped', () => {
  const engine = cases({ when: set('DB', 'set'), then: then('postgres') }, { when: set('DB', 'unset'), then: then('sqlite') });
  const host = cases({ when: set('DB', 'set'), then: then('db') }, { when: set('DB', 'unset'), then: then('') });
  expect(judgeAll<[string, string]>([engine, host], (e, h) => (e === 'sqlite' ? h === '' : h !== '')).is).toBe('holds');
});

test('values that hang on different variables meet in every combination', () => {
  const a = cases({ when: set('A', 'set'), then: then(1) }, { when: set('A', 'unset'), then: then(2) });
  const b = cases({ when: set('B', 'set'), then: then(1) }, { when: set('B', 'unset'), then: then(2) });
  expect(judgeAll<[number, number]>([a, b], (x, y) => x + y > 1).is).toBe('holds');
  expect(judgeAll<[number, number]>([a, b], (x, y) => x !== y).is).toBe('open');
  expect(judgeAll<[number, number]>([a, b], () => false)).toMatchObject({ is: 'broken', by: [{}, {}, {}, {}] });
});

test('MAX_CASES: more joined cases than that are open, not judged', () => {
  const wide = (name: string): Value<number> =>
    cases(
      ...Array.from({ length: 9 }, (_, i) => ({ when: [{ on: 'env-value', name, equals: `${i}`, holds: true }] as const, then: then(i) })),
    );
  expect(9 * 9).toBeGreaterThan(MAX_CASES);
  expect(judgeAll<[number, number]>([wide('A'), wide('B')], () => false)).toMatchObject({
    is: 'open',
    why: 'Too many combinations of conditions.',
  });
});
