import { describe, expect, test } from 'vitest';
import type { Deployment } from '../../src/deployment/model.ts';
import { build, COMPOSE, DOCKERFILE, deployment, module, only, project, SETTINGS, UNIT } from './projects.ts';

describe('units', () => {
  test('the checkout, its env file and what systemd gives', async () => {
    const unit = UNIT.replace(
      'ExecStart',
      'EnvironmentFile=/srv/mysite/.env\nUser=www\nRuntimeDirectory=mysite other\nExecReload=/bin/kill -HUP $MAINPID\nExecStart',
    );
    const process = only(
      await deployment(
        { ...project(), 'app.service': unit, '.env': 'A=1\nDJANGO_SETTINGS_MODULE=mysite.live\n', 'mysite/live.py': SETTINGS },
        'app.service',
      ),
    );
    expect(process.environment.variables.get('A')).toMatchObject({ value: '1' });
    expect(module(process)).toBe('mysite.live');
    expect(process).toMatchObject({
      host: 'machine',
      user: { value: 'www' },
      unit: { runtimeDirectories: ['mysite', 'other'], socketActivated: false },
    });
    expect(process.unit?.reload).not.toBeNull();
    expect(process.paths.locate('/srv/mysite/static')).toMatchObject({ in: 'machine', repository: 'static' });
    expect(process.paths.runtimePath('manage.py')).toBe('/srv/mysite/manage.py');
    expect(process.paths.locate('/srv/other')).toMatchObject({ in: 'machine', repository: null });
  });

  test('an env file outside the checkout gives anything', async () => {
    const process = only(
      await deployment(
        { ...project(), 'app.service': UNIT.replace('ExecStart', 'EnvironmentFile=/etc/default/app\nExecStart') },
        'app.service',
      ),
    );
    expect(process.environment.closed).not.toBe(true);
  });

  test('a socket unit activates, tmpfiles.d makes folders', async () => {
    const socket = only(
      await deployment({ ...project(), 'app.service': UNIT, 'app.socket': '[Socket]\nListenStream=/run/app.sock\n' }, 'app.service'),
    );
    expect(socket.unit).toMatchObject({ socketActivated: true, socketPaths: ['/run/app.sock'] });
    const folder = only(
      await deployment({ ...project(), 'app.service': UNIT, 'tmpfiles.d/app.conf': 'd /run/mysite 0755 www www -\n' }, 'app.service'),
    );
    expect(folder.unit).toMatchObject({ socketActivated: false, socketPaths: ['/run/mysite'] });
  });
});

describe('proxies', () => {
  const nginx = (pass: string) => `server { listen 80; location / { proxy_pass ${pass}; } }\n`;
  const compose = (web = '', proxy = '') => `services:
  web:
    build: .
${web}  proxy:
    image: nginx:1.27
${proxy}    volumes:
      - ./nginx.conf:/etc/nginx/conf.d/default.conf
`;
  const files = (pass: string, web = '', proxy = '') => ({
    ...project(),
    Dockerfile: DOCKERFILE,
    'docker-compose.yml': compose(web, proxy),
    'nginx.conf': nginx(pass),
  });
  const upstream = (found: Deployment) => found.proxy?.servers[0]?.locations[0]?.upstreams.items[0];

  test('the name and port of a service prove the link', async () => {
    const found = await deployment(files('http://web:8000'), 'docker-compose.yml');
    expect(upstream(found)).toMatchObject({ link: 'proven', mismatch: null, process: { name: 'web' } });
    expect(found.proxy?.servers[0]).toMatchObject({
      process: { name: 'proxy' },
      release: { from: '1.27', before: '1.28' },
      wholeConfiguration: true,
    });
    const other = await deployment(files('http://app:8000', '    container_name: app\n'), 'docker-compose.yml');
    expect(upstream(other)?.link).toBe('proven');
  });

  test.each([
    ['http://web:9000', 'presumed', 'web listens on 0.0.0.0:8000, not on port 9000'],
    ['http://wbe:8000', 'presumed', 'no service of this deployment is named "wbe"'],
    ['http://127.0.0.1:8000', 'presumed', 'localhost is the container of proxy itself, where nothing listens on port 8000'],
    ['http://unix:/run/app.sock', 'presumed', '/run/app.sock lies in the container of proxy itself: no volume shares it'],
    ['http://example.com', 'none', null],
  ])('%s is %s', async (pass, link, mismatch) => {
    expect(upstream(await deployment(files(pass), 'docker-compose.yml'))).toMatchObject({ link, mismatch });
  });

  test('a socket in a shared volume proves the link', async () => {
    const web = '    command: gunicorn mysite.wsgi --bind unix:/sock/app.sock\n    volumes:\n      - run:/sock\n';
    const shared = compose(web).replace('conf.d/default.conf\n', 'conf.d/default.conf\n      - run:/run/app\n');
    const found = await deployment(
      { ...files('http://unix:/run/app/app.sock'), 'docker-compose.yml': `${shared}volumes:\n  run:\n` },
      'docker-compose.yml',
    );
    expect(upstream(found)).toMatchObject({ link: 'proven' });
  });

  test('one file serves a container and a machine', async () => {
    const model = await build({ ...files('http://unix:/run/mysite/app.sock'), 'app.service': UNIT });
    const [host, container] = model.deployments.map((one) => upstream(one));
    expect(model.deployments.map((one) => one.id)).toEqual(['app.service', 'docker-compose.yml']);
    expect(host).toMatchObject({ link: 'proven', process: { name: 'app' } });
    expect(container).toMatchObject({ link: 'presumed', process: { name: 'web' } });
  });

  test('a machine in front of a published port', async () => {
    const bare = { ...project(), Dockerfile: DOCKERFILE, 'docker-compose.yml': `${COMPOSE}    ports: ["127.0.0.1:8001:8000"]\n` };
    expect(upstream(await deployment({ ...bare, 'nginx.conf': nginx('http://127.0.0.1:8001') }, 'docker-compose.yml'))?.link).toBe(
      'proven',
    );
    expect((await deployment({ ...bare, 'nginx.conf': nginx('http://127.0.0.1:9') }, 'docker-compose.yml')).proxy).toBeNull();
  });

  test('a second address is not presumed for a process that is reached already', async () => {
    const conf =
      'server { location / { proxy_pass http://unix:/run/mysite/app.sock; } location /ws/ { proxy_pass http://unix:/run/daphne.sock; } location /g { proxy_pass http://127.0.0.1:3000; } }';
    const found = await deployment({ ...project(), 'app.service': UNIT, 'nginx.conf': conf }, 'app.service');
    const links = found.proxy?.servers[0]?.locations.map((one) => one.upstreams.items[0]);
    expect(links).toMatchObject([
      { link: 'proven', mismatch: null },
      { link: 'none', process: null, mismatch: 'nothing in this deployment listens on /run/daphne.sock' },
      { link: 'none', process: null, mismatch: null },
    ]);
  });

  test('what the proxy does on all routes to the application', async () => {
    const tls = (body: string) =>
      `server { listen 80; return 301 https://$host$request_uri; } server { listen 443 ssl; add_header Strict-Transport-Security "max-age=1" always; ${body} }`;
    const over = async (conf: string) => {
      const { proxy } = await deployment({ ...files(''), 'nginx.conf': conf }, 'docker-compose.yml');
      return [proxy?.redirectsToHttps().answer, proxy?.terminatesTls().answer, proxy?.provides('Strict-Transport-Security').answer];
    };
    const pass = 'proxy_pass http://web:8000;';
    expect(await over(tls(`location / { ${pass} }`))).toEqual(['yes', 'yes', 'yes']);
    expect(await over(tls(`location / { ${pass} } location /x { ${pass} add_header A 1; }`))).toEqual(['yes', 'yes', 'no']);
    expect(await over(tls(`include more.conf; location / { ${pass} }`))).toEqual(['maybe', 'maybe', 'maybe']);
    expect(await over(`server { listen 80; location / { ${pass} } }`)).toEqual(['no', 'no', 'no']);
    expect(
      await over(
        `server { listen 80; listen 443 ssl; if ($scheme = http) { return 301 https://$host$request_uri; } location / { ${pass} } }`,
      ),
    ).toEqual(['yes', 'yes', 'no']);
    expect(await over(tls('location / { proxy_pass http://elsewhere.example; }'))).toEqual(['maybe', 'maybe', 'maybe']);
  });
});
