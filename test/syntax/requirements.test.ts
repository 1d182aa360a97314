import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_PATTERN_TEXT, MAX_TOML_TEXT } from '../../src/core/limits.ts';
import { parseIni } from '../../src/syntax/ini/index.ts';
import {
  compareVersions,
  parseRequirements,
  parseSpecifiers,
  parseVersion,
  pipfilePackages,
  poetryReleases,
  pyprojectPackages,
  releasesOf,
  scanPipfileLock,
  scanTomlLock,
  setupCfgPackages,
  setupPyRequirements,
} from '../../src/syntax/requirements/index.ts';
import { loadToml, tomlAt } from '../../src/syntax/toml/index.ts';

const toml = await loadToml();

describe('versions', () => {
  it('are ordered as PEP 440 says', () => {
    const ordered = [
      '1.0.dev1',
      '1.0a1.dev1',
      '1.0a1',
      '1.0a2',
      '1.0b1',
      '1.0rc1',
      '1.0',
      '1.0.post1.dev1',
      '1.0.post1',
      '1.0.1',
      '1.1.dev1',
      '1.1',
      '1.10',
      '1!0.1',
    ];
    const shuffled = [...ordered].reverse();
    const sorted = shuffled.sort((a, b) => {
      const [left, right] = [parseVersion(a), parseVersion(b)];
      return left === null || right === null ? Number.NaN : compareVersions(left, right);
    });
    expect(sorted).toEqual(ordered);
  });

  it.each(['', 'abc', '1.', '1..2', '1.0-', '>=1', '1.0 2'])('%j is none', (text) => {
    expect(parseVersion(text)).toBeNull();
  });

  it('reads the spellings of one version alike', () => {
    for (const text of ['v1.0rc1', '1.0.RC1', '1.0-c1', '1.0_pre1', ' 1.0rc1+local.1'])
      expect(parseVersion(text)).toEqual(parseVersion('1.0rc1'));
    expect(parseVersion('1.0-1')).toEqual(parseVersion('1.0.post1'));
  });
});

describe('ranges', () => {
  it.each<[string, string | null, string | null, string | null]>([
    ['==5.2.15', '5.2.15', '5.2.16', '5.2.15'],
    ['==5.2', '5.2', '5.2.1', '5.2'],
    ['== 5.2.*', '5.2', '5.3', null],
    ['~=5.2.13', '5.2.13', '5.3', null],
    ['~=5.2', '5.2', '6', null],
    ['>=5.0,<5.3', '5.0', '5.3', null],
    ['>=4.2, !=4.2.3, <5, >=4.2.1', '4.2.1', '5', null],
    ['<=5.2', null, '5.2.1', null],
    ['>5.2', '5.2', null, null],
    ['', null, null, null],
    ['<5.2.post1', null, '5.2.1', null],
    ['==5.2rc1', '5.2', '5.2.1', null],
    ['===5.2.1', '5.2.1', '5.2.2', '5.2.1'],
  ])('%s', (text, from, before, exact) => {
    const specifiers = parseSpecifiers(text);
    expect(specifiers === null ? null : releasesOf(specifiers)).toEqual({ from, before, exact });
  });

  it.each<[string, string | null, string | null, string | null]>([
    ['^4.2', '4.2', '5', null],
    ['^0.3.1', '0.3.1', '0.4', null],
    ['^0.0.3', '0.0.3', '0.0.4', null],
    ['^4', '4', '5', null],
    ['~4.2', '4.2', '4.3', null],
    ['~4.2.1', '4.2.1', '4.3', null],
    ['~4', '4', '5', null],
    ['~=4.2', '4.2', '5', null],
    ['4.2.*', '4.2', '4.3', null],
    ['4.2.1', '4.2.1', '4.2.2', '4.2.1'],
    ['==4.2.1', '4.2.1', '4.2.2', '4.2.1'],
    ['>=4.2,<5.0', '4.2', '5.0', null],
    ['*', null, null, null],
  ])('of Poetry and Pipenv: %s', (text, from, before, exact) => {
    expect(poetryReleases(text)).toEqual({ from, before, exact });
  });

  it('are not guessed', () => {
    expect([poetryReleases('^4 || ^5'), parseSpecifiers('=5'), parseSpecifiers('>=5 <6'), parseSpecifiers('>=5.*')]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});

const REQUIREMENTS = `# base
-r base.txt   # more
-c "constraints file.txt"
--requirement=other.txt
-i https://index.example/simple
Django==5.2.15  # LTS
psycopg[binary, pool] >= 3.1, <4 ; python_version >= "3.9"
My_Package.Name (>=1.0)
celery==5.4.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via -r base.in
pkg @ https://files.example/pkg.zip ; sys_platform == "linux"
-e git+https://git.example/x.git@main#egg=edit_able
git+ssh://git@git.example/y.git#subdirectory=a&egg=y[z]
https://files.example/whl_pkg-1.2-py3-none-any.whl
-e .
./local
requests
foo=1.0
`;

describe('requirements.txt', () => {
  const document = parseRequirements('requirements.txt', REQUIREMENTS);

  it('gives names, extras, ranges, markers and hashes', () => {
    expect(
      document.requirements.map(({ name, extras, releases, url, hashes, line }) => [
        name,
        extras.join(),
        releases?.from ?? null,
        url !== null,
        hashes,
        line,
      ]),
    ).toEqual([
      ['django', '', '5.2.15', false, 0, 6],
      ['psycopg', 'binary,pool', '3.1', false, 0, 7],
      ['my-package-name', '', '1.0', false, 0, 8],
      ['celery', '', '5.4.0', false, 2, 9],
      ['pkg', '', null, true, 0, 13],
      ['edit-able', '', null, true, 0, 14],
      ['y', 'z', null, true, 0, 15],
      ['whl-pkg', '', null, true, 0, 16],
      ['requests', '', null, false, 0, 19],
    ]);
    expect(document.requirements[1]?.marker).toBe('python_version >= "3.9"');
  });

  it('gives includes, what it cannot see through, and what is wrong', () => {
    expect(document.includes.map(({ path, kind }) => [path, kind])).toEqual([
      ['base.txt', 'requirement'],
      ['constraints file.txt', 'constraint'],
      ['other.txt', 'requirement'],
    ]);
    expect(document.opaque.map(({ start, end }) => REQUIREMENTS.slice(start, end))).toEqual(['-e .', './local']);
    expect(document.problems.map(({ at }) => REQUIREMENTS.slice(at, at + 7))).toEqual(['foo=1.0']);
    expect(document.hashed).toBe(false);
  });

  it('places each line', () => {
    const places = document.requirements.map(({ span }) => REQUIREMENTS.slice(span.start, span.end).split(/[ =[@(]/)[0]);
    expect(places.slice(0, 4)).toEqual(['Django', 'psycopg', 'My_Package.Name', 'celery']);
    expect(parseRequirements('r', 'a==1 --hash=sha256:x\nb==2 \\\n --hash=sha256:y\n').hashed).toBe(true);
  });
});

describe('project files', () => {
  const packages = (text: string, read = pyprojectPackages) => {
    const found = read(toml.parse('pyproject.toml', text).root);
    const short = (list: typeof found.requirements) =>
      list.map(({ name, releases }) => `${name} ${releases === null ? '?' : `${releases.from}..${releases.before}`}`);
    return { required: short(found.requirements), optional: short(found.optional), complete: found.complete, declares: found.declares };
  };

  it('PEP 621 and dependency groups', () => {
    const text =
      '[project]\ndependencies = ["Django (==5.2.1)", "celery[redis]~=5.4"]\n[project.optional-dependencies]\nprod = ["gunicorn"]\n[dependency-groups]\ndev = ["pytest>=8", {include-group = "x"}]\n';
    expect(packages(text)).toEqual({
      required: ['django 5.2.1..5.2.2', 'celery 5.4..6'],
      optional: ['gunicorn null..null', 'pytest 8..null'],
      complete: true,
      declares: true,
    });
    expect(packages('[project]\ndynamic = ["dependencies"]\n')).toMatchObject({ complete: false, declares: true });
    expect(packages('[tool.black]\nx = 1\n')).toMatchObject({ declares: false });
  });

  it('Poetry', () => {
    const text =
      '[tool.poetry.dependencies]\npython = "^3.12"\ndjango = "^4.2"\nfoo = {version = "~1.2", extras = ["a"]}\nbar = {git = "x"}\nopt = {version = "*", optional = true}\n[tool.poetry.group.dev.dependencies]\npytest = "*"\n';
    expect(packages(text)).toEqual({
      required: ['django 4.2..5', 'foo 1.2..1.3', 'bar ?'],
      optional: ['opt null..null', 'pytest null..null'],
      complete: true,
      declares: true,
    });
  });

  it('Pipfile', () => {
    expect(packages('[packages]\ndjango = "==4.2.1"\n"x.y" = "*"\n[dev-packages]\nz = "*"\n', pipfilePackages)).toEqual({
      required: ['django 4.2.1..4.2.2', 'x-y null..null'],
      optional: ['z null..null'],
      complete: true,
      declares: true,
    });
  });

  it('setup.cfg and setup.py', () => {
    const cfg = setupCfgPackages(
      parseIni('setup.cfg', '[options]\ninstall_requires =\n    Django>=4.2\n    # c\n    x; python_version<"3"\n', 'config-parser'),
    );
    expect(cfg.requirements.map(({ name }) => name)).toEqual(['django', 'x']);
    expect(setupCfgPackages(parseIni('setup.cfg', '[options]\ninstall_requires = file: r.txt\n', 'config-parser')).complete).toBe(false);
    const py = "setup(\n  name='x',\n  install_requires=[\n    'Django>=4.2',  # web\n    \"y\",\n  ],\n)\n";
    const found = setupPyRequirements('setup.py', py);
    expect(found?.map(({ name, span }) => [name, py.slice(span.start, span.end)])).toEqual([
      ['django', 'Django>=4.2'],
      ['y', 'y'],
    ]);
    expect(setupPyRequirements('setup.py', 'setup(install_requires=read("r.txt"))')).toBeNull();
    expect(setupPyRequirements('setup.py', 'setup(install_requires=["a"] + more)')).toBeNull();
  });

  it('lock files', () => {
    const lock =
      'version = 1\n\n[[package]]\nname = "Django"\nversion = "5.2.1"\nsource = { x = "y" }\n\n[[package]]\nname = "own"\nsource = { editable = "." }\n\n[package.metadata]\nname = "no"\n';
    expect(scanTomlLock('uv.lock', lock).map(({ name, version }) => [name, version])).toEqual([
      ['django', '5.2.1'],
      ['own', null],
    ]);
    const json = JSON.stringify(
      {
        _meta: { requires: {} },
        default: { django: { hashes: [], version: '==4.2.1' }, g: { git: 'x' } },
        develop: { pytest: { version: '==8' } },
      },
      null,
      4,
    );
    expect(scanPipfileLock('Pipfile.lock', json)?.map(({ name, version }) => [name, version])).toEqual([
      ['django', '4.2.1'],
      ['g', null],
    ]);
    expect(scanPipfileLock('Pipfile.lock', '{"default":{"django":{"version":"==4.2.1"}}}')).toBeNull();
  });
});

describe('TOML', () => {
  it('keeps values with their places', () => {
    const text = 'a.b = "x" # c\n[t]\n"k e" = [1, true, 1979-05-27, {c = "d"}]\n[[l]]\nn = 1\n[[l]]\nn = 2\n[l.sub]\nz = "q"\n';
    const { root, problems } = toml.parse('x.toml', text);
    expect(problems).toEqual([]);
    const ab = tomlAt(root, 'a', 'b');
    expect([ab?.kind, ab === undefined ? '' : text.slice(ab.span.start, ab.span.end)]).toEqual(['string', '"x"']);
    const list = tomlAt(root, 't', 'k e');
    expect(list?.kind === 'array' ? list.items.map(({ kind }) => kind) : null).toEqual(['number', 'boolean', 'date', 'table']);
    const tables = tomlAt(root, 'l');
    const last = tables?.kind === 'array' ? tables.items[1] : undefined;
    expect(last?.kind === 'table' ? tomlAt(last, 'sub', 'z') : null).toMatchObject({ value: 'q' });
    expect([tomlAt(root, 'nope', 'x'), tomlAt(root, 'a', 'b', 'c')]).toEqual([undefined, undefined]);
  });

  it('tells where a text stops being TOML', () => {
    const { problems } = toml.parse('x.toml', 'a = 1\nb = \n');
    expect(problems.map(({ id, at }) => [id, at > 0])).toEqual([['input/syntax-error', true]]);
  });
});

const piece = fc.constantFrom(
  ...[
    'django',
    '==',
    '5.2',
    '>=',
    ',',
    ';',
    '[',
    ']',
    '{',
    '}',
    '(',
    ')',
    '"',
    "'",
    '\n',
    '\r\n',
    ' ',
    '\\\n',
    '#',
    '-r ',
    '-c',
    '-e ',
    '@',
    '://',
    '/',
    '.',
    'egg=',
    '--hash=x',
    '[[package]]\n',
    'name = "a"\n',
    'version = "1"\n',
    'install_requires',
    '=',
    '[project]\ndependencies = ',
    '*',
    '^',
    '~',
    'ñ',
  ],
);
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(piece, { maxLength: 40 }).map((parts) => parts.join('')),
  fc
    .tuple(fc.nat(REQUIREMENTS.length), fc.nat(40), piece)
    .map(([at, cut, more]) => REQUIREMENTS.slice(0, at) + more + REQUIREMENTS.slice(at + cut)),
);

describe('properties', () => {
  it('every reader takes any text, with spans inside it', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const inside = ({ start, end }: { start: number; end: number }) =>
          expect(0 <= start && start <= end && end <= text.length).toBe(true);
        const document = parseRequirements('f', text);
        for (const { span } of [...document.requirements, ...document.includes]) inside(span);
        document.opaque.forEach(inside);
        const parsed = toml.parse('f', text);
        for (const { at } of [...document.problems, ...parsed.problems]) inside({ start: at, end: at });
        const declared = [
          pyprojectPackages(parsed.root),
          pipfilePackages(parsed.root),
          setupCfgPackages(parseIni('f', text, 'config-parser')),
        ];
        for (const { requirements, optional } of declared) for (const { span } of [...requirements, ...optional]) inside(span);
        for (const { span } of [
          ...scanTomlLock('f', text),
          ...(scanPipfileLock('f', text) ?? []),
          ...(setupPyRequirements('f', text) ?? []),
        ])
          inside(span);
        parseVersion(text);
        poetryReleases(text);
      }),
      { numRuns: 2000 },
    );
  });

  it('bounds what it parses', () => {
    expect(toml.parse('f', `#${'x'.repeat(MAX_TOML_TEXT)}`).problems.map(({ id }) => id)).toEqual(['input/limit']);
    expect(setupPyRequirements('f', `${' '.repeat(MAX_PATTERN_TEXT)}install_requires=["a"]`)).toBeNull();
  });

  it('deep nesting is a problem and no crash', () => {
    expect(toml.parse('f', `a = ${'['.repeat(100_000)}`).problems.length).toBe(1);
  });
});
