import { describe, expect, test } from 'vitest';
import { applySuppressions, type SuppressInput } from '../../src/check/suppress.ts';
import type { Finding } from '../../src/core/finding.ts';

const RULES = [{ id: 'settings/debug-enabled', formerly: ['settings/debug-on'] }, { id: 'proxy/header-missing' }];

function finding(rule: string, file: string, text: string, marked: string): Finding {
  const start = text.indexOf(marked);
  const at = { file, start, end: start + marked.length };
  return { rule, severity: 'error', message: 'M.', at, related: [], subject: 's', deployments: [], coveredBy: null, django: [], fix: null };
}

function apply(file: string, text: string, marked: string, more: Partial<SuppressInput> = {}) {
  const findings = text.includes(marked) ? [finding('settings/debug-enabled', file, text, marked)] : [];
  const done = applySuppressions({
    findings,
    all: findings,
    texts: new Map([[file, text]]),
    rules: RULES,
    settled: () => true,
    strict: false,
    ...more,
  });
  return {
    kept: done.kept.length,
    suppressed: done.suppressed.map((one) => one.reason),
    about: done.about.map((one) => `${one.rule}: ${one.message}`),
  };
}
const QUIET = { kept: 0, suppressed: ['demo host'], about: [] };

describe('reach', () => {
  test.each([
    ['settings.py', 'DEBUG = True  # prodcheck: ignore[settings/debug-enabled] demo host\n'],
    ['settings.py', '# prodcheck: ignore[settings/debug-enabled] demo host\nDEBUG = True\n'],
    ['settings.py', '# prodcheck: ignore[settings/debug-enabled] demo host\n# another comment\nDEBUG = True\n'],
    ['settings.py', '# prodcheck: ignore-file[settings/debug-enabled] demo host\nimport os\nDEBUG = True\n'],
    ['settings.py', 'x = 1\nDEBUG = True  # prodcheck:ignore[ proxy/header-missing , settings/debug-enabled ]  demo host\n'],
    ['a.js', 'DEBUG = True // prodcheck: ignore[settings/debug-enabled] demo host\n'],
    ['a.conf', '; prodcheck: ignore[settings/debug-enabled] demo host\nDEBUG = True\n'],
    ['a.xml', '<!-- prodcheck: ignore[settings/debug-enabled] demo host -->\nDEBUG = True\n'],
    ['Dockerfile', '# prodcheck: ignore[settings/debug-enabled] demo host\nDEBUG = True\n'],
    ['a.service', '# prodcheck: ignore[settings/debug-enabled] demo host\r\nDEBUG = True\r\n'],
  ])('%s %j', (file, text) => {
    const { about, ...rest } = apply(file, text, 'DEBUG = True', { settled: (rule) => rule === 'settings/debug-enabled' });
    expect({ ...rest, about }).toEqual(QUIET);
  });

  test('the last line of a statement reaches it too', () => {
    const text = 'HOSTS = [\n  1,\n]  # prodcheck: ignore[settings/debug-enabled] demo host\n';
    expect(apply('settings.py', text, 'HOSTS = [\n  1,\n]')).toEqual(QUIET);
  });

  test('where text after `#` belongs to the value, only the line above counts', () => {
    const text = 'DEBUG=True # prodcheck: ignore[settings/debug-enabled] demo host\n';
    expect(apply('.env', text, 'DEBUG=True')).toEqual({ kept: 1, suppressed: [], about: [] });
  });

  test('another line, another rule and another file are not reached', () => {
    expect(apply('settings.py', 'x = 1  # prodcheck: ignore[settings/debug-enabled] r\nDEBUG = True\n', 'DEBUG = True').kept).toBe(1);
    expect(apply('settings.py', 'DEBUG = True  # prodcheck: ignore[proxy/header-missing] r\n', 'DEBUG = True').kept).toBe(1);
    const elsewhere = new Map([['other.py', '# prodcheck: ignore-file[settings/debug-enabled] r\n']]);
    expect(apply('settings.py', 'DEBUG = True\n', 'DEBUG = True', { texts: elsewhere }).kept).toBe(1);
  });

  test('a file-wide one after the first line of code does nothing and says so', () => {
    const text = 'x = 1\n# prodcheck: ignore-file[settings/debug-enabled] r\nDEBUG = True\n';
    expect(apply('settings.py', text, 'DEBUG = True')).toEqual({
      kept: 1,
      suppressed: [],
      about: [
        'suppression/unused: No finding of `settings/debug-enabled` is kept back here: it must stand in the comments at the start of the file.',
      ],
    });
  });
});

describe('findings about suppressions', () => {
  const only = (text: string, more: Partial<SuppressInput> = {}) => apply('settings.py', text, 'DEBUG = True', more).about;

  test('unused, unless the rule was not settled', () => {
    const text = 'DEBUG = False  # prodcheck: ignore[settings/debug-enabled] r\n';
    expect(only(text)).toEqual(['suppression/unused: No finding of `settings/debug-enabled` is kept back here.']);
    expect(only(text, { settled: () => false })).toEqual([]);
  });

  test('unknown, with the nearest id', () => {
    expect(only('x = 1  # prodcheck: ignore[settings/debug-enable] r\n')).toEqual([
      'suppression/unknown-rule: There is no rule `settings/debug-enable`. Is `settings/debug-enabled` meant?',
    ]);
    expect(only('x = 1  # prodcheck: ignore[E501] r\n')).toEqual(['suppression/unknown-rule: There is no rule `E501`.']);
  });

  test('a former id works and is told', () => {
    expect(apply('settings.py', 'DEBUG = True  # prodcheck: ignore[settings/debug-on] r\n', 'DEBUG = True')).toEqual({
      kept: 0,
      suppressed: ['r'],
      about: ['suppression/unknown-rule: `settings/debug-on` is now called `settings/debug-enabled`.'],
    });
  });

  test('a reason is asked for under --strict only', () => {
    const text = 'DEBUG = True  # prodcheck: ignore[settings/debug-enabled]\n';
    expect(only(text)).toEqual([]);
    expect(only(text, { strict: true })).toEqual(['suppression/reason-missing: This suppression gives no reason.']);
  });

  test('one that keeps back a symptom is not unused because the cause is named as well', () => {
    const text = 'DEBUG = True  # prodcheck: ignore[settings/debug-enabled] r\n';
    expect(only(text, { findings: [] })).toEqual([]);
  });
});
