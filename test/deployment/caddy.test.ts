import { describe, expect, test } from 'vitest';
import { known, unknown, type Value } from '../../src/core/value.ts';
import { readCaddy } from '../../src/deployment/caddy/caddy.ts';
import type { CaddySource, CaddySurroundings } from '../../src/deployment/caddy/scope.ts';
import { goSeconds, humanBytes } from '../../src/deployment/caddy/values.ts';
import { parseCaddy, parseCaddyLines } from '../../src/syntax/caddy/index.ts';
import { build, DOCKERFILE, deployment, project } from './projects.ts';

const source = (text: string, file = 'Caddyfile'): CaddySource => ({
  file,
  document: parseCaddy(text, file),
  lines: parseCaddyLines(text, file),
});
const ALONE: CaddySurroundings = { imported: () => null, variable: () => null };

function read(text: string, around: CaddySurroundings = ALONE) {
  return readCaddy(source(text), around);
}

function routeAt(text: string, path: string) {
  const found = read(text)
    .servers.flatMap((one) => one.locations)
    .find((one) => one.match.path === path);
  if (found === undefined) throw new Error(`no route ${path}`);
  return found;
}

const proxied = (address: string, body = '') => `${address} {\n  reverse_proxy web:8000\n${body}}\n`;
const listens = (text: string) => read(text).servers.flatMap((one) => one.listens.map(({ port, ssl }) => `${port}${ssl ? ' tls' : ''}`));

describe('what a site listens on', () => {
  // As `caddy adapt` of 2.6.2 makes them.
  test.each([
    ['example.com', '443 tls'],
    ['example.com:80', '80'],
    ['http://example.com', '80'],
    ['http://example.com:8080', '8080'],
    ['example.com:8443', '8443 tls'],
    [':443', '443 tls'],
    [':80', '80'],
    [':8080', '8080'],
    ['https://', '443 tls'],
    ['localhost', '443 tls'],
  ])('%s', (address, expected) => {
    expect(listens(proxied(address))).toEqual([expected]);
  });

  test('a bare port with a certificate', () => {
    expect(listens(proxied(':8443', '  tls internal\n'))).toEqual(['8443 tls']);
  });

  test('other ports for all', () => {
    expect(listens(`{\n  http_port 8080\n  https_port 8443\n}\n${proxied('a.example, http://b.example')}`)).toEqual(['8443 tls', '8080']);
  });

  test('an address that nothing gives hides what it is', () => {
    const variable = (name: string): Value<string> => unknown('opaque-env', { step: 'default', of: 'x' }, [name]);
    const { servers, complete } = read(proxied('{$DOMAIN}'), { ...ALONE, variable });
    expect(servers[0]?.names).toEqual([]);
    expect(complete).not.toBe(true);
    expect(servers[0]?.locations[0]?.complete).not.toBe(true);
  });

  test('a variable may give several addresses, or the default counts', () => {
    const variable = (name: string): Value<string> | null =>
      name === 'HOSTS' ? known('a.example, http://b.example', { step: 'default', of: 'x' }) : null;
    const { servers, complete } = read(`${proxied('{$HOSTS}')}${proxied('{$OTHER:c.example}')}`, { ...ALONE, variable });
    expect(servers.map((one) => [one.names[0]?.text, one.listens[0]?.ssl])).toEqual([
      ['a.example', true],
      ['b.example', false],
      ['c.example', true],
    ]);
    expect(complete).toBe(true);
  });

  test('automatic HTTPS that is switched off', () => {
    const { servers } = read(`{\n  auto_https off\n}\n${proxied('a.example')}`);
    expect(servers[0]?.automaticHttpsOff).toMatchObject({ start: 4 });
    expect(read(`{\n  auto_https disable_redirects\n}\n${proxied('a.example')}`).servers[0]?.automaticHttpsOff).toBeNull();
  });
});

describe('routes', () => {
  test('what Caddy tells the upstream by itself, and what header_up changes', () => {
    const own = routeAt(proxied('a.example'), '/').requestHeaders;
    expect([...own].map(([name, { value }]) => [name, value])).toEqual([
      ['host', '$http_host'],
      ['x-forwarded-for', '$proxy_add_x_forwarded_for'],
      ['x-forwarded-proto', '$scheme'],
      ['x-forwarded-host', '$http_host'],
    ]);
    const changed = routeAt(
      'a.example {\n  reverse_proxy web:8000 {\n    header_up Host {upstream_hostport}\n    header_up -X-Forwarded-Proto\n  }\n}\n',
      '/',
    ).requestHeaders;
    expect(changed.get('host')?.value).toBe('$proxy_host');
    expect(changed.get('x-forwarded-proto')?.value).toBe('');
    const trusting = `{\n  servers {\n    trusted_proxies static private_ranges\n  }\n}\n${proxied('a.example')}`;
    expect(routeAt(trusting, '/').requestHeaders.get('x-forwarded-proto')?.value).toBe('$trusted_x_forwarded_proto');
  });

  test('upstreams with schemes, sockets, blocks and ports that are left out', () => {
    const found = (line: string) => routeAt(`a.example {\n  ${line}\n}\n`, '/');
    const addresses = (line: string) => found(line).destinations.items.map((one) => one.address);
    expect(addresses('reverse_proxy web')).toEqual([{ kind: 'tcp', host: 'web', port: 80 }]);
    expect(addresses('reverse_proxy :8000')).toEqual([{ kind: 'tcp', host: 'localhost', port: 8000 }]);
    expect(addresses('reverse_proxy https://web')).toEqual([{ kind: 'tcp', host: 'web', port: 443 }]);
    expect(addresses('reverse_proxy unix//run/app.sock')).toEqual([{ kind: 'unix', path: '/run/app.sock' }]);
    expect(addresses('reverse_proxy {\n    to a:1 b:2\n  }')).toHaveLength(2);
    expect(found('reverse_proxy web:8000 {\n    transport http {\n      tls\n      read_timeout 1m30s\n    }\n  }')).toMatchObject({
      pass: { scheme: 'https' },
      readTimeout: { value: 90 },
    });
    expect(found('reverse_proxy {\n    to a:1\n    dynamic a b\n  }').destinations.complete).not.toBe(true);
    expect(found('reverse_proxy {$UP}').destinations.items).toEqual([]);
  });

  test('files, with the prefix that handle_path takes off', () => {
    const text =
      'a.example {\n  handle_path /static/* {\n    root * /srv/static\n    file_server browse\n  }\n  handle /media/* {\n    root * /srv\n    file_server\n  }\n  reverse_proxy web:8000\n}\n';
    expect(routeAt(text, '/static/')).toMatchObject({ files: { kind: 'alias', path: { value: '/srv/static/' } }, pass: null });
    expect(routeAt(text, '/static/').listing).not.toBeNull();
    expect(routeAt(text, '/media/')).toMatchObject({ files: { kind: 'root', path: { value: '/srv' } }, listing: null });
    expect(routeAt(text, '/').pass).not.toBeNull();
  });

  test('matchers: paths, their absence, handshakes', () => {
    const text =
      'a.example {\n  @app not path /static/* /media/*\n  @ws {\n    header Connection *Upgrade*\n    header Upgrade websocket\n  }\n  @two path /a/* /b\n  reverse_proxy @app web:8000\n  reverse_proxy @ws web:8001\n  reverse_proxy @two web:8002\n}\n';
    const routes = read(text).servers[0]?.locations.map(({ match, upgrades }) => [match.kind, match.path, upgrades]);
    expect(routes).toEqual([
      ['prefix', '/', false],
      ['prefix', '/', true],
      ['prefix', '/a/', false],
      ['exact', '/b', false],
    ]);
  });

  test('headers of outer blocks, of one path, and those that replace what the upstream sent', () => {
    const text =
      'a.example {\n  header X-Frame-Options DENY\n  header /static/* Cache-Control "max-age=60"\n  header {\n    >Referrer-Policy no-referrer;\n    -Server\n    ?X-Maybe 1\n  }\n  handle /static/* {\n    root * /srv\n    file_server\n  }\n  reverse_proxy web:8000 {\n    header_down X-Frame-Options SAMEORIGIN\n  }\n}\n';
    const names = (path: string) => routeAt(text, path).responseHeaders.map(({ name, value }) => `${name}: ${value}`);
    expect(names('/static/')).toEqual(['X-Frame-Options: DENY', 'Cache-Control: max-age=60', 'Referrer-Policy: no-referrer', 'X-Maybe: 1']);
    expect(names('/')).toEqual(['Referrer-Policy: no-referrer', 'X-Maybe: 1', 'X-Frame-Options: SAMEORIGIN']);
    expect([...routeAt(text, '/').hiddenHeaders].sort()).toEqual(['referrer-policy', 'server', 'x-frame-options']);
    expect(routeAt(text, '/').complete).toBe(true);
    const doubtful = 'a.example {\n  @late header X y\n  header @late Strict-Transport-Security max-age=1\n  reverse_proxy web:8000\n}\n';
    expect(routeAt(doubtful, '/').complete).not.toBe(true);
  });

  test('who is let in, what is compressed, how much may be sent', () => {
    const text =
      'a.example {\n  encode gzip\n  request_body {\n    max_size 10MB\n  }\n  basic_auth /flower/* {\n    admin x\n  }\n  reverse_proxy /flower/* flower:5555\n  reverse_proxy web:8000\n}\n';
    expect(routeAt(text, '/flower/').restricted).toBe('yes');
    expect(routeAt(text, '/')).toMatchObject({ restricted: 'no', bodyLimit: { value: 10_000_000 }, compression: { on: true } });
    expect(routeAt(proxied('a.example'), '/')).toMatchObject({ bodyLimit: { value: 0 }, readTimeout: { value: 0 } });
  });

  test('redirects of a whole site, and by scheme', () => {
    const [server] = read('www.a.example {\n  redir https://a.example{uri} permanent\n}\n').servers;
    expect(server?.answersAll).toMatchObject({ code: 301, target: 'https://a.example{uri}' });
    expect(read(proxied('a.example', '  redir /old /new\n')).servers[0]?.answersAll).toBeNull();
    const away =
      'http://a.example, https://a.example {\n  @plain protocol http\n  redir @plain https://{host}{uri}\n  reverse_proxy web:8000\n}\n';
    expect(read(away).servers.map((one) => one.sendsPlainAway !== null)).toEqual([true, true]);
  });

  test('snippets with arguments, imported files, and those that are not there', () => {
    const text = '(app) {\n  reverse_proxy {args[0]}:{args.1}\n}\na.example {\n  import app web 8000\n}\n';
    expect(routeAt(text, '/').destinations.items[0]?.address).toEqual({ kind: 'tcp', host: 'web', port: 8000 });
    const imported = (pattern: string) => (pattern === 'parts/*' ? [source('header X y\n', 'parts/a')] : null);
    const found = read('a.example {\n  import parts/*\n  reverse_proxy web:8000\n}\n', { ...ALONE, imported });
    expect(found.servers[0]?.locations[0]?.responseHeaders).toMatchObject([{ name: 'X', at: { file: 'parts/a' } }]);
    expect(found.complete).toBe(true);
    expect(read('import sites/*\n').complete).not.toBe(true);
    expect(read('a.example {\n  import missing\n  reverse_proxy web:8000\n}\n').complete).not.toBe(true);
  });

  test('so many lines of one site are read, and the rest is not in view', () => {
    const { complete, servers } = read(`a.example {\n  reverse_proxy web:8000\n${'  header X y\n'.repeat(5000)}}\n`);
    expect(complete).not.toBe(true);
    expect(servers[0]?.locations).toHaveLength(1);
  });

  test('snippets that import each other end', () => {
    expect(read('(a) {\n  import b\n  import b\n}\n(b) {\n  import a\n  import a\n}\nx.example {\n  import a\n}\n').servers).toHaveLength(
      1,
    );
  });
});

describe('notations', () => {
  test.each([
    ['90s', 90],
    ['1m30s', 90],
    ['500ms', 0.5],
    ['2d', 172_800],
    ['5', null],
  ])('duration %s', (text, seconds) => expect(goSeconds(text)).toBe(seconds));
  test.each([
    ['10MB', 10_000_000],
    ['1MiB', 1_048_576],
    ['512', 512],
    ['big', null],
  ])('size %s', (text, bytes) => expect(humanBytes(text)).toBe(bytes));
});

describe('who loads a Caddyfile', () => {
  const compose =
    'services:\n  web:\n    build: .\n  edge:\n    image: caddy:2\n    environment:\n      DOMAIN: a.example\n    volumes:\n      - ./Caddyfile:/etc/caddy/Caddyfile\n';

  test('a container that it is mounted in, linked to the process behind', async () => {
    const found = await deployment(
      { ...project(), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose, Caddyfile: proxied('{$DOMAIN}') },
      'docker-compose.yml',
    );
    expect(found.proxy?.servers).toMatchObject([{ software: 'caddy', process: { name: 'edge' }, names: [{ text: 'a.example' }] }]);
    expect(found.proxy?.servers[0]?.locations[0]?.upstreams.items[0]).toMatchObject({ process: { name: 'web' }, link: 'proven' });
    expect(found.proxy?.redirectsToHttps().answer).toBe('yes');
    expect(found.proxy?.terminatesTls().answer).toBe('yes');
  });

  test('a file for development is nobody’s', async () => {
    const model = await build({ ...project(), 'Caddyfile.dev': proxied('a.example') });
    expect(model.deployments.flatMap((one) => one.proxy?.servers ?? [])).toEqual([]);
  });
});
