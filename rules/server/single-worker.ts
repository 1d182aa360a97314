import { defineRule } from '../../src/rule.ts';
import { isOnPlatform } from '../shared/processes/platform.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const run = (command: string, web = '') => ({
  ...django(),
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': compose({ web: `    command: ${command}\n${web}` }),
});

export default defineRule({
  id: 'server/single-worker',
  title: 'Web server runs one worker with one thread',
  severity: 'warning',
  topic: 2,
  since: '0.1.0',
  why: 'One slow request blocks the whole site; gunicorn starts a single worker with a single thread by default.',
  fix: 'Set workers to 2 × CPU + 1 on a host, or 2 workers with 2 to 4 threads in a small container.',
  autofix: 'unsafe',
  links: ['https://docs.gunicorn.org/en/stable/design.html#how-many-workers'],
  examples: {
    bad: [run('gunicorn mysite.wsgi --bind 0.0.0.0:8000 # !')],
    good: [
      run('gunicorn mysite.wsgi --bind 0.0.0.0:8000 --workers 3'),
      run('gunicorn mysite.wsgi --bind 0.0.0.0:8000 --threads 4'),
      run('gunicorn mysite.wsgi --bind 0.0.0.0:8000', '    deploy:\n      replicas: 3\n'),
      run('gunicorn mysite.wsgi --bind 0.0.0.0:8000', '    environment:\n      WEB_CONCURRENCY: 4\n'),
      run('gunicorn mysite.asgi --bind 0.0.0.0:8000 -k uvicorn.workers.UvicornWorker'),
    ],
  },
  needs: ['processes', 'deployment'],
  check({ processes, deployment }, ctx) {
    if (isOnPlatform(deployment)) return;
    for (const process of processes) {
      if (process.server?.software !== 'gunicorn') continue;
      ctx.expectAll(
        [process.server.workers, process.server.threads, process.server.workerClass, process.replicas] as const,
        (workers, threads, workerClass, replicas) => workers > 1 || threads > 1 || workerClass !== 'sync' || replicas > 1,
        (_values, [decided]) => ({
          at: decided.step === 'default' ? process.commandAt : decided,
          message: `\`${process.name}\` answers one request at a time: gunicorn runs one sync worker.`,
          subject: process.name,
        }),
      );
    }
  },
});
