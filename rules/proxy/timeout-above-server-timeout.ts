import { defineRule } from '../../src/rule.ts';
import { gunicornRoutes, locationName } from '../shared/requests/proxy.ts';
import { readTimeoutName } from '../shared/requests/proxy-words.ts';
import { compose, DOCKERFILE, django, nginx, PASS } from '../shared/values/examples.ts';

const conf = nginx(PASS.replace('proxy_pass', 'proxy_read_timeout 120s;\n        proxy_pass'));
const slow = (flags: string) => ({
  ...django(),
  Dockerfile: DOCKERFILE.replace(
    'CMD ["gunicorn", "mysite.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3"]',
    `CMD ["gunicorn", "mysite.wsgi", "--bind", "0.0.0.0:8000"${flags}]`,
  ),
  'docker-compose.yml': compose(),
  'nginx.conf': conf,
});

export default defineRule({
  id: 'proxy/timeout-above-server-timeout',
  title: 'Server kills requests long before the proxy gives up',
  severity: 'note',
  topic: 2,
  since: '0.1.0',
  why: 'Users get a 500 from a killed worker while the proxy was told to wait much longer: one of the two numbers is not what was meant.',
  fix: 'Make the proxy timeout a few seconds longer than the server timeout.',
  autofix: 'none',
  links: ['https://docs.gunicorn.org/en/stable/settings.html#timeout'],
  cross: true,
  examples: {
    bad: [{ ...slow(''), Dockerfile: slow('').Dockerfile.replace(/"\]\n/, '"] # !\n') }],
    good: [slow(', "--timeout", "110"'), slow(', "--worker-class", "uvicorn.workers.UvicornWorker"')],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    for (const { front, location, process, server } of gunicornRoutes(proxy)) {
      ctx.expectAll(
        [location.readTimeout, server.timeout, server.workerClass] as const,
        (patience, timeout, workerClass) => workerClass !== 'sync' || timeout === 0 || patience <= 2 * timeout,
        ([patience, timeout], [, decided]) => ({
          at: decided.step === 'default' ? process.commandAt : decided,
          message: `gunicorn kills a worker after ${timeout} s while \`${locationName(location)}\` waits ${patience} s for it.`,
          subject: process.name,
          related: [{ at: location.at, message: `${readTimeoutName(front)} is ${patience} s here` }],
        }),
      );
    }
  },
});
