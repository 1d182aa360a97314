import { describe, expect, test } from 'vitest';
import { known, type Value } from '../../src/core/value.ts';
import { parseReference } from '../../src/deployment/image/base.ts';
import { startContainer } from '../../src/deployment/image/container.ts';
import { ignoreMatcher } from '../../src/deployment/image/dockerignore.ts';
import { readBuild } from '../../src/deployment/image/image.ts';
import { containerPaths } from '../../src/deployment/path-map.ts';
import { loadSyntaxes } from '../../src/deployment/syntaxes.ts';
import { memoryTree } from '../../src/files/memory.ts';

const syntaxes = await loadSyntaxes();

function build(
  files: Readonly<Record<string, string>>,
  request: {
    readonly target?: string;
    readonly context?: string;
    readonly dockerfile?: string;
    readonly args?: Readonly<Record<string, string>>;
  } = {},
) {
  const tree = memoryTree(files);
  const origin = { step: 'default', of: 'test' } as const;
  const args = new Map(Object.entries(request.args ?? {}).map(([name, value]) => [name, known(value, origin)]));
  const found = readBuild(
    tree,
    { dockerfile: request.dockerfile ?? 'Dockerfile', context: request.context ?? '', target: request.target ?? null, args },
    syntaxes,
  );
  if (found === null) throw new Error('no build');
  return { ...found, tree };
}

function text(value: Value<unknown> | undefined): unknown {
  return value?.kind === 'known' ? value.value : '?';
}

describe('.dockerignore', () => {
  test.each([
    ['.env', '.env', true],
    ['.env', 'sub/.env', false],
    ['**/.env', 'sub/.env', true],
    ['.git', '.git/config', true],
    ['*\n!manage.py\n!src', 'manage.py', false],
    ['*\n!manage.py\n!src', 'src/app.py', false],
    ['*\n!manage.py\n!src', '.env', true],
    ['# .env', '.env', false],
    ['/docs/', 'docs/index.md', true],
    ['*.py[co]', 'a.pyc', true],
    ['*.py[co]', 'sub/a.pyc', false],
    ['docs/**', 'docs/a/b', true],
    ['.env*\n!.env.example', '.env.example', false],
    ['?.txt', 'ab.txt', false],
  ])('%j and %s: %s', (patterns, path, ignored) => expect(ignoreMatcher(patterns)(path)).toBe(ignored));

  test('the file of the Dockerfile wins over that of the context', () => {
    const found = build({ Dockerfile: 'FROM python:3.12\nCOPY . /app\n', 'Dockerfile.dockerignore': '.env', '.dockerignore': 'x' });
    expect(found.build.ignoreFile).toBe('Dockerfile.dockerignore');
    expect(found.build.ignores('.env')).toBe(true);
  });
});

test.each([
  ['postgres:16', 'postgres', 'postgres', '16'],
  ['ghcr.io/org/app@sha256:00', 'ghcr.io/org/app', 'app', null],
  ['localhost:5000/nginx', 'localhost:5000/nginx', 'nginx', null],
])('reference %s', (reference, repository, base, tag) => expect(parseReference(reference)).toEqual({ repository, base, tag }));

const DOCKERFILE = `FROM python:3.12-slim AS base
ARG MODE
ENV DJANGO_SETTINGS_MODULE=mysite.settings.$MODE PORT=8000
WORKDIR /srv/app
FROM base AS prod
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY docker/entry.sh /entry.sh
COPY . .
RUN SECRET_KEY=x python manage.py collectstatic --noinput \\
    && chown -R app /srv/app
USER app
ENTRYPOINT ["/entry.sh"]
CMD gunicorn mysite.wsgi -b 0.0.0.0:$PORT
`;
const FILES = {
  Dockerfile: DOCKERFILE,
  'requirements.txt': '',
  'manage.py': '',
  'docker/entry.sh': '#!/bin/sh\nexec "$@"\n',
  '.dockerignore': '.env',
  '.env': 'A=1',
};

describe('build', () => {
  const found = build(FILES, { args: { MODE: 'production' } });

  test('environment, folder and user', () => {
    expect(text(found.build.environment.variables.get('DJANGO_SETTINGS_MODULE'))).toBe('mysite.settings.production');
    expect(found.build.environment.closed).toBe(true);
    expect(text(found.build.workdir)).toBe('/srv/app');
    expect(text(found.build.user)).toBe('app');
    expect(found.image).toMatchObject({ base: 'python', tag: '3.12-slim', reference: null });
  });

  test('RUN commands see what is set at that point', () => {
    const [, collect] = found.build.runs;
    expect(collect?.management?.name).toBe('collectstatic');
    expect(text(collect?.environment.variables.get('SECRET_KEY'))).toBe('x');
    expect(text(collect?.environment.variables.get('MODE'))).toBe('production');
    expect(collect?.workdir).toMatchObject({ value: '/srv/app' });
    expect(DOCKERFILE.slice(collect?.at.start, collect?.at.end)).toBe('SECRET_KEY=x python manage.py collectstatic --noinput');
  });

  test('only images of Python set the variables of Python', () => {
    expect(found.build.environment.variables.has('PYTHON_VERSION')).toBe(true);
    expect(build({ Dockerfile: 'FROM nginx:1.27\n' }).build.environment.variables.has('PYTHON_VERSION')).toBe(false);
    expect(build({ Dockerfile: 'FROM continuumio/miniconda3\n' }).build.environment.variables.has('PYTHON_VERSION')).toBe(false);
    expect(build({ Dockerfile: 'FROM ghcr.io/astral-sh/uv:python3.12-bookworm\n' }).build.environment.variables.has('PYTHON_VERSION')).toBe(
      true,
    );
  });

  test('an unknown base image may set what it likes', () => {
    const other = build({ Dockerfile: 'FROM registry.example.com/base\nCMD gunicorn app\n' });
    expect(other.build.environment.closed).not.toBe(true);
    expect(other.build.user.kind).toBe('unknown');
    expect(other.build.workdir.kind).toBe('unknown');
  });

  test('the container runs the command through its entrypoint', () => {
    const { tree, layers, image } = found;
    const paths = containerPaths({ tree, layers, mounts: { items: [], complete: true }, workdir: '/srv/app' });
    const { environment, workdir, at } = found.build;
    const started = startContainer({
      tree,
      syntaxes,
      image,
      paths,
      environment,
      workdir,
      at,
      command: { set: 'no' },
      entrypoint: { set: 'no' },
    });
    expect(started.main?.argv.map(text)).toEqual(['gunicorn', 'mysite.wsgi', '-b', '0.0.0.0:8000']);
  });
});

describe('where files stand', () => {
  const at = { file: 'compose.yaml', start: 0, end: 1 };

  test('copies, volumes and bind mounts', () => {
    const { tree, layers } = build(FILES);
    const mounts = {
      items: [
        { kind: 'named', source: 'static', target: '/srv/app/static', readOnly: false, at },
        { kind: 'bind', source: 'conf', target: '/etc/app', readOnly: true, at },
      ],
      complete: true,
    } as const;
    const paths = containerPaths({ tree, layers, mounts, workdir: '/srv/app' });
    expect(paths.runtimePath('<ROOT>/static/x')).toBe('/srv/app/static/x');
    expect(paths.locate('<ROOT>/static/x')).toMatchObject({ in: 'volume', volume: 'static', subpath: 'x' });
    expect(paths.locate('manage.py')).toEqual({ in: 'container', path: '/srv/app/manage.py', repository: 'manage.py' });
    expect(paths.locate('/srv/app/.env')).toEqual({ in: 'container', path: '/srv/app/.env', repository: null });
    expect(paths.locate('/entry.sh')).toMatchObject({ repository: 'docker/entry.sh' });
    expect(paths.runtimePath('conf/a')).toBe('/srv/app/conf/a');
  });

  test('the repository mounted over the image hides the copies', () => {
    const { tree, layers } = build(FILES);
    const mounts = { items: [{ kind: 'bind', source: '', target: '/code', readOnly: false, at }], complete: true } as const;
    const paths = containerPaths({ tree, layers, mounts, workdir: '/code' });
    expect(paths.runtimePath('manage.py')).toBe('/code/manage.py');
  });

  test('a context below the root, a later stage and folders copied one by one', () => {
    const files = {
      'backend/Dockerfile': 'FROM node AS built\nWORKDIR /b\nCOPY . .\nFROM python:3.12\nCOPY --from=built /b /app\nWORKDIR /app\n',
      'backend/manage.py': '',
    };
    const found = build(files, { context: 'backend', dockerfile: 'backend/Dockerfile' });
    expect(found.layers.locate('/app/manage.py')).toBe('backend/manage.py');
    expect(found.layers.placesOf('backend/media')).toEqual(['/app/media']);
    const split = build({ Dockerfile: 'FROM python:3.12\nCOPY src /app/src\n', 'src/a.py': '' });
    expect(split.layers.placesOf('static')).toEqual(['/app/static']);
  });

  test('volumes that are not known leave the rest unknown', () => {
    const { tree, layers } = build(FILES);
    const paths = containerPaths({ tree, layers, mounts: { items: [], complete: { because: 'a variable' } }, workdir: '/srv/app' });
    expect(paths.locate('/srv/app/x')).toEqual({ in: 'unknown', because: 'a variable' });
  });
});
