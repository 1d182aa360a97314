import { defineRule } from '../../src/rule.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const run = (flags: string) => ({
  ...django(),
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': compose({ web: `    command: gunicorn mysite.wsgi --bind 0.0.0.0:8000 ${flags}\n` }),
});

export default defineRule({
  id: 'server/worker-recycling-without-jitter',
  title: 'Worker recycling without jitter',
  severity: 'note',
  topic: 2,
  since: '0.1.0',
  why: 'Workers that received equal traffic restart together, and for that moment nobody answers.',
  fix: 'Add `--max-requests-jitter` with 5 to 10 % of max_requests.',
  autofix: 'unsafe',
  links: ['https://docs.gunicorn.org/en/stable/settings.html#max-requests-jitter'],
  examples: {
    bad: [run('--workers 3 --max-requests 1000 # !')],
    good: [
      run('--workers 3 --max-requests 1000 --max-requests-jitter 50'),
      run('--workers 3'),
      run('--workers 1 --threads 4 --max-requests 1000'),
    ],
  },
  needs: ['processes'],
  check({ processes }, ctx) {
    for (const process of processes) {
      if (process.server?.software !== 'gunicorn') continue;
      ctx.expectAll(
        [process.server.maxRequests, process.server.maxRequestsJitter, process.server.workers] as const,
        (requests, jitter, workers) => requests === 0 || jitter > 0 || workers <= 1,
        ([requests], [decided]) => ({
          at: decided,
          message: `Every worker restarts after ${requests} requests with no jitter: they restart together.`,
          subject: process.name,
        }),
      );
    }
  },
});
