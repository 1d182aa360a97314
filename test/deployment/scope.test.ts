import { describe, expect, test } from 'vitest';
import { build, COMPOSE, DOCKERFILE, deployment, ids, only, project, SETTINGS, UNIT } from './projects.ts';

describe('production scope', () => {
  test('no Django, no deployment', async () => {
    const model = await build({ 'docker-compose.yml': 'services:\n  db:\n    image: postgres\n', 'a.py': 'x = 1\n' });
    expect(model).toMatchObject({ projects: [], deployments: [] });
  });

  test.each([
    ['the only compose file', { 'docker-compose.yml': COMPOSE }, ['docker-compose.yml']],
    ['base and an override', { 'docker-compose.yml': COMPOSE, 'docker-compose.override.yml': COMPOSE }, ['docker-compose.yml']],
    ['base and development', { 'docker-compose.yml': COMPOSE, 'docker-compose.dev.yml': COMPOSE }, ['docker-compose.yml']],
    ['a whole file for production', { 'docker-compose.yml': COMPOSE, 'docker-compose.prod.yml': COMPOSE }, ['docker-compose.prod.yml']],
    [
      'production on top of base',
      { 'docker-compose.yml': COMPOSE, 'docker-compose.prod.yml': 'services:\n  web:\n    restart: always\n' },
      ['docker-compose.yml+docker-compose.prod.yml'],
    ],
    [
      'a set that a script starts',
      {
        'docker-compose.yml': COMPOSE,
        'live.yml': 'services:\n  web:\n    restart: always\n',
        'deploy.sh': 'docker compose -f docker-compose.yml -f live.yml up -d\n',
      },
      ['docker-compose.yml+live.yml'],
    ],
    [
      'staging beside base',
      { 'docker-compose.yml': COMPOSE, 'docker-compose.staging.yml': COMPOSE },
      ['docker-compose.staging.yml', 'docker-compose.yml'],
    ],
    ['an image alone', {}, ['Dockerfile']],
    ['databases only', { 'docker-compose.yml': 'services:\n  db:\n    image: postgres:16\n' }, ['Dockerfile']],
    ['units beside compose', { 'docker-compose.yml': COMPOSE, 'deploy/app.service': UNIT }, ['deploy/app.service', 'docker-compose.yml']],
  ])('%s', async (_name, files, expected) => {
    expect(await ids({ ...project(), Dockerfile: DOCKERFILE, ...files })).toEqual(expected);
  });

  test('what is set aside says why', async () => {
    const model = await build({ ...project(), Dockerfile: DOCKERFILE, 'docker-compose.yml': COMPOSE, 'docker-compose.dev.yml': COMPOSE });
    expect(model.setAside).toEqual([{ id: 'docker-compose.dev.yml', because: '"dev" names it for development' }]);
    expect(model.deployments[0]?.evidence[0]?.text).toMatch(/compose file/);
  });

  test('with nothing found the entry file stands for production, under a closed environment', async () => {
    const found = await deployment(project(), 'mysite/wsgi.py');
    expect(found.kind).toBe('settings');
    expect(found.processes[0]?.user.kind).toBe('unknown');
    expect(only(found)).toMatchObject({ settings: { file: 'mysite/settings.py', fault: null }, environment: { closed: true } });
    const { 'mysite/settings.py': moved = '', ...rest } = project('tests.site');
    expect(await ids({ ...rest, 'tests/site.py': moved })).toEqual([]);
    expect(await ids({ ...project(), 'mysite/settings.py': `"""For local development with Docker."""\n${moved}` })).toEqual([]);
    expect(await ids({ ...project(), 'mysite/settings.py': `"""Production and local development."""\n${moved}` })).not.toEqual([]);
    const library = Object.entries(project('site.settings')).map(([path, text]) => [
      `test_project/${path.replace('mysite', 'site')}`,
      text,
    ]);
    expect(await ids({ 'setup.py': '', ...Object.fromEntries(library) })).toEqual([]);
    expect(await ids({ 'settings.py': 'DEBUG = True\n' })).toEqual(['settings.py']);
    expect(await ids({ 'settings.py': 'SECURE_SSL_REDIRECT = True\n' })).toEqual(['settings.py']);
  });

  test('a start script is an alternative unless something refers to it', async () => {
    const script = { 'run.sh': '#!/bin/sh\ngunicorn mysite.wsgi\ngunicorn mysite.wsgi --workers 3\n' };
    const found = await deployment({ ...project(), ...script }, 'run.sh');
    expect(found).toMatchObject({ alternative: true, kind: 'script' });
    expect(found.processes).toHaveLength(2);
    expect(await ids({ ...project(), ...script, Makefile: 'up:\n\tsh run.sh\n' })).toEqual(['mysite/wsgi.py']);
  });

  test('a Procfile has an open environment', async () => {
    const found = await deployment(
      { ...project(), Procfile: 'web: gunicorn mysite.wsgi\nrelease: python manage.py migrate\n' },
      'Procfile',
    );
    expect(found.processes.map((one) => [one.name, one.role])).toEqual([
      ['web', 'web'],
      ['release', 'task'],
    ]);
    expect(only(found).environment.closed).not.toBe(true);
  });

  test('what an entrypoint passes on is placed where it is written', async () => {
    const text = `${DOCKERFILE.replace(/^CMD.*$/m, '')}\nCOPY start.sh /app/start.sh\nENTRYPOINT ["/app/start.sh"]\nCMD ["gunicorn", "mysite.wsgi", "--timeout", "120"]\n`;
    const script = '#!/bin/sh\npython manage.py migrate\nexec "$@"\n';
    const { commandAt, server } = only(await deployment({ ...project(), Dockerfile: text, 'start.sh': script }, 'Dockerfile'));
    expect(text.slice(commandAt.start, commandAt.end)).toMatch(/^CMD|^\["gunicorn/);
    expect(server?.timeout).toMatchObject({
      value: 120,
      origin: { step: 'text', at: { file: 'Dockerfile', start: text.indexOf('"120"') } },
    });
    const own = script.replace('"$@"', 'gunicorn mysite.wsgi');
    expect(only(await deployment({ ...project(), Dockerfile: text, 'start.sh': own }, 'Dockerfile')).commandAt.file).toBe('start.sh');
  });

  test('a Procfile that serves with runserver is production only by itself', async () => {
    const local = { ...project(), Procfile: 'web: python manage.py migrate && python manage.py runserver\n' };
    expect(await ids(local)).toEqual(['Procfile']);
    expect(await ids({ ...local, 'deploy/app.service': UNIT })).toEqual(['deploy/app.service']);
  });

  describe('a compose file that serves with runserver', () => {
    const RUN = `${COMPOSE}    command: python manage.py runserver 0.0.0.0:8000\n`;
    const MOUNT = '    volumes: [".:/app"]\n';
    const NGINX = '  nginx:\n    image: nginx\n';

    test.each([
      ['alone is production', { 'docker-compose.yml': RUN }, ['docker-compose.yml']],
      ['in front of the mounted source is development', { 'docker-compose.yml': RUN + MOUNT }, ['Dockerfile']],
      [
        'is development too when the image starts nothing by itself',
        { 'docker-compose.yml': RUN + MOUNT, Dockerfile: DOCKERFILE.replace(/^CMD.*$/m, '') },
        ['mysite/wsgi.py'],
      ],
      [
        'is development when a worker is built from a stage of that name',
        { 'docker-compose.yml': 'services:\n  worker:\n    build: {context: ., target: dev}\n    command: celery -A mysite worker\n' },
        ['Dockerfile'],
      ],
      ['is production when its name says so', { 'docker-compose.prod.yml': RUN + MOUNT }, ['docker-compose.prod.yml']],
      [
        'is development with its image when that serves likewise',
        { 'docker-compose.yml': RUN + MOUNT, Dockerfile: DOCKERFILE.replace(/^CMD.*$/m, 'CMD python manage.py runserver') },
        ['mysite/wsgi.py'],
      ],
      [
        'is development beside a Procfile when its settings are named so',
        {
          'mysite/dev.py': SETTINGS,
          'docker-compose.yml': `${COMPOSE}    environment: {DJANGO_SETTINGS_MODULE: mysite.dev}\n`,
          Procfile: 'web: gunicorn mysite.wsgi\n',
          Dockerfile: DOCKERFILE,
        },
        ['Procfile'],
      ],
      [
        'is development also through a start script of the mounted source',
        {
          'docker-compose.yml': `${COMPOSE}    entrypoint: ./start.dev.sh\n    command: python manage.py runserver\n${MOUNT}`,
          'start.dev.sh': '#!/bin/sh\npython manage.py migrate\nexec "$@"\n',
        },
        ['Dockerfile'],
      ],
      [
        'is development when its first comment says so',
        { 'docker-compose.yml': `# For trying it out: absolutely\n# not suitable for production.\n${COMPOSE}` },
        ['Dockerfile'],
      ],
      [
        'is production when a comment further down speaks of development',
        { 'docker-compose.yml': `# Our production stack.\n${COMPOSE}# for local development see below\n` },
        ['docker-compose.yml'],
      ],
      [
        'named for production is set aside when its comment calls it a setup for tests',
        { 'docker-compose.prod.yml': `${COMPOSE}    # A key for this prod-like testing setup.\n`, Dockerfile: DOCKERFILE },
        ['Dockerfile'],
      ],
      [
        'is development when its networks are named so',
        { 'docker-compose.yml': `${COMPOSE}    networks: [mysite-dev]\nnetworks:\n  mysite-dev:\n`, Dockerfile: DOCKERFILE },
        ['Dockerfile'],
      ],
      ['behind a proxy is production', { 'docker-compose.yml': RUN + MOUNT + NGINX }, ['docker-compose.yml']],
      ['is development beside a Procfile', { 'docker-compose.yml': RUN, Procfile: 'web: gunicorn mysite.wsgi\n' }, ['Procfile']],
    ])('%s', async (_name, files, expected) => {
      expect(await ids({ ...project(), Dockerfile: DOCKERFILE, ...files })).toEqual(expected);
    });
  });

  test('a set that builds the stage for development is for that', async () => {
    const Dockerfile = `${DOCKERFILE.replace('3.12', '3.12 AS dev')}FROM dev AS production\n`;
    const compose = 'services:\n  web:\n    build:\n      context: .\n      target: dev\n';
    expect(await ids({ ...project(), Dockerfile, 'docker-compose.yml': compose })).toEqual(['Dockerfile']);
  });

  test('services of development profiles are no part of it', async () => {
    const compose = `${COMPOSE}  tools:\n    build: .\n    profiles: [dev]\n`;
    const found = await deployment({ ...project(), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose }, 'docker-compose.yml');
    expect(found.processes.map((one) => one.name)).toEqual(['web']);
  });
});

describe('images that a pipeline pushes', () => {
  const pulled = 'services:\n  web:\n    image: ${USER}/mysite_web:latest\n    command: gunicorn mysite.wsgi --bind 0.0.0.0:9000\n';
  const workflow = (steps: string) => `jobs:\n  a:\n    steps:\n${steps}`;
  const files = (steps: string) => ({
    ...project(),
    Dockerfile: DOCKERFILE,
    'docker-compose.production.yml': pulled,
    'docker-compose.yml': COMPOSE,
    '.github/workflows/push.yml': workflow(steps),
  });
  const action = (lines: string) => `      - uses: docker/build-push-action@v5\n        with:\n          push: true\n${lines}`;

  test.each([
    ['an action', action('          context: .\n          tags: ${{ secrets.USER }}/mysite_web:latest\n')],
    [
      'its metadata',
      `      - uses: docker/metadata-action@v5\n        with:\n          images: ghcr.io/a/mysite_web\n${action('          tags: ${{ steps.meta.outputs.tags }}\n')}`,
    ],
    ['a command', '      - run: docker build -t a/mysite_web:1 -f Dockerfile .\n'],
  ])('%s builds what production pulls', async (_name, steps) => {
    const found = await deployment(files(steps), 'docker-compose.production.yml');
    expect(only(found)).toMatchObject({ image: { build: { dockerfile: 'Dockerfile' } }, workdir: { value: '/app' } });
  });

  test('another name is another image', async () => {
    const found = await deployment(files(action('          tags: a/other\n')), 'docker-compose.production.yml');
    expect(only(found).image?.build).toBeNull();
  });
});
