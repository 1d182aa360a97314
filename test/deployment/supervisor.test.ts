import { describe, expect, it } from 'vitest';
import type { Process } from '../../src/deployment/model.ts';
import { build, deployment, module, project } from './projects.ts';

const PROGRAM = `[program:web]
command=/srv/mysite/venv/bin/gunicorn mysite.wsgi --bind 127.0.0.1:8000 --workers %(ENV_WORKERS)s
directory=/srv/mysite
user=deploy ; not root
environment=DJANGO_SETTINGS_MODULE="mysite.settings",WORKERS=4,GREETING="a, b"
stopwaitsecs=30
numprocs=1

[program:worker]
command=/srv/mysite/venv/bin/celery -A mysite worker -n w%(process_num)02d --loglevel="IN"FO
directory=/srv/mysite
process_name=%(program_name)s_%(process_num)02d
numprocs=2
`;

const words = ({ command }: Process) =>
  command.kind === 'known' ? command.value.map((word) => (word.kind === 'known' ? word.value : '?')) : command.kind;
const given = (process: Process, name: string) => {
  const value = process.environment.variables.get(name);
  return value?.kind === 'known' ? value.value : value?.kind;
};
const named = (processes: readonly Process[], name: string) => {
  const found = processes.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name} among ${processes.map((one) => one.name).join(', ')}`);
  return found;
};

describe('supervisor on a machine', () => {
  it('starts its programs with what their sections say', async () => {
    const found = await deployment({ ...project(), 'deploy/mysite.conf': PROGRAM }, 'deploy/mysite.conf');
    expect(found.kind).toBe('supervisor');
    const web = named(found.processes, 'web');
    expect(words(web).slice(1)).toEqual(['mysite.wsgi', '--bind', '127.0.0.1:8000', '--workers', '4']);
    expect(web).toMatchObject({ role: 'web', host: 'machine', user: { kind: 'known', value: 'deploy' }, stopGrace: { value: 30 } });
    expect(web.server?.workers).toMatchObject({ kind: 'known', value: 4 });
    expect([given(web, 'GREETING'), module(web)]).toEqual(['a, b', 'mysite.settings']);
    expect(web.environment.closed).not.toBe(true);
    expect(web.program?.get('stopwaitsecs')?.text).toBe('30');
  });

  it('runs as root, once for each process, with ten seconds to stop when nothing says otherwise', async () => {
    const found = await deployment({ ...project(), 'deploy/mysite.conf': PROGRAM }, 'deploy/mysite.conf');
    const worker = named(found.processes, 'worker');
    expect(worker).toMatchObject({ role: 'worker', user: { value: 'root' }, replicas: { value: 2 }, stopGrace: null });
    expect(worker.user).toMatchObject({ origin: { step: 'default' } });
    expect(words(worker).slice(1)).toEqual(['-A', 'mysite', 'worker', '-n', '?', '--loglevel=INFO']);
  });

  it('reads a main file with what it includes as one, later options first', async () => {
    const files = {
      ...project(),
      'etc/supervisord.conf': '[supervisord]\nuser=app\nenvironment=STAGE=live\n[include]\nfiles = conf.d/*.conf\n',
      'etc/conf.d/a.conf': '[program:web]\ncommand=gunicorn mysite.wsgi\nuser=first\n',
      'etc/conf.d/b.conf': '[program:web]\nuser=second\n[program:beat]\ncommand=celery -A mysite beat\n',
      'etc/other/c.conf': '[program:far]\ncommand=python manage.py rqworker\n',
    };
    const found = await deployment(files, 'etc/supervisord.conf');
    expect(found.processes.map((one) => one.name)).toEqual(['web', 'beat']);
    expect(named(found.processes, 'web').user).toMatchObject({ value: 'second' });
    expect(named(found.processes, 'beat').user).toMatchObject({ value: 'app' });
    expect(given(named(found.processes, 'beat'), 'STAGE')).toBe('live');
    expect((await build(files)).deployments.map((one) => one.id)).toContain('etc/other/c.conf');
  });

  it('keeps what templates and the machine give unknown', async () => {
    const text = `{% for name in names %}
[program:web]
command={{ venv }}/bin/gunicorn mysite.wsgi --bind {{ address }} --timeout 40
user={{ app_user }}
environment=SECRET_KEY="{{ secret }}",HOST=%(host_node_name)s
{% endfor %}
`;
    const found = await deployment({ ...project(), 'roles/app/files/web.conf.j2': text }, 'roles/app/files/web.conf.j2');
    const web = named(found.processes, 'web');
    expect(words(web)).toEqual(['gunicorn', 'mysite.wsgi', '--bind', '?', '--timeout', '40']);
    expect([web.user.kind, given(web, 'SECRET_KEY'), given(web, 'HOST')]).toEqual(['unknown', 'unknown', 'unknown']);
  });

  it('takes nothing for granted when supervisor refuses a line', async () => {
    const text = '[program:web]\ncommand=gunicorn "mysite.wsgi\nenvironment=A=http://x?y\n[program:w]\ncommand=python manage.py rqworker\n';
    const found = await deployment({ ...project(), 'web.conf': text }, 'web.conf');
    expect(words(named(found.processes, 'web'))).toBe('unknown');
  });
});

describe('supervisor in a container', () => {
  const DOCKERFILE = `FROM python:3.12
WORKDIR /app
ENV WORKERS=3
COPY . .
COPY deploy/supervisord.conf /etc/supervisor/supervisord.conf
CMD ["supervisord", "-n", "-c", "/etc/supervisor/supervisord.conf"]
`;
  const CONFIGURATION = `[supervisord]
nodaemon=true
[program:gunicorn]
command=gunicorn mysite.wsgi --bind 127.0.0.1:8001 --workers %(ENV_WORKERS)s
[program:nginx]
command=nginx -g "daemon off;"
[program:worker]
command=celery -A mysite worker
user=app
`;
  const NGINX = 'server { listen 80; location / { proxy_pass http://127.0.0.1:8001; } }\n';
  const files = { ...project(), Dockerfile: DOCKERFILE, 'deploy/supervisord.conf': CONFIGURATION };

  it('stands for the container of an image', async () => {
    const model = await build(files);
    expect(model.deployments.map((one) => one.id)).toEqual(['Dockerfile']);
    const processes = model.deployments[0]?.processes ?? [];
    expect(processes.map((one) => `${one.name} ${one.role}`)).toEqual(['image/gunicorn web', 'image/nginx proxy', 'image/worker worker']);
    expect(named(processes, 'image/gunicorn').server?.workers).toMatchObject({ value: 3 });
    expect(named(processes, 'image/worker')).toMatchObject({ host: 'container', user: { value: 'app' }, image: { base: 'python' } });
  });

  it('stands for the service of a compose file, which other services reach by its name', async () => {
    const compose =
      'services:\n  app:\n    build: .\n    ports: ["80:80"]\n  front:\n    image: nginx:1.27\n    volumes: ["./front.conf:/etc/nginx/conf.d/default.conf"]\n';
    const public_ = CONFIGURATION.replace('127.0.0.1:8001', '0.0.0.0:8001');
    const front = 'server { listen 80; location / { proxy_pass http://app:8001; } }\n';
    const found = await deployment(
      { ...files, 'deploy/supervisord.conf': public_, 'compose.yaml': compose, 'front.conf': front },
      'compose.yaml',
    );
    expect(found.processes.map((one) => one.name)).toEqual(['app/gunicorn', 'app/nginx', 'app/worker', 'front']);
    const [upstream] = found.proxy?.servers.flatMap((one) => one.locations.flatMap(({ upstreams }) => upstreams.items)) ?? [];
    expect(upstream).toMatchObject({ link: 'proven', process: { name: 'app/gunicorn' } });
  });

  it('joins programs of one container over its loopback', async () => {
    const dockerfile = DOCKERFILE.replace('COPY . .', 'COPY manage.py mysite ./').replace(
      'CMD',
      'COPY site.conf /etc/nginx/conf.d/default.conf\nCMD',
    );
    const compose = 'services:\n  app:\n    build: .\n    ports: ["80:80"]\n';
    const found = await deployment({ ...files, Dockerfile: dockerfile, 'site.conf': NGINX, 'compose.yaml': compose }, 'compose.yaml');
    const [upstream] = found.proxy?.servers.flatMap((one) => one.locations.flatMap(({ upstreams }) => upstreams.items)) ?? [];
    expect(upstream).toMatchObject({ link: 'proven', process: { name: 'app/gunicorn' } });
  });

  it("reads Debian's own file as the one that includes conf.d", async () => {
    const dockerfile = `FROM debian:12
WORKDIR /app
COPY . .
COPY deploy/app.conf /etc/supervisor/conf.d/app.conf
CMD ["/usr/bin/supervisord", "-n"]
`;
    const found = await deployment(
      { ...project(), Dockerfile: dockerfile, 'deploy/app.conf': CONFIGURATION.slice(CONFIGURATION.indexOf('[program')) },
      'Dockerfile',
    );
    expect(found.processes.map((one) => one.name)).toEqual(['image/gunicorn', 'image/nginx', 'image/worker']);
  });
});
