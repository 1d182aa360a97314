import { type Data, defineRule, type KubernetesObject, type Process, type Value } from '../../src/rule.ts';
import { containerOf, stands } from '../shared/processes/pods.ts';
import { cluster } from '../shared/values/cluster-example.ts';

const BEAT = '          args: [celery, -A, mysite, beat]\n';
const CELERY = {
  'mysite/celery.py':
    "import os\nfrom celery import Celery\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\napp = Celery('mysite')\n",
};
const beat = (spec = '', mark = '', container = BEAT) => cluster({ container, spec, mark, files: CELERY });

export default defineRule({
  id: 'tasks/beat-overlaps-on-rollout',
  title: 'Two schedulers at once during a rollout',
  severity: 'note',
  topic: 6,
  since: '0.1.0',
  why: 'A rolling update starts the new pod before it stops the old one: for that while two schedulers run, and periodic tasks fire twice.',
  fix: 'Set `strategy: {type: Recreate}` on the Deployment of beat, or use a scheduler that holds a lock (RedBeat).',
  autofix: 'safe',
  links: [
    'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy',
    'https://docs.celeryq.dev/en/stable/userguide/periodic-tasks.html#starting-the-scheduler',
  ],
  examples: {
    bad: [beat('', ' # !'), beat('  replicas: 1\n  strategy:\n    type: RollingUpdate\n', ' # !')],
    good: [
      beat('  strategy:\n    type: Recreate\n'),
      beat('  strategy:\n    rollingUpdate:\n      maxSurge: 0\n      maxUnavailable: 1\n'),
      beat('', '', BEAT.replace('beat]', 'beat, -S, redbeat.RedBeatScheduler]')),
      beat('', '', BEAT.replace('beat]', 'worker]')),
      { ...beat(), 'k8s/web.yaml': beat()['k8s/web.yaml']?.replace('kind: Deployment', 'kind: StatefulSet') ?? '' },
    ],
    undecided: [beat('  strategy: ${STRATEGY}\n')],
  },

  needs: ['processes', 'kubernetes', 'repository'],
  check({ processes, kubernetes, repository }, ctx) {
    for (const process of processes) {
      const container = process.role === 'beat' ? containerOf(process, kubernetes) : null;
      // Several replicas are a fault of their own.
      if (container?.object.kind !== 'Deployment' || process.replicas.kind !== 'known' || process.replicas.value !== 1) continue;
      if (locks(process) || repository.codeMentions(/redbeat/i).items.length > 0) continue;
      const overlap = overlaps(container.object);
      if (overlap === 'maybe') ctx.undecided('How the Deployment replaces its pods is filled in by a template.', process.at);
      else if (overlap)
        ctx.report({
          at: process.at,
          message: `A rollout of \`${process.name}\` runs the old and the new scheduler side by side: periodic tasks fire twice.`,
          subject: process.name,
        });
    }
  },
});

function locks({ command }: Process): boolean {
  return command.kind === 'known' && command.value.some((word) => word.kind !== 'known' || /redbeat|lock/i.test(word.value));
}

/** Whether a new pod starts before the old one has stopped; without a word about it one more pod is allowed. */
function overlaps(object: KubernetesObject): boolean | 'maybe' {
  const strategy = stands(object, 'spec', 'strategy', 'type');
  const surge = stands(object, 'spec', 'strategy', 'rollingUpdate', 'maxSurge');
  if (strategy === 'maybe' || surge === 'maybe') return 'maybe';
  if (text(object.get('spec', 'strategy', 'type')) === 'Recreate') return false;
  return !/^0%?$/.test(text(object.get('spec', 'strategy', 'rollingUpdate', 'maxSurge')) ?? '1');
}

function text(value: Value<Data | undefined>): string | null {
  return value.kind === 'known' && (typeof value.value === 'string' || typeof value.value === 'number') ? String(value.value) : null;
}
