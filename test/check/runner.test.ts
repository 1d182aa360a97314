import { describe, expect, test } from 'vitest';
import { type CheckInput, defaultOptions, RuleError, runCheck } from '../../src/check/index.ts';
import { textOrigin } from '../../src/core/origin.ts';
import { byDefault, known, unknown } from '../../src/core/value.ts';
import type { Deployment } from '../../src/deployment/model.ts';
import type { Rule } from '../../src/rule.ts';
import type { EvaluatedSettings, SettingsRequest } from '../../src/settings/model.ts';
import { at, choice, deployment, environment, evaluated, fakeTree, here, model, noDefault, origin, process, rule } from './fakes.ts';

interface Setup {
  readonly deployments?: readonly Deployment[];
  readonly evaluate?: (request: SettingsRequest) => EvaluatedSettings;
  readonly rules: readonly Rule[];
  readonly options?: Partial<CheckInput['options']>;
  readonly files?: Readonly<Record<string, string>>;
}

function run({ deployments = [deployment('Procfile', [process('web')])], evaluate, rules, options, files }: Setup) {
  return runCheck({
    tree: fakeTree(files ?? { 'settings.py': 'DEBUG = True\n', Procfile: 'web: gunicorn\n' }),
    rules,
    options: { ...defaultOptions('2026-11-21'), ...options },
    stages: {
      link: async () => ({ model: model(deployments), problems: [] }),
      evaluate: async (request) => (evaluate ?? (() => evaluated({ DEBUG: here(true) })))(request),
      defaultOf: noDefault,
    },
  });
}

const debug = rule({
  id: 'settings/debug-enabled',
  needs: ['settings'],
  check({ settings }, ctx) {
    ctx.expect(
      settings.get('DEBUG'),
      (on) => !on,
      () => ({ message: 'DEBUG is on.', subject: 'DEBUG' }),
    );
  },
});

describe('outcomes', () => {
  test('a broken rule fails at the place that decided the value', async () => {
    const result = await run({ rules: [debug] });
    expect(result.findings).toMatchObject([{ rule: 'settings/debug-enabled', at: at(), deployments: ['Procfile'], subject: 'DEBUG' }]);
    expect(result.outcomes).toEqual([{ rule: 'settings/debug-enabled', deployment: 'Procfile', kind: 'fail' }]);
    expect(result.summary).toMatchObject({ error: 1, passed: 0 });
    expect(result.summary.topics[0]).toMatchObject({ topic: 1, failed: 1 });
  });

  test('unknown is open and silent, known and right passes, absent facts are not applicable', async () => {
    const open = await run({ rules: [debug], evaluate: () => evaluated({ DEBUG: unknown('dynamic-call', origin) }) });
    expect([open.findings, open.outcomes[0]?.kind, open.undecided.length]).toEqual([[], 'open', 1]);
    const pass = await run({ rules: [debug], evaluate: () => evaluated({ DEBUG: here(false) }) });
    expect([pass.findings, pass.outcomes[0]?.kind]).toEqual([[], 'pass']);
    const noDjango = await run({ rules: [debug], deployments: [deployment('Procfile', [process('redis', { settings: null })])] });
    expect(noDjango.outcomes[0]?.kind).toBe('notApplicable');
    const needsProxy = rule({ id: 'proxy/x', needs: ['proxy'], check: () => {} });
    expect((await run({ rules: [needsProxy] })).outcomes[0]?.kind).toBe('notApplicable');
  });

  test('no deployment at all is not applicable, and a rule about the repository still runs', async () => {
    const repository = rule({ id: 'secrets/x', needs: ['repository'], check: (_, ctx) => ctx.report({ at: at(), message: 'Here.' }) });
    const result = await run({ rules: [debug, repository], deployments: [] });
    expect(result.outcomes.map((one) => one.kind)).toEqual(['notApplicable', 'fail']);
    expect(result.findings).toMatchObject([{ rule: 'secrets/x', deployments: [] }]);
  });

  test('equal findings of several deployments are one', async () => {
    const result = await run({
      rules: [debug],
      deployments: [deployment('b.yml', [process('web')]), deployment('a.yml', [process('web')])],
    });
    expect(result.findings).toMatchObject([{ deployments: ['a.yml', 'b.yml'] }]);
  });

  test('an alternative is judged only for its own text, never for settings', async () => {
    const script = rule({
      id: 'server/x',
      needs: ['processes'],
      check(_, ctx) {
        ctx.report({ at: at('start.sh'), message: 'In the script.' });
        ctx.report({ at: at('settings.py'), message: 'Elsewhere.' });
      },
    });
    const result = await run({ rules: [debug, script], deployments: [deployment('start.sh', [process('web')], { alternative: true })] });
    expect(result.findings.map((one) => one.message)).toEqual(['In the script.']);
    expect(result.outcomes[0]).toMatchObject({ rule: 'settings/debug-enabled', kind: 'notApplicable' });
  });

  test('a rule that throws is a RuleError with its id', async () => {
    const broken = rule({
      id: 'settings/broken',
      needs: ['settings'],
      check() {
        throw new Error('boom');
      },
    });
    await expect(run({ rules: [broken] })).rejects.toThrow(RuleError);
    await expect(run({ rules: [broken] })).rejects.toThrow('Rule settings/broken failed: boom');
  });
});

describe('severity', () => {
  const lowering = (report: object) =>
    rule({ id: 'a/lowered', needs: ['repository'], check: (_, ctx) => ctx.report({ at: at(), message: 'It is so.', ...report }) });

  test('lowering needs a reason, raising needs none', async () => {
    await expect(run({ rules: [lowering({ severity: 'note' })] })).rejects.toThrow('without saying why');
    const raised = await run({ rules: [{ ...lowering({ severity: 'error' }), severity: 'warning' }] });
    expect(raised.findings[0]?.severity).toBe('error');
  });

  test('the proof stands as a related place, or in the message', async () => {
    const proven = await run({ rules: [lowering({ severity: 'note', because: 'nginx redirects', coveredBy: at('nginx.conf') })] });
    expect(proven.findings[0]).toMatchObject({ severity: 'note', coveredBy: at('nginx.conf'), related: [{ message: 'nginx redirects' }] });
    const told = await run({ rules: [lowering({ severity: 'warning', because: 'it asks for a password' })] });
    expect(told.findings[0]?.message).toBe('It is so. Only a warning: it asks for a password.');
  });

  test('SILENCED_SYSTEM_CHECKS makes a note, only when all ids are silenced', async () => {
    const silenced = (...ids: string[]) =>
      evaluated({ DEBUG: here(true), SILENCED_SYSTEM_CHECKS: here({ kind: 'list', complete: true, items: ids.map(here) }) });
    const both = { ...debug, django: ['security.W018', 'security.W009'] };
    const one = await run({ rules: [both], evaluate: () => silenced('security.W018') });
    expect(one.findings[0]).toMatchObject({ severity: 'error', coveredBy: null });
    const all = await run({ rules: [both], evaluate: () => silenced('security.W018', 'security.W009') });
    expect(all.findings[0]).toMatchObject({ severity: 'note', coveredBy: at() });
  });
});

describe('evaluations', () => {
  const counted = () => {
    const requests: SettingsRequest[] = [];
    const evaluate = (request: SettingsRequest) => {
      requests.push(request);
      const read = { name: 'DEBUG', library: 'os.environ', required: false, provided: true, fallback: null, at: at() };
      return evaluated({ DEBUG: here(false) }, { reads: [read] });
    };
    return { requests, evaluate };
  };

  test('processes with equal values of the variables that were read share one', async () => {
    const { requests, evaluate } = counted();
    const web = process('web', { environment: environment({ DEBUG: '1', OTHER: 'a' }) });
    const worker = process('worker', { environment: environment({ DEBUG: '1', OTHER: 'b' }) });
    const beat = process('beat', { environment: environment({ DEBUG: '0' }) });
    const result = await run({ rules: [debug], evaluate, deployments: [deployment('Procfile', [web, worker, beat])] });
    expect(requests.length).toBe(2);
    expect(result.evaluations.map((one) => one.processes.map((each) => each.name))).toEqual([['web', 'worker'], ['beat']]);
  });

  test('an open environment shares nothing with a closed one', async () => {
    const { requests, evaluate } = counted();
    const open = process('worker', { environment: environment({ DEBUG: '1' }, { because: 'app.env is absent' }) });
    const web = process('web', { environment: environment({ DEBUG: '1' }) });
    await run({ rules: [debug], evaluate, deployments: [deployment('Procfile', [web, open])] });
    expect(requests.length).toBe(2);
  });

  test('arguments matter only to code that looks at them', async () => {
    const processes = ['gunicorn', 'celery'].map((name) => process(name, { command: here([here(name)]) }));
    for (const [text, count] of [
      ['import sys\nTEST = "test" in sys.argv\n', 2],
      ['DEBUG = False\n', 1],
    ] as const) {
      const { requests, evaluate } = counted();
      await run({ rules: [debug], evaluate, deployments: [deployment('Procfile', processes)], files: { 'settings.py': text } });
      expect(requests.length).toBe(count);
    }
  });

  test('a fault of the choice does not hide the faults of the module that is meant', async () => {
    const presumed = { module: 'production', file: 'production.py', because: 'the unit names it', at: at('app.service') };
    const broken = process('web', { settings: choice('mysite', { file: null, fault: 'missing', presumed }) });
    const result = await run({ rules: [debug], deployments: [deployment('Procfile', [broken])] });
    expect(result.evaluations[0]?.module).toBe('production');
    expect(result.findings[0]?.related).toEqual([
      { at: at('Procfile'), message: 'once this is mended: The settings module mysite does not exist' },
    ]);
  });

  test('an unknown module leaves rules about settings open', async () => {
    const dark = process('web', { settings: choice('x', { module: unknown('opaque-env', origin), file: null }) });
    const result = await run({ rules: [debug], deployments: [deployment('Procfile', [dark])] });
    expect([result.findings, result.outcomes[0]?.kind]).toEqual([[], 'open']);
  });
});

test('a place that decides under several conditions is named once', async () => {
  const when = (name: string) => [{ on: 'env' as const, name, is: 'set' as const }];
  const then = (file: string) => known(1, textOrigin(at(file)));
  const cases = [
    { when: when('A'), then: then('a.py') },
    { when: when('B'), then: then('b.py') },
    { when: when('C'), then: then('b.py') },
  ];
  const always = rule({
    id: 'a/always',
    needs: ['deployment'],
    check: (_, ctx) =>
      ctx.expect(
        { kind: 'conditional', cases },
        () => false,
        () => ({ message: 'M.', subject: 's' }),
      ),
  });
  const { findings } = await run({ rules: [always] });
  expect(findings[0]?.related).toEqual([{ at: at('b.py'), message: 'the same holds when B is set, or when C is set' }]);
});

describe('replacing', () => {
  const symptom = (subject: string) =>
    rule({ id: 'a/symptom', needs: ['deployment'], check: (_, ctx) => ctx.report({ at: at(), message: 'Symptom.', subject }) });
  const cause = (subject: string) =>
    rule({
      id: 'b/cause',
      needs: ['deployment'],
      replaces: ['a/symptom'],
      check: (_, ctx) => ctx.report({ at: at(), message: 'Cause.', subject }),
    });
  const ids = async (setup: Setup) => (await run(setup)).findings.map((one) => one.rule);

  test('an equal subject is dropped, another one stays', async () => {
    expect(await ids({ rules: [symptom('x'), cause('x')] })).toEqual(['b/cause']);
    expect(await ids({ rules: [symptom('y'), cause('x')] })).toEqual(['a/symptom', 'b/cause']);
    expect(await ids({ rules: [symptom('y'), cause('*')] })).toEqual(['b/cause']);
  });

  test('ignoring the cause brings no symptom back', async () => {
    expect(await ids({ rules: [symptom('x'), cause('x')], options: { ignore: ['b/*'] } })).toEqual([]);
    expect(await ids({ rules: [symptom('x'), cause('x')], options: { select: ['a/symptom'] } })).toEqual([]);
  });
});

describe('selecting', () => {
  test('patterns of areas and ids', async () => {
    const one = rule({ id: 'a/one', needs: ['repository'], check: (_, ctx) => ctx.report({ at: at(), message: 'One.' }) });
    const two = rule({ id: 'b/two', needs: ['repository'], check: (_, ctx) => ctx.report({ at: at(), message: 'Two.' }) });
    const ids = async (options: Setup['options']) =>
      (await run({ rules: [one, two], ...(options && { options }) })).findings.map((f) => f.rule);
    expect(await ids({})).toEqual(['a/one', 'b/two']);
    expect(await ids({ select: ['a/*'] })).toEqual(['a/one']);
    expect(await ids({ ignore: ['a/one'] })).toEqual(['b/two']);
    expect(await ids({ select: ['*'], ignore: ['b/*'] })).toEqual(['a/one']);
  });
});

describe('collections', () => {
  test('absence is claimed only of a complete collection', async () => {
    const none = (collection: Parameters<Parameters<Rule['check']>[1]['none']>[0]) =>
      rule({
        id: 'a/none',
        needs: ['repository'],
        check: (_, ctx) =>
          ctx.none(
            collection,
            (x) => x === 1,
            () => ({ at: at(), message: 'None.' }),
          ),
      });
    const kind = async (items: readonly unknown[], complete: true | { because: string }) =>
      (await run({ rules: [none({ items, complete })] })).outcomes[0]?.kind;
    expect(await kind([1], true)).toBe('pass');
    expect(await kind([2], true)).toBe('fail');
    expect(await kind([2], { because: 'a file is absent' })).toBe('open');
    expect(await kind([1], { because: 'a file is absent' })).toBe('pass');
  });
});

test('input problems are notes, and warnings where production needs the file', async () => {
  const problem = (file: string, id: 'input/encoding' | 'input/syntax-error') => ({ id, file, at: 0, message: 'Cannot be used.' });
  const problems = [
    problem('settings.py', 'input/encoding'),
    problem('Procfile', 'input/syntax-error'),
    problem('other.py', 'input/encoding'),
  ];
  const result = await run({ rules: [], evaluate: () => evaluated({ DEBUG: known(false, origin) }, { problems }) });
  expect(result.findings.map((one) => [one.at.file, one.severity])).toEqual([
    ['Procfile', 'note'],
    ['other.py', 'note'],
    ['settings.py', 'warning'],
  ]);
});

test('a value that no file decided is reported at the top of the module', async () => {
  const result = await run({
    rules: [debug],
    evaluate: () => evaluated({ DEBUG: byDefault(true, 'Django') }, { top: at('settings.py', 3, 5) }),
  });
  expect(result.findings[0]?.at).toEqual(at('settings.py', 3, 5));
});
