import { expect, test } from 'vitest';
import type { Guard } from '../../src/core/guard.ts';
import { MAX_CASES } from '../../src/core/limits.ts';
import { defaultOrigin, textOrigin } from '../../src/core/origin.ts';
import { bindValue, byDefault, casesOf, fromCases, known, mapValue, originOf, unknown, type Value } from '../../src/core/value.ts';

const origin = defaultOrigin('the test');
const set = (name: string): Guard => ({ on: 'env', name, is: 'set' });
const unset = (name: string): Guard => ({ on: 'env', name, is: 'unset' });
const one = <T>(value: T) => known(value, origin);
const either = (name: string, yes: number, no: number): Value<number> => ({
  kind: 'conditional',
  cases: [
    { when: [set(name)], then: one(yes) },
    { when: [unset(name)], then: one(no) },
  ],
});

/** The cases as "guards: value". */
function shown(value: Value<unknown>): readonly string[] {
  return casesOf(value).map(({ when, then }) => {
    const guards = when.map((guard) => (guard.on === 'env' ? `${guard.name} ${guard.is}` : guard.on)).join(', ');
    return `${guards}: ${then.kind === 'known' ? String(then.value) : then.why}`;
  });
}

test('a value that needs no condition has one case that always holds', () => {
  expect(shown(one(1))).toEqual([': 1']);
  expect(shown(unknown('random', origin))).toEqual([': random']);
  expect(fromCases([{ when: [], then: one(1) }])).toEqual(one(1));
  expect(fromCases([{ when: [set('A')], then: one(1) }]).kind).toBe('conditional');
});

test('a function is applied to what is known; the rest and the origin stay', () => {
  expect(mapValue(one(2), (n) => n * 2)).toEqual(one(4));
  const why = unknown('host', origin, ['A'], 'str');
  expect(mapValue(why, String)).toBe(why);
  const mixed: Value<number> = {
    kind: 'conditional',
    cases: [
      { when: [set('A')], then: one(2) },
      { when: [unset('A')], then: why },
    ],
  };
  expect(shown(mapValue(mixed, (n) => n * 2))).toEqual(['A set: 4', 'A unset: host']);
});

test('conditions within conditions are joined, and what cannot hold is dropped', () => {
  const joined = bindValue(either('A', 1, 2), (a) => bindValue(either('B', 10, 20), (b) => one(a.value + b.value)));
  expect(shown(joined)).toEqual(['A set, B set: 11', 'A set, B unset: 21', 'A unset, B set: 12', 'A unset, B unset: 22']);
  const same = bindValue(either('A', 1, 2), (a) => bindValue(either('A', 10, 20), (b) => one(a.value + b.value)));
  expect(shown(same)).toEqual(['A set: 11', 'A unset: 22']);
});

test('a function may end in the unknown on one of the cases', () => {
  const half = bindValue(either('A', 1, 0), (a) => (a.value === 0 ? unknown('raised', origin) : one(1 / a.value)));
  expect(shown(half)).toEqual(['A set: 1', 'A unset: raised']);
});

test('more cases than are kept become unknown', () => {
  const fork = (depth: number): Value<number> =>
    depth === 0 ? one(0) : bindValue(either(`V${depth}`, 0, 1), (bit) => mapValue(fork(depth - 1), (rest) => rest * 2 + bit.value));
  const enough = Math.log2(MAX_CASES);
  expect(casesOf(fork(enough)).length).toBe(MAX_CASES);
  expect(shown(fork(enough + 1))).toEqual([': limit']);
});

test('the origin of a conditional value is that of its first case', () => {
  const here = textOrigin({ file: 'a.py', start: 0, end: 1 });
  expect(originOf(known(1, here))).toBe(here);
  expect(originOf({ kind: 'conditional', cases: [{ when: [set('A')], then: known(1, here) }] })).toBe(here);
  expect(originOf({ kind: 'conditional', cases: [] })).toEqual(defaultOrigin('nothing'));
  expect(byDefault(1, 'Django')).toEqual(known(1, defaultOrigin('Django')));
});
