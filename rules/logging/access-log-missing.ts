import { defineRule } from '../../src/rule.ts';
import { errorReporter } from '../shared/logs/error-reporters.ts';
import { publicPorts } from '../shared/requests/address.ts';
import { unreadProxy } from '../shared/requests/cover.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { DOCKERFILE, django, nginx, PASS } from '../shared/values/examples.ts';
import { hasWord } from '../shared/values/words.ts';

const compose = (command: string, mark = '') =>
  `services:\n  web:\n    build: .\n    command: gunicorn mysite.wsgi -b 0.0.0.0:8000${command}${mark}\n    ports: ["80:8000"]\n`;

export default defineRule({
  id: 'logging/access-log-missing',
  title: 'No access log anywhere on the request path',
  severity: 'note',
  topic: 8,
  since: '0.1.0',
  why: 'gunicorn writes no access log by default: nobody can tell afterwards who asked for what, or how long the answer took.',
  fix: 'Start gunicorn with `--access-logfile -`, or log requests at a proxy.',
  autofix: 'safe',
  links: ['https://docs.gunicorn.org/en/stable/settings.html#accesslog'],
  cwe: ['CWE-778'],
  examples: {
    bad: [{ ...django(), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose('', ' # !') }],
    good: [
      { ...django(), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose(' --access-logfile -') },
      behindNginx(nginx(PASS)),
      { ...django(), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose('').replace('["80:8000"]', '["127.0.0.1:8000:8000"]') },
      { ...django(), Procfile: 'web: gunicorn mysite.wsgi\n' },
    ],
    undecided: [
      { ...django(), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose(' -c conf/gunicorn.py') },
      { ...django('import sentry_sdk\n'), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose('') },
    ],
  },

  needs: ['processes', 'deployment', 'repository', 'evaluations'],
  check({ processes, deployment, repository, evaluations }, ctx) {
    if (deployment.kind !== 'compose' || deployment.proxy !== null || processes.some(({ role }) => role === 'proxy')) return;
    for (const process of processes) {
      const { server } = process;
      if (server?.software !== 'gunicorn' || publicPorts(process).length === 0) continue;
      const { accessLog } = server;
      if (accessLog.kind === 'known' && accessLog.value !== null) continue;
      const packages = deployment.project?.packages ?? null;
      const watched =
        errorReporter({ evaluations, processes, packages, repository }) !== null || unreadProxy(deployment, repository) !== null;
      const configured = hasWord(process.command, '--log-config', '--log-config-json');
      if (watched || accessLog.kind !== 'known' || configured !== 'no')
        ctx.undecided('Whether something logs requests is not known.', process.commandAt);
      else
        ctx.report({
          at: process.commandAt,
          message: `\`${process.name}\` writes no access log, and nothing in front of it does: requests leave no trace.`,
          subject: process.name,
        });
    }
  },
});
