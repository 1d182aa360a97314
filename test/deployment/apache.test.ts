import { describe, expect, test } from 'vitest';
import { readApache } from '../../src/deployment/apache/apache.ts';
import { prefixOfPattern } from '../../src/deployment/apache/paths.ts';
import type { ApacheSurroundings } from '../../src/deployment/apache/scope.ts';
import { parseApache } from '../../src/syntax/apache/index.ts';

const ALONE: ApacheSurroundings = { include: () => null, variable: () => null };
const source = (text: string, file = 'site.conf') => ({ file, document: parseApache(text, file) });

function server(text: string, around = ALONE) {
  const [first] = readApache(source(text), around).servers;
  if (first === undefined) throw new Error('no server');
  return first;
}

function host(lines: string, address = '*:443') {
  return server(`<VirtualHost ${address}>\nServerName example.com\n${lines}\n</VirtualHost>\n`);
}

function at(lines: string, path: string) {
  const found = host(lines).locations.find((one) => one.match.path === path);
  if (found === undefined) throw new Error(`no location ${path}`);
  return found;
}

const paths = (lines: string) => host(lines).locations.map((one) => `${one.match.path} ${one.name}`);

describe('who answers, as httpd 2.4.71 did', () => {
  test.each<readonly [string, readonly string[]]>([
    ['Redirect permanent / https://a/\nProxyPass / http://b/', ['/ ProxyPass /']],
    ['Alias /static /srv/static\nProxyPass /static !\nProxyPass / http://b/', ['/static Alias /static', '/ ProxyPass /']],
    ['Alias /static /srv/static\nProxyPass / http://b/\nProxyPass /static !', ['/ ProxyPass /']],
    [
      'Alias /static /srv/static\n<Location /static>\nProxyPass !\n</Location>\nProxyPass / http://b/',
      ['/static Alias /static', '/ ProxyPass /'],
    ],
    ['ProxyPass /static !\n<Location />\nProxyPass http://b/\n</Location>', ['/ <Location />']],
    ['DocumentRoot /srv/www\nWSGIScriptAlias /app /srv/app/wsgi.py', ['/app WSGIScriptAlias /app', '/ DocumentRoot']],
    ['ProxyPassMatch ^/(.*)$ http://b/$1', ['/ ProxyPassMatch ^/(.*)$']],
    ['RewriteRule ^/(.*)$ http://b/$1 [P,L]', ['/ RewriteRule ^/(.*)$']],
  ])('%j', (lines, expected) => expect(paths(lines)).toEqual(expected));

  test('a rewrite goes before everything else', () => {
    const all = host('ProxyPass / http://b/\nRewriteEngine On\nRewriteRule ^ https://a%{REQUEST_URI} [R=301,L]', '*:80');
    expect(all.answersAll).toMatchObject({ code: 301, target: 'https://a%{REQUEST_URI}' });
  });
});

describe('plain HTTP is sent away', () => {
  test.each<readonly [string, boolean]>([
    ['Redirect permanent / https://example.com/', true],
    ['Redirect / https://example.com/', true],
    ['RewriteCond %{HTTPS} !=on\nRewriteRule ^/?(.*) https://%{SERVER_NAME}/$1 [R,L]', true],
    ['RewriteCond %{SERVER_NAME} =example.com\nRewriteRule ^ https://%{SERVER_NAME}%{REQUEST_URI} [END,NE,R=permanent]', true],
    ['RewriteCond %{REQUEST_URI} !^/\\.well-known/acme-challenge/\nRewriteRule ^(.*)$ https://example.com$1 [R=301,L]', true],
    ['RewriteCond %{HTTP_HOST} ^www\\.\nRewriteRule ^ https://example.com%{REQUEST_URI} [R=301,L]', false],
    ['Redirect /old https://example.com/new', false],
  ])('%j', (lines, expected) => expect(host(`RewriteEngine On\n${lines}`, '*:80').answersAll !== null).toBe(expected));

  test('by a condition, where one virtual host serves both', () => {
    const both = host('SSLEngine on\nRewriteCond %{HTTPS} off\nRewriteRule ^ https://a%{REQUEST_URI} [R]', '*:80 *:443');
    expect(both.answersAll).toBeNull();
    expect(both.sendsPlainAway).not.toBeNull();
  });

  test('a rule under another condition leaves it open', () => {
    const location = host('RewriteCond %{HTTP_HOST} ^www\nRewriteRule ^ https://a/ [R]\nProxyPass / http://b/', '*:80').locations[0];
    expect(location?.complete).not.toBe(true);
  });
});

describe('headers', () => {
  const sent = (lines: string) =>
    Object.fromEntries([...at(`${lines}\nProxyPass / http://b/`, '/').requestHeaders].map(([name, one]) => [name, one.value]));

  test('what mod_proxy sends by itself', () => {
    expect(sent('')).toMatchObject({
      host: '$proxy_host',
      'x-forwarded-for': '$proxy_add_x_forwarded_for',
      'x-forwarded-host': '$http_host',
    });
    expect(sent('ProxyAddHeaders Off\nProxyPreserveHost On')).toEqual({ host: '$http_host' });
  });

  test.each([
    ['RequestHeader set X-Forwarded-Proto "https"', 'https'],
    ['RequestHeader set "X-Forwarded-Proto" expr=%{REQUEST_SCHEME}', '$scheme'],
    ['RequestHeader set X-Forwarded-Proto https env=HTTPS', 'https'],
    ['RequestHeader set X-Forwarded-Proto expr=%{HTTP:X-Forwarded-Proto}', '$http_x_forwarded_proto'],
    ['RequestHeader set X-Forwarded-Proto https\nRequestHeader unset X-Forwarded-Proto', undefined],
    ['<Location />\nRequestHeader set X-Forwarded-Proto https\n</Location>', 'https'],
    ['<Proxy *>\nRequestHeader set X-Forwarded-Proto https\n</Proxy>', 'https'],
    ['<Directory /srv>\nRequestHeader set X-Forwarded-Proto https\n</Directory>', undefined],
    ['<Location /admin>\nRequestHeader set X-Forwarded-Proto https\n</Location>', undefined],
  ])('%j', (lines, value) => expect(sent(lines)['x-forwarded-proto']).toBe(value));

  test('`always` is sent beside the header of the application, `set` alone takes its place', () => {
    const always = at('Header always set X-Frame-Options DENY\nProxyPass / http://b/', '/');
    expect([always.responseHeaders.map((one) => one.name), [...always.hiddenHeaders]]).toEqual([['X-Frame-Options'], []]);
    const set = at('Header set X-Frame-Options DENY\nProxyPass / http://b/', '/');
    expect([set.responseHeaders.map((one) => one.name), [...set.hiddenHeaders]]).toEqual([['X-Frame-Options'], ['x-frame-options']]);
  });

  test('a header under a condition leaves the place open', () => {
    expect(at('Header set X-A b env=FOO\nProxyPass / http://b/', '/')).toMatchObject({
      responseHeaders: [],
      complete: { because: expect.any(String) },
    });
  });

  test('cookies are marked', () => {
    const location = at('Header edit Set-Cookie ^(.*)$ "$1; HttpOnly; Secure"\nProxyPass / http://b/', '/');
    expect(location.cookieFlags).toMatchObject([{ cookie: '~.*', flags: ['httponly', 'secure'] }]);
  });
});

describe('upstreams', () => {
  const to = (lines: string, path = '/') => at(lines, path).destinations;

  test.each([
    ['ProxyPass / http://127.0.0.1:8000/', [{ kind: 'tcp', host: '127.0.0.1', port: 8000 }]],
    ['ProxyPass / http://web/', [{ kind: 'tcp', host: 'web', port: 80 }]],
    ['ProxyPass / unix:/run/app.sock|http://localhost/', [{ kind: 'unix', path: '/run/app.sock' }]],
    ['ProxyPass / unix:///run/app.sock|http://localhost/', [{ kind: 'unix', path: '/run/app.sock' }]],
    ['ProxyPass / uwsgi://127.0.0.1:3031/', [{ kind: 'tcp', host: '127.0.0.1', port: 3031 }]],
    ['WSGIScriptAlias / /srv/app/mysite/wsgi.py', [{ kind: 'script', path: '/srv/app/mysite/wsgi.py' }]],
    [
      'ProxyPass / balancer://app/\n<Proxy balancer://app>\nBalancerMember http://a:1\nBalancerMember http://b:2\n</Proxy>',
      [
        { kind: 'tcp', host: 'a', port: 1 },
        { kind: 'tcp', host: 'b', port: 2 },
      ],
    ],
  ])('%j', (lines, addresses) => {
    const { items, complete } = to(lines);
    expect([items.map((one) => one.address), complete]).toEqual([addresses, true]);
  });

  test('variables: Define is put in, others leave it unknown', () => {
    expect(to('Define PORT 8001\nProxyPass / http://127.0.0.1:${PORT}/').items).toMatchObject([{ address: { port: 8001 } }]);
    expect(to('ProxyPass / http://127.0.0.1:${PORT}/').complete).not.toBe(true);
  });

  test('the time httpd waits', () => {
    const wait = (lines: string) => at(`ProxyPass / http://b/${lines}`, '/').readTimeout;
    expect(wait(' timeout=90')).toMatchObject({ value: 90 });
    expect(wait('\nProxyTimeout 30')).toMatchObject({ value: 30 });
    // Debian raises it in a file of its own.
    expect(wait('').kind).toBe('unknown');
    expect(server('ServerRoot /x\nListen 80\nProxyPass / http://b/').locations[0]?.readTimeout).toMatchObject({ value: 60 });
  });
});

describe('files and who is let in', () => {
  const FOLDER = '/srv/media';
  const media = (lines: string) => at(`Alias /media/ ${FOLDER}/\n<Directory ${FOLDER}>\n${lines}\n</Directory>`, '/media/');

  test.each<readonly [string, string]>([
    ['Require all granted', 'no'],
    ['Require all denied', 'yes'],
    ['Require valid-user', 'yes'],
    ['Require ip 10.0.0.0/8', 'yes'],
    ['<RequireAny>\nRequire ip 10\nRequire all granted\n</RequireAny>', 'no'],
    ['Order allow,deny\nAllow from all', 'no'],
    ['<IfVersion < 2.4>\nDeny from all\n</IfVersion>\n<IfVersion >= 2.4>\nRequire all granted\n</IfVersion>', 'no'],
    ['', 'maybe'],
  ])('%j', (lines, restricted) => expect(media(lines).restricted).toBe(restricted));

  test.each<readonly [string, boolean]>([
    ['Options Indexes FollowSymLinks', true],
    ['Options +Indexes', true],
    ['Options -Indexes', false],
    ['Options FollowSymLinks', false],
    ['', false],
  ])('listing: %s', (lines, listed) => expect(media(lines).listing !== null).toBe(listed));

  test('the deepest folder counts', () => {
    const lines = `Alias /media/ ${FOLDER}/\n<Directory ${FOLDER}>\nOptions -Indexes\n</Directory>\n<Directory /srv>\nOptions Indexes\n</Directory>`;
    expect(at(lines, '/media/').listing).toBeNull();
  });
});

describe('servers', () => {
  test('TLS, names and versions', () => {
    const one = host(
      'ServerAlias www.example.com\nSSLEngine on\nSSLProtocol all -SSLv3 -TLSv1\nSSLCertificateFile /c.pem\nSSLUseStapling on',
    );
    expect(one.listens).toMatchObject([{ address: '*', port: 443, ssl: true }]);
    expect(one.names.map((name) => name.text)).toEqual(['example.com', 'www.example.com']);
    expect(one.tlsProtocols?.versions).toEqual(['TLSv1.1', 'TLSv1.2', 'TLSv1.3']);
    expect(one.certificates).toMatchObject([{ kind: 'certificate', path: { value: '/c.pem' } }]);
    expect(one.stapling).not.toBeNull();
  });

  test('certbot switches TLS on in a file of its own', () => {
    const one = host('Include /etc/letsencrypt/options-ssl-apache.conf', '*:8443');
    expect(one.listens).toMatchObject([{ port: 8443, ssl: true }]);
    expect(one.tlsProtocols?.versions).toEqual(['TLSv1.2', 'TLSv1.3']);
  });

  test('sections that ask for a module or a release are opened, what is not in view is told', () => {
    const read = (text: string) => readApache(source(text), ALONE);
    expect(read('<IfModule mod_ssl.c>\n<VirtualHost *:443>\n</VirtualHost>\n</IfModule>').servers).toHaveLength(1);
    expect(read('<VirtualHost *:80>\nInclude sites/app.inc\n</VirtualHost>').complete).toEqual({
      because: 'sites/app.inc is not in the repository',
    });
    expect(read('<VirtualHost *:80>\nUse Site a\n</VirtualHost>').complete).toEqual({ because: 'the macro Site is not followed' });
    expect(read('<VirtualHost *:80>\n<IfDefine TLS>\nSSLEngine on\n</IfDefine>\n</VirtualHost>').complete).toEqual({
      because: 'it depends on TLS',
    });
  });

  test('an include in view is read in its place', () => {
    const around: ApacheSurroundings = {
      include: (pattern) => (pattern === 'conf/app.conf' ? [source('ProxyPass / http://127.0.0.1:8000/', 'conf/app.conf')] : null),
      variable: () => null,
    };
    expect(server('<VirtualHost *:80>\nInclude conf/app.conf\n</VirtualHost>', around).locations).toMatchObject([{ match: { path: '/' } }]);
  });
});

test.each([
  ['^/(.*)$', '/'],
  ['^', '/'],
  ['^/?(.*)', '/'],
  ['^/static/(.*)$', '/static/'],
  ['^/static', '/static'],
  ['^/(a|b)$', null],
  ['\\.php$', null],
])('the prefix of %s', (pattern, prefix) => expect(prefixOfPattern(pattern)).toBe(prefix));
