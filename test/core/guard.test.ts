import { describe, expect, test } from 'vitest';
import { both, compareRelease, type Guard, guardsInWords } from '../../src/core/guard.ts';

const set = (name: string): Guard => ({ on: 'env', name, is: 'set' });
const unset = (name: string): Guard => ({ on: 'env', name, is: 'unset' });
const equal = (name: string, equals: string, holds = true): Guard => ({ on: 'env-value', name, equals, holds });
const django = (from?: string, before?: string): Guard => ({
  on: 'django',
  ...(from === undefined ? {} : { from }),
  ...(before === undefined ? {} : { before }),
});
const python = (from: string): Guard => ({ on: 'python', from });
const file = (path: string, exists: boolean): Guard => ({ on: 'file', path, exists });
const argv = (contains: string, holds: boolean): Guard => ({ on: 'argv', contains, holds });
const text = (key: string, holds: boolean): Guard => ({ on: 'text', key, text: 'a < b', holds });

describe('what can never hold together', () => {
  test.each<readonly [string, Guard, Guard]>([
    ['set and not set', set('A'), unset('A')],
    ['two values at once', equal('A', '1'), equal('A', '2')],
    ['a value and not that value', equal('A', '1'), equal('A', '1', false)],
    ['not set and a value', unset('A'), equal('A', '1')],
    ['releases that do not meet', django('5.2'), django(undefined, '5.2')],
    ['releases compared as numbers', django('5.10'), django(undefined, '5.9')],
    ['a file there and not there', file('a', true), file('a', false)],
    ['an argument given and not given', argv('test', true), argv('test', false)],
    ['one condition both ways', text('k', true), text('k', false)],
  ])('%s', (_name, a, b) => {
    expect(both([a], [b])).toBe(undefined);
    expect(both([b], [a])).toBe(undefined);
    expect(both([set('OTHER'), a], [argv('x', true), b])).toBe(undefined);
  });
});

describe('what can hold together', () => {
  test.each<readonly [string, Guard, Guard]>([
    ['different variables', set('A'), unset('B')],
    ['neither of two values', equal('A', '1', false), equal('A', '2', false)],
    ['one value and not another', equal('A', '1'), equal('A', '2', false)],
    ['not set, so not that value', unset('A'), equal('A', '1', false)],
    ['set, to any value', set('A'), equal('A', '1')],
    ['releases that meet', django('4.2', '6.0'), django('5.2')],
    ['releases of different things', django('5.2'), python('3.12')],
    ['different files', file('a', true), file('b', false)],
    ['different arguments', argv('test', true), argv('migrate', false)],
    ['different conditions', text('k', true), text('l', false)],
  ])('%s', (_name, a, b) => expect(both([a], [b])).toEqual([a, b]));
});

test('what is said twice is said once', () => {
  const guards = [set('A'), equal('B', '1'), django('5.2', '6.0'), file('a', true), argv('x', true), text('k', true), python('3.12')];
  expect(both(guards, guards)).toEqual(guards);
  expect(both([], guards)).toEqual(guards);
  expect(both(guards, [])).toEqual(guards);
});

test('releases are compared part by part', () => {
  expect([...['6.0', '5.10', '2028', '5.2', '5.2.0.1']].sort(compareRelease)).toEqual(['5.2', '5.2.0.1', '5.10', '6.0', '2028']);
  expect(compareRelease('5.2', '5.2.0')).toBe(0);
});

test('in words, without a secret', () => {
  expect(guardsInWords([])).toBe('always');
  expect(guardsInWords([unset('A'), equal('B', 'x', false)])).toBe('A is not set and B is not "x"');
  expect(guardsInWords([equal('DB_PASSWORD', 'hunter2')])).toBe('DB_PASSWORD is a certain text');
  expect(guardsInWords([equal('DATABASE_URL', 'postgres://u:hunter2@db/x')])).toBe('DATABASE_URL is "postgres://u:•••@db/x"');
  expect(guardsInWords([django('5.2'), django('5.2', '6.0'), django(undefined, '6.0'), python('3.12')])).toBe(
    'Django is at least 5.2 and Django is at least 5.2 and below 6.0 and Django is below 6.0 and Python is at least 3.12',
  );
  expect(guardsInWords([file('a', false), argv('x', false), text('k', false)])).toBe(
    'a does not exist and the command line lacks "x" and not (a < b)',
  );
  const flag = (key: string, holds: boolean): Guard => ({ on: 'text', key, text: 'DEBUG', holds });
  expect(guardsInWords([flag('k', true), flag('l', false)])).toBe('DEBUG is true and DEBUG is false');
  expect(guardsInWords([text('k', false), text('l', false)])).toBe('not (a < b)');
});
