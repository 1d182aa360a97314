import { describe, expect, test } from 'vitest';
import type { ProxyFacts } from '../../src/deployment/model.ts';
import { readRule } from '../../src/deployment/traefik/rule-text.ts';
import { DOCKERFILE, deployment, project } from './projects.ts';

const FLAGS = [
  '--providers.docker=true',
  '--providers.docker.exposedByDefault=false',
  '--entryPoints.web.address=:80',
  '--entryPoints.websecure.address=:443',
];
const ROUTER = [
  'traefik.enable=true',
  'traefik.http.routers.app.rule=Host(`a.example`)',
  'traefik.http.routers.app.entrypoints=websecure',
  'traefik.http.routers.app.tls.certresolver=le',
];
const items = (lines: readonly string[]) => lines.map((one) => `      - ${JSON.stringify(one)}\n`).join('');

const compose = (flags: readonly string[], labels: readonly string[], more = '') => `services:
  web:
    build: .
    labels:
${items(labels)}  traefik:
    image: traefik:v3.1
    ports: ["80:80", "443:443"]
${flags.length === 0 ? '' : `    command:\n${items(flags)}`}${more}`;

async function proxyOf(manifest: string, files: Record<string, string> = {}): Promise<ProxyFacts> {
  const found = await deployment({ ...project(), Dockerfile: DOCKERFILE, 'docker-compose.yml': manifest, ...files }, 'docker-compose.yml');
  if (found.proxy === null) throw new Error('no proxy');
  return found.proxy;
}

const routes = (proxy: ProxyFacts) =>
  proxy.servers.map(({ listens, names, answersAll, locations }) => [
    listens.map(({ port, ssl }) => `${port}${ssl ? ' tls' : ''}`).join(' '),
    names.map(({ text }) => text).join(' '),
    answersAll?.code ??
      locations.flatMap(({ upstreams }) => upstreams.items.map(({ process, link }) => `${process?.name} ${link}`)).join(' '),
  ]);

describe('routes of labels', () => {
  test('the port of a label, the entry point and TLS of a router', async () => {
    const proxy = await proxyOf(compose(FLAGS, [...ROUTER, 'traefik.http.services.app.loadbalancer.server.port=8000']));
    expect(routes(proxy)).toEqual([['443 tls', 'a.example', 'web proven']]);
    expect(proxy.complete).toBe(true);
    expect(proxy.redirectsToHttps().answer).toBe('yes');
    expect(proxy.servers[0]?.locations[0]?.requestHeaders.get('x-forwarded-proto')?.value).toBe('$scheme');
  });

  test('labels as a map, with variables, dollar signs that are none and names that nothing gives', async () => {
    const manifest = `services:
  web:
    build: .
    labels:
      traefik.enable: "true"
      traefik.http.routers.app.rule: "Host(\`\${DOMAIN}\`) && PathPrefix(\`/api\`)"
      traefik.http.routers.app.middlewares: auth
      traefik.http.middlewares.auth.basicauth.users: "me:$$apr1$$x"
  traefik:
    image: traefik:v3.1
    command: ${FLAGS.join(' ')}
`;
    const found = await deployment({ ...project(), Dockerfile: DOCKERFILE, 'docker-compose.yml': manifest }, 'docker-compose.yml');
    const web = found.processes.find((one) => one.name === 'web');
    expect(web?.labels.get('traefik.http.middlewares.auth.basicauth.users')).toMatchObject({ value: 'me:$apr1$x' });
    expect(web?.labels.get('traefik.http.routers.app.rule')?.kind).toBe('unknown');
    const [server] = found.proxy?.servers ?? [];
    expect(server).toMatchObject({ names: [], locations: [{ match: { kind: 'prefix', path: '/api' }, restricted: 'yes' }] });
  });

  test('a name with a variable stays one name', async () => {
    const labels = [
      'traefik.enable=true',
      'traefik.http.routers.${STACK}-x.rule=Host(`a.example`)',
      'traefik.http.routers.${STACK}-x.entrypoints=web',
    ];
    expect(routes(await proxyOf(compose(FLAGS, labels)))).toEqual([['80', 'a.example', 'web proven']]);
    const given = await proxyOf(compose(FLAGS, labels), { '.env': 'STACK=shop\n' });
    expect(given.servers[0]?.locations[0]?.name).toBe('router shop-x');
  });

  test('a container that does not ask for it, and one that refuses', async () => {
    const labels = ROUTER.slice(1);
    expect((await proxyOf(compose(FLAGS, labels))).servers).toEqual([]);
    const exposing = FLAGS.filter((one) => !one.includes('exposedByDefault'));
    expect((await proxyOf(compose(exposing, labels))).servers).toHaveLength(1);
    expect((await proxyOf(compose(exposing, [...labels, 'traefik.enable=false']))).servers).toEqual([]);
    expect((await proxyOf(compose(FLAGS, ROUTER))).programs[0]?.exposesByDefault).toBeNull();
    expect((await proxyOf(compose(exposing, ROUTER))).programs[0]?.exposesByDefault).not.toBeNull();
  });

  test('a router that names no entry point stands on all, a redirecting one passes nothing on', async () => {
    const labels = ['traefik.enable=true', 'traefik.http.routers.app.rule=Host(`a.example`)'];
    expect(routes(await proxyOf(compose(FLAGS, labels)))).toEqual([['80 443', 'a.example', 'web proven']]);
    const sent = await proxyOf(
      compose([...FLAGS, '--entrypoints.web.http.redirections.entryPoint.to=websecure'], [...labels, 'traefik.http.routers.app.tls=true']),
    );
    expect(routes(sent)).toEqual([
      ['80', '', 301],
      ['443 tls', 'a.example', 'web proven'],
    ]);
    expect(sent.redirectsToHttps().answer).toBe('yes');
  });

  test('middlewares: redirects, headers, limits, and those that are not in view', async () => {
    const labels = [
      'traefik.enable=true',
      'traefik.http.routers.app.rule=Host(`a.example`)',
      'traefik.http.routers.app.entrypoints=websecure',
      'traefik.http.routers.app.tls=true',
      'traefik.http.routers.app.middlewares=all',
      'traefik.http.routers.plain.rule=Host(`a.example`)',
      'traefik.http.routers.plain.entrypoints=web',
      'traefik.http.routers.plain.middlewares=away@docker',
      'traefik.http.middlewares.away.redirectscheme.scheme=https',
      'traefik.http.middlewares.away.redirectscheme.permanent=true',
      'traefik.http.middlewares.all.chain.middlewares=heads,limit',
      'traefik.http.middlewares.heads.headers.stsSeconds=31536000',
      'traefik.http.middlewares.heads.headers.referrerPolicy=no-referrer',
      'traefik.http.middlewares.heads.headers.customrequestheaders.X-Forwarded-Proto=https',
      'traefik.http.middlewares.heads.headers.customresponseheaders.Server=',
      'traefik.http.middlewares.limit.buffering.maxRequestBodyBytes=1000',
    ];
    const proxy = await proxyOf(compose(FLAGS, labels));
    expect(proxy.servers[1]?.answersAll).toMatchObject({ code: 301 });
    const [location] = proxy.servers[0]?.locations ?? [];
    expect(location?.responseHeaders.map(({ name, value }) => [name, value])).toEqual([
      ['Referrer-Policy', 'no-referrer'],
      ['Strict-Transport-Security', 'max-age=31536000'],
    ]);
    expect(location).toMatchObject({ bodyLimit: { value: 1000 }, complete: true, restricted: 'no' });
    expect(location?.hiddenHeaders.has('server')).toBe(true);
    expect(location?.requestHeaders.get('x-forwarded-proto')?.value).toBe('https');
    expect(proxy.provides('strict-transport-security').answer).toBe('yes');
    const missing = await proxyOf(compose(FLAGS, [...ROUTER, 'traefik.http.routers.app.middlewares=away@file']));
    expect(missing.complete).not.toBe(true);
    expect(missing.provides('strict-transport-security').answer).toBe('maybe');
  });

  test('chains of middlewares that lead in circles end', async () => {
    const chain = 'traefik.http.middlewares.a.chain.middlewares=a,a,b,a,b';
    const other = 'traefik.http.middlewares.b.chain.middlewares=a,b,a,b,a';
    const proxy = await proxyOf(compose(FLAGS, [...ROUTER, 'traefik.http.routers.app.middlewares=a', chain, other]));
    expect(proxy.complete).toBe(true);
  });

  test('a proxy behind it is not what visitors meet', async () => {
    const manifest = `services:
  web:
    build: .
  nginx:
    image: nginx:1.29
    volumes: ["./nginx.conf:/etc/nginx/conf.d/default.conf"]
    labels:
${items([...ROUTER, 'traefik.http.services.app.loadbalancer.server.port=80', 'traefik.http.routers.app.middlewares=heads', 'traefik.http.middlewares.heads.headers.stsSeconds=60'])}  traefik:
    image: traefik:v3.1
    ports: ["80:80", "443:443"]
    command:
${items(FLAGS)}`;
    const nginx = 'server { listen 80; location / { proxy_pass http://web:8000; } }\n';
    const proxy = await proxyOf(manifest, { 'nginx.conf': nginx });
    expect(proxy.terminatesTls().answer).toBe('yes');
    expect(proxy.redirectsToHttps().answer).toBe('yes');
    expect(proxy.provides('strict-transport-security').answer).toBe('yes');
    const open = manifest.replace('    image: nginx:1.29\n', '    image: nginx:1.29\n    ports: ["8080:80"]\n');
    expect((await proxyOf(open, { 'nginx.conf': nginx })).redirectsToHttps().answer).toBe('no');
  });
});

describe('how Traefik is configured', () => {
  const FILE = `entryPoints:
  web:
    address: ":80"
    http:
      redirections:
        entryPoint:
          to: websecure
  websecure:
    address: ":443"
    forwardedHeaders:
      insecure: true
certificatesResolvers:
  le:
    acme:
      storage: /etc/traefik/acme/acme.json
api:
  insecure: true
http:
  routers:
    app:
      rule: "Host(\`a.example\`) || Host(\`b.example\`)"
      entryPoints: [websecure]
      service: django
      tls:
        certResolver: le
  services:
    django:
      loadBalancer:
        servers:
          - url: http://web:8000
providers:
  file:
    filename: /etc/traefik/traefik.yml
`;
  const mounted = '    volumes: ["./traefik.yml:/etc/traefik/traefik.yml"]\n';

  test('a file goes before flags, and may hold the routes', async () => {
    const proxy = await proxyOf(compose(['--entrypoints.other.address=:8000'], ['x=y'], mounted), { 'traefik.yml': FILE });
    expect(routes(proxy)).toEqual([
      ['80', '', 301],
      ['443 tls', 'a.example b.example', 'web proven'],
    ]);
    expect(proxy.complete).toBe(true);
    const [program] = proxy.programs;
    expect(program).toMatchObject({
      software: 'traefik',
      process: { name: 'traefik' },
      openApi: { port: 8080 },
      entryPoints: [
        { name: 'web', port: 80, believesAnyone: null },
        { name: 'websecure', port: 443, believesAnyone: { file: 'traefik.yml' } },
      ],
      certificateStores: [{ path: { value: '/etc/traefik/acme/acme.json' } }],
    });
    const insecure = FILE.indexOf('insecure: true\nhttp');
    expect(program?.openApi?.at).toMatchObject({ file: 'traefik.yml', start: insecure });
    expect(proxy.servers[1]?.locations[0]?.requestHeaders.get('x-forwarded-proto')?.value).toBe('$http_x_forwarded_proto');
  });

  test('variables', async () => {
    const manifest = `services:
  web:
    build: .
  traefik:
    image: traefik:v3.1
    command: []
    environment:
      TRAEFIK_API_INSECURE: "true"
      TRAEFIK_ENTRYPOINTS_WEB_ADDRESS: ":80"
`;
    expect((await proxyOf(manifest)).programs[0]?.openApi).not.toBeNull();
  });

  test('a template hides the values that it fills in', async () => {
    const proxy = await proxyOf(compose([], ['x=y'], mounted), {
      'traefik.yml': FILE.replace('"Host(`a.example`) || Host(`b.example`)"', '{{ env "RULE" }}'),
    });
    expect(proxy.servers[1]?.names).toEqual([]);
  });

  test('what is not in view', async () => {
    expect((await proxyOf(compose([], ROUTER))).complete).not.toBe(true);
    const elsewhere = '    volumes: ["/srv/traefik.yml:/etc/traefik/traefik.yml"]\n';
    expect((await proxyOf(compose(FLAGS, ROUTER, elsewhere))).complete).not.toBe(true);
    expect((await proxyOf(compose([...FLAGS, '--providers.file.directory=/routes'], ROUTER))).complete).not.toBe(true);
  });
});

describe('rules', () => {
  test.each([
    ['Host(`a`) && PathPrefix(`/x`, `/y`)', ['a'], ['prefix /x', 'prefix /y']],
    ['(Host(`a`) || Host(`b`)) && !PathPrefix(`/x`)', ['a', 'b'], ['prefix /']],
    ['PathPrefix(`/`)', [], ['prefix /']],
    ['Host(`a`) && Path(`/health`) || Host(`b`)', ['a', 'b'], ['exact /health', 'prefix /']],
    ['Host(`${DOMAIN}`)', [], ['prefix /']],
    ['Host(`a`) && (', ['a'], ['prefix /']],
  ])('%s', (text, hosts, paths) => {
    const rule = readRule(text);
    expect(rule.hosts).toEqual(hosts);
    expect(rule.paths.map(({ kind, path }) => `${kind} ${path}`)).toEqual(paths);
  });
});
