import { describe, expect, it } from 'vitest';
import { readPackages } from '../../src/deployment/packages/packages.ts';
import { memoryTree } from '../../src/files/memory.ts';

const factsOf = async (files: Readonly<Record<string, string>>, root = '') => (await readPackages(memoryTree(files)))(root);
const djangoOf = async (files: Readonly<Record<string, string>>, root = '') => {
  const { from, before, exact } = (await factsOf(files, root)).django;
  return exact ?? `${from}..${before}`;
};
const installs = async (files: Readonly<Record<string, string>>, name: string, root = '') =>
  (await factsOf(files, root)).packages.installs(name);
const lock = (...pairs: readonly string[]) =>
  pairs.map((pair) => `[[package]]\nname = "${pair.split(' ')[0]}"\nversion = "${pair.split(' ')[1]}"\n`).join('\n');

describe('the Django release', () => {
  it.each<[string, string, Readonly<Record<string, string>>]>([
    [
      'a lock file before ranges',
      '5.2.17',
      { 'uv.lock': lock('django 5.2.17'), 'pyproject.toml': '[project]\ndependencies = ["django>=4"]' },
    ],
    ['project files by themselves', '4.2..5', { 'pyproject.toml': '[tool.poetry.dependencies]\ndjango = "^4.2"' }],
    [
      'requirements before project files',
      '5.2.1',
      { 'requirements.txt': 'Django==5.2.1', 'pyproject.toml': '[project]\ndependencies = ["django"]' },
    ],
    [
      'production before other names',
      '5.2.1',
      { 'requirements/production.txt': '-r base.txt\n', 'requirements/base.txt': 'django==5.2.1', 'requirements/old.txt': 'django==1.11' },
    ],
    [
      'what the image installs before other names',
      '4.2.1',
      {
        Dockerfile: 'RUN pip install -r /app/reqs/requirements-a.txt',
        'requirements-a.txt': 'django==4.2.1',
        'requirements-b.txt': 'django==3.2',
      },
    ],
    [
      'an argument of the image',
      '4.2.1',
      {
        Dockerfile: 'ARG E=a\nRUN pip install \\\n  -r requirements/${E}.txt',
        'requirements/a.txt': 'django==4.2.1',
        'requirements/b.txt': 'django==3.2',
      },
    ],
    ['development last', '5.2.1', { 'requirements.txt': 'django==5.2.1', 'requirements-dev.txt': 'django==6.0' }],
    ['both, when equal ones conflict', '3.2..5.2.2', { 'requirements.txt': 'django==5.2.1', 'reqs.requirements.txt': 'django==3.2' }],
    [
      'a lock and an image that disagree',
      '4.2.1..5.2.2',
      { 'poetry.lock': lock('django 5.2.1'), Dockerfile: 'RUN pip install -r requirements.txt', 'requirements.txt': 'django==4.2.1' },
    ],
    ['constraints', '5.2.3', { 'requirements.txt': '-c constraints.txt\ndjango>=5\n', 'constraints.txt': 'django==5.2.3\n' }],
    ['the compiled file and not its source', '5.2.3', { 'requirements.in': 'django\n', 'requirements.txt': 'django==5.2.3\n' }],
    [
      'markers that split',
      '3.2..4.2.2',
      { 'requirements.txt': 'django==3.2; python_version<"3.8"\ndjango==4.2.1; python_version>="3.8"\n' },
    ],
    ['a lock of pdm', '5.2.17', { 'pdm.lock': lock('django 5.2.17') }],
    ['a lock of Pipenv', '5.2.17', { 'Pipfile.lock': JSON.stringify({ default: { django: { version: '==5.2.17' } } }, null, 4) }],
    ['a Pipfile', '5.2.0..5.3', { Pipfile: '[packages]\ndjango = "~=5.2.0"\n' }],
    ['PEP 621', '4.2..6', { 'pyproject.toml': '[project]\ndependencies = ["Django>=4.2,<6"]' }],
    ['setup.cfg', '5.2.1..5.3', { 'setup.cfg': '[options]\ninstall_requires =\n    Django ~= 5.2.1\n' }],
    ['setup.py', '5.2.8', { 'setup.py': "from setuptools import setup\nsetup(install_requires=['Django==5.2.8'])\n" }],
    ['a release of a year', '2028.1', { 'requirements.txt': 'Django==2028.1' }],
    ['releases over the change of names', '6.1..2029', { 'requirements.txt': 'Django>=6.1,<2029' }],
    ['a compatible release of a year', '2028.1..2029', { 'requirements.txt': 'Django~=2028.1' }],
    ['a caret of a year', '2028..2029', { 'pyproject.toml': '[tool.poetry.dependencies]\ndjango = "^2028"' }],
    [
      'what an image installs by name',
      '5.2.8',
      { Dockerfile: 'RUN pip install --no-cache-dir -U \\\n    "Django==5.2.8" gunicorn && echo django==1.0' },
    ],
    ['what an image installs by an argument', '5.2.8', { Dockerfile: 'ARG V=5.2.8\nRUN pip3 install django==${V}' }],
    ['an argument that nothing gives', 'null..null', { Dockerfile: 'ARG V\nRUN pip install django==$V' }],
    ['a list before the image', '4.2.1', { Dockerfile: 'RUN pip install django==5.2.8', 'requirements.txt': 'django==4.2.1' }],
    ['an image for development is not asked', 'null..null', { 'Dockerfile.dev': 'RUN pip install django==5.2.8' }],
    ['what is no name', 'null..null', { Dockerfile: 'RUN pip install -r django.txt ./django https://host.example/django-5.2.zip' }],
    ['a source that is no index', 'null..null', { 'requirements.txt': 'django @ git+https://git.example/django.git' }],
    ['nothing', 'null..null', { 'requirements.txt': 'flask==1' }],
    ['documentation is not asked', 'null..null', { 'docs/requirements.txt': 'django==1.8' }],
  ])('%s', async (_name, wanted, files) => {
    expect(await djangoOf(files)).toBe(wanted);
  });

  it('is that of each project', async () => {
    const files = { 'one/requirements.txt': 'django==4.2.1', 'two/requirements.txt': 'django==5.2.1', 'requirements.txt': 'tool==1' };
    expect([await djangoOf(files, 'one'), await djangoOf(files, 'two')]).toEqual(['4.2.1', '5.2.1']);
    expect(await djangoOf({ 'requirements.txt': 'django==5.2.1' }, 'backend/src')).toBe('5.2.1');
    expect(await djangoOf({ 'backend/requirements/prod.txt': 'django==5.2.1' }, 'backend/src')).toBe('5.2.1');
  });

  it('has the line that pins it as origin', async () => {
    const { origin } = (await factsOf({ 'requirements.txt': 'x\ndjango==5.2.1\n' })).django;
    expect(origin).toMatchObject({ step: 'text', at: { file: 'requirements.txt', start: 2, end: 15 } });
  });
});

describe('whether a distribution is installed', () => {
  it('is yes for what is listed', async () => {
    expect(await installs({ 'requirements.txt': 'Django\nArgon2_cffi' }, 'argon2-cffi')).toBe('yes');
    expect(await installs({ 'uv.lock': lock('redis 5.0') }, 'redis')).toBe('yes');
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['no package file', {}],
    ['a file that is included and absent', { 'requirements.txt': 'django\n-r base.txt' }],
    ['a local package', { 'requirements.txt': 'django\n-e .' }],
    ['a distribution that may bring it along', { 'requirements.txt': 'django\ndjango-imagekit==5' }],
    ['development only', { 'requirements.txt': 'django', 'requirements-dev.txt': 'argon2-cffi\npillow' }],
    ['an image that installs it by name', { 'requirements.txt': 'django', Dockerfile: 'RUN pip install pillow argon2_cffi' }],
    ['a conda environment', { 'requirements.txt': 'django', 'environment.yml': 'dependencies:\n- x' }],
    ['a list that other tools make', { 'pyproject.toml': '[project]\ndynamic = ["dependencies"]' }],
  ])('is maybe with %s', async (_name, files) => {
    expect([await installs(files, 'argon2-cffi'), await installs(files, 'pillow')]).toContain('maybe');
  });

  it('follows the extras whose content is known', async () => {
    expect(await installs({ 'requirements.txt': 'django[argon2]' }, 'argon2-cffi')).toBe('yes');
    expect(await installs({ 'requirements.txt': 'psycopg[pool]' }, 'psycopg-pool')).toBe('yes');
    expect(await installs({ 'requirements.txt': 'psycopg[binary]' }, 'psycopg-pool')).toBe('no');
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['a lock file', { 'poetry.lock': lock('django 5.2', 'django-imagekit 5') }],
    ['a compiled list', { 'requirements.txt': '# This file is autogenerated by pip-compile\ndjango==5.2\ndjango-imagekit==5\n' }],
    ['a list with hashes', { 'requirements.txt': 'django==5.2 --hash=sha256:a\nfoo==1 --hash=sha256:b\n' }],
    ['a frozen list', { 'requirements.txt': 'asgiref==3\ndjango==5.2\nfoo==1\nsqlparse==0.5\n' }],
    ['a short list of what is known', { 'requirements.txt': 'django==5.2\ngunicorn\npsycopg[binary]\n' }],
  ])('is no with %s', async (_name, files) => {
    expect(await installs(files, 'argon2-cffi')).toBe('no');
  });
});

describe('the Python release', () => {
  it.each<[string | null, Readonly<Record<string, string>>]>([
    ['3.12', { Dockerfile: 'FROM --platform=linux/amd64 docker.io/library/python:3.12-slim AS a\nFROM python:3.12.4' }],
    [null, { Dockerfile: 'FROM python:3.12 AS a\nFROM python:3.11' }],
    [null, { Dockerfile: 'FROM python:slim' }],
    [null, { Dockerfile: 'ARG V=3.12\nFROM python:${V}', '.python-version': '3.12' }],
    ['3.11', { '.python-version': '3.11.4\n' }],
    ['3.10', { 'runtime.txt': 'python-3.10.2' }],
    ['3.13', { Pipfile: '[requires]\npython_version = "3.13"\n' }],
    [null, { '.python-version': '3.11\n3.12\n' }],
    [null, {}],
  ])('%s', async (wanted, files) => {
    expect((await factsOf(files)).python).toBe(wanted);
  });
});
