import { defineRule } from '../../src/rule.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const run = (flags: string) => ({
  ...django(),
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': compose({ web: `    command: gunicorn mysite.wsgi --bind 0.0.0.0:8000 --workers 3 ${flags}\n` }),
});

export default defineRule({
  id: 'server/threads-option-ignored',
  title: 'threads option has no effect for the chosen worker class',
  severity: 'note',
  topic: 2,
  since: '0.1.0',
  why: 'Threads only count for gthread (sync is turned into it): the server has less capacity than its author believes.',
  fix: 'Drop the option, or use `--worker-class gthread`.',
  autofix: 'safe',
  links: ['https://docs.gunicorn.org/en/stable/settings.html#threads'],
  examples: {
    bad: [run('--worker-class gevent --threads 4 # !')],
    good: [run('--threads 4'), run('--worker-class gthread --threads 4'), run('--worker-class gevent')],
  },
  needs: ['processes'],
  check({ processes }, ctx) {
    for (const process of processes) {
      if (process.server?.software !== 'gunicorn') continue;
      ctx.expectAll(
        [process.server.threads, process.server.workerClass] as const,
        (threads, workerClass) =>
          threads <= 1 || workerClass === 'sync' || workerClass === 'gthread' || workerClass.endsWith('ThreadWorker'),
        ([threads, workerClass], [decided]) => ({
          at: decided,
          message: `${threads} threads are asked for, but the worker class \`${workerClass}\` does not use them.`,
          subject: process.name,
        }),
      );
    }
  },
});
