import { readFileSync } from 'node:fs';
import dotenv from 'dotenv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_PATTERN_TEXT } from '../../src/core/limits.ts';
import {
  type DotenvDialect,
  type DotenvOptions,
  expandDotenv,
  expandTemplate,
  type Lookup,
  parseDotenv,
} from '../../src/syntax/dotenv/index.ts';

interface EnvCase {
  readonly text: string;
  readonly results: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const cases: readonly EnvCase[] = JSON.parse(readFileSync(new URL('../data/env_cases.json', import.meta.url), 'utf8'));
const unset: Lookup = () => null;

type Answer = Readonly<Record<string, string | null>>;
interface Reading {
  readonly values: Answer;
  readonly rejected: boolean;
}

/** Reads as the tool does, in an empty environment; after an error compose reads no further. */
function read(text: string, dialect: DotenvDialect, options: DotenvOptions = {}, lookup: Lookup = unset, expand = true): Reading {
  const document = parseDotenv('.env', text, dialect, options);
  const values: Record<string, string | null> = {};
  for (const { key, entry, result } of expandDotenv(document.entries, lookup, dialect, { override: true })) {
    if (!expand) values[key] = entry.value;
    else if (result.kind === 'known') values[key] = result.value;
    else if (result.kind === 'absent' && dialect === 'python-dotenv') values[key] = null;
    else if (result.kind === 'error') return { values, rejected: true };
  }
  return { values, rejected: document.rejected !== null };
}

const READERS: readonly [column: string, read: (text: string) => Reading][] = [
  ['compose_go', (text) => read(text, 'compose')],
  ['decouple', (text) => read(text, 'decouple')],
  ['django_environ', (text) => read(text, 'django-environ', { bom: text.startsWith('\ufeff') })],
  ['django_environ_comments', (text) => read(text, 'django-environ', { parseComments: true })],
  ['npm_dotenv', (text) => read(text, 'npm')],
  ['python_dotenv', (text) => read(text, 'python-dotenv')],
  ['python_dotenv_raw', (text) => read(text, 'python-dotenv', {}, unset, false)],
];

describe('what the real readers made of small files', () => {
  it('has the cases', () => {
    expect(cases.length).toBe(78);
  });
  for (const [column, reader] of READERS) {
    it.each(cases.map((one) => [JSON.stringify(one.text), one] as const))(`${column}: %s`, (_name, one) => {
      const wanted = one.results[column] ?? {};
      const { values, rejected } = reader(one.text);
      expect(rejected).toBe('$error' in wanted);
      expect(values).toEqual('$error' in wanted ? (wanted['$values'] ?? {}) : wanted);
    });
  }
});

describe('EnvironmentFile= of systemd', () => {
  it.each<[string, Answer]>([
    ['A=plain\nB = x \n', { A: 'plain', B: 'x' }],
    ['A="a \\"q\\" \\$x \\n"\n', { A: 'a "q" $x \\n' }],
    ["A='a\\'\nB=2\n", { A: 'a\\', B: '2' }],
    ['A=one \\\n two\nB=3\n', { A: 'one  two', B: '3' }],
    ['# c\n; c\nA=a # b\n', { A: 'a # b' }],
    ['export A=1\nB=2\n', { B: '2' }],
    ['A="x"y \'z\'\n', { A: "xy 'z'" }],
    ['A="x" "y"\n', { A: 'xy' }],
    ['A="x\ny"\nB=1', { A: 'x\ny', B: '1' }],
    ['A=$B ${C}\n', { A: '$B ${C}' }],
    ['A\nB=\n', { B: '' }],
    ['A=a\\tb\n', { A: 'atb' }],
    ['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['A.B=1\n1A=1\nC=ok\n', { C: 'ok' }],
    ['\ufeffA=1\nB=2\n', { B: '2' }],
  ])('%j', (text, wanted) => {
    expect(read(text, 'systemd').values).toEqual(wanted);
  });

  it('does not settle a line under a comment that ends in a backslash: releases disagree', () => {
    const document = parseDotenv('e', '# c \\\nA=1\nB=2\n', 'systemd');
    const results = expandDotenv(document.entries, unset, 'systemd').map(({ key, result }) => [key, result.kind]);
    expect(results).toEqual([
      ['A', 'unknown'],
      ['B', 'known'],
    ]);
  });

  it('does not settle a value with control characters: old releases drop it', () => {
    const { entries } = parseDotenv('e', 'A="x\r\ny"\r\nB=2\r\n', 'systemd');
    expect(entries.map(({ key, value, doubt }) => [key, value, doubt !== null])).toEqual([
      ['A', 'x\r\ny', true],
      ['B', '2', false],
    ]);
  });

  it('loses the first line to a byte order mark', () => {
    expect(read('A=1\nB=2\n', 'systemd', { bom: true }).values).toEqual({ B: '2' });
  });
});

describe('expansion', () => {
  const lookup: Lookup = (name) => (name === 'SET' ? 'v' : name === 'EMPTY' ? '' : name.startsWith('WHO') ? undefined : null);

  it.each<[string, string]>([
    ['${SET:-d}${EMPTY:-d}${NONE:-d}', 'vdd'],
    ['${SET-d}${EMPTY-d}${NONE-d}', 'vd'],
    ['${SET:+r}|${EMPTY:+r}|${NONE:+r}', 'r||'],
    ['${SET+r}|${EMPTY+r}|${NONE+r}', 'r|r|'],
    ['${NONE:-${SET}x}y', 'vxy'],
    ['$SET.$NONE.$$SET.$1.$(x)$', 'v..$SET.$1.$(x)$'],
    ['${SET:?m}${NONE-}', 'v'],
  ])('%s', (text, wanted) => {
    expect(expandTemplate(text, lookup)).toEqual({ kind: 'known', value: wanted });
  });

  it.each(['${', '${A.b}', '${}', '${NONE:?}', '${EMPTY:?m}', '${NONE?m}', '${WHO}${NONE?m}'])('refuses %s', (text) => {
    expect(expandTemplate(text, lookup).kind).toBe('error');
  });

  it('names what it would have to know', () => {
    expect(expandTemplate('a${WHO}${WHO2:-x}$SET$WHO', lookup)).toEqual({ kind: 'unknown', names: ['WHO', 'WHO2'] });
  });

  it('gives an unknown on to what is made from it', () => {
    const { entries } = parseDotenv('.env', 'A=${WHO}\nB=${A}/x\nC=${SET}\n', 'compose');
    expect(expandDotenv(entries, lookup, 'compose').map(({ result }) => result.kind)).toEqual(['unknown', 'unknown', 'known']);
  });

  it('prefers the environment to the file unless python-dotenv overrides', () => {
    const { entries } = parseDotenv('.env', 'SET=file\nB=${SET}\n', 'python-dotenv');
    expect(expandDotenv(entries, lookup, 'python-dotenv')[1]?.result).toEqual({ kind: 'known', value: 'v' });
    expect(expandDotenv(entries, lookup, 'python-dotenv', { override: true })[1]?.result).toEqual({ kind: 'known', value: 'file' });
  });

  it('takes over a name without value', () => {
    const { entries } = parseDotenv('.env', 'SET\nNONE\nWHO\n', 'compose');
    expect(expandDotenv(entries, lookup, 'compose').map(({ result }) => result.kind)).toEqual(['known', 'absent', 'unknown']);
  });
});

const DIALECTS: readonly DotenvDialect[] = ['compose', 'systemd', 'python-dotenv', 'decouple', 'django-environ', 'npm'];
const piece = fc.constantFrom(
  ...[
    'A',
    'B',
    'export ',
    '=',
    ':',
    ' ',
    '\t',
    '\n',
    '\r\n',
    '\r',
    '#',
    ';',
    "'",
    '"',
    '`',
    '\\',
    '$',
    '{',
    '}',
    ':-',
    '?',
    'x',
    '\u2028',
    '\u0085',
    '\ufeff',
    'ñ',
    '\\n',
    '1',
  ],
);
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(piece, { maxLength: 40 }).map((parts) => parts.join('')),
  fc.array(fc.constantFrom(...cases.map((one) => one.text)), { maxLength: 4 }).map((parts) => parts.join('')),
);

describe('properties', () => {
  it.each(DIALECTS)('%s reads any text, with spans inside it', (dialect) => {
    fc.assert(
      fc.property(texts, fc.boolean(), (text, flag) => {
        const document = parseDotenv('f', text, dialect, { bom: flag, parseComments: flag });
        for (const entry of document.entries) {
          for (const span of [entry.keySpan, entry.valueSpan]) {
            expect(0 <= span.start && span.start <= span.end && span.end <= text.length).toBe(true);
          }
          expect(entry.raw).toBe(text.slice(entry.valueSpan.start, entry.valueSpan.end));
          expect(entry.line).toBe(text.slice(0, entry.keySpan.start).split('\n').length);
        }
        for (const problem of document.problems) expect(problem.at >= 0 && problem.at <= text.length).toBe(true);
        expandDotenv(document.entries, (name) => (name === 'A' ? undefined : null), dialect);
      }),
      { numRuns: 500 },
    );
  });

  it('npm agrees with the package itself', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(read(text, 'npm').values).toEqual(dotenv.parse(text));
      }),
      { numRuns: 3000 },
    );
  });

  it.each<DotenvDialect>(['compose', 'python-dotenv'])('%s does not expand a huge value', (dialect) => {
    const { entries } = parseDotenv('f', `A=${'${A:-'.repeat(MAX_PATTERN_TEXT)}`, dialect);
    expect(expandDotenv(entries, unset, dialect)[0]?.result).toEqual({ kind: 'unknown', names: [] });
  });

  it('bounds the text that npm patterns run over', () => {
    expect(parseDotenv('f', 'A=1\n'.repeat(20_000), 'npm').rejected).not.toBeNull();
  });
});
