import { describe, expect, it } from 'vitest';
import { fingerprintsOf } from '../../src/report/fingerprint.ts';
import { REPORTERS } from '../../src/report/index.ts';
import type { ReportContext } from '../../src/report/report.ts';
import { type CheckRun, joinRuns } from '../../src/report/run.ts';
import { context, type Files, finding, result, run, spanOf } from './sample.ts';
import { sarifViolations, violations } from './schemas.ts';

const FILES: Files = {
  'mysite/settings.py': 'import os\n\nDEBUG = True\nSECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")\n',
  'nginx.conf': 'server {\n\tlisten 80;\n  location / { proxy_pass http://web:8000; }\n}\n',
};
const DEBUG = finding(spanOf(FILES, 'mysite/settings.py', 'DEBUG = True'), {
  related: [{ at: spanOf(FILES, 'nginx.conf', 'location /'), message: 'every visitor reaches it here' }],
  deployments: ['docker-compose.yml'],
  django: ['security.W018'],
});
const WORKERS = finding(spanOf(FILES, 'nginx.conf', 'listen 80;'), {
  rule: 'server/worker-count',
  severity: 'note',
  message: 'Sixteen workers on one CPU.',
  subject: 'web',
  coveredBy: spanOf(FILES, 'nginx.conf', 'proxy_pass'),
  fix: 'Start three workers.',
});
const UNDECIDED = [
  { rule: 'server/worker-count', why: 'The CPU count is not known; give --cpus N.', at: null, deployments: ['gunicorn.service'] },
  { rule: 'settings/debug-enabled', why: 'DEBUG comes from a call.', at: DEBUG.at, deployments: [] },
];

function render(format: string, of: CheckRun, more: Partial<ReportContext> = {}): string {
  const reporter = REPORTERS.find((one) => one.id === format);
  if (reporter === undefined) throw new Error(`no format ${format}`);
  return reporter.render(of, context(more));
}

const sample = run(FILES, [DEBUG, WORKERS], { undecided: UNDECIDED });

describe('text', () => {
  it('shows places with their roles, why, how to fix, the areas and the totals', () => {
    expect(render('text', sample)).toBe(`No Django project was found here; only what stands without settings is checked.

error[settings/debug-enabled]: DEBUG is on in the settings that production loads
 --> mysite/settings.py:3:1
  |
3 | DEBUG = True
  | ^^^^^^^^^^^^ DEBUG is True.
  |
 ::: nginx.conf:3:3
  |
3 |   location / { proxy_pass http://web:8000; }
  |   ---------- every visitor reaches it here
  |
  = why: Errors show the settings to every visitor.
  = fix: Set DEBUG to False.
  = note: Django's own check: security.W018
  = more: django-prodcheck explain settings/debug-enabled,
          https://github.com/django-prodcheck/django-prodcheck/blob/main/docs/rules/settings/debug-enabled.md

note[server/worker-count]: Workers do not fit the CPUs
 --> nginx.conf:2:2
  |
2 |  listen 80;
  |  ^^^^^^^^^^ Sixteen workers on one CPU.
  |
  = fix: Start three workers.
  = note: of less weight here, by nginx.conf:3:16
  = more: django-prodcheck explain server/worker-count,
          https://github.com/django-prodcheck/django-prodcheck/blob/main/docs/rules/server/worker-count.md

By area:
   5 security    40 passed     1 failed     0 undecided     7 not applicable

Undecided, and what would decide it:
  server/worker-count: The CPU count is not known; give --cpus N. (gunicorn.service)
  settings/debug-enabled: DEBUG comes from a call.

1 error, 0 warnings, 1 note in 3 files; 40 checks passed, 0 undecided, 7 not applicable.
`);
  });

  it('lists every undecided rule on demand', () => {
    expect(render('text', sample, { showUndecided: true })).toContain(
      'settings/debug-enabled: DEBUG comes from a call. (mysite/settings.py:3:1)',
    );
  });

  it('sums up the reasons that hold back most rules', () => {
    const undecided = ['a/one', 'a/two', 'a/one'].map((rule) => ({
      rule,
      why: 'A value for X would settle it.',
      at: DEBUG.at,
      deployments: [],
    }));
    const more = ['p', 'q', 'r', 's', 't'].map((why) => ({ rule: 'b/b', why, at: null, deployments: [] }));
    const text = render('text', run(FILES, [], { undecided: [...more, ...undecided] }));
    expect(text).toContain(`would decide it:
  a/one and 1 more: A value for X would settle it. (3 places)
  b/b: p
  b/b: q
  b/b: r
  b/b: s
  --show-undecided lists every one with its place.
`);
  });

  it('says nothing but findings when quiet', () => {
    expect(render('text', run(FILES, []), { quiet: true })).toBe('');
  });

  it('colours only when asked', () => {
    expect(render('text', sample)).not.toContain('\u001b');
    expect(render('text', sample, { colour: true })).toContain('\u001b[');
  });

  it('takes the power from escape sequences of a hostile file', () => {
    const files = { 'a.py': 'DEBUG = "\u001b[2J\u202e"\n' };
    expect(render('text', run(files, [finding({ file: 'a.py', start: 0, end: 20 })]))).not.toMatch(/[\u001b\u202e]/);
  });

  it.each([
    ['host="h"', '                            ^^^^^^^^ '],
    ['password="longsecret"', '            ^^^^^^^^^^^^^^ '],
    ['secret', '                      ^^^ '],
    ['x', '^ '],
  ])('marks %s in its column although a secret before it is shortened', (words, caret) => {
    const files = { 'a.py': 'import a\nx = connect(password="longsecret", host="h")\n' };
    const at = words === 'x' ? { file: 'a.py', start: 9, end: 10 } : spanOf(files, 'a.py', words);
    const lines = render('text', run(files, [finding(at)])).split('\n');
    expect(lines).toContain('2 | x = connect(password="•••", host="h")');
    expect(lines).toContain(`  | ${caret}DEBUG is True.`);
  });

  it('cuts long lines around the mark', () => {
    const files = { 'a.py': `${'x'.repeat(3000)}DEBUG${'y'.repeat(3000)}\n` };
    const text = render('text', run(files, [finding({ file: 'a.py', start: 3000, end: 3005 })]));
    const [source = '', caret = ''] = text.split('\n').filter((line) => line.includes('DEBUGyyy') || line.includes('^'));
    expect(source.length).toBeLessThan(140);
    expect(source.slice(caret.indexOf('^')).startsWith('DEBUG')).toBe(true);
    expect(caret).toContain('^^^^^ ');
  });
});

describe('concise', () => {
  it('is one line a finding', () => {
    expect(render('concise', sample)).toBe(`mysite/settings.py:3:1: error[settings/debug-enabled] DEBUG is True.
nginx.conf:2:2: note[server/worker-count] Sixteen workers on one CPU.
1 error, 0 warnings, 1 note
`);
  });
});

describe('json', () => {
  const document = JSON.parse(render('json', sample));

  it('fits its schema', () => {
    expect(violations('check', document)).toEqual([]);
  });

  it('counts lines and columns from one, ends exclusive', () => {
    expect(document.findings[0]).toMatchObject({
      file: 'mysite/settings.py',
      line: 3,
      column: 1,
      endLine: 3,
      endColumn: 13,
      fix: 'Set DEBUG to False.',
    });
    expect(document.findings[1]).toMatchObject({ coveredBy: { file: 'nginx.conf', line: 3, column: 16 }, fix: 'Start three workers.' });
  });

  it('is rejected by its schema when a place is wrong', () => {
    const wrong = structuredClone(document);
    wrong.findings[0].line = 0;
    wrong.findings[0].fingerprint = 'DEBUG = True';
    expect(violations('check', wrong)).toHaveLength(2);
  });
});

describe('sarif', () => {
  const log = JSON.parse(render('sarif', sample));
  const [one] = log.runs;

  it('fits the official schema', () => {
    expect(sarifViolations(log)).toEqual([]);
  });

  it('is rejected by that schema when a line is wrong', () => {
    const wrong = structuredClone(log);
    wrong.runs[0].results[0].locations[0].physicalLocation.region.startLine = 0;
    expect(sarifViolations(wrong)).not.toEqual([]);
  });

  it('describes every rule with help, severity and weakness', () => {
    const rule = one.tool.driver.rules.find((each: { id: string }) => each.id === 'settings/debug-enabled');
    expect(rule).toMatchObject({
      name: 'SettingsDebugEnabled',
      helpUri: expect.stringMatching(/^https:.*settings\/debug-enabled\.md$/),
      defaultConfiguration: { level: 'error' },
      properties: { 'security-severity': '8.0', tags: expect.arrayContaining(['security', 'external/cwe/cwe-489']) },
    });
    expect(rule.help.markdown).toContain('**How to fix**');
  });

  it('keeps results with relative places, roles and a fingerprint', () => {
    const [first, second] = one.results;
    expect(one.results).toHaveLength(2);
    expect(first.locations[0].physicalLocation.artifactLocation).toEqual({ uri: 'mysite/settings.py', uriBaseId: '%SRCROOT%' });
    expect(first.relatedLocations[0].message.text).toBe('every visitor reaches it here');
    expect(first.partialFingerprints['prodcheckFingerprint/v1']).toMatch(/^[0-9a-f]{16}$/);
    expect(one.tool.driver.rules[second.ruleIndex].id).toBe('server/worker-count');
  });

  it('writes paths as URIs', () => {
    const files = { 'a b/ü#1.py': 'DEBUG = True\n' };
    const text = render('sarif', run(files, [finding({ file: 'a b/ü#1.py', start: 0, end: 5 })]));
    expect(text).toContain('"a%20b/%C3%BC%231.py"');
  });
});

describe('fingerprints', () => {
  it('stay when lines move and texts change', () => {
    const moved = { ...FILES, 'mysite/settings.py': `# a\n# b\n${FILES['mysite/settings.py']}` };
    const later = finding(spanOf(moved, 'mysite/settings.py', 'DEBUG = True'), { message: 'Other words.' });
    expect(fingerprintsOf([later])).toEqual(fingerprintsOf([DEBUG]));
  });

  it('differ by rule, path, subject and ordinal', () => {
    const other = { ...DEBUG, subject: 'OTHER' };
    const all = fingerprintsOf([DEBUG, DEBUG, other, { ...DEBUG, rule: 'a/b' }, { ...DEBUG, at: { ...DEBUG.at, file: 'b.py' } }]);
    expect(new Set(all).size).toBe(5);
  });
});

describe('several paths', () => {
  const both = joinRuns('.', '2026-11-21', [
    { prefix: 'two', result: result([DEBUG]), read: (file) => FILES[file] ?? null },
    { prefix: 'one', result: result([WORKERS]), read: (file) => FILES[file] ?? null },
  ]);

  it('are one report below their common folder, sorted, with added totals', () => {
    const document = JSON.parse(render('json', both));
    expect(document.findings.map((each: { file: string }) => each.file)).toEqual(['one/nginx.conf', 'two/mysite/settings.py']);
    expect(document.findings[1]).toMatchObject({
      line: 3,
      deployments: ['two/docker-compose.yml'],
      related: [{ file: 'two/nginx.conf', line: 3 }],
    });
    expect(document.summary).toMatchObject({ files: 6, error: 1, note: 1, passed: 80, topics: [{ topic: 5, passed: 80 }] });
    expect(violations('check', document)).toEqual([]);
  });
});
