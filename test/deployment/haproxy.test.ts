import { describe, expect, test } from 'vitest';
import { readHaproxy } from '../../src/deployment/haproxy/haproxy.ts';
import { haproxySeconds } from '../../src/deployment/haproxy/scope.ts';
import { parseHaproxy } from '../../src/syntax/haproxy/index.ts';

const read = (text: string) => readHaproxy({ file: 'haproxy.cfg', document: parseHaproxy(text, 'haproxy.cfg') });

function only(text: string) {
  const [server] = read(text).servers;
  if (server === undefined) throw new Error('no server');
  return server;
}

const DEFAULTS = 'defaults\n mode http\n timeout server 30s\n option forwardfor\n';
const front = (lines: string, backend = '', bind = 'bind :443 ssl crt /c.pem') =>
  only(`${DEFAULTS}frontend web\n ${bind}\n ${lines}\n default_backend app\nbackend app\n ${backend}\n server s 127.0.0.1:8000 check\n`);

const sent = (lines: string, backend = '') =>
  Object.fromEntries([...(front(lines, backend).locations.at(-1)?.requestHeaders ?? [])].map(([name, one]) => [name, one.value]));

describe('listens', () => {
  test.each([
    ['bind :443 ssl crt /c.pem alpn h2', [{ address: '*', port: 443, ssl: true }]],
    [
      'bind *:80,[::]:81',
      [
        { address: '*', port: 80, ssl: false },
        { address: '[::]', port: 81, ssl: false },
      ],
    ],
    ['bind /run/web.sock', [{ unix: '/run/web.sock', port: null }]],
    [
      'bind 127.0.0.1:8080\n bind quic4@:443 ssl crt /c.pem',
      [
        { address: '127.0.0.1', port: 8080 },
        { port: 443, ssl: true },
      ],
    ],
    ['bind "${ADDRESS}":80', [{ address: '*', port: 80 }]],
  ])('%s', (bind, listens) => expect(front('', '', bind).listens).toMatchObject(listens));

  test('the address of a frontend line of old releases', () => {
    expect(only('frontend a 127.0.0.1:80\n default_backend b\n').listens).toMatchObject([{ address: '127.0.0.1', port: 80 }]);
  });
});

describe('headers of requests', () => {
  test('the Host of the client goes on, forwardfor of the defaults holds', () => {
    expect(sent('')).toEqual({ host: '$http_host', 'x-forwarded-for': '$proxy_add_x_forwarded_for' });
    expect(sent('no option forwardfor', 'no option forwardfor')['x-forwarded-for']).toBeUndefined();
  });

  test.each([
    ['http-request set-header X-Forwarded-Proto https if { ssl_fc }', 'https'],
    ['http-request set-header X-Forwarded-Proto https', 'https'],
    ['http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]', '$scheme'],
    [
      'http-request set-header X-Forwarded-Proto http if !{ ssl_fc }\n http-request set-header X-Forwarded-Proto https if { ssl_fc }',
      '$scheme',
    ],
    ['http-request set-header X-Forwarded-Proto http if !{ ssl_fc }', undefined],
    ['acl tls ssl_fc\n http-request add-header X-Forwarded-Proto https if tls', 'https'],
    ['reqadd X-Forwarded-Proto:\\ https', 'https'],
    ['http-request set-header X-Forwarded-Proto %[req.hdr(X-Forwarded-Proto)]', '$http_x_forwarded_proto'],
    ['http-request set-header X-Forwarded-Proto https if { hdr(x) y }', '$computed'],
  ])('%s', (lines, value) => {
    expect(sent(lines)['x-forwarded-proto']).toBe(value);
    if (!lines.includes('acl')) expect(sent('', lines)['x-forwarded-proto']).toBe(value);
  });
});

describe('plain HTTP is sent away', () => {
  const away = (lines: string, bind: string) => front(lines, '', bind);

  test.each<readonly [string, boolean]>([
    ['redirect scheme https code 301 if !{ ssl_fc }', true],
    ['http-request redirect scheme https unless { ssl_fc }', true],
    ['http-request redirect scheme https code 301', true],
    ['acl acme path_beg /.well-known/acme-challenge/\n http-request redirect scheme https unless acme', true],
    ['acl http ssl_fc,not\n redirect scheme https if http', false],
    ['redirect scheme https if { hdr(host) -i www.example.com }', false],
    ['redirect prefix https://example.com code 301', true],
  ])('%s', (lines, expected) => {
    expect(away(lines, 'bind :80').answersAll !== null).toBe(expected);
    expect(away(lines, 'bind :80\n bind :443 ssl crt /c.pem').sendsPlainAway !== null).toBe(expected);
    if (!expected) expect(away(lines, 'bind :80').locations.every((one) => one.complete !== true)).toBe(true);
  });

  test('by the backend as well', () => {
    expect(front('', 'redirect scheme https if !{ ssl_fc }', 'bind :80').answersAll).not.toBeNull();
  });
});

describe('where requests go', () => {
  test('paths, other conditions and the default', () => {
    const text = `${DEFAULTS}frontend web\n bind :80\n acl static path_beg /static /media\n use_backend files if static\n use_backend api if { hdr(host) api.example.com }\n use_backend ws if { hdr(Upgrade) -i websocket }\n default_backend app\nbackend app\n server s /run/app.sock\nbackend files\n server s files:80\nbackend api\n server s 10.0.0.1:80 ssl verify none\n server t 10.0.0.2:80 send-proxy\n`;
    const { locations } = only(text);
    expect(locations.map(({ match, name, upgrades }) => [match.kind, match.path, name, upgrades])).toEqual([
      ['prefix', '/static', 'backend files', false],
      ['prefix', '/media', 'backend files', false],
      ['named', '@api', 'backend api', false],
      ['named', '@ws', 'backend ws', true],
      ['prefix', '/', 'backend app', false],
    ]);
    expect(locations[2]?.pass?.scheme).toBe('https');
    expect(locations[2]?.destinations.items.map((one) => one.address)).toEqual([
      { kind: 'tcp', host: '10.0.0.1', port: 80 },
      { kind: 'tcp', host: '10.0.0.2', port: 80 },
    ]);
    expect(locations.at(-1)?.destinations.items).toMatchObject([{ address: { kind: 'unix', path: '/run/app.sock' } }]);
    expect(locations[3]?.destinations.complete).not.toBe(true);
  });

  test('a listen section passes on itself; tcp speaks no HTTP', () => {
    const { locations } = only('listen web\n bind :443\n mode tcp\n server s 127.0.0.1:8443\n');
    expect(locations).toMatchObject([{ name: 'listen web', pass: { scheme: 'tcp' } }]);
  });

  test('what default-server says of all', () => {
    expect(front('', 'default-server ssl send-proxy-v2').locations[0]).toMatchObject({ pass: { scheme: 'https' }, proxyProtocol: true });
  });

  test('defaults that are named', () => {
    const text =
      'defaults a\n timeout server 10s\n mode http\ndefaults b from a\n timeout server 20s\nlisten x from a\n bind :80\n server s h:1\nlisten y from b\n bind :81\n server s h:1\nlisten z\n bind :82\n server s h:1\n';
    expect(read(text).servers.map((one) => one.locations[0]?.readTimeout)).toMatchObject([{ value: 10 }, { value: 20 }, { value: 20 }]);
  });

  test('without a timeout it waits for ever', () => {
    expect(only('listen x\n bind :80\n server s h:1\n').locations[0]?.readTimeout).toMatchObject({ value: 0 });
  });
});

describe('TLS', () => {
  test.each([
    ['bind :443 ssl crt /c.pem ssl-min-ver TLSv1.1', '', ['TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ['bind :443 ssl crt /c.pem', 'ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets', ['TLSv1.2', 'TLSv1.3']],
    ['bind :443 ssl crt /c.pem', 'ssl-default-bind-options force-tlsv10', ['TLSv1.0']],
    ['bind :443 ssl crt /c.pem', '', undefined],
  ])('%s %s', (bind, global, versions) => {
    expect(only(`global\n ${global}\nfrontend a\n ${bind}\n`).tlsProtocols?.versions).toEqual(versions);
  });

  test('certificates below crt-base', () => {
    const { certificates } = only('global\n crt-base /etc/ssl\nfrontend a\n bind :443 ssl crt site.pem crt /x.pem\n');
    expect(certificates.map(({ path }) => path)).toMatchObject([{ value: '/etc/ssl/site.pem' }, { value: '/x.pem' }]);
  });
});

test('headers of responses', () => {
  const location = front(
    'http-response set-header Strict-Transport-Security max-age=31536000 if { ssl_fc }',
    'http-response add-header X-A b',
  ).locations[0];
  expect(location?.responseHeaders.map((one) => one.name)).toEqual(['Strict-Transport-Security', 'X-A']);
  expect([...(location?.hiddenHeaders ?? [])]).toEqual(['strict-transport-security']);
});

test.each([
  ['5000', 5],
  ['30s', 30],
  ['1m', 60],
  ['500us', 0.0005],
  ['x', null],
])('time %s', (text, seconds) => expect(haproxySeconds(text)).toBe(seconds));
