import { defineRule } from '../../src/rule.ts';
import { gunicornRoutes, locationName } from '../shared/requests/proxy.ts';
import { APACHE_PASS, apacheHost, behindApache, behindHaproxy, HAPROXY_PROTO, haproxy } from '../shared/requests/proxy-programs.ts';
import { readTimeoutName } from '../shared/requests/proxy-words.ts';
import { compose, DOCKERFILE, django, nginx, PASS } from '../shared/values/examples.ts';

const slow = (flags: string, conf = nginx(PASS), mark = '') => ({
  ...django(),
  Dockerfile: DOCKERFILE.replace('"--workers", "3"]', `"--workers", "3"${flags}]${mark}`),
  'docker-compose.yml': compose(),
  'nginx.conf': conf,
});

/** The same behind another program, with workers that may take so many seconds. */
const patient = (files: Readonly<Record<string, string>>, seconds: number, mark = ' # !') => ({
  ...files,
  Dockerfile: DOCKERFILE.replace('"--workers", "3"]', `"--workers", "3", "--timeout", "${seconds}"]${mark}`),
});

export default defineRule({
  id: 'proxy/timeout-below-server-timeout',
  title: 'Proxy gives up before the worker timeout',
  severity: 'warning',
  topic: 2,
  since: '0.1.0',
  why: 'The client gets a 504 while the worker goes on with a request nobody waits for, until its own timeout.',
  fix: 'Set `proxy_read_timeout` a few seconds above the timeout of the server.',
  autofix: 'unsafe',
  links: [
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout',
    'https://docs.gunicorn.org/en/stable/settings.html#timeout',
  ],
  cross: true,
  examples: {
    bad: [
      patient(behindApache(apacheHost(APACHE_PASS)), 120),
      patient(behindHaproxy(haproxy(HAPROXY_PROTO)), 120),
      slow(', "--timeout", "120"', nginx(PASS), ' # !'),
      slow(', "--timeout", "60"', nginx(PASS), ' # !'),
    ],
    good: [
      patient(behindApache(apacheHost(`${APACHE_PASS}    ProxyTimeout 130\n`)), 120, ''),
      patient(behindHaproxy(haproxy(HAPROXY_PROTO).replace('server 60s', 'server 130s')), 120, ''),
      slow(''),
      slow(', "--timeout", "120"', nginx(PASS.replace('proxy_pass', 'proxy_read_timeout 130s;\n        proxy_pass'))),
      slow(', "--timeout", "120", "--worker-class", "uvicorn.workers.UvicornWorker"'),
    ],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    for (const { front, location, process, server } of gunicornRoutes(proxy)) {
      ctx.expectAll(
        [location.readTimeout, server.timeout, server.workerClass] as const,
        // Equal numbers lose the race too: the proxy counts from the last byte it sent, and answers first.
        (patience, timeout, workerClass) => workerClass !== 'sync' || patience === 0 || (timeout !== 0 && patience > timeout),
        ([patience, timeout], [, decided]) => ({
          at: decided.step === 'default' ? process.commandAt : decided,
          message: `The worker may take ${timeout === 0 ? 'any time' : `${timeout} s`}, but \`${locationName(location)}\` gives up after ${patience} s and answers 504.`,
          subject: process.name,
          related: [{ at: location.at, message: `${readTimeoutName(front)} is ${patience} s here` }],
        }),
      );
    }
  },
});
