import { defineRule } from '../../src/rule.ts';
import { frontRoutes } from '../shared/requests/proxy.ts';
import { isPublished } from '../shared/requests/published.ts';
import { behindTraefik, ROUTER } from '../shared/requests/traefik-example.ts';

const PLAIN = ['traefik.http.routers.plain.rule=Host(`example.com`) # !', 'traefik.http.routers.plain.entrypoints=web'];
const AWAY = ['traefik.http.routers.plain.middlewares=away', 'traefik.http.middlewares.away.redirectscheme.scheme=https'];
const unmarked = (lines: readonly string[]) => lines.map((one) => one.replace(' # !', ''));
const without = (...words: readonly string[]) => ROUTER.filter((one) => !words.some((word) => one.includes(word)));

export default defineRule({
  id: 'proxy/traefik-https-redirect-missing',
  title: 'Traefik serves the application on plain HTTP',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Whoever types the bare name, or is tricked into it, uses the site in clear: cookies and passwords can be read and changed on the way.',
  fix: 'Redirect the whole entry point: `--entrypoints.web.http.redirections.entrypoint.to=websecure`.',
  autofix: 'unsafe',
  links: [
    'https://doc.traefik.io/traefik/routing/entrypoints/#redirection',
    'https://doc.traefik.io/traefik/middlewares/http/redirectscheme/',
  ],
  cwe: ['CWE-319'],
  examples: {
    bad: [
      behindTraefik({ flags: [], labels: [...ROUTER, ...PLAIN] }),
      behindTraefik({ flags: [], labels: without('.entrypoints', '.tls').map((one) => (one.includes('.rule') ? `${one} # !` : one)) }),
    ],
    good: [
      behindTraefik({ labels: [...ROUTER, ...unmarked(PLAIN)] }),
      behindTraefik({ flags: [], labels: [...ROUTER, ...unmarked(PLAIN), ...AWAY] }),
      behindTraefik({ flags: [] }),
      behindTraefik({ flags: [], labels: without('.entrypoints') }),
      behindTraefik({ flags: [], labels: [...ROUTER, ...unmarked(PLAIN)], ports: '["127.0.0.1:8000:80"]' }),
      {
        ...behindTraefik(),
        'docker-compose.yml': behindTraefik({ flags: [], labels: without('.entrypoints', '.tls') })['docker-compose.yml'].replace(
          '      - "--entrypoints.websecure.address=:443"\n',
          '',
        ),
      },
    ],
    undecided: [behindTraefik({ flags: [], labels: [...ROUTER, ...unmarked(PLAIN), 'traefik.http.routers.plain.middlewares=away@file'] })],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    const told = new Set<number>();
    for (const { server } of frontRoutes(proxy)) {
      if (server.software !== 'traefik' || server.answersAll !== null || told.has(server.at.start)) continue;
      const program = proxy.programs.find((one) => one.software === 'traefik' && one.process === server.process);
      const plain = server.listens.find((one) => !one.ssl && one.port === 80);
      const offersTls = program?.entryPoints.some((one) => one.port === 443) === true;
      if (plain === undefined || !offersTls || server.process === null) continue;
      told.add(server.at.start);
      const incomplete = server.locations.find(({ complete }) => complete !== true);
      if (incomplete !== undefined) {
        ctx.undecided('A middleware that is not in view may redirect to HTTPS.', incomplete.at);
        continue;
      }
      const published = isPublished(server.process, 80);
      if (published === 'maybe') ctx.undecided('Whether clients reach port 80 is not known.', server.at);
      if (published !== 'yes') continue;
      const [route] = server.locations;
      ctx.report({
        at: server.names[0]?.at ?? server.at,
        message: `\`${route?.name ?? 'a router'}\` passes plain HTTP requests on to the application, and nothing redirects them to HTTPS.`,
        subject: server.file,
        related: [{ at: plain.at, message: 'the entry point for plain HTTP' }],
      });
    }
  },
});
