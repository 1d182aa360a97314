import { describe, expect, test } from 'vitest';
import { locationFor } from '../../rules/shared/requests/location-choice.ts';
import { known } from '../../src/core/value.ts';
import { readNginx } from '../../src/deployment/nginx/nginx.ts';
import type { NginxSource, NginxSurroundings } from '../../src/deployment/nginx/scope.ts';
import { expiresSeconds, nginxBytes, nginxSeconds } from '../../src/deployment/nginx/values.ts';
import { parseNginx } from '../../src/syntax/nginx/index.ts';

const ALONE: NginxSurroundings = { include: () => null, substituted: () => null };

function read(text: string, around: NginxSurroundings = ALONE) {
  return readNginx({ file: 'nginx.conf', document: parseNginx(text, 'nginx.conf') }, around);
}

function onlyServer(text: string, around: NginxSurroundings = ALONE) {
  const [server] = read(text, around).servers;
  if (server === undefined) throw new Error('no server');
  return server;
}

function locationAt(text: string, path: string, around: NginxSurroundings = ALONE) {
  const found = onlyServer(text, around).locations.find((one) => one.match.path === path);
  if (found === undefined) throw new Error(`no location ${path}`);
  return found;
}

describe('what decides at run time', () => {
  test('a name that is looked up for each request, and who looks it up', () => {
    const lookup = (body: string, around = '') => locationAt(`${around}server { location / { ${body} } }`, '/').lookup;
    expect(lookup('proxy_pass http://web:8000;')).toBeNull();
    expect(lookup('proxy_pass http://web:8000$request_uri;')).toMatchObject({ host: { value: 'web' }, resolver: 'no' });
    expect(lookup('set $app web; proxy_pass http://$app:8000;')).toMatchObject({ host: { value: 'web' }, resolver: 'no' });
    expect(lookup('resolver 127.0.0.11; set $app http://web:8000; proxy_pass $app;')).toMatchObject({
      host: { value: 'web' },
      resolver: 'yes',
    });
    expect(lookup('include other.conf; proxy_pass http://web$uri;')?.resolver).toBe('maybe');
    expect(lookup('proxy_pass http://$host;')?.host.kind).toBe('unknown');
    expect(lookup('proxy_pass http://10.0.0.1$uri;')).toBeNull();
    expect(lookup('proxy_pass http://app$uri;', 'upstream app { server web:8000; } ')).toBeNull();
    const filled: NginxSurroundings = {
      ...ALONE,
      substituted: (name) => (name === 'HOST' ? known('web', { step: 'default', of: 'x' }) : null),
    };
    expect(locationAt('server { location / { proxy_pass http://${HOST}:8000; } }', '/', filled).lookup).toBeNull();
  });

  test('the version of HTTP towards the upstream', () => {
    expect(locationAt('proxy_http_version 1.1; server { location / { } }', '/').httpVersion).toMatchObject({ text: '1.1' });
    expect(locationAt('server { location / { } }', '/').httpVersion).toBeNull();
  });

  // What nginx 1.22 answers for these locations.
  test.each([
    ['/', 'prefix /'],
    ['/ws/', 'prefix /ws/'],
    ['/ws', 'exact /ws'],
    ['/static/a.png', 'prefix /static/'],
    ['/media/a.PNG', 'regex \\.png$'],
    ['/media/a.txt', 'prefix /media/'],
  ])('the location for %s', (path, expected) => {
    const server = onlyServer(
      'server { location / { } location = /ws { } location /ws/ { } location ^~ /static/ { } location /media/ { } location ~* \\.png$ { } }',
    );
    const choice = locationFor({ locations: server.locations.map((one) => ({ ...one, upstreams: { items: [], complete: true } })) }, path);
    expect(choice.kind === 'taken' ? `${choice.location.match.kind} ${choice.location.match.path}` : choice.kind).toBe(expected);
  });
});

describe('who is let in', () => {
  test.each([
    ['', 'no'],
    ['allow 10.0.0.0/8; deny all;', 'yes'],
    ['auth_basic "staff";', 'yes'],
    ['auth_basic off;', 'no'],
    ['internal;', 'yes'],
    ['if ($allowed = 0) { return 403; }', 'maybe'],
    ['include snippets/access.conf;', 'maybe'],
  ])('%s', (line, restricted) => {
    expect(locationAt(`server { location /metrics { ${line} proxy_pass http://web; } }`, '/metrics').restricted).toBe(restricted);
  });

  test('the innermost directive counts', () => {
    const text = 'server { auth_basic "staff"; location /open { auth_basic off; } location /kept { root /srv; } }';
    expect(locationAt(text, '/open').restricted).toBe('no');
    expect(locationAt(text, '/kept').restricted).toBe('yes');
  });
});

describe('units', () => {
  test.each([
    ['60', 60],
    ['120s', 120],
    ['1h30m', 5400],
    ['500ms', 0.5],
    ['abc', null],
  ])('time %s', (text, seconds) => expect(nginxSeconds(text)).toBe(seconds));

  test.each([
    ['10M', 10 * 1024 * 1024],
    ['0', 0],
    ['512k', 512 * 1024],
    ['1x', null],
  ])('size %s', (text, bytes) => expect(nginxBytes(text)).toBe(bytes));

  test.each([
    [['30d'], 30 * 86_400],
    [['max'], 315_360_000],
    [['-1'], -1],
    [['modified', '+1h'], 3600],
    [['$expires'], null],
    [['@15h30m'], null],
  ])('expires %j', (words, seconds) => expect(expiresSeconds(words)).toBe(seconds));
});

describe('inheritance', () => {
  const TEXT = `server {
    add_header X-Frame-Options DENY always;
    proxy_set_header Host $host;
    client_max_body_size 10M;
    location /static/ { alias /srv/static/; expires 30d; }
    location /media/ { alias /srv/media/; add_header Cache-Control public; }
    location / { proxy_pass http://web:8000; }
    location /ws/ { proxy_pass http://web:8000; proxy_set_header Upgrade $http_upgrade; proxy_read_timeout 1h; }
  }`;

  test('expires keeps the inherited headers, add_header drops them', () => {
    expect(locationAt(TEXT, '/static/').responseHeaders.map((one) => one.name)).toEqual(['X-Frame-Options']);
    const media = locationAt(TEXT, '/media/');
    expect(media.responseHeaders.map((one) => one.name)).toEqual(['Cache-Control']);
    expect(media.shadowedHeaders.map((one) => one.name)).toEqual(['X-Frame-Options']);
  });

  test('a location with a proxy_set_header of its own loses the outer ones', () => {
    expect([...locationAt(TEXT, '/').requestHeaders.keys()]).toEqual(['host']);
    const ws = locationAt(TEXT, '/ws/');
    expect([...ws.requestHeaders.keys()]).toEqual(['upgrade']);
    expect(ws.shadowedRequestHeaders.map((one) => one.name)).toEqual(['Host']);
    expect(ws.upgrades).toBe(true);
  });

  test('add_header_inherit merge keeps both', () => {
    const text = 'server { add_header A 1; add_header_inherit merge; location / { add_header B 2; } }';
    expect(locationAt(text, '/').responseHeaders.map((one) => one.name)).toEqual(['A', 'B']);
    expect(locationAt(text, '/').shadowedHeaders).toEqual([]);
  });

  test('limits and timeouts: own, inherited, default', () => {
    expect(locationAt(TEXT, '/ws/').readTimeout).toMatchObject({ kind: 'known', value: 3600 });
    expect(locationAt(TEXT, '/').readTimeout).toMatchObject({ kind: 'known', value: 60, origin: { step: 'default', of: 'nginx' } });
    expect(locationAt(TEXT, '/').bodyLimit).toMatchObject({ kind: 'known', value: 10 * 1024 * 1024 });
  });

  test('root is inherited, alias of the location wins', () => {
    const text = 'server { root /srv; location /a { } location /b { alias /other; } }';
    expect(locationAt(text, '/a').files).toMatchObject({ kind: 'root', path: { value: '/srv' } });
    expect(locationAt(text, '/b').files).toMatchObject({ kind: 'alias', path: { value: '/other' } });
  });
});

describe('includes', () => {
  const snippet: NginxSource = { file: 'headers.conf', document: parseNginx('add_header A 1;', 'headers.conf') };

  test('an included file stands in the place of its include', () => {
    const around = { ...ALONE, include: (pattern: string) => (pattern === 'headers.conf' ? [snippet] : null) };
    const found = locationAt('server { location / { include headers.conf; } }', '/', around);
    expect(found.responseHeaders[0]).toMatchObject({ name: 'A', at: { file: 'headers.conf' } });
    expect(found.complete).toBe(true);
  });

  test('an absent one keeps defaults from being claimed', () => {
    const found = locationAt('server { location / { include snippets/x.conf; } }', '/');
    expect(found.complete).toEqual({ because: 'snippets/x.conf is not in the repository' });
    expect(found.bodyLimit.kind).toBe('unknown');
    expect(read('server { location / { include snippets/x.conf; } }').complete).not.toBe(true);
  });

  test('proxy_params of Debian is known, mime.types sets nothing', () => {
    const found = locationAt('server { location / { include /etc/nginx/mime.types; include proxy_params; } }', '/');
    expect([...found.requestHeaders.keys()]).toContain('x-forwarded-proto');
    expect(found.complete).toBe(true);
  });

  test('a file that includes itself ends', () => {
    const loop: NginxSource = { file: 'a.conf', document: parseNginx('include a.conf;', 'a.conf') };
    expect(read('include a.conf;', { ...ALONE, include: () => [loop] }).servers).toEqual([]);
  });
});

describe('servers', () => {
  test('listens', () => {
    const server = onlyServer('server { listen 80; listen [::]:443 ssl http2 default_server; listen unix:/run/x; listen 127.0.0.1:8080; }');
    expect(server.listens).toMatchObject([
      { address: '*', port: 80, ssl: false },
      { address: '[::]', port: 443, ssl: true, http2: true, defaultServer: true },
      { unix: '/run/x', port: null },
      { address: '127.0.0.1', port: 8080 },
    ]);
    expect(onlyServer('server { }').listens).toMatchObject([{ port: 80, ssl: false }]);
  });

  test('what answers every request', () => {
    expect(onlyServer('server { return 301 https://$host$request_uri; }').answersAll).toMatchObject({
      code: 301,
      target: 'https://$host$request_uri',
    });
    expect(onlyServer('server { rewrite ^ https://a.org$request_uri permanent; }').answersAll).toMatchObject({ code: 301 });
    expect(onlyServer('server { rewrite ^/old /new; }').answersAll).toBeNull();
    expect(onlyServer('server { if ($request_method = POST) { return 405; } }').answersAll).toBeNull();
    const certbot = 'server { if ($host = a.org) { return 301 https://$host$request_uri; } listen 80; return 404; }';
    expect(onlyServer(certbot).answersAll).toMatchObject({ code: 301 });
  });

  test('plain HTTP sent away by condition', () => {
    expect(onlyServer('server { if ($scheme = http) { return 301 https://$host$request_uri; } }').sendsPlainAway).not.toBeNull();
    expect(onlyServer('server { if ($scheme != "https") { return 301 https://$host$request_uri; } }').sendsPlainAway).not.toBeNull();
    expect(onlyServer('server { if ($arg_x) { return 301 https://$host$request_uri; } }').sendsPlainAway).toBeNull();
  });

  test('http level is in view only with an http block', () => {
    const whole = onlyServer('http { server_tokens off; add_header A 1; server { location / { } } }');
    expect(whole.wholeConfiguration).toBe(true);
    expect(whole.serverTokens).toMatchObject({ value: 'off' });
    expect(whole.headers.map((one) => one.name)).toEqual(['A']);
    expect(onlyServer('server { }').wholeConfiguration).toBe(false);
  });

  test('nested locations are locations', () => {
    const paths = onlyServer(
      'server { location /a { location /a/b { } } location = /c { } location ~* \\.php$ { } location @d { } }',
    ).locations;
    expect(paths.map((one) => [one.match.kind, one.match.path])).toEqual([
      ['prefix', '/a'],
      ['prefix', '/a/b'],
      ['exact', '/c'],
      ['regex', '\\.php$'],
      ['named', '@d'],
    ]);
  });
});

describe('destinations', () => {
  const passing = (pass: string, outer = '') => locationAt(`${outer} server { location / { ${pass} } }`, '/').destinations;

  test.each([
    ['proxy_pass http://web:8000;', { kind: 'tcp', host: 'web', port: 8000 }],
    ['proxy_pass http://web;', { kind: 'tcp', host: 'web', port: 80 }],
    ['proxy_pass http://127.0.0.1:9000/path/;', { kind: 'tcp', host: '127.0.0.1', port: 9000 }],
    ['proxy_pass http://unix:/run/g.sock;', { kind: 'unix', path: '/run/g.sock' }],
    ['proxy_pass http://unix:/run/g.sock:/uri;', { kind: 'unix', path: '/run/g.sock' }],
    ['uwsgi_pass unix:///tmp/app.sock;', { kind: 'unix', path: '/tmp/app.sock' }],
    ['uwsgi_pass django:3031;', { kind: 'tcp', host: 'django', port: 3031 }],
    ['set $up http://web:8000; proxy_pass $up;', { kind: 'tcp', host: 'web', port: 8000 }],
  ])('%s', (pass, address) => expect(passing(pass).items.map((one) => one.address)).toEqual([address]));

  test('upstream blocks', () => {
    const outer = 'upstream app { server unix:/run/a.sock fail_timeout=0; server b:8001 backup; keepalive 8; }';
    expect(passing('proxy_pass http://app/;', outer).items.map((one) => one.address)).toEqual([
      { kind: 'unix', path: '/run/a.sock' },
      { kind: 'tcp', host: 'b', port: 8001 },
    ]);
  });

  test('variables that nothing sets are not guessed', () => {
    expect(passing('proxy_pass http://$backend;')).toMatchObject({ items: [], complete: { because: expect.any(String) } });
  });
});
