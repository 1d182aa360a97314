import { type Deployment, defineRule, type Process, type Report } from '../../src/rule.ts';
import { unreadProxy } from '../shared/requests/cover.ts';
import { applicationRoutes } from '../shared/requests/proxy.ts';
import { listeningPorts, type OpenPort, publishedPorts } from '../shared/requests/reach.ts';
import { isNamedForProduction, servesVisitors } from '../shared/requests/web.ts';
import { not } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';
import { compose, DOCKERFILE, django, nginx, PASS, unit } from '../shared/values/examples.ts';

const TRUSTS = "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')";
const IMAGE = { Dockerfile: DOCKERFILE };
const FRONT = { ...IMAGE, 'nginx.conf': nginx(PASS) };
const published = (port: string, file = 'docker-compose.prod.yml') => ({
  [file]: `services:\n  web:\n    build: .\n    ports: ["${port}"]\n`,
});
const LOOPBACK = nginx(PASS.replace('http://web:8000', 'http://127.0.0.1:8000'));

export default defineRule({
  id: 'settings/proxy-ssl-header-spoofable',
  title: 'SECURE_PROXY_SSL_HEADER trusted although clients reach the server',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Whoever reaches the application server without the proxy sends the header himself: Django takes plain HTTP for HTTPS, skips the redirect and sends secure cookies in clear.',
  fix: 'Publish the port on 127.0.0.1 only (or not at all), so that every request comes through the proxy that sets the header.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#secure-proxy-ssl-header',
    'https://docs.docker.com/engine/network/port-publishing/',
  ],
  cwe: ['CWE-290', 'CWE-348'],
  cross: true,
  examples: {
    bad: [
      { ...django(`${TRUSTS} # !\n`), ...FRONT, 'docker-compose.yml': compose({ web: '    ports: ["8000:8000"]\n' }) },
      { ...django(`${TRUSTS} # !\n`), ...IMAGE, ...published('8000:8000') },
      {
        ...django(`${TRUSTS} # !\n`),
        'mysite.service': unit('', 'gunicorn mysite.wsgi --bind 0.0.0.0:8000'),
        'nginx.conf': LOOPBACK,
      },
    ],
    good: [
      { ...django(`${TRUSTS}\n`), ...FRONT, 'docker-compose.yml': compose() },
      { ...django(`${TRUSTS}\n`), ...IMAGE, ...published('127.0.0.1:8000:8000') },
      { ...django(), ...IMAGE, ...published('8000:8000') },
      { ...django(`${TRUSTS}\n`), Procfile: 'web: gunicorn mysite.wsgi --bind 0.0.0.0:8000\n' },
      {
        ...django(`${TRUSTS}\n`),
        'mysite.service': unit(),
        'nginx.conf': nginx(PASS.replace('http://web:8000', 'http://unix:/run/mysite/app.sock')),
      },
      { ...django(`${TRUSTS}\n`), 'mysite.service': unit('', 'gunicorn mysite.wsgi --bind 127.0.0.1:8000'), 'nginx.conf': LOOPBACK },
    ],
    undecided: [
      { ...django(`${TRUSTS}\n`), ...IMAGE, ...published('8000:8000', 'docker-compose.yml') },
      { ...django(`${TRUSTS}\n`), ...IMAGE, ...published('8000:8000'), Caddyfile: 'example.com {\n    reverse_proxy web:8000\n}\n' },
      { ...django('from elsewhere import pair\n\nSECURE_PROXY_SSL_HEADER = pair()\n'), ...IMAGE, ...published('8000:8000') },
    ],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const header = settings.get('SECURE_PROXY_SSL_HEADER');
    if (header.kind === 'known' && truth(header.value) === 'no') return;
    const way = wayAround(deployment, settings.processes);
    if (way === null) return;
    const unread = unreadProxy(deployment, repository);
    if (unread !== null) {
      ctx.undecided(`What the proxy of \`${unread.file}\` does is not followed.`, way.at);
      return;
    }
    if (way.front === null && !isNamedForProduction(deployment)) {
      ctx.undecided('No proxy is in the repository, and nothing says that this manifest is for production as it stands.', way.at);
      return;
    }
    ctx.expect(
      header,
      (pair) => not(truth(pair)),
      (): Report => ({
        message: `Django believes the scheme that a request header tells, and clients reach port ${way.port} of \`${way.process.name}\` ${way.front === null ? 'directly' : `without ${way.front}`}: they can send that header themselves.`,
        subject: 'SECURE_PROXY_SSL_HEADER',
        related: [
          {
            at: way.at,
            message: way.process.host === 'container' ? 'published on every interface here' : 'it listens on every interface here',
          },
        ],
        ...(way.front !== null && way.process.host === 'container' ? { severity: 'error' } : {}),
      }),
    );
  },
});

interface WayAround extends OpenPort {
  readonly process: Process;
  /** The proxy that clients can leave out; null when the repository has none. */
  readonly front: string | null;
}

/** A port of the application server that clients reach without the proxy. */
function wayAround({ proxy, kind }: Deployment, processes: readonly Process[]): WayAround | null {
  if (kind !== 'compose' && kind !== 'systemd') return null;
  const routes = proxy === null ? [] : applicationRoutes(proxy);
  for (const process of processes) {
    const [port] = [...publishedPorts(process), ...listeningPorts(process)];
    if (process.server === null || port === undefined) continue;
    const route = routes.find((one) => one.process.name === process.name && one.process.at.file === process.at.file);
    if (route === undefined) {
      if (proxy === null) return { ...port, process, front: null };
      continue;
    }
    const front = route.server.process;
    // A proxy that publishes nothing itself stands behind something that is not in the repository.
    if (front !== null && front.host === 'container' && front.ports.length === 0) continue;
    return { ...port, process, front: front === null ? 'the proxy' : `\`${front.name}\`` };
  }
  return null;
}
