import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_STRING } from '../../src/core/limits.ts';
import { defaultOrigin } from '../../src/core/origin.ts';
import { known, unknown } from '../../src/core/value.ts';
import { parseDockerfile, placeOfShell } from '../../src/syntax/dockerfile/index.ts';
import { expandText, expandWord, loadShell, type ShellCommand, type ShellLookup, shlexSplit } from '../../src/syntax/shell/index.ts';
import { damagedTexts, spansWithin } from '../helpers/damaged-text.ts';

const parseShell = await loadShell();

function commandsOf(text: string): readonly ShellCommand[] {
  return parseShell(text, 'f').commands;
}

function argv(command: ShellCommand | undefined): readonly (string | null)[] | undefined {
  return command?.words.map((word) => word.literal);
}

/** The first words with what is told about how they run. */
function flow(text: string): readonly string[] {
  return commandsOf(text).map((one) =>
    [
      one.before,
      one.words[0]?.literal ?? one.kind,
      one.after,
      one.conditional ? 'conditional' : '',
      one.background ? 'background' : '',
      one.exec ? 'exec' : '',
      one.negated ? 'negated' : '',
    ]
      .filter((part) => part !== '')
      .join(' '),
  );
}

describe('commands', () => {
  it('takes words, assignments and redirections apart', () => {
    const text = 'A=1 B="x y" exec gunicorn app --bind \'0.0.0.0:80\' >/dev/null 2>&1';
    const [one] = commandsOf(text);
    expect(argv(one)).toEqual(['gunicorn', 'app', '--bind', '0.0.0.0:80']);
    expect(one?.exec).toBe(true);
    expect(one?.assignments.map((each) => [each.name, each.value?.literal])).toEqual([
      ['A', '1'],
      ['B', 'x y'],
    ]);
    expect(one?.redirections.map((each) => [each.operator, each.descriptor, each.target?.literal])).toEqual([
      ['>', null, '/dev/null'],
      ['>&', 2, '1'],
    ]);
    const bind = one?.words[3]?.span;
    expect(text.slice(bind?.start, bind?.end)).toBe("'0.0.0.0:80'");
  });

  it('joins them as they stand', () => {
    expect(flow('a && b || true; c | d & ! e\nf')).toEqual([
      'start a &&',
      '&& b ||',
      '|| true ; conditional',
      '; c | background',
      '| d & background',
      '& e ; negated',
      '; f start',
    ]);
  });

  it('knows what may not run', () => {
    expect(flow('set -e\n[ -f x ] && y && z\nif t; then a; else exec b; fi\nfor i in 1; do c; done\n(d; { e; })')).toEqual([
      'start set ;',
      '; [ &&',
      '&& y && conditional',
      '&& z ; conditional',
      'start t start',
      'start a start conditional',
      'start b start conditional exec',
      'start c start conditional',
      'start d ;',
      'start e start',
    ]);
  });

  it('drops the options of exec', () => {
    expect(argv(commandsOf('exec -c -a name gunicorn app')[0])).toEqual(['gunicorn', 'app']);
    expect(argv(commandsOf('exec 2>&1')[0])).toEqual([]);
  });

  it('names the branches of case and if', () => {
    const [web, other] = commandsOf('case "$1" in web|w) gunicorn;; *) "$@";; esac');
    expect(web?.context).toMatchObject([{ kind: 'case', label: '"$1"', patterns: ['web', 'w'] }]);
    expect(other?.words[0]?.parts).toMatchObject([{ kind: 'variable', name: '@', quoted: true }]);
    const [test, body] = commandsOf('if [ "$DEBUG" = 1 ]; then runserver; fi');
    expect([test?.context[0]?.kind, body?.context[0]]).toMatchObject(['condition', { kind: 'then', label: '[ "$DEBUG" = 1 ]' }]);
  });

  it('keeps functions apart', () => {
    const script = parseShell('run() { migrate; }\nfunction other { x; }\nrun', 'f');
    expect(script.functions.map((one) => [one.name, one.commands.map((each) => argv(each))])).toEqual([
      ['run', [['migrate']]],
      ['other', [['x']]],
    ]);
    expect(script.commands.map(argv)).toEqual([['run']]);
  });

  it('reads heredocs', () => {
    const [cat, raw] = commandsOf("cat <<EOF\nhi $X\nEOF\ncat <<'E'\n$Y\nE\n");
    expect(cat?.redirections[0]?.heredoc).toMatchObject({ expand: true, body: { literal: null } });
    expect(raw?.redirections[0]?.heredoc).toMatchObject({ expand: false, body: { literal: '$Y\n' } });
  });

  it('makes words of the assignments of export', () => {
    expect(argv(commandsOf('export A=1 B="x y"')[0])).toEqual(['export', 'A=1', 'B=x y']);
  });

  it('finds comments, not the signs in words', () => {
    const text = '#!/bin/sh\n# one\na b#c "# d" $# ${#x} # two\ncat <<E\n# no\nE\n';
    const script = parseShell(text, 'f');
    expect(script.shebang).toBe('#!/bin/sh');
    expect(script.comments.map((one) => [one.text, one.alone, text.slice(one.span.start, one.span.end)])).toEqual([
      [' one', true, '# one'],
      [' two', false, '# two'],
    ]);
  });

  it('says where a broken script is broken and never quotes it', () => {
    const { problems } = parseShell('if hunter2; then', 'f');
    expect(problems.length).toBeGreaterThan(0);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it('leads from a joined RUN back to the Dockerfile', () => {
    const text = 'FROM a\nRUN one && \\\n  # why\n  two --x\n';
    const run = parseDockerfile(text, 'Dockerfile').stages[0]?.instructions[0];
    if (run?.kind !== 'RUN') throw new Error('no RUN');
    const [, two] = parseShell(run.command.argv[0]?.text ?? '', 'Dockerfile', placeOfShell(run.command)).commands;
    expect(text.slice(two?.span.start, two?.span.end)).toBe('two --x');
  });
});

const NONE = defaultOrigin('test');
const LOOKUP: ShellLookup = (name) => {
  if (name === 'SECRET') return unknown('missing-env', NONE, ['SECRET']);
  const value = { A: 'x', B: 'two words', C: '', D: ' lead', G: '*.py' }[name];
  return value === undefined ? null : known(value, NONE);
};

function expanded(text: string): unknown {
  const word = commandsOf(`show ${text}`)[0]?.words[1];
  if (word === undefined) throw new Error('no word');
  const value = expandWord(word, LOOKUP);
  return value.kind === 'known' ? value.value : value.kind;
}

describe('expansion', () => {
  // What bash and dash print for them; compared on 1500 random words when this was written.
  it.each([
    ['a"$B"', ['atwo words']],
    ['a$B', ['atwo', 'words']],
    ['a$D', ['a', 'lead']],
    ['$C', []],
    ['"$C"', ['']],
    ['$NONE', []],
    ['${NONE:-8000}', ['8000']],
    ['${C:-d}', ['d']],
    ['${C-d}', []],
    ['${A:+y}', ['y']],
    ['${NONE:-"p q"}', ['p q']],
    ['${NONE:-p q}', ['p', 'q']],
    ['"${NONE:-p q}"', ['p q']],
    ['${NONE:-$B}', ['two', 'words']],
    ['0.0.0.0:${PORT:-8000}', ['0.0.0.0:8000']],
    ["'$A'", ['$A']],
    ['\\$A', ['$A']],
    ['$SECRET', 'unknown'],
    ['${SECRET:-x}', 'unknown'],
    ['$(nproc)', 'unknown'],
    ['*.py', 'unknown'],
    ['$G', 'unknown'],
    ['"$G"', ['*.py']],
    ['~/x', 'unknown'],
    ['${A%x}', 'unknown'],
    ['${#A}', 'unknown'],
    ['$1', 'unknown'],
    ['${NONE:?no}', 'unknown'],
  ])('%s is %j', (text, words) => {
    expect(expanded(text)).toEqual(words);
  });

  it('does not split the value of an assignment', () => {
    const value = commandsOf('X=$B${NONE:-!}')[0]?.assignments[0]?.value;
    expect(value && expandText(value, LOOKUP)).toMatchObject({ kind: 'known', value: 'two words!' });
  });
});

describe('command lines without a shell', () => {
  it.each([
    ['a "b c" \'d e\' f\\ g', ['a', 'b c', 'd e', 'f g']],
    ["'' x", ['', 'x']],
    ['sh -c "a && b; c"', ['sh', '-c', 'a && b; c']],
    ['a=$(b c) d', ['a=$(b c)', 'd']],
    ['a "b\\$c"', ['a', 'b$c']],
  ])('compose splits %s', (text, words) => {
    const split = shlexSplit(text, 'f');
    expect([split.ok, split.words.map((one) => one.text), split.droppedFrom]).toEqual([true, words, null]);
  });

  it('drops what compose drops at a bare operator', () => {
    expect(shlexSplit('migrate && gunicorn', 'f', 10)).toMatchObject({ ok: true, words: [{ text: 'migrate' }], droppedFrom: 18 });
    expect(shlexSplit('x 2>&1 y', 'f').words.map((one) => one.text)).toEqual(['x']);
  });

  it('refuses what compose refuses, and what its releases read differently', () => {
    for (const text of ['"a', "'a", 'a\\', '(a)', 'a `b', 'a\\n']) expect(shlexSplit(text, 'f').ok).toBe(false);
  });

  it('keeps backslashes in double quotes as Python does', () => {
    expect(shlexSplit('"a\\b\\"" && c', 'f', 0, 'python').words.map((one) => one.text)).toEqual(['a\\b"', '&&', 'c']);
  });
});

const PIECES = [
  'a',
  ' ',
  '\n',
  ';',
  '&&',
  '||',
  '|',
  '&',
  'if ',
  'then ',
  'fi',
  'case x in ',
  ') ',
  ';; ',
  'esac',
  '(',
  ')',
  '{ ',
  '}',
  '$(',
  '`',
  '\\',
  '"',
  "'",
  '$',
  '${',
  ':-',
  '#',
  '<<E\n',
  'E\n',
  '>',
  '[[ ',
  ' ]]',
  '((',
  '))',
  'f() ',
  '\r\n',
  '😀',
  'A=',
  '*',
  '~',
  '<(',
];
const SAMPLE =
  '#!/bin/sh\nset -e\nif [ "$A" = 1 ]; then\n  python manage.py migrate || exit 1 # x\nfi\nexec gunicorn "${APP:-a}" --bind `x \\`y\\`` <<E\n$B\nE\n';

describe('totality', () => {
  it('never throws and keeps spans inside the text', () => {
    const texts = damagedTexts({ samples: [SAMPLE], pieces: PIECES, most: 40 });
    fc.assert(
      fc.property(texts, (text) => {
        const script = parseShell(text, 'f');
        const split = [...shlexSplit(text, 'f').words, ...shlexSplit(text, 'f', 0, 'python').words];
        for (const span of [...spansWithin(script), ...split.map((one) => one.span)]) {
          expect(span.start >= 0 && span.start <= span.end && span.end <= text.length).toBe(true);
        }
        for (const one of script.problems) expect(one.at >= 0 && one.at <= text.length).toBe(true);
        for (const one of script.commands) for (const word of one.words) expandWord(word, LOOKUP);
      }),
      { numRuns: 3000, seed: 1 },
    );
  });

  it('does not read a script of a million characters', () => {
    expect(parseShell('a '.repeat(MAX_STRING), 'f')).toMatchObject({ commands: [], problems: [{ id: 'input/limit' }] });
  });

  it('survives deep nesting', () => {
    for (const unit of ['(', '$(', '{ ', 'if ', '${a:-', '"$(', '[[ ( ', 'case x in ']) {
      expect(parseShell(unit.repeat(5000), 'f').problems.length).toBeGreaterThan(0);
    }
  }, 20_000);
});
