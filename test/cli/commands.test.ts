import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sarifViolations, violations } from '../report/schemas.ts';
import { prodcheck, projectOf, SMALL } from './terminal.ts';

const SECRET = 'Zq7-planted-value-91';
const PROJECT = {
  ...SMALL,
  Dockerfile:
    'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nENV API_TOKEN=' +
    SECRET +
    '\nRUN pip install -r requirements.txt\nCMD ["gunicorn", "mysite.wsgi:application", "--bind", "0.0.0.0:8000"]\n',
  'docker-compose.yml': `services:
  web:
    build: .
    command: gunicorn mysite.wsgi:application --bind 0.0.0.0:8000 --workers 4
    environment:
      SECRET_KEY: ${SECRET}
      DATABASE_URL: postgres://site:${SECRET}@db:5432/site
    ports: ["8000:8000"]
  db:
    image: postgres:16
    environment:
      POSTGRES_PASSWORD: ${SECRET}
  redis:
    image: redis:7
    command: redis-server --requirepass ${SECRET}
    ports: ["6379:6379"]
`,
  '.env': `SECRET_KEY=${SECRET}\nDB_PASSWORD=${SECRET}\n`,
  'mysite/settings.py': `import os
DEBUG = True
ALLOWED_HOSTS = ["*"]
SECRET_KEY = os.environ["SECRET_KEY"]
EMAIL_HOST_PASSWORD = "${SECRET}"
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "site", "PASSWORD": "${SECRET}", "HOST": "db"}}
CELERY_BROKER_URL = "redis://:${SECRET}@redis:6379/0"
ROOT_URLCONF = "mysite.urls"
INSTALLED_APPS = []
`,
} as const;
const here = projectOf(PROJECT);

describe('check', () => {
  it('finds, tells where, and ends with 1', async () => {
    const ran = await prodcheck(here, '--today', '2026-11-21');
    expect(ran).toMatchObject({ status: 1, err: '' });
    expect(ran.out).toContain('docker-compose.yml');
    expect(ran.out).toContain('error[settings/debug-enabled]');
    expect(ran.out).toContain('--> mysite/settings.py:2:');
  });

  it('writes JSON that fits its schema', async () => {
    const ran = await prodcheck('check', here, '--format', 'json');
    const document = JSON.parse(ran.out);
    expect(violations('check', document)).toEqual([]);
    expect(document.findings.length).toBeGreaterThan(3);
    for (const one of document.findings) expect(existsSync(join(here, one.file)), one.file).toBe(true);
  });

  it('writes SARIF that fits the official schema', async () => {
    const log = JSON.parse((await prodcheck('check', here, '--format', 'sarif')).out);
    expect(sarifViolations(log)).toEqual([]);
    const [run] = log.runs;
    expect(run.results.length).toBeGreaterThan(3);
    for (const one of run.results) expect(run.tool.driver.rules[one.ruleIndex].id).toBe(one.ruleId);
    for (const one of run.tool.driver.rules) expect(one.help.text.length, one.id).toBeGreaterThan(40);
  });

  it('ends with the same status in every format', async () => {
    for (const format of ['text', 'concise', 'json', 'sarif']) {
      expect((await prodcheck(here, '--format', format)).status, format).toBe(1);
      expect((await prodcheck(here, '--format', format, '--fail-on', 'never')).status, format).toBe(0);
    }
  });

  it('fails from the level that is asked for', async () => {
    const only = ['--select', 'settings/debug-enabled'];
    expect((await prodcheck(here, ...only, '--fail-on', 'error')).status).toBe(1);
    expect((await prodcheck(here, ...only, '--ignore', 'settings/*')).status).toBe(0);
  });

  it('writes several reports in one run', async () => {
    const file = join(projectOf({}), 'report.json');
    const ran = await prodcheck(here, '--format', 'concise', '--format', `json=${file}`);
    expect(ran.out).toMatch(/^\S+:\d+:\d+: \w+\[/);
    expect(violations('check', JSON.parse(readFileSync(file, 'utf8')))).toEqual([]);
  });

  it('gives the same bytes twice', async () => {
    expect((await prodcheck(here, '--format', 'json', '--today', '2026-11-21')).out).toBe(
      (await prodcheck(here, '--format', 'json', '--today', '2026-11-21')).out,
    );
  });

  it('joins several paths in one report', async () => {
    const both = projectOf({
      ...Object.fromEntries(Object.entries(PROJECT).map(([path, text]) => [`one/${path}`, text])),
      ...Object.fromEntries(Object.entries(PROJECT).map(([path, text]) => [`two/${path}`, text])),
    });
    const document = JSON.parse((await prodcheck(join(both, 'one'), join(both, 'two'), '--format', 'json')).out);
    const files = document.findings.map((one: { file: string }) => one.file);
    expect(files.filter((file: string) => file.startsWith('one/'))).toHaveLength(files.length / 2);
    for (const file of files) expect(existsSync(join(both, file)), file).toBe(true);
  });

  it('says so and ends with 0 where there is no Django', async () => {
    const ran = await prodcheck(projectOf({ 'README.md': 'hello\n' }));
    expect(ran).toMatchObject({ status: 0, err: '' });
    expect(ran.out).toContain('No Django project was found here');
  });

  it('judges the module that --settings names, under the variables given', async () => {
    const args = ['check', here, '--settings', 'mysite.settings', '--hermetic', '--env', 'SECRET_KEY=x', '--format', 'json'];
    const document = JSON.parse((await prodcheck(...args)).out);
    expect(document.deployments.map((one: { id: string }) => one.id)).toEqual(['--settings']);
    expect(document.findings.map((one: { rule: string }) => one.rule)).toContain('settings/debug-enabled');
  });

  it('reads its options from the configuration file, the command line over it', async () => {
    const folder = projectOf({ ...PROJECT, 'django-prodcheck.toml': 'ignore = ["settings/*"]\nfail-on = "never"\n' });
    const ran = await prodcheck(folder, '--format', 'concise');
    expect(ran.status).toBe(0);
    expect(ran.out).not.toContain('[settings/');
    expect((await prodcheck(folder, '--fail-on', 'note')).status).toBe(1);
    expect(await prodcheck(projectOf({ ...SMALL, 'django-prodcheck.toml': 'cpu = 2\n' }))).toMatchObject({
      status: 2,
      err: expect.stringContaining('django-prodcheck.toml:1: Unknown key cpu. Did you mean cpus?'),
    });
  });

  it('leaves out what the configuration excludes', async () => {
    const folder = projectOf({ ...PROJECT, 'django-prodcheck.toml': 'exclude = ["docker-compose.yml", "Dockerfile"]\n' });
    expect((await prodcheck(folder, '--format', 'json')).out).not.toContain('"id": "docker-compose.yml"');
  });
});

describe('settings', () => {
  it('writes JSON that fits its schema', async () => {
    const document = JSON.parse((await prodcheck('settings', here, '--format', 'json')).out);
    expect(violations('settings', document)).toEqual([]);
    const [module] = document.modules;
    expect(module).toMatchObject({ module: 'mysite.settings', file: 'mysite/settings.py', project: '.', raised: null });
    expect(module.settings.DEBUG).toMatchObject({ kind: 'known', value: true, origin: [{ file: 'mysite/settings.py', line: 2 }] });
    expect(module.settings.EMAIL_HOST_PASSWORD.value).toEqual({ $secret: true, length: 'short' });
    expect(module.settings.CELERY_BROKER_URL.value).toBe('redis://:•••@redis:6379/0');
    expect(module.reads).toContainEqual({
      name: 'SECRET_KEY',
      required: true,
      provided: true,
      default: null,
      file: 'mysite/settings.py',
      line: 4,
    });
  });

  it('tells the chain of a name as a person would', async () => {
    const folder = projectOf({
      ...PROJECT,
      'mysite/base.py': "import os\nDEBUG = os.environ.get('DEBUG', '') == '1'\nCACHES = {'default': {}}\n",
      'mysite/settings.py': `from mysite.base import *
SECRET_KEY = os.environ["SECRET_KEY"]
CACHES["default"]["LOCATION"] = os.environ.get("CACHE", "redis://redis:6379/1")
CACHES["default"]["KEY_PREFIX"] = os.environ["DB_PASSWORD"]
MODE = "a"
MODE = "b"
`,
    });
    const ran = await prodcheck('settings', folder, 'DEBUG', 'CACHES', 'SECRET_KEY', 'MODE', 'EMAIL_PORT');
    expect(ran.out).not.toContain(SECRET);
    expect(ran.out.slice(ran.out.indexOf('  DEBUG'))).toBe(`  DEBUG = False
    assigned at mysite/base.py:2
    imported by * from mysite.base at mysite/settings.py:1
    environment variable DEBUG, not given, so the fallback holds
  CACHES = {'default': {'LOCATION': 'redis://redis:6379/1', 'KEY_PREFIX': unknown}}
    assigned at mysite/base.py:3
    imported by * from mysite.base at mysite/settings.py:1
    CACHES['default']['LOCATION'] = 'redis://redis:6379/1'
      environment variable CACHE, not given, so the fallback holds at mysite/settings.py:3
    CACHES['default']['KEY_PREFIX'] = unknown (a variable that nothing in the repository gives: DB_PASSWORD)
      environment variable DB_PASSWORD, given by nothing in view at mysite/settings.py:4
  SECRET_KEY = •••
    assigned at mysite/settings.py:2
    reads SECRET_KEY
    environment variable SECRET_KEY, given by docker-compose.yml, environment of web at docker-compose.yml:6
  MODE = 'b'
    assigned at mysite/settings.py:6
    overrides what mysite/settings.py:5 assigns
  EMAIL_PORT = 25
    default of Django 5.2.19
`);
    const document = JSON.parse((await prodcheck('settings', folder, 'CACHES', 'MODE', '--format', 'json')).out);
    expect(violations('settings', document)).toEqual([]);
    expect(document.modules[0].settings.CACHES.parts).toHaveLength(2);
    expect(document.modules[0].settings.MODE.overrides).toEqual([{ file: 'mysite/settings.py', line: 5 }]);
  });

  it("adds Django's defaults with --all", async () => {
    const [own, all] = [
      await prodcheck('settings', here, '--format', 'json'),
      await prodcheck('settings', here, '--all', '--format', 'json'),
    ];
    expect(JSON.parse(own.out).modules[0].settings.SESSION_COOKIE_AGE).toBeUndefined();
    expect(JSON.parse(all.out).modules[0].settings.SESSION_COOKIE_AGE).toMatchObject({ kind: 'known', value: 1209600 });
    expect(violations('settings', JSON.parse(all.out))).toEqual([]);
    expect((await prodcheck('settings', here, 'SESSION_COOKIE_AGE')).out).toContain('SESSION_COOKIE_AGE = 1209600\n    default of Django');
  });

  it('shows secrets only when asked', async () => {
    const shown = await prodcheck('settings', here, '--show-secrets', '--format', 'json');
    expect(shown.out).toContain(SECRET);
  });
});

describe('env', () => {
  it('tells what is required, provided and missing', async () => {
    const folder = projectOf({
      ...PROJECT,
      'mysite/settings.py': `${PROJECT['mysite/settings.py']}B = os.environ.get("OPTIONAL", "b")\nA = os.environ["ABSENT"]\n`,
    });
    const document = JSON.parse((await prodcheck('env', folder, '--format', 'json')).out);
    expect(violations('env', document)).toEqual([]);
    const [module] = document.modules;
    const named = (name: string) => module.variables.find((one: { name: string }) => one.name === name);
    expect(named('SECRET_KEY')).toMatchObject({
      required: true,
      provided: true,
      missing: false,
      providedBy: { file: 'docker-compose.yml', line: 6 },
    });
    expect(named('ABSENT')).toMatchObject({ required: true, provided: false, missing: true });
    expect(named('OPTIONAL')).toMatchObject({ required: false, provided: false, missing: false, default: 'b' });
    expect((await prodcheck('env', folder)).out).toMatch(/ABSENT +required +MISSING/);
    expect((await prodcheck('env', folder, '--format', 'dotenv')).out).toContain('ABSENT=\n');
  });
});

describe('topology', () => {
  it('writes JSON that fits its schema', async () => {
    const document = JSON.parse((await prodcheck('topology', here, '--format', 'json')).out);
    expect(violations('topology', document)).toEqual([]);
    expect(document.deployments[0].processes.map((one: { name: string }) => one.name)).toEqual(
      expect.arrayContaining(['web', 'db', 'redis']),
    );
  });
});

describe('what is told to people', () => {
  const compose = (extra: string) =>
    `services:\n  web:\n    build: .\n    command: gunicorn mysite.wsgi\n    volumes: [".:/app", "/app/node_modules"]\n${extra}`;
  const worker = '  worker:\n    build: .\n    command: celery -A mysite worker\n    environment: {DEPTH: "2"}\n';

  it('names the mounts of the repository itself and those without a name', async () => {
    const { out } = await prodcheck('topology', projectOf({ ...PROJECT, 'docker-compose.yml': compose('') }));
    expect(out).toContain('mounts    . → /app, (anonymous) → /app/node_modules');
  });

  it('claims nothing of a location that is not traced', async () => {
    const nginx = 'server {\n  location / { proxy_pass http://flower:5555; }\n  location /x { include /run/x.conf; }\n}\n';
    const proxy =
      '  nginx:\n    image: nginx\n    volumes: ["./site.conf:/etc/nginx/conf.d/site.conf"]\n  flower:\n    image: mher/flower\n';
    const { out } = await prodcheck('topology', projectOf({ ...PROJECT, 'docker-compose.yml': compose(proxy), 'site.conf': nginx }));
    expect(out).toContain('/ (line 2): http://flower:5555, not traced to a process of this deployment');
    expect(out).toContain('/x (line 3): no pass and no folder in view');
  });

  it('names the processes of each environment, and says where nothing starts one', async () => {
    const { out } = await prodcheck('settings', projectOf({ ...PROJECT, 'docker-compose.yml': compose(worker) }), 'DEBUG');
    expect(out).toContain('in docker-compose.yml: web');
    const { 'docker-compose.yml': _compose, Dockerfile: _image, ...rest }: Record<string, string> = PROJECT;
    const alone = await prodcheck('settings', projectOf(rest), 'DEBUG');
    expect(alone.out).toContain('What starts the project in production was not found');
    expect(out).not.toContain('was not found');
  });
});

describe('explain and rules', () => {
  it('tells of a rule', async () => {
    const ran = await prodcheck('explain', 'settings/debug-enabled');
    expect(ran).toMatchObject({ status: 0, err: '' });
    expect(ran.out).toContain('Found in:\n  settings.py\n    DEBUG = True\n');
    expect(ran.out).not.toContain('# !');
  });

  it('lists all in JSON that fits its schema', async () => {
    const list = JSON.parse((await prodcheck('rules', '--format', 'json')).out);
    expect(violations('rules', list)).toEqual([]);
    expect(list.map((one: { id: string }) => one.id)).toContain('settings/debug-enabled');
  });
});

describe('init', () => {
  it('writes once', async () => {
    const folder = projectOf(SMALL);
    expect(await prodcheck('init', folder)).toMatchObject({ status: 0 });
    expect(existsSync(join(folder, 'django-prodcheck.toml'))).toBe(true);
    expect(await prodcheck('init', folder)).toMatchObject({ status: 2, err: expect.stringContaining('exists already') });
    expect((await prodcheck(folder, '--fail-on', 'never')).status).toBe(0);
  });
});

describe('no output of any command shows a secret', () => {
  it.each([
    ['check', '--show-undecided', '--statistics'],
    ['check', '--format', 'concise'],
    ['check', '--format', 'json'],
    ['check', '--format', 'sarif'],
    ['settings'],
    ['settings', '--format', 'json'],
    ['settings', 'SECRET_KEY', 'DATABASES', 'CELERY_BROKER_URL', 'EMAIL_HOST_PASSWORD'],
    ['env'],
    ['env', '--format', 'json'],
    ['env', '--format', 'dotenv'],
    ['topology'],
    ['topology', '--format', 'json'],
  ])('%s %s %s', async (command, ...args) => {
    const ran = await prodcheck(command, here, ...args, '--env', `EXTRA_TOKEN=${SECRET}`);
    expect(ran.status).toBeLessThan(2);
    expect(ran.out.length).toBeGreaterThan(20);
    expect(ran.out + ran.err).not.toContain(SECRET);
  });
});
