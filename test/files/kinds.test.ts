import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify, type FileKind, kindOfFile } from '../../src/files/kinds.ts';
import { memoryTree } from '../../src/files/memory.ts';

const BY_NAME: readonly (readonly [FileKind, string])[] = [
  ['python-manage', 'backend/manage.py'],
  ['python-wsgi', 'site/wsgi.py'],
  ['python-wsgi', 'config/wsgi_prod.py'],
  ['python-asgi', 'site/asgi.py'],
  ['python-gunicorn', 'gunicorn.conf.py'],
  ['python-gunicorn', 'deploy/gunicorn_config.py'],
  ['python-gunicorn', 'gunicorn.prod.py'],
  ['setup-py', 'setup.py'],
  ['python-settings', 'site/settings.py'],
  ['python-settings', 'site/settings/production.py'],
  ['python-settings', 'site/settings/components/cache.py'],
  ['python-settings', 'site/settings_prod.py'],
  ['python-settings', 'site/local_settings.py'],
  ['python', 'site/urls.py'],
  ['compose', 'docker-compose.yml'],
  ['compose', 'compose.yaml'],
  ['compose', 'docker/docker-compose.prod.yml'],
  ['compose', 'compose.override.yml'],
  ['compose', 'production.docker-compose.yml'],
  ['dockerfile', 'Dockerfile'],
  ['dockerfile', 'Dockerfile.prod'],
  ['dockerfile', 'compose/django/Dockerfile-dev'],
  ['dockerfile', 'prod.Dockerfile'],
  ['dockerfile', 'Containerfile'],
  ['dockerfile', 'backend/backend.dockerfile'],
  ['dockerfile', 'docker/ProdDjangoDockerfile'],
  ['requirements', 'requirements/prod.in'],
  ['env', 'dotenv.example'],
  ['dockerignore', '.dockerignore'],
  ['dockerignore', 'Dockerfile.dockerignore'],
  ['workflow', '.github/workflows/ci.yml'],
  ['gitlab-ci', '.gitlab-ci.yml'],
  ['procfile', 'Procfile'],
  ['procfile', 'Procfile.prod'],
  ['nginx', 'nginx/nginx.conf'],
  ['nginx', 'deploy/nginx-site.conf'],
  ['nginx', 'nginx.conf.template'],
  ['nginx', 'nginx.conf.j2'],
  ['caddy', 'Caddyfile'],
  ['systemd', 'deploy/gunicorn.service'],
  ['systemd', 'deploy/gunicorn@.service.j2'],
  ['systemd', 'deploy/gunicorn.socket'],
  ['systemd', 'backup.timer'],
  ['systemd', 'etc/app.service.d/override.conf'],
  ['env', '.env'],
  ['env', '.env.production'],
  ['env', 'prod.env'],
  ['env', '.envs/.production/.django'],
  ['env', '.env-sample'],
  ['env', 'env.example'],
  ['env', '.env.j2'],
  ['shell', 'deploy.sh'],
  ['requirements', 'requirements.txt'],
  ['requirements', 'requirements/production.txt'],
  ['requirements', 'requirements-dev.in'],
  ['requirements', 'constraints.txt'],
  ['pyproject', 'pyproject.toml'],
  ['pipfile', 'Pipfile'],
  ['pipfile-lock', 'Pipfile.lock'],
  ['poetry-lock', 'poetry.lock'],
  ['uv-lock', 'uv.lock'],
  ['setup-cfg', 'setup.cfg'],
  ['python-version', '.python-version'],
  ['python-version', 'runtime.txt'],
  ['supervisor', 'supervisord.conf'],
  ['uwsgi', 'uwsgi.ini'],
];

describe('the kind of a file', () => {
  it.each(BY_NAME)('%s by its name alone: %s', (kind, path) => {
    const asked = () => {
      throw new Error('the name decides');
    };
    expect(kindOfFile(path, asked)?.kind).toBe(kind);
  });

  it.each<[FileKind | null, string, string]>([
    ['compose', 'production.yml', 'volumes:\n  x: {}\n\nservices:\n  web:\n    image: x\n'],
    ['kubernetes', 'k8s/web.yaml', 'apiVersion: apps/v1\nkind: Deployment\n'],
    ['yaml', 'mkdocs.yml', 'site_name: x\nnav:\n  services: x\n'],
    ['nginx', 'deploy/site.conf', 'upstream app {\n server web:8000;\n}\n'],
    ['nginx', 'default.conf.template', 'server {\n listen 80;\n}\n'],
    ['nginx', 'etc/sites-available/mysite', 'server {\n}\n'],
    ['nginx', 'proxy.conf', 'proxy_set_header Host $host;\n'],
    ['python-gunicorn', 'etc/gunicorn.py', 'bind = "x"\n'],
    ['python', 'services/gunicorn.py', 'class Gunicorn:\n  pass\n'],
    [null, 'logstash.conf', 'input {\n http {\n }\n}\n'],
    ['apache', 'site.conf', '<VirtualHost *:80>\n'],
    ['supervisor', 'app.conf', '[program:web]\ncommand=x\n'],
    [null, 'redis.conf', 'maxmemory 100mb\n'],
    ['uwsgi', 'app.ini', '[uwsgi]\nmodule = x\n'],
    ['shell', 'compose/production/django/start', '#!/bin/bash\nset -e\n'],
    ['shell', 'entrypoint', '#!/usr/bin/env sh\n'],
    [null, 'bin/tool', '#!/usr/bin/env python\n'],
    [null, 'LICENSE', 'MIT'],
    [null, 'README.md', '# x'],
    [null, 'env/.gitkeep', ''],
    [null, 'src/env.ts', 'export {}'],
    [null, 'env.py.txt', ''],
  ])('%s by its text: %s', (kind, path, text) => {
    expect(kindOfFile(path, () => text)?.kind ?? null).toBe(kind);
  });

  it('marks examples and templates', () => {
    const marks = (path: string) => {
      const kind = kindOfFile(path, () => null);
      return [kind?.example, kind?.template];
    };
    expect(
      ['.env.example', '.env.sample', '.env.dist', 'env.example', '.env.template', '.env.example.prod'].map((path) => marks(path)[0]),
    ).toEqual(Array(6).fill(true));
    expect(['.env', '.env.production', '.envs/.production/.django', '.env.test'].map((path) => marks(path)[0])).toEqual(
      Array(4).fill(false),
    );
    expect(marks('docker-compose.example.yml')).toEqual([true, false]);
    expect(marks('nginx.conf.template')).toEqual([false, true]);
    expect(marks('app.service.j2')).toEqual([false, true]);
    expect(marks('requirements.in')).toEqual([false, false]);
  });

  it('classifies a tree', () => {
    const tree = memoryTree({ 'manage.py': '', 'a.txt': '', 'prod.yml': 'services:\n  a: {}\n' });
    expect(classify(tree)).toEqual([
      { path: 'manage.py', kind: 'python-manage', example: false, template: false },
      { path: 'prod.yml', kind: 'compose', example: false, template: false },
    ]);
  });

  it('is total', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string(), (path, text) => void kindOfFile(path, () => text)));
  });
});
