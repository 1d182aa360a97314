import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildModel, type ModelOptions } from '../../src/deployment/index.ts';
import type { Deployment, Process } from '../../src/deployment/model.ts';
import { memoryTree } from '../../src/files/memory.ts';

const entry = (module: string, more = '') =>
  `import os\n${more}os.environ.setdefault('DJANGO_SETTINGS_MODULE', '${module}')\nimport django\n`;
const SETTINGS = "INSTALLED_APPS = []\nROOT_URLCONF = 'site.urls'\n";

/** A project whose entry files all select one module. */
function project(module = 'mysite.settings'): Record<string, string> {
  return {
    'manage.py': entry(module),
    'mysite/__init__.py': '',
    'mysite/wsgi.py': entry(module),
    'mysite/settings.py': SETTINGS,
  };
}

const DOCKERFILE = 'FROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD ["gunicorn", "mysite.wsgi", "--bind", "0.0.0.0:8000"]\n';
const COMPOSE = 'services:\n  web:\n    build: .\n';
const UNIT = `[Service]
WorkingDirectory=/srv/mysite
Environment=DJANGO_SETTINGS_MODULE=mysite.settings
ExecStart=/srv/mysite/venv/bin/gunicorn mysite.wsgi --bind unix:/run/mysite/app.sock
`;

async function build(files: Record<string, string>, options: Partial<ModelOptions> = {}) {
  const { model } = await buildModel(memoryTree(files), { environment: new Map(), ...options });
  return model;
}

async function ids(files: Record<string, string>): Promise<readonly string[]> {
  return (await build(files)).deployments.map((one) => one.id);
}

async function deployment(files: Record<string, string>, id: string, options: Partial<ModelOptions> = {}): Promise<Deployment> {
  const model = await build(files, options);
  const found = model.deployments.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no ${id} in ${model.deployments.map((one) => one.id).join(', ')}`);
  return found;
}

function only(found: Deployment): Process {
  const [process] = found.processes.filter((one) => one.settings !== null);
  if (process === undefined) throw new Error('no process loads Django');
  return process;
}

const module = (process: Process) =>
  process.settings?.module.kind === 'known' ? process.settings.module.value : process.settings?.module.kind;

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

describe('settings choice', () => {
  const image = (lines = '') => ({ Dockerfile: DOCKERFILE.replace('COPY', `${lines}COPY`), 'docker-compose.yml': COMPOSE });

  test('the environment beats setdefault', async () => {
    const files = { ...project('mysite.other'), ...image('ENV DJANGO_SETTINGS_MODULE=mysite.settings\n') };
    expect(module(only(await deployment(files, 'docker-compose.yml')))).toBe('mysite.settings');
  });

  test('an assignment beats the environment', async () => {
    const files = {
      ...project(),
      ...image('ENV DJANGO_SETTINGS_MODULE=mysite.other\n'),
      'mysite/wsgi.py': "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'mysite.settings'\n",
    };
    expect(module(only(await deployment(files, 'docker-compose.yml')))).toBe('mysite.settings');
  });

  test('the package is imported before wsgi.py: celery.py of its __init__ comes first', async () => {
    const files = {
      ...project('mysite.settings'),
      ...image(),
      'mysite/__init__.py': 'from .celery import app\n',
      'mysite/celery.py': entry('mysite.base'),
      'mysite/base.py': SETTINGS,
    };
    expect(module(only(await deployment(files, 'docker-compose.yml')))).toBe('mysite.base');
    const run = {
      ...files,
      'docker-compose.yml': 'services:\n  web:\n    build: .\n    command: python manage.py runserver 0.0.0.0:8000\n',
    };
    expect(module(only(await deployment(run, 'docker-compose.yml')))).toBe('mysite.settings');
  });

  test.each([
    ["if os.environ.get('ENV'):\n    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n"],
    ["NAME = 'DJANGO_SETTINGS_MODULE'\nos.environ.setdefault(NAME, 'mysite.settings')\n"],
    ["os.environ.setdefault('DJANGO_SETTINGS_MODULE', get_settings())\n"],
    ["from dotenv import load_dotenv\nload_dotenv()\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n"],
  ])('an entry file that decides is not read by its text: %j', async (code) => {
    const files = { ...project(), ...image(), 'mysite/wsgi.py': `import os\n${code}import django\n` };
    expect(module(only(await deployment(files, 'docker-compose.yml')))).toBe('unknown');
  });

  test('comments, doc strings and reads do not matter', async () => {
    const code = `"""\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'a')\n"""\nimport os\n# os.environ['DJANGO_SETTINGS_MODULE'] = 'b'\n\n\ndef main():\n    try:\n        os.environ.setdefault(\n            "DJANGO_SETTINGS_MODULE", "mysite.settings"\n        )\n    except KeyError:\n        pass\n    print(os.environ.get('DJANGO_SETTINGS_MODULE'))\n`;
    const files = {
      ...project(),
      ...image(),
      'manage.py': code,
      'docker-compose.yml': 'services:\n  web:\n    build: .\n    command: ./manage.py runserver\n',
    };
    expect(module(only(await deployment(files, 'docker-compose.yml')))).toBe('mysite.settings');
  });

  test('celery loads the module `celery` of its package', async () => {
    const files = {
      ...project(),
      ...image(),
      'mysite/celery.py': entry('mysite.settings'),
      'docker-compose.yml': 'services:\n  worker:\n    build: .\n    command: celery -A mysite worker\n',
    };
    expect(only(await deployment(files, 'docker-compose.yml'))).toMatchObject({ role: 'worker', settings: { file: 'mysite/settings.py' } });
  });

  test('--settings of the command line beats all', async () => {
    const files = {
      ...project(),
      ...image('ENV DJANGO_SETTINGS_MODULE=mysite.other\n'),
      'docker-compose.yml':
        'services:\n  web:\n    build: .\n    command: python manage.py runserver --settings=mysite.settings 0.0.0.0:80\n',
    };
    expect(module(only(await deployment(files, 'docker-compose.yml')))).toBe('mysite.settings');
  });

  test.each([
    ['missing', { 'mysite/wsgi.py': entry('mysite.nowhere') }],
    ['empty', { 'mysite/wsgi.py': entry('mysite.hollow'), 'mysite/hollow.py': '"""INSTALLED_APPS"""\n# DATABASES\nDEBUG = False\n' }],
    ['unset', { 'mysite/wsgi.py': 'from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n' }],
  ])('fault %s', async (fault, files) => {
    const found = await deployment({ ...project(), ...image(), ...files }, 'docker-compose.yml');
    expect(only(found).settings?.fault).toBe(fault);
  });

  test('a module that git ignores, or that an example stands for, is not missing', async () => {
    const wsgi = { 'mysite/wsgi.py': entry('mysite.local') };
    const ignored = await deployment({ ...project(), ...image(), ...wsgi, '.gitignore': 'local.py\n' }, 'docker-compose.yml');
    expect(only(ignored).settings?.fault).toBeNull();
    const example = await deployment({ ...project(), ...image(), ...wsgi, 'mysite/local.py.example': SETTINGS }, 'docker-compose.yml');
    expect(only(example).settings?.fault).toBeNull();
  });

  test('a faulty choice presumes the module that another process loads', async () => {
    const files = { ...project('mysite.nowhere'), ...image(), 'app.service': UNIT };
    const settings = only(await deployment(files, 'docker-compose.yml')).settings;
    expect(settings?.presumed).toMatchObject({ module: 'mysite.settings', file: 'mysite/settings.py', because: 'app loads it' });
    const two = { ...files, 'mysite/production.py': SETTINGS };
    expect(only(await deployment(two, 'docker-compose.yml')).settings?.presumed).toBeNull();
  });

  test('uwsgi sets what its ini file says', async () => {
    const Dockerfile = 'FROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD ["uwsgi", "--ini", "deploy/uwsgi.ini"]\n';
    const files = {
      ...project('mysite.other'),
      ...image(),
      Dockerfile,
      'deploy/uwsgi.ini': '[uwsgi]\nmodule = mysite.wsgi\nenv = DJANGO_SETTINGS_MODULE=mysite.settings\nhttp = :8000\n',
    };
    const settings = only(await deployment(files, 'docker-compose.yml')).settings;
    expect(settings).toMatchObject({ file: 'mysite/settings.py', evidence: [{ at: { file: 'deploy/uwsgi.ini' } }] });
  });

  test('a program without Django loads no settings, whatever a hidden source gives', async () => {
    const compose = 'services:\n  web:\n    build: .\n  api:\n    build: .\n    env_file: .env\n    command: gunicorn api:app\n';
    const files = { ...project(), ...image(), 'docker-compose.yml': compose, 'api.py': 'from flask import Flask\napp = Flask(__name__)\n' };
    const found = await deployment(files, 'docker-compose.yml');
    expect(found.processes.map((one) => [one.name, one.settings !== null])).toEqual([
      ['web', true],
      ['api', false],
    ]);
  });

  test('a hidden source could only name the module that remains', async () => {
    const env = { 'docker-compose.yml': 'services:\n  web:\n    build: .\n    env_file: .env\n' };
    expect(module(only(await deployment({ ...project(), ...image(), ...env }, 'docker-compose.yml')))).toBe('mysite.settings');
    const several = { ...project(), ...image(), ...env, 'mysite/settings_live.py': SETTINGS };
    expect(module(only(await deployment(several, 'docker-compose.yml')))).toBe('unknown');
  });
});

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

describe('options', () => {
  test('--settings replaces discovery', async () => {
    const model = await build(
      { ...project(), Dockerfile: DOCKERFILE },
      { settings: ['mysite.settings'], environment: new Map([['A', '1']]) },
    );
    expect(model.deployments.map((one) => one.id)).toEqual(['--settings']);
    const process = only(await deployment(project(), '--settings', { settings: ['mysite.settings'], environment: new Map([['A', '1']]) }));
    expect(process).toMatchObject({ settings: { file: 'mysite/settings.py', fault: null }, environment: { closed: true } });
    expect(process.environment.variables.get('A')).toMatchObject({ kind: 'known', value: '1' });
    expect(only(await deployment(project(), '--settings', { settings: ['mysite.nowhere'] })).settings?.fault).toBe('missing');
  });

  test('--env lies over every environment, --hermetic leaves nothing else', async () => {
    const files = { ...project(), Dockerfile: `${DOCKERFILE}ENV A=image B=image\n`, 'docker-compose.yml': COMPOSE };
    const given = only(await deployment(files, 'docker-compose.yml', { environment: new Map([['A', 'given']]) }));
    expect(given.environment.variables.get('A')).toMatchObject({ value: 'given' });
    expect(given.environment.variables.get('B')).toMatchObject({ value: 'image' });
    const alone = only(await deployment(files, 'docker-compose.yml', { environment: new Map([['A', 'given']]), hermetic: true }));
    expect([...alone.environment.variables.keys()]).toEqual(['A']);
  });

  test('--deployment keeps one, --django and --python override', async () => {
    const files = { ...project(), Dockerfile: DOCKERFILE, 'docker-compose.yml': COMPOSE, 'app.service': UNIT };
    const model = await build(files, { deployment: ['app.service'], django: '5.2', python: '3.12' });
    expect(model.deployments.map((one) => one.id)).toEqual(['app.service']);
    expect(model.projects[0]).toMatchObject({ django: { from: '5.2', before: '5.3', exact: null }, python: '3.12' });
  });
});

test('any damage to the manifests gives a model whose places stay inside the texts', async () => {
  const whole: Record<string, string> = {
    ...project(),
    Dockerfile: DOCKERFILE,
    'docker-compose.yml': `${COMPOSE}    env_file: .env\n  nginx:\n    image: nginx\n    volumes: ["./nginx.conf:/etc/nginx/conf.d/default.conf"]\n`,
    'nginx.conf': 'upstream app { server web:8000; } server { listen 443 ssl; location / { proxy_pass http://app; } }\n',
    'app.service': UNIT,
    Procfile: 'web: gunicorn mysite.wsgi\n',
    'run.sh': 'gunicorn mysite.wsgi\n',
    '.github/workflows/ci.yml':
      'jobs:\n  a:\n    steps:\n      - run: |\n          python manage.py migrate\n        env: {A: "${{ secrets.A }}"}\n',
  };
  const damage = fc.record({
    file: fc.constantFrom(...Object.keys(whole)),
    at: fc.nat(200),
    length: fc.nat(20),
    text: fc.string({ maxLength: 6 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), async (damages) => {
      const files = { ...whole };
      for (const { file, at, length, text } of damages) {
        const old = files[file] ?? '';
        files[file] = old.slice(0, at) + text + old.slice(at + length);
      }
      const model = await build(files);
      const places = [
        ...model.deployments.flatMap((one) => one.processes.flatMap((process) => [process.at, process.commandAt])),
        ...model.deployments.flatMap(
          (one) => one.proxy?.servers.flatMap((server) => server.locations.map((location) => location.at)) ?? [],
        ),
        ...model.pipelines.flatMap((one) =>
          one.jobs.flatMap((job) => job.steps.flatMap((step) => step.commands.map((command) => command.at))),
        ),
      ];
      for (const { file, start, end } of places) {
        expect(start).toBeLessThanOrEqual(end);
        expect(end).toBeLessThanOrEqual((files[file] ?? '').length);
      }
    }),
    { numRuns: 60 },
  );
});

test('more deployments than are judged are told', async () => {
  const units = Object.fromEntries(Array.from({ length: 66 }, (_one, at) => [`deploy/${at}/app.service`, UNIT]));
  const { model, problems } = await buildModel(memoryTree({ ...project(), ...units }), { environment: new Map() });
  expect(model.deployments).toHaveLength(64);
  expect(problems).toMatchObject([{ id: 'input/limit', message: expect.stringMatching(/^66 deployments/) }]);
});

test('the order of files does not matter', async () => {
  const files = { ...project(), Dockerfile: DOCKERFILE, 'docker-compose.yml': COMPOSE, 'app.service': UNIT };
  const reversed = Object.fromEntries(Object.entries(files).reverse());
  expect(JSON.stringify(await build(files))).toBe(JSON.stringify(await build(reversed)));
});
