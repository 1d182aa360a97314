import { expect, test } from 'vitest';
import { settingsFacts } from '../../src/check/facts.ts';
import { nestedDefault } from '../../src/check/nested-defaults.ts';
import type { Data, Entry } from '../../src/core/data.ts';
import { placeOf } from '../../src/core/origin.ts';
import { byDefault, originOf, unknown, type Value } from '../../src/core/value.ts';
import type { EvaluatedSettings } from '../../src/settings/model.ts';
import { at, deployment, environment, evaluated, here, origin, process, project } from './fakes.ts';

const defaults: Readonly<Record<string, Data>> = { DEBUG: false };

function facts(result: EvaluatedSettings) {
  const evaluation = {
    deployment: deployment('Procfile', []),
    project,
    module: 'settings',
    processes: [process('web')],
    environment: environment(),
    evaluated: result,
    presumed: null,
  };
  return settingsFacts(evaluation, (name, path) => byDefault(defaults[[name, ...path].join('.')], 'Django 5.2'));
}
const dict = (entries: Readonly<Record<string, Value<Data>>>, complete = true): Value<Data> =>
  here({ kind: 'dict', complete, entries: Object.entries(entries).map(([key, value]): Entry => ({ key, value })) });
const shown = (value: Value<unknown>) =>
  value.kind === 'known' ? value.value : value.kind === 'unknown' ? `unknown ${value.why}` : 'conditional';

test('what nothing sets is the default of Django', () => {
  const settings = facts(evaluated({}));
  expect(shown(settings.get('DEBUG'))).toBe(false);
  expect(settings.get('DEBUG').kind === 'known' && originOf(settings.get('DEBUG'))).toEqual({ step: 'default', of: 'Django 5.2' });
  expect(shown(settings.get('STRIPE'))).toBe(undefined);
  expect(settings.sets('DEBUG')).toBe('no');
});

test('nothing is claimed of a name when the module may set more, or ends in an exception', () => {
  const open = facts(evaluated({}, { complete: { because: 'a star import', at: at() } }));
  expect([shown(open.get('DEBUG')), open.sets('DEBUG')]).toEqual(['unknown third-party', 'maybe']);
  const raised = facts(evaluated({}, { raised: { type: 'KeyError', message: 'X', at: at(), meant: false }, stopped: true }));
  expect([shown(raised.get('DEBUG')), raised.sets('DEBUG')]).toEqual(['unknown raised', 'maybe']);
  const complete = { because: 'the evaluation ends in an exception', at: at() };
  const absent = facts(
    evaluated({}, { raised: { type: 'ModuleNotFoundError', message: 'secret', at: at(), meant: false }, stopped: true, complete }),
  );
  expect(shown(absent.get('DEBUG'))).toBe('unknown missing-file');
});

test('past a missing variable the evaluation goes on, so what is not set is not set', () => {
  const read = { name: 'X', library: 'os.environ', required: true, provided: false, fallback: null, at: at() };
  const assumed = facts(
    evaluated({}, { raised: { type: 'KeyError', message: 'X', at: at(), variable: 'X', meant: false }, reads: [read] }),
  );
  expect([shown(assumed.get('DEBUG')), assumed.sets('DEBUG')]).toEqual([false, 'no']);
});

test('defaults within a setting', () => {
  expect(nestedDefault('DATABASES', ['default', 'CONN_MAX_AGE'])).toBe(0);
  expect(nestedDefault('CACHES', ['sessions', 'TIMEOUT'])).toBe(300);
  expect(nestedDefault('TEMPLATES', [0, 'APP_DIRS'])).toBe(false);
  expect(nestedDefault('DATABASES', ['default', 'toString'])).toBe(undefined);
  expect(nestedDefault('DATABASES', ['default'])).toBe(undefined);
});

test('parts of a setting, with nested defaults', () => {
  const settings = facts(
    evaluated({
      DATABASES: dict({ default: dict({ ENGINE: here('x'), PORTS: here({ kind: 'list', items: [here(1)], complete: true }) }) }),
    }),
  );
  expect(shown(settings.get('DATABASES', 'default', 'ENGINE'))).toBe('x');
  expect(shown(settings.get('DATABASES', 'default', 'CONN_MAX_AGE'))).toBe(0);
  expect(shown(settings.get('DATABASES', 'default', 'PORTS', 0))).toBe(1);
  expect(shown(settings.get('DATABASES', 'default', 'PORTS', 1))).toBe(undefined);
  expect(shown(settings.get('DATABASES', 'other', 'ENGINE'))).toBe(undefined);
});

test('a missing key is placed where the dict stands', () => {
  const settings = facts(evaluated({ DATABASES: dict({ default: dict({}) }) }));
  expect(placeOf(originOf(settings.get('DATABASES', 'default', 'CONN_MAX_AGE')))).toEqual(at());
});

test('parts of what is not known are not known', () => {
  const settings = facts(evaluated({ A: dict({}, false), B: unknown('host', origin), C: here('text') }));
  expect(shown(settings.get('A', 'x'))).toBe('unknown dynamic-call');
  expect(shown(settings.get('B', 'x'))).toBe('unknown host');
  expect(shown(settings.get('C', 'x'))).toBe('unknown dynamic-call');
});

test('the place of a name is its last assignment', () => {
  const settings = facts(evaluated({}, { assignments: new Map([['DEBUG', [at('a.py', 1, 2), at('b.py', 3, 4)]]]), top: at('b.py') }));
  expect([settings.placeOf('DEBUG'), settings.placeOf('OTHER')]).toEqual([at('b.py', 3, 4), at('b.py')]);
});
