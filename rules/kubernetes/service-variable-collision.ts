import { defineRule, type Process, placeOf, type Value } from '../../src/rule.ts';
import { cluster, service } from '../shared/values/cluster-example.ts';

const READS = "import os\n\nREDIS = f\"redis://redis:{os.environ.get('REDIS_PORT', '6379')}/0\"\n";
const ENV = "          env:\n            - name: REDIS_PORT\n              value: '6379'\n";
const beside = (parts: { settings?: string; container?: string; pod?: string; mark?: string } = {}) =>
  cluster({
    settings: parts.settings ?? READS,
    container: parts.container ?? '',
    pod: parts.pod ?? '',
    files: { 'k8s/redis.yaml': service('redis', '    - port: 6379\n').replace('name: redis', `name: redis${parts.mark ?? ''}`) },
  });

export default defineRule({
  id: 'kubernetes/service-variable-collision',
  title: 'Kubernetes sets a variable that the settings read',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'For each service Kubernetes sets variables in every pod: a service `redis` sets `REDIS_PORT` to `tcp://10.0.0.11:6379`. Settings that take it for a port number fail at the start or build an address that leads nowhere.',
  fix: 'Set `enableServiceLinks: false` in the pod, give the variable a value under `env`, or name the service or the variable otherwise.',
  autofix: 'safe',
  links: ['https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables'],
  cross: true,
  examples: {
    bad: [beside({ mark: ' # !' }), beside({ mark: ' # !', settings: "import os\n\nPORT = int(os.environ.get('REDIS_PORT', 6379))\n" })],
    good: [
      beside({ container: ENV }),
      beside({ pod: '      enableServiceLinks: false\n' }),
      beside({ settings: "import os\n\nHOST = os.environ['REDIS_SERVICE_HOST']\n" }),
      beside({ settings: '' }),
      cluster({
        settings: READS,
        files: { 'k8s/redis.yaml': service('redis', '    - port: 6379\n').replace('spec:\n', 'spec:\n  clusterIP: None\n') },
      }),
    ],
    undecided: [beside({ container: '          envFrom:\n            - secretRef:\n                name: elsewhere\n' })],
  },

  needs: ['settings', 'kubernetes'],
  check({ settings }, ctx) {
    const told = new Set<string>();
    for (const read of settings.reads) {
      if (!read.name.endsWith('_PORT') || told.has(read.name)) continue;
      for (const process of settings.processes) {
        const set = byService(process, read.name);
        if (set === null) continue;
        told.add(read.name);
        if (set.hidden) ctx.undecided(`Whether something else gives \`${read.name}\` to the pod is not in the repository.`, read.at);
        else
          ctx.report({
            at: set.at ?? process.at,
            message: `For the service \`${set.service}\` Kubernetes sets \`${read.name}\` to an address such as \`tcp://10.0.0.11:6379\`, which the settings take for a port.`,
            subject: read.name,
            related: [{ at: read.at, message: 'the settings read it here' }],
          });
        break;
      }
    }
  },
});

interface Injected {
  readonly service: string;
  readonly at: ReturnType<typeof placeOf>;
  /** A source that is not in view may override it. */
  readonly hidden: boolean;
}

function byService(process: Process, name: string): Injected | null {
  const value: Value<string> | undefined = process.environment.variables.get(name);
  if (value?.kind !== 'unknown' || value.origin.step !== 'env') return null;
  const { origin } = value;
  const inner = origin.via?.step === 'env' ? origin.via : null;
  const service = serviceOf(origin.from) ?? serviceOf(inner?.from);
  if (service === null) return null;
  return { service, at: placeOf(inner ?? origin), hidden: serviceOf(origin.from) === null };
}

function serviceOf(source: string | undefined): string | null {
  return /^Kubernetes, for the service (.+)$/.exec(source ?? '')?.[1] ?? null;
}
