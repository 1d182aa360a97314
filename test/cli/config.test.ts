import { describe, expect, it } from 'vitest';
import { KEYS } from '../../src/config/keys.ts';
import { loadConfig } from '../../src/config/load.ts';
import { STARTER } from '../../src/config/starter.ts';
import { memoryTree } from '../../src/files/memory.ts';
import { violations } from '../report/schemas.ts';

async function config(text: string, file = 'django-prodcheck.toml') {
  return loadConfig(memoryTree({ [file]: text }), null);
}

describe('the configuration file', () => {
  it('is read whole', async () => {
    const read = await config(`select = ["settings/*"]
ignore = "settings/debug-enabled"
fail-on = "error"
strict = true
cpus = 2.5
settings = ["a.b"]
path = "src"
django = "5.2"
[env]
NAME = "value"
[deployments]
only = "a.yml"
exclude = ["b.yml", "c/**"]
names = { shop = "a.yml" }
`);
    expect(read).toMatchObject({
      ok: true,
      config: {
        file: 'django-prodcheck.toml',
        select: ['settings/*'],
        ignore: ['settings/debug-enabled'],
        failOn: 'error',
        strict: true,
        cpus: 2.5,
        settings: ['a.b'],
        paths: ['src'],
        django: '5.2',
        env: new Map([['NAME', 'value']]),
        deployments: { only: ['a.yml'], add: [], exclude: ['b.yml', 'c/**'], names: new Map([['a.yml', 'shop']]) },
      },
    });
  });

  it('may be a table of pyproject.toml', async () => {
    const read = await config(
      '[project]\nname = "x"\n[tool.django-prodcheck]\ncpus = 4\n[tool.django-prodcheck.env]\nA = "b"\n',
      'pyproject.toml',
    );
    expect(read).toMatchObject({ ok: true, config: { file: 'pyproject.toml', cpus: 4, env: new Map([['A', 'b']]) } });
  });

  it('is empty without any', async () => {
    expect(await loadConfig(memoryTree({ 'pyproject.toml': '[project]\n' }), null)).toMatchObject({ ok: true, config: { file: null } });
  });

  it('leaves a broken pyproject.toml that does not speak of us to others', async () => {
    expect(await config('[project\n', 'pyproject.toml')).toMatchObject({ ok: true });
  });

  it.each([
    ['strict = true\nslect = []\n', 2, 'Unknown key slect. Did you mean select?'],
    ['\ncpus = "two"\n', 2, 'cpus must be a number above 0.'],
    ['cpus = 0\n', 1, 'cpus must be a number above 0.'],
    ['fail-on = "warnings"\n', 1, 'fail-on must be "error", "warning", "note" or "never".'],
    ['django = 5.2\n', 1, 'django must be a release in quotes, like "5.2".'],
    ['strict = true\n[env]\nA = 1\n', 2, 'env must be a table of texts.'],
    ['[deployments]\nonyl = []\n', 1, 'deployments must be a table with only, add or exclude'],
    ['[deployments]\nadd = [1]\n', 1, 'deployments must be a table'],
    ['a = ]\n', 1, 'This is not valid TOML'],
  ])('%j is a mistake with its line', async (text, line, message) => {
    expect(await config(text)).toMatchObject({ ok: false, problem: { line, message: expect.stringContaining(message) } });
  });
});

describe('the file that init writes', () => {
  const uncommented = STARTER.replace(/^# (?=[a-z-]+ = |\[\w+\]|[A-Z_]+ = )/gm, '');

  it('says nothing as it is', async () => {
    expect(await config(STARTER)).toMatchObject({ ok: true, config: { cpus: null, select: [] } });
  });

  it('names every key, each with a valid value', async () => {
    expect(await config(uncommented)).toMatchObject({ ok: true, config: { cpus: 2 } });
    for (const key of Object.keys(KEYS)) expect(uncommented).toMatch(new RegExp(`^(${key} = |\\[${key}\\])`, 'm'));
  });
});

describe('schema/config.schema.json', () => {
  it('knows the keys that the reader knows', () => {
    expect(violations('config', { select: ['settings/*'], 'fail-on': 'note', env: { A: 'b' }, cpus: 2 })).toEqual([]);
    expect(violations('config', { slect: [] })).not.toEqual([]);
    for (const key of Object.keys(KEYS)) expect(violations('config', { [key]: new Date(0) }).join()).not.toContain('additional');
  });
});
