import { casesOf, DEFAULTS, type Deployment, defineRule, originOf, type Process, type Report, usual, type Value } from '../../src/rule.ts';
import { DOCKERFILE, django, unit } from '../shared/values/examples.ts';

const compose = (lines: string, cmd = '') => ({
  ...django(),
  Dockerfile: cmd === '' ? DOCKERFILE : DOCKERFILE.replace('"--workers", "3"', `"--workers", "3", ${cmd}`),
  'docker-compose.yml': `services:\n  web: # !\n    build: .\n${lines}`,
});
const quiet = (files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([file, text]) => [file, text.replaceAll(' # !', '')]));

export default defineRule({
  id: 'container/stop-grace-below-drain-time',
  title: 'Orchestrator kills before the server finishes',
  severity: 'warning',
  topic: 10,
  since: '0.1.0',
  why: 'At each deployment the server is told to stop, lets running requests finish, and is killed in the middle of it: visitors get 502, and what a request had half done stays half done.',
  fix: 'Give it more time than the server takes to drain (`stop_grace_period: 40s`, `terminationGracePeriodSeconds: 60`), or shorten the drain time of the server.',
  autofix: 'unsafe',
  links: [
    'https://docs.docker.com/reference/compose-file/services/#stop_grace_period',
    'https://gunicorn.org/reference/settings/#graceful_timeout',
  ],
  cross: true,
  examples: {
    bad: [
      compose(''),
      compose('    stop_grace_period: 15s\n'),
      compose('    stop_grace_period: 40s\n', '"--graceful-timeout", "90"'),
      { ...django(), 'deploy/site.service': unit('TimeoutStopSec=5\n').replace('[Service]', '[Service] # !') },
      {
        ...django(),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml':
          'services:\n  web: # !\n    build: .\n    stop_grace_period: 5s\n    command: uvicorn mysite.asgi:application --timeout-graceful-shutdown 20\n',
      },
    ],
    good: [
      quiet(compose('    stop_grace_period: 40s\n')),
      quiet(compose('    stop_grace_period: 1m\n', '"--graceful-timeout", "45"')),
      quiet(compose('', '"--graceful-timeout", "8"')),
      // Told to stop at once, on purpose.
      quiet(compose('    stop_signal: SIGQUIT\n')),
      { ...django(), 'deploy/site.service': unit() },
      // Without a limit uvicorn waits as long as it takes: no time to compare with.
      {
        ...django(),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': 'services:\n  web:\n    build: .\n    command: uvicorn mysite.asgi:application\n',
      },
    ],
    undecided: [quiet(compose('    stop_grace_period: ${GRACE:-$LATER}\n    env_file: ops.env\n'))],
  },
  needs: ['deployment', 'processes'],
  check({ deployment, processes }, ctx) {
    const usuals: Process[] = [];
    for (const process of processes) {
      const grace = graceOf(process, deployment);
      const drain = drainOf(process);
      if (grace === null || drain === null || stopsAtOnce(process)) continue;
      if (isDefault(grace) && isDefault(drain)) {
        if (numberOf(grace) < numberOf(drain)) usuals.push(process);
        continue;
      }
      ctx.expectAll(
        [grace, drain],
        (given, needed) => needed <= given,
        ([given, needed]) => ({
          ...placeFor(process),
          message: `\`${process.name}\` may take ${needed} s to finish its requests and is killed after ${given} s.`,
          subject: process.name,
        }),
      );
    }
    const [first, ...others] = usuals;
    if (first === undefined) return;
    const [grace, drain] = [graceOf(first, deployment), drainOf(first)];
    ctx.report({
      ...placeFor(first),
      message: `\`${first.name}\` may take ${drain === null ? '' : numberOf(drain)} s to finish its requests and is killed after ${grace === null ? '' : numberOf(grace)} s.`,
      subject: first.name,
      severity: 'note',
      because: 'both times are the defaults, and few requests take that long',
      related: others.map(({ name, at }) => ({ at, message: `so does \`${name}\`` })),
    });
  },
});

function placeFor({ at }: Process): Pick<Report, 'at'> {
  return { at };
}

function isDefault(value: Value<number>): boolean {
  return value.kind === 'known' && value.origin.step === 'default';
}

function numberOf(value: Value<number>): number {
  return value.kind === 'known' ? value.value : Number.NaN;
}

/** Seconds until the kill; null where another manifest or a person decides. */
function graceOf(process: Process, { kind }: Deployment): Value<number> | null {
  if (process.stopGrace !== null) return process.stopGrace;
  if (process.program !== null) return written(process.program.get('stopwaitsecs')?.text) ?? usual(DEFAULTS.supervisor, 'stopwaitsecs');
  if (process.unit !== null) return unitGrace(process) ?? usual(DEFAULTS.systemd, 'timeout_stop');
  if (kind === 'compose') return usual(DEFAULTS.compose, 'stop_grace_period');
  if (kind === 'kubernetes') return usual(DEFAULTS.kubernetes, 'terminationGracePeriodSeconds');
  return kind === 'ecs' ? usual(DEFAULTS.ecs, 'stopTimeout') : null;
}

function unitGrace({ unit }: Process): Value<number> | null {
  const last = [...(unit?.get('Service', 'TimeoutSec') ?? []), ...(unit?.get('Service', 'TimeoutStopSec') ?? [])].at(-1);
  return written(last?.text.replace(/^(\d+)\s*s(ec)?$/, '$1'));
}

/** A plain number of seconds; anything else is not compared. */
function written(text: string | undefined): Value<number> | null {
  if (text === undefined) return null;
  // The rule reports at the process; it only has to tell this from the default.
  const origin = { step: 'env', name: 'the time to stop', state: 'given' } as const;
  if (!/^\d+$/.test(text.trim())) return { kind: 'unknown', why: 'unsupported-syntax', names: [], origin };
  return { kind: 'known', value: Number(text.trim()), origin };
}

/** Seconds that the server gives running requests; null when it does not say. */
function drainOf({ server }: Process): Value<number> | null {
  if (server?.software === 'gunicorn') return seconds(server.option('graceful_timeout')) ?? usual(DEFAULTS.gunicorn, 'graceful_timeout');
  return server?.software === 'uvicorn' ? seconds(server.option('timeout-graceful-shutdown')) : null;
}

function seconds(value: Value<string> | null): Value<number> | null {
  if (value === null) return null;
  const cases = casesOf(value);
  const [only] = cases;
  if (cases.length !== 1 || only?.then.kind !== 'known') return { kind: 'unknown', why: 'opaque-env', names: [], origin: originOf(value) };
  const text = only.then.value.trim();
  return /^\d+$/.test(text)
    ? { ...only.then, value: Number(text) }
    : { kind: 'unknown', why: 'unsupported-syntax', names: [], origin: only.then.origin };
}

function stopsAtOnce({ stopSignal, program, unit }: Process): boolean {
  const signals = [
    stopSignal?.kind === 'known' ? stopSignal.value : stopSignal === null ? '' : 'unknown',
    program?.get('stopsignal')?.text ?? '',
    unit?.get('Service', 'KillSignal').at(-1)?.text ?? '',
  ];
  return signals.some((signal) => /QUIT|INT|KILL|unknown/i.test(signal));
}
