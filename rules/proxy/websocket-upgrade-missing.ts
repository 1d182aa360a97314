import { defineRule, type Process, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { behindCaddy, caddySite } from '../shared/requests/caddy-example.ts';
import { locationFor } from '../shared/requests/location-choice.ts';
import { applicationRoutes, applicationUpstream, frontRoutes, locationName } from '../shared/requests/proxy.ts';
import { compose, DOCKERFILE, django, nginx, PASS } from '../shared/values/examples.ts';

const ROUTES =
  "from django.urls import re_path\nfrom . import consumers\n\nwebsocket_urlpatterns = [\n    re_path(r'^ws/chat/(?P<room>\\w+)/$', consumers.Chat.as_asgi()),\n]\n";
const ASGI = DOCKERFILE.replace(
  '"gunicorn", "mysite.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3"',
  '"daphne", "-b", "0.0.0.0", "-p", "8000", "mysite.asgi:application"',
);
const behind = (conf: string, dockerfile = ASGI, routes = ROUTES) => ({
  ...django(),
  Dockerfile: dockerfile,
  'docker-compose.yml': compose(),
  'nginx.conf': conf,
  'chat/routing.py': routes,
});
const upgrades = (path: string) =>
  `${PASS.replace('location /', `location ${path}`).replace(/ {4}\}$/, '')}        proxy_http_version 1.1;\n        proxy_set_header Upgrade $http_upgrade;\n        proxy_set_header Connection "upgrade";\n    }`;

export default defineRule({
  id: 'proxy/websocket-upgrade-missing',
  title: 'WebSocket location without upgrade headers',
  severity: 'error',
  topic: 2,
  since: '0.1.0',
  why: 'nginx does not pass Upgrade and Connection on by itself: the handshake arrives as a plain GET, and no websocket ever opens.',
  fix: 'Add `proxy_http_version 1.1;`, `proxy_set_header Upgrade $http_upgrade;` and `proxy_set_header Connection $connection_upgrade;` to the location.',
  autofix: 'unsafe',
  links: ['https://nginx.org/en/docs/http/websocket.html'],
  cross: true,
  examples: {
    bad: [
      behind(nginx(PASS.replace('location / {', 'location / { # !'))),
      behind(nginx(`${PASS.replace('location / {', 'location /ws { # !')}\n${PASS}`)),
    ],
    good: [
      behind(nginx(`${PASS}\n${upgrades('/ws/')}`)),
      behind(nginx(upgrades('/'))),
      behind(nginx(`${PASS}\n${upgrades('~ ^/ws/')}`)),
      behind(nginx(PASS), ASGI, 'urlpatterns = []\n'),
      behind(nginx(PASS), DOCKERFILE),
      {
        ...behindCaddy(caddySite()),
        Dockerfile: ASGI,
        'chat/routing.py': ROUTES,
      },
    ],
    undecided: [
      behind(nginx(PASS.replace('proxy_pass', 'include snippets/proxy.conf;\n        proxy_pass'))),
      behind(nginx(PASS), ASGI, ROUTES.replace("r'^ws/chat/(?P<room>\\w+)/$'", 'PATH')),
    ],
  },
  needs: ['proxy', 'repository'],
  check({ proxy, repository }, ctx) {
    const routes = applicationRoutes(proxy).filter(({ process }) => speaksAsgi(process));
    if (routes.length === 0 || !routes.every(({ server }) => server.software === 'nginx')) return;
    // Another program in front passes handshakes on by itself, but nginx behind it does not.
    if (
      frontRoutes(proxy).some(({ server }) => server.software !== 'nginx' && server.software !== 'traefik' && server.software !== 'caddy')
    )
      return;
    const sockets = socketPaths(repository);
    if (sockets.length === 0) return;
    const servers = [...new Set(routes.map(({ server }) => server))];
    const taken = sockets.flatMap(({ path, at }) =>
      servers.map((server) => ({ at, path, server, choice: path === null ? ({ kind: 'unknown' } as const) : locationFor(server, path) })),
    );
    // One way that works is enough: which of them the pages use is not known.
    if (taken.some(({ choice }) => choice.kind === 'taken' && choice.location.upgrades)) return;
    const doubtful = taken.find(
      ({ choice }) => choice.kind === 'unknown' || (choice.kind === 'taken' && choice.location.complete !== true),
    );
    if (doubtful !== undefined) {
      ctx.undecided('Which location takes the path of the websockets, or what it sets, is not known.', doubtful.at);
      return;
    }
    const seen = new Set<number>();
    for (const { choice, server, at, path } of taken) {
      if (choice.kind !== 'taken' || server.answersAll !== null || seen.has(choice.location.at.start)) continue;
      const { location } = choice;
      if (applicationUpstream(location) === null || location.pass?.scheme.startsWith('http') !== true) continue;
      seen.add(location.at.start);
      ctx.report({
        at: location.at,
        message: `\`${locationName(location)}\` takes the websockets of \`${path}\`, but passes no Upgrade header on: no handshake succeeds.`,
        subject: `${server.file} ${locationName(location)}`,
        related: [{ at, message: 'the route of the websockets' }],
      });
    }
  },
});

function speaksAsgi({ server }: Process): boolean {
  return server !== null && server.interface === 'asgi';
}

/** Paths at which the project's own routing expects websockets, up to the first part that varies; null where the text does not say. */
function socketPaths({ codeMentions, read }: RepositoryFacts): readonly { readonly path: string | null; readonly at: Span }[] {
  return codeMentions(/^(websocket_urlpatterns|ws_urlpatterns)\s*(:[^=\n]*)?=\s*\[/m).items.flatMap((at) => {
    const text = read(at.file) ?? '';
    const list = text.slice(at.end, endOfList(text, at.end));
    const entries = [...list.matchAll(/\b(?:re_path|path|url)\(\s*(?:[rRbBuU]{0,2}(["'])([^"'\n]*)\1)?/g)];
    return entries.map((one) => ({ path: one[2] === undefined ? null : literalPart(one[2]), at }));
  });
}

function endOfList(text: string, from: number): number {
  const end = text.indexOf('\n]', from);
  return end === -1 ? text.length : end;
}

/** `^ws/chat/(?P<room>\w+)/$` and `ws/chat/<str:room>/` begin with /ws/chat/. */
function literalPart(route: string): string | null {
  const plain = route.replace(/^\^/, '').replace(/^\/?/, '/');
  const fixed = /^[\w\-/.]*/.exec(plain)?.[0].replace(/\.$/, '') ?? '';
  const path = fixed.length < plain.replace(/\/?\$$/, '').length ? fixed.slice(0, fixed.lastIndexOf('/') + 1) : fixed;
  return path === '/' || path === '' ? null : path;
}
