import { casesOf, defineRule, type Process, placeOf } from '../../src/rule.ts';
import { celeryCommands, embeddedBeat } from '../shared/tasks/celery.ts';
import { celeryProject, REDIS, WORKER } from '../shared/tasks/task-example.ts';

const BOTH = '  worker:\n    build: .\n    command: celery -A mysite worker -B -l info';

export default defineRule({
  id: 'tasks/beat-embedded-in-worker',
  title: 'Celery beat embedded in the worker',
  severity: 'warning',
  topic: 6,
  since: '0.1.0',
  why: 'Celery does not recommend -B for production: as soon as there is a second worker, every schedule fires twice, and restarting the worker stops the clock.',
  fix: 'Run one process of its own for `celery -A PROJECT beat`, and the worker without -B.',
  autofix: 'unsafe',
  links: ['https://docs.celeryq.dev/en/stable/userguide/periodic-tasks.html#starting-the-scheduler'],
  examples: {
    bad: [
      celeryProject(`${REDIS}${BOTH} # !\n`),
      celeryProject(`${REDIS}${BOTH.replace('-B', '--beat')} # !\n`),
      celeryProject(`${REDIS}${BOTH} # !\n    deploy:\n      replicas: 2\n`),
      { ...celeryProject(''), 'docker-compose.yml': '', Procfile: 'web: gunicorn mysite.wsgi\nworker: celery -A mysite worker -B # !\n' },
    ],
    good: [
      celeryProject(`${REDIS}${WORKER}`),
      celeryProject(`${REDIS}${BOTH.replace('worker -B', 'beat')}\n`),
      celeryProject(`${REDIS}${BOTH.replace('-B', '-b redis://redis:6379/1')}\n`),
      { ...celeryProject(''), 'docker-compose.dev.yml': `services:\n${BOTH}\n` },
    ],
    undecided: [],
  },

  needs: ['processes'],
  check({ processes }, ctx) {
    for (const process of processes) {
      for (const command of celeryCommands(process)) {
        const word = embeddedBeat(command);
        if (word === null) continue;
        const several = runsSeveral(process);
        ctx.report({
          at: (word.kind === 'known' ? placeOf(word.origin) : undefined) ?? command.at,
          message: several
            ? `The worker \`${process.name}\` runs several times and is its own scheduler each time: every periodic task runs as often.`
            : `The worker \`${process.name}\` is its own scheduler: with a second worker every periodic task would run twice.`,
          subject: process.name,
          ...(several ? { severity: 'error' } : {}),
        });
      }
    }
  },
});

function runsSeveral({ replicas }: Process): boolean {
  return casesOf(replicas).every(({ then }) => then.kind === 'known' && then.value > 1);
}
