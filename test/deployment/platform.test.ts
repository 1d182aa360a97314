import { describe, expect, it } from 'vitest';
import type { Process } from '../../src/deployment/model.ts';
import { deployment, ids, module, project } from './projects.ts';

const DOCKERFILE = 'FROM python:3.12\nWORKDIR /code\nCOPY . .\nCMD ["gunicorn", "mysite.wsgi", "--bind", ":8000"]\n';
const named = (processes: readonly Process[], name: string) => {
  const found = processes.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name} among ${processes.map((one) => one.name).join(', ')}`);
  return found;
};
const given = (process: Process, name: string) => {
  const value = process.environment.variables.get(name);
  return value?.kind === 'known' ? value.value : value?.kind;
};

describe('Heroku and its kin', () => {
  const PROCFILE = 'release: python manage.py migrate\nweb: gunicorn mysite.wsgi --timeout 40\nworker: celery -A mysite worker\n';
  const APP =
    '{"env": {"DEBUG": "0", "SECRET_KEY": {"generator": "secret"}, "STAGE": {"value": "live"}}, "formation": {"web": {"quantity": 2}}}\n';

  it('lays app.json over the Procfile: one deployment', async () => {
    const found = await deployment({ ...project(), Procfile: PROCFILE, 'app.json': APP }, 'Procfile');
    expect(found.platform).toMatchObject({ name: 'heroku', file: 'app.json', endsTls: 'yes', redirectsToHttps: { answer: 'no' } });
    const web = named(found.processes, 'web');
    expect([given(web, 'DEBUG'), given(web, 'STAGE'), given(web, 'SECRET_KEY')]).toEqual(['0', 'live', 'unknown']);
    expect(web.replicas).toMatchObject({ value: 2 });
    expect(web.environment.closed).not.toBe(true);
    expect(named(found.processes, 'release').role).toBe('task');
    expect(await ids({ ...project(), Procfile: PROCFILE, 'app.json': APP })).toEqual(['Procfile']);
  });

  it('takes nothing for granted of a bare Procfile, or of the app.json of another tool', async () => {
    const bare = await deployment({ ...project(), Procfile: PROCFILE }, 'Procfile');
    expect(bare.platform).toMatchObject({ name: 'other', endsTls: 'maybe', redirectsToHttps: { answer: 'maybe' } });
    const expo = await deployment({ ...project(), Procfile: PROCFILE, 'app.json': '{"expo": {"name": "x"}, "env": {}}' }, 'Procfile');
    expect(expo.platform?.name).toBe('other');
    const dokku = await deployment(
      { ...project(), Procfile: PROCFILE, 'app.json': '{"scripts": {"dokku": {"postdeploy": "python manage.py migrate"}}}' },
      'Procfile',
    );
    expect(dokku.platform?.name).toBe('dokku');
    expect(named(dokku.processes, 'web').steps.map((one) => one.management?.name)).toEqual(['migrate']);
  });

  it('reads heroku.yml: images and what they run', async () => {
    const yml =
      'build:\n  docker:\n    web: Dockerfile\nrun:\n  web: gunicorn mysite.wsgi --bind 0.0.0.0:$PORT\n  worker:\n    command:\n      - celery -A mysite worker\n    image: web\nrelease:\n  image: web\n  command:\n    - ./manage.py migrate\nsetup:\n  config:\n    DJANGO_SETTINGS_MODULE: mysite.settings\n';
    const found = await deployment({ ...project(), Dockerfile: DOCKERFILE, 'heroku.yml': yml }, 'heroku.yml');
    expect(found.kind).toBe('platform');
    expect(found.processes.map((one) => `${one.name} ${one.role}`)).toEqual(['web web', 'worker worker', 'release task']);
    expect(named(found.processes, 'web').server).toMatchObject({
      software: 'gunicorn',
      binds: { complete: { because: expect.any(String) } },
    });
    expect(await ids({ ...project(), Dockerfile: DOCKERFILE, 'heroku.yml': yml })).toEqual(['heroku.yml']);
  });
});

describe('Render', () => {
  const RENDER = `services:
  - type: web
    name: site
    runtime: python
    buildCommand: pip install -r requirements.txt && python manage.py collectstatic --noinput
    preDeployCommand: python manage.py migrate
    startCommand: gunicorn mysite.wsgi --bind 127.0.0.1:8000
    healthCheckPath: /healthz
    numInstances: 2
    disk: { name: data, mountPath: /data, sizeGB: 1 }
    envVars:
      - key: STAGE
        value: live
      - key: DATABASE_URL
        fromDatabase: { name: db, property: connectionString }
      - key: SECRET_KEY
        generateValue: true
      - fromGroup: shared
  - type: cron
    name: nightly
    runtime: python
    schedule: "0 1 * * *"
    startCommand: python manage.py clearsessions
  - type: web
    name: front
    runtime: static
databases:
  - name: db
`;

  it('gives services with their commands, variables, disks and checks', async () => {
    const found = await deployment({ ...project(), 'render.yaml': RENDER }, 'render.yaml');
    expect(found.platform).toMatchObject({ name: 'render', redirectsToHttps: { answer: 'yes' } });
    expect(found.processes.map((one) => `${one.name} ${one.role}`)).toEqual(['site web', 'nightly task']);
    const site = named(found.processes, 'site');
    expect(site.steps.map((one) => one.management?.name ?? one.name)).toEqual(['pip', 'collectstatic', 'migrate']);
    expect([given(site, 'STAGE'), given(site, 'DATABASE_URL'), given(site, 'SECRET_KEY'), given(site, 'PORT')]).toEqual([
      'live',
      'unknown',
      'unknown',
      'unknown',
    ]);
    expect(site).toMatchObject({ replicas: { value: 2 }, probes: [{ http: { path: { value: '/healthz' }, host: { kind: 'unknown' } } }] });
    expect(site.paths.locate('/data/db.sqlite3')).toMatchObject({ in: 'volume', volume: 'data' });
    expect(site.server?.binds.items).toMatchObject([{ address: '127.0.0.1', port: 8000 }]);
    expect(module(site)).toBe('mysite.settings');
  });

  it('keeps a text that is no Blueprint out', async () => {
    expect(await ids({ ...project(), 'render.yaml': 'services: none\n' })).toEqual(['mysite/wsgi.py']);
    expect(await ids({ ...project(), 'render.yaml': 'services: [\n' })).toEqual(['mysite/wsgi.py']);
  });
});

describe('Fly', () => {
  const FLY =
    'app = "site"\n[build]\n[env]\n  PORT = "8000"\n[deploy]\n  release_command = "python manage.py migrate"\n[processes]\n  app = "gunicorn mysite.wsgi --bind :8000"\n  worker = "celery -A mysite worker"\n[http_service]\n  internal_port = 8000\n  force_https = true\n  processes = ["app"]\n[[mounts]]\n  source = "data"\n  destination = "/data"\n  processes = ["app"]\n';

  it('starts groups of one image', async () => {
    const found = await deployment({ ...project(), Dockerfile: DOCKERFILE, 'fly.toml': FLY }, 'fly.toml');
    expect(found.platform).toMatchObject({ name: 'fly', endsTls: 'yes', redirectsToHttps: { answer: 'yes', at: { file: 'fly.toml' } } });
    expect(found.processes.map((one) => `${one.name} ${one.role}`)).toEqual(['app web', 'worker worker', 'release task']);
    const app = named(found.processes, 'app');
    expect(app.exposed).toMatchObject([{ port: { value: 8000 } }]);
    expect(given(app, 'PORT')).toBe('8000');
    expect(app.mounts.items).toMatchObject([{ target: '/data' }]);
    expect(named(found.processes, 'worker').mounts.items).toEqual([]);
  });

  it('takes the command of the image when it names no groups', async () => {
    const plain = 'app = "site"\n[http_service]\n  internal_port = 8000\n  force_https = false\n';
    const found = await deployment({ ...project(), Dockerfile: DOCKERFILE, 'fly.toml': plain }, 'fly.toml');
    expect(found.platform?.redirectsToHttps.answer).toBe('no');
    expect(found.processes.map((one) => one.server?.software)).toEqual(['gunicorn']);
    expect(await ids({ ...project(), Dockerfile: DOCKERFILE, 'fly.toml': plain })).toEqual(['fly.toml']);
  });
});

describe('other platforms', () => {
  it('App Engine: handlers decide whether plain requests are redirected', async () => {
    const app =
      'runtime: python312\nentrypoint: gunicorn -b :$PORT mysite.wsgi\nenv_variables:\n  STAGE: live\nhandlers:\n  - url: /.*\n    script: auto\n    secure: always\n';
    const found = await deployment({ ...project(), 'app.yaml': app }, 'app.yaml');
    expect(found.platform).toMatchObject({ name: 'app-engine', redirectsToHttps: { answer: 'yes' } });
    const open = await deployment({ ...project(), 'app.yaml': app.replace('    secure: always\n', '') }, 'app.yaml');
    expect(open.platform?.redirectsToHttps.answer).toBe('no');
  });

  it('DigitalOcean: an app specification', async () => {
    const spec =
      'spec:\n  name: site\n  services:\n    - name: web\n      dockerfile_path: Dockerfile\n      http_port: 8000\n      envs:\n        - key: DATABASE_URL\n          value: ${db.DATABASE_URL}\n        - key: STAGE\n          value: live\n        - key: TOKEN\n          type: SECRET\n          value: EV[1:x]\n';
    const found = await deployment({ ...project(), Dockerfile: DOCKERFILE, '.do/app.yaml': spec }, '.do/app.yaml');
    const [web] = found.processes;
    expect(web === undefined ? [] : [given(web, 'DATABASE_URL'), given(web, 'STAGE'), given(web, 'TOKEN')]).toEqual([
      'unknown',
      'live',
      'unknown',
    ]);
    expect(web?.exposed).toMatchObject([{ port: { value: 8000 } }]);
  });

  it('Railway: a start command, or a Procfile beside it', async () => {
    const json =
      '{"deploy": {"startCommand": "gunicorn mysite.wsgi --bind 0.0.0.0:8000", "healthcheckPath": "/up", "preDeployCommand": "python manage.py migrate"}}';
    const found = await deployment({ ...project(), 'railway.json': json }, 'railway.json');
    expect(found.platform?.name).toBe('railway');
    expect(found.processes[0]?.steps.map((one) => one.management?.name)).toEqual(['migrate']);
    const procfile = await deployment(
      { ...project(), 'railway.json': '{"build": {}}', Procfile: 'web: gunicorn mysite.wsgi\n' },
      'Procfile',
    );
    expect(procfile.platform?.name).toBe('railway');
  });
});
