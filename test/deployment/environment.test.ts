import { describe, expect, test } from 'vitest';
import { known, type Value } from '../../src/core/value.ts';
import { readCompose } from '../../src/deployment/compose/compose.ts';
import { examplesOf } from '../../src/deployment/env-file.ts';
import { EMPTY_ENVIRONMENT, layerOf, lookUp, withLayers } from '../../src/deployment/environment.ts';
import type { Process } from '../../src/deployment/model.ts';
import { loadSyntaxes } from '../../src/deployment/syntaxes.ts';
import { memoryTree } from '../../src/files/memory.ts';

const syntaxes = await loadSyntaxes();
const origin = { step: 'default', of: 'test' } as const;

function text(value: Value<unknown> | null | undefined): unknown {
  if (value === null || value === undefined) return null;
  return value.kind === 'known' ? value.value : '?';
}

function compose(files: Readonly<Record<string, string>>, paths: readonly string[] = ['compose.yaml']) {
  return readCompose(memoryTree(files), paths, syntaxes);
}

function web(files: Readonly<Record<string, string>>): Process {
  const found = compose(files).processes.find((one) => one.name === 'web');
  if (found === undefined) throw new Error('no web');
  return found;
}

describe('layers', () => {
  const below = layerOf([['A', known('1', origin)]]);

  test('the later one wins, null takes away', () => {
    const environment = withLayers(EMPTY_ENVIRONMENT, [below, layerOf([['A', null]])]);
    expect(lookUp(environment, 'A')).toBeNull();
  });

  test('an opaque source may override what lies below it and give any other name', () => {
    const environment = withLayers(EMPTY_ENVIRONMENT, [below, layerOf([['B', known('2', origin)]], { because: 'a file' })]);
    expect(lookUp(environment, 'A')).toMatchObject({ kind: 'unknown', why: 'opaque-env', names: ['A'] });
    expect(lookUp(environment, 'B')).toMatchObject({ value: '2' });
    expect(lookUp(environment, 'C')).toMatchObject({ kind: 'unknown' });
  });
});

describe('env files', () => {
  const service = (more: string) => `services:\n  web:\n    build: .\n    env_file: [.env.prod]\n${more}`;
  const base = { Dockerfile: 'FROM python:3.12\nENV A=image B=image C=image\nCMD gunicorn a:b\n' };

  test('image < env file < environment', () => {
    const { environment } = web({ ...base, '.env.prod': 'B=file\nC=file\n', 'compose.yaml': service('    environment:\n      C: own\n') });
    expect(['A', 'B', 'C'].map((name) => text(lookUp(environment, name)))).toEqual(['image', 'file', 'own']);
    expect(environment.closed).toBe(true);
  });

  test('an absent file gives the names of its example, and nothing else is there', () => {
    const set = compose({ ...base, '.env.prod.example': 'SECRET_KEY=change\n', 'compose.yaml': service('') });
    const [process] = set.processes;
    const environment = process?.environment ?? EMPTY_ENVIRONMENT;
    expect(lookUp(environment, 'SECRET_KEY')).toMatchObject({ kind: 'unknown', why: 'opaque-env' });
    expect(text(lookUp(environment, 'A'))).toBe('image');
    expect(lookUp(environment, 'OTHER')).toBeNull();
    expect(set.facts.missingEnvFiles).toMatchObject([{ path: '.env.prod', required: true, service: 'web' }]);
  });

  test('an absent file without example may give anything', () => {
    const { environment } = web({ ...base, 'compose.yaml': service('') });
    expect(environment.closed).not.toBe(true);
    expect(lookUp(environment, 'A')?.kind).toBe('unknown');
  });

  test('the origin is the line of the file', () => {
    const file = 'A=1\nB=two # note\n';
    const { environment } = web({ ...base, '.env.prod': file, 'compose.yaml': service('') });
    const value = lookUp(environment, 'B');
    const at = value?.kind === 'known' && value.origin.step === 'env' ? value.origin.at : undefined;
    expect(at?.file).toBe('.env.prod');
    expect(file.slice(at?.start, at?.end)).toBe('two');
  });

  test('the examples of a file', () => {
    const tree = memoryTree({ '.env.example': '', 'deploy/prod.example.env': '', 'deploy/env.sample': '' });
    expect(examplesOf(tree, '.env')).toEqual(['.env.example']);
    expect(examplesOf(tree, 'deploy/prod.env')).toEqual(['deploy/prod.example.env']);
    expect(examplesOf(tree, 'deploy/web.env')).toEqual(['deploy/env.sample']);
    expect(examplesOf(tree, 'other/.env')).toEqual(['.env.example']);
  });
});

describe('interpolation', () => {
  const file = 'services:\n  web:\n    image: python:3.12\n    environment:\n      A: ${GIVEN}\n      B: ${NOT}\n      C: ${NOT:-c}\n';

  test('with the project’s .env a name that it lacks is empty, and told', () => {
    const set = compose({ 'compose.yaml': file, '.env': 'GIVEN=g\n' });
    const environment = set.processes[0]?.environment ?? EMPTY_ENVIRONMENT;
    expect(['A', 'B', 'C'].map((name) => text(lookUp(environment, name)))).toEqual(['g', '', 'c']);
    const [unset] = set.facts.unsetVariables;
    expect(unset).toMatchObject({ name: 'NOT', feeds: 'services.web.environment.B' });
    expect(file.slice(unset?.at.start, unset?.at.end)).toBe('${NOT}');
  });

  test('without it the value is not known, only defaults hold', () => {
    const { environment } = web({ 'compose.yaml': file });
    expect(['A', 'B', 'C'].map((name) => text(lookUp(environment, name)))).toEqual(['?', '?', 'c']);
  });
});

describe('services', () => {
  test('stores and whether they ask for a password', () => {
    const set = compose({
      'compose.yaml': `services:
  db: {image: "postgres:16", environment: {POSTGRES_PASSWORD: x}}
  open: {image: postgis/postgis, environment: {POSTGRES_HOST_AUTH_METHOD: trust}}
  cache: {image: "redis:7"}
  safe: {image: "redis:7", command: redis-server --requirepass x}
  file: {image: "redis:7", command: redis-server /etc/redis.conf}
  mc: {image: memcached}
  queue: {image: rabbitmq:3}
`,
    });
    expect(set.stores.map((one) => [one.name, one.kind, one.authenticated])).toEqual([
      ['db', 'postgresql', 'yes'],
      ['open', 'postgresql', 'no'],
      ['cache', 'redis', 'no'],
      ['safe', 'redis', 'yes'],
      ['file', 'redis', 'maybe'],
      ['mc', 'memcached', 'no'],
      ['queue', 'rabbitmq', 'yes'],
    ]);
  });

  test('a service that names the image of another runs its build', () => {
    const files = {
      Dockerfile: 'FROM python:3.12\nWORKDIR /app\nCMD ["gunicorn", "a:b"]\n',
      'compose.yaml': 'services:\n  web: {build: ., image: mine}\n  worker: {image: mine, command: celery -A a worker}\n',
    };
    expect(compose(files).processes.map((one) => [one.name, one.role, one.image?.build?.dockerfile])).toEqual([
      ['web', 'web', 'Dockerfile'],
      ['worker', 'worker', 'Dockerfile'],
    ]);
  });

  test('a new entrypoint drops the CMD of the image, an empty command keeps it', () => {
    const files = { Dockerfile: 'FROM python:3.12\nCMD ["gunicorn", "a:b"]\n' };
    const command = (more: string) => {
      const { command: found } = web({ ...files, 'compose.yaml': `services:\n  web:\n    build: .\n${more}` });
      return found.kind === 'known' ? found.value.map(text).join(' ') : null;
    };
    expect(command('')).toBe('gunicorn a:b');
    expect(command('    command: []\n')).toBe('gunicorn a:b');
    expect(command('    entrypoint: [uvicorn]\n')).toBe('uvicorn');
    expect(command('    command: gunicorn a:b && echo never\n')).toBe('gunicorn a:b');
    expect(command('    command: bash -c "python manage.py migrate && daphne a:b"\n')).toBe('daphne a:b');
  });
});
