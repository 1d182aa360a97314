import { type Answer, defineRule, type RepositoryFacts, type SettingsFacts, type Span } from '../../src/rule.ts';
import { inView, runsAny, startedElsewhere } from '../shared/tasks/queue-use.ts';
import { BEAT, celeryProject, REDIS, WORKER } from '../shared/tasks/task-example.ts';
import { holds, truth } from '../shared/values/data.ts';

const SCHEDULE = "CELERY_BEAT_SCHEDULE = {'nightly': {'task': 'shop.tasks.tidy', 'schedule': 3600}}";

export default defineRule({
  id: 'tasks/scheduler-not-deployed',
  title: 'Periodic tasks defined but no scheduler runs',
  severity: 'warning',
  topic: 6,
  since: '0.1.0',
  why: 'A worker only does what is put into the queue: without a scheduler no periodic task ever runs.',
  fix: 'Run one process of `celery -A PROJECT beat`.',
  autofix: 'none',
  links: ['https://docs.celeryq.dev/en/stable/userguide/periodic-tasks.html#starting-the-scheduler'],
  cross: true,
  examples: {
    bad: [
      celeryProject(`${REDIS}${WORKER}`, `${SCHEDULE} # !\n`),
      celeryProject(`${REDIS}${WORKER}`, "INSTALLED_APPS += ['django_celery_beat'] # !\n"),
      {
        ...celeryProject('', `${SCHEDULE} # !\n`),
        'docker-compose.yml': '',
        Procfile: 'web: gunicorn mysite.wsgi\nworker: celery -A mysite worker\n',
      },
      {
        ...celeryProject('', `${SCHEDULE} # !\n`),
        'docker-compose.yml': '',
        'render.yaml':
          'services:\n  - type: web\n    name: site\n    runtime: python\n    startCommand: gunicorn mysite.wsgi\n  - type: worker\n    name: jobs\n    runtime: python\n    startCommand: celery -A mysite worker\n',
      },
    ],
    good: [
      celeryProject(`${REDIS}${WORKER}${BEAT}`, `${SCHEDULE}\n`),
      celeryProject(`${REDIS}${WORKER.replace('worker -l', 'worker -B -l')}`, `${SCHEDULE}\n`),
      celeryProject(`${REDIS}${WORKER}`, 'CELERY_BEAT_SCHEDULE = {}\n'),
      celeryProject(REDIS, "INSTALLED_APPS += ['django_celery_beat']\n"),
    ],
    undecided: [
      celeryProject(`${REDIS}${WORKER}`, `${SCHEDULE}\n`, { 'k8s/beat.yaml': 'args: ["celery", "-A", "mysite", "beat"]\n' }),
      celeryProject(`${REDIS}${WORKER}`, 'from elsewhere import plan\n\nCELERY_BEAT_SCHEDULE = plan()\n'),
      celeryProject(`${REDIS}${WORKER}  jobs:\n    image: registry.example.com/jobs:1\n`, `${SCHEDULE}\n`),
    ],
  },

  needs: ['evaluations', 'processes', 'deployment', 'repository'],
  check({ evaluations, processes, deployment, repository }, ctx) {
    if (deployment.alternative || !processes.some(({ server }) => server !== null)) return;
    const worked = processes.some(({ taskQueue }) => taskQueue?.software === 'celery');
    const plans = evaluations.flatMap((settings) => plansOf(settings, worked));
    const plan = plans.find(({ is }) => is === 'yes') ?? plans.find(({ is }) => is === 'maybe');
    if (plan === undefined) return;
    const runs = processes.map((process) => runsAny(process, /^(beat|celery_beat|celerybeat|rqscheduler|--beat|-[EO]?B)$/));
    if (runs.includes('yes')) return;
    const elsewhere = startedElsewhere(ELSEWHERE, repository) ?? scheduledByOthers(repository);
    if (plan.is === 'maybe' || runs.includes('maybe') || !inView(deployment) || elsewhere !== null) {
      ctx.undecided('Whether a scheduler runs elsewhere is not known.', elsewhere ?? plan.at);
      return;
    }
    ctx.report({
      at: plan.at,
      message: `${plan.what}, and nothing in ${deployment.id} runs \`celery beat\`: no periodic task ever starts.`,
      subject: 'beat',
    });
  },
});

/** The scheduler in a manifest, or another one that may call the same tasks. */
const ELSEWHERE =
  /\bcelery\b[^\n]{0,200}\bbeat\b|\bcelery\b[^\n]{0,200}\s(-B|--beat)\b|\bbeat\b[^\n]{0,60}\bcelery\b|kind:\s*CronJob|\bofelia\b|supercronic|crontab/;

function scheduledByOthers({ files }: RepositoryFacts): Span | null {
  const file = files.find((one) => /(^|\/)(crontab[^/]*|[^/]*\.cron|cron\.(d|ya?ml|json))($|\/)/.test(one));
  return file === undefined ? null : { file, start: 0, end: 0 };
}

interface Plan {
  readonly is: Answer;
  readonly what: string;
  readonly at: Span;
}

function plansOf(settings: SettingsFacts, worked: boolean): readonly Plan[] {
  const names = settings.names.filter((name) => /(^|_)BEAT_SCHEDULE$|^CELERYBEAT_SCHEDULE$/.test(name));
  const schedules = names.flatMap((name): Plan[] => {
    const value = settings.get(name);
    const is = value.kind === 'known' ? truth(value.value) : 'maybe';
    return is === 'no' ? [] : [{ is, what: `\`${name}\` plans tasks`, at: settings.placeOf(name) }];
  });
  const apps = settings.get('INSTALLED_APPS');
  const stored = apps.kind === 'known' ? holds(apps.value, 'django_celery_beat') : 'no';
  if (stored !== 'yes' || !worked) return schedules;
  return [...schedules, { is: 'yes', what: '`django_celery_beat` is installed', at: settings.placeOf('INSTALLED_APPS') }];
}
