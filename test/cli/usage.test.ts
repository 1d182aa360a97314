import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RuleError } from '../../src/check/result.ts';
import { errorInWords } from '../../src/cli/run.ts';
import { VERSION } from '../../src/cli/version.ts';
import { prodcheck, projectOf, SMALL } from './terminal.ts';

const here = projectOf(SMALL);

describe('mistakes of the user end in status 2 and one sentence that says what to do', () => {
  it.each([
    [['--frmat', 'json'], 'Unknown option --frmat. Did you mean --format?'],
    [['--format', 'jsn'], 'Unknown format jsn. Did you mean json?'],
    [['--format', 'xml'], 'The formats of check are text, concise, json, sarif.'],
    [['--format'], '--format needs a value'],
    [['--format', '--quiet'], '--format needs a value'],
    [['--format', 'json='], 'names no file'],
    [['--format', 'json', '--format', 'text'], 'Only one format can go to standard output'],
    [['--format', 'json=a.json', '--output', 'b.json'], '--output has nothing to write'],
    [['--quiet=yes'], '--quiet takes no value'],
    [['--fail-on', 'warnings'], '--fail-on is error, warning, note or never, not warnings. Did you mean warning?'],
    [['--color', 'alwys'], 'Did you mean always?'],
    [['--select', 'settings/debug-enabeld'], 'No rule is called settings/debug-enabeld. Did you mean settings/debug-enabled?'],
    [['--ignore', 'setings/*'], 'Did you mean settings/*?'],
    [['--env', 'DEBUG'], 'for an empty value write --env DEBUG=.'],
    [['--env', '=x'], '--env needs NAME=VALUE'],
    [['--today', '2026-02-30'], '--today needs a date like 2026-11-21, not 2026-02-30.'],
    [['--today', 'yesterday'], '--today needs a date'],
    [['--cpus', '0'], '--cpus needs a number above 0'],
    [['--cpus', 'two'], '--cpus needs a number above 0'],
    [['--django', 'lts'], '--django needs a release like 5.2'],
    [['--settings', 'mysite/settings.py'], 'Did you mean mysite.settings?'],
    [['--path', '../x'], 'leads out of the checked folder'],
    [['--path', 'absent'], 'There is no folder absent'],
    [['--env-file', 'absent.env'], 'There is no file absent.env'],
    [['--config', 'absent.toml'], 'absent.toml:1:'],
    [['--show-secrets'], 'The command check has no option --show-secrets; it belongs to settings.'],
    [['--deployment', 'nowhere.yml'], 'No deployment is called nowhere.yml.'],
  ])('%j', async (args, words) => {
    const ran = await prodcheck('check', here, ...args);
    expect(ran.err).toContain(words);
    expect(ran.err.trim().split('\n')).toHaveLength(1);
    expect(ran).toMatchObject({ status: 2, out: '' });
  });

  it.each([
    [['/nowhere/at/all'], 'There is no folder /nowhere/at/all.'],
    [['setings'], 'There is no folder setings. Did you mean settings?'],
    [['explain'], 'explain takes the id of one rule'],
    [['explain', 'settings/debug-enabeld'], 'Did you mean settings/debug-enabled?'],
    [['explain', 'debug-enabled'], 'Did you mean settings/debug-enabled?'],
    [['rules', 'settings'], 'rules takes no arguments'],
    [['rules', '--format', 'sarif'], 'The formats of rules are text, json.'],
    [['settings', 'a', 'b'], 'settings takes one PATH'],
    [['topology', 'a', 'b'], 'topology takes one PATH'],
    [['env', '--fail-on', 'note'], 'The command env has no option --fail-on; it belongs to check.'],
  ])('%j', async (args, words) => {
    const ran = await prodcheck(...args);
    expect(ran.err).toContain(words);
    expect(ran).toMatchObject({ status: 2, out: '' });
  });

  it('a file instead of a folder', async () => {
    expect(await prodcheck(`${here}/manage.py`)).toMatchObject({ status: 2, err: expect.stringContaining('is a file') });
  });

  it('a report that cannot be written', async () => {
    const ran = await prodcheck(here, '--output', `${here}/absent/report.txt`);
    expect(ran).toMatchObject({ status: 2, err: expect.stringContaining('cannot be written') });
  });
});

describe('a bug of ours', () => {
  const bug = new RuleError('settings/debug-enabled', new TypeError('x is undefined'));

  it('is called one, with the rule, and without a stack', () => {
    const words = errorInWords(bug, false);
    expect(words).toContain('this is a bug in django-prodcheck in rule settings/debug-enabled');
    expect(words).toContain('x is undefined');
    expect(words).not.toContain('    at ');
  });

  it('shows where it happened under --debug', () => {
    expect(errorInWords(bug, true)).toContain('    at ');
  });
});

describe('--env-file', () => {
  const project = projectOf({ ...SMALL, 'prod.env': 'SECRET_KEY=abc\nA=${B:-b}\n', 'bad.env': 'A="open\n' });
  const run = (file: string, ...more: string[]) =>
    prodcheck('settings', project, '--settings', 'mysite.settings', '--hermetic', '--env-file', file, '--format', 'json', ...more);

  it('gives variables, --env over them', async () => {
    const [module] = JSON.parse((await run('prod.env', '--env', 'A=c')).out).modules;
    expect(module.environment).toMatchObject({ A: { value: 'c' }, SECRET_KEY: { value: { $secret: true } } });
    expect(JSON.parse((await run('prod.env')).out).modules[0].environment.A.value).toBe('b');
  });

  it('must be readable as one', async () => {
    expect(await run('bad.env')).toMatchObject({ status: 2, err: expect.stringContaining('bad.env') });
  });
});

describe('help and version', () => {
  it.each(['check', 'settings', 'env', 'topology', 'explain', 'rules', 'init'])('%s --help', async (command) => {
    const ran = await prodcheck(command, '--help');
    expect(ran).toMatchObject({ status: 0, err: '' });
    expect(ran.out).toMatch(/^Usage: django-prodcheck /);
    expect(ran.out).not.toContain('--debug');
  });

  it('lists for check every option of the contract', async () => {
    const { out } = await prodcheck('-h');
    for (const name of `format output fail-on select ignore strict settings class path env-file env hermetic deployment cpus today config show-undecided
      color quiet statistics django python`.split(/\s+/)) {
      expect(out).toContain(`--${name} `);
    }
  });

  it('tells the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(VERSION).toBe(version);
    expect((await prodcheck('--version')).out).toBe(`django-prodcheck ${VERSION}\n`);
  });
});
