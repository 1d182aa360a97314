import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_ALIAS_NODES, MAX_NESTING } from '../../src/core/limits.ts';
import type { Span } from '../../src/core/span.ts';
import {
  asBoolean,
  asNumber,
  asString,
  asText,
  entriesOf,
  entry,
  get,
  hasHole,
  isNull,
  itemsOf,
  loadYaml,
  printedByGo,
  type YamlNode,
  type YamlScalar,
} from '../../src/syntax/yaml/index.ts';
import { damagedTexts, spansWithin } from '../helpers/damaged-text.ts';

const parseYaml = await loadYaml();

function rootOf(text: string, dialect: '1.2' | '1.1' | 'go' = 'go'): YamlNode | null {
  return parseYaml(text, 'f.yml', dialect).documents[0]?.root ?? null;
}

/** The values alone, as JSON would hold them. */
function plain(node: YamlNode | null | undefined): unknown {
  if (!node) return node;
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'seq') return node.items.map(plain);
  return Object.fromEntries(node.entries.map((one) => [one.key, plain(one.value)]));
}

function scalarOf(text: string, dialect: '1.2' | '1.1' | 'go'): YamlScalar {
  const node = get(rootOf(`k: ${text}`, dialect), 'k');
  if (node?.kind !== 'scalar') throw new Error(`${text} is no scalar`);
  return node;
}

describe('typing', () => {
  it.each([
    ['010', 10, 8, 8],
    ['0x10', 16, 16, 16],
    ['0o17', 15, '0o17', 15],
    ['1e3', 1000, '1e3', 1000],
    ['1.0', 1, 1, 1],
    ['1_000', '1_000', 1000, 1000],
    ['08', 8, '08', 8],
    ['yes', 'yes', true, 'yes'],
    ['on', 'on', true, 'on'],
    ['y', 'y', 'y', 'y'],
    ['True', true, true, true],
    ['~', null, null, null],
    ['22:22', '22:22', 1342, '22:22'],
    ['-5', -5, -5, -5],
    ['.5', 0.5, 0.5, 0.5],
    ['"5"', '5', '5', '5'],
    ['!!str 5', '5', '5', '5'],
    ['!!int "5"', 5, 5, 5],
    ['0b11', '0b11', 3, 3],
    ['1.2.3', '1.2.3', '1.2.3', '1.2.3'],
  ])('%s is %j in 1.2, %j in 1.1, %j in Go', (text, core, old, go) => {
    expect([scalarOf(text, '1.2').value, scalarOf(text, '1.1').value, scalarOf(text, 'go').value]).toEqual([core, old, go]);
  });

  it.each([
    ['1.0', '1'],
    ['010', '8'],
    ['0x10', '16'],
    ['1e3', '1000'],
    ['true', 'true'],
    ['yes', 'yes'],
    ['22:22', '22:22'],
    ['12345678901234567890', '12345678901234567890'],
    ['123456789012345678901', null],
    ['2001-01-01', null],
    ['1200e3', null],
    ['-0', null],
    ['0.5', '0.5'],
    ['"2001-01-01"', '2001-01-01'],
    ['~', null],
    ['{{ x }}', null],
  ])('compose prints %s as %j', (text, printed) => {
    expect(printedByGo(scalarOf(text, 'go'))).toBe(printed);
  });

  it('keeps the text as written', () => {
    expect(asText(scalarOf('010', 'go'))).toBe('010');
    expect(asText(scalarOf('"a\\tb"', 'go'))).toBe('a\tb');
  });
});

describe('structure', () => {
  it('resolves aliases and merge keys, own keys first', () => {
    const text = 'x: &a {p: 1, q: 2}\ny: &b {q: 3, r: 4}\nz:\n  <<: [*a, *b]\n  p: 0\nw: *a';
    expect(plain(rootOf(text))).toEqual({ x: { p: 1, q: 2 }, y: { q: 3, r: 4 }, z: { p: 0, q: 2, r: 4 }, w: { p: 1, q: 2 } });
    expect(entriesOf(get(rootOf(text), 'z')).map((one) => [one.key, one.merged])).toEqual([
      ['p', false],
      ['q', true],
      ['r', true],
    ]);
  });

  it('keeps foreign tags', () => {
    const root = rootOf('a: !reset null\nb: !override\n  - 1\nc: !Ref X\nd: !vault |\n  zz\n');
    expect(entriesOf(root).map((one) => one.value.tag)).toEqual(['!reset', '!override', '!Ref', '!vault']);
    expect(plain(root)).toEqual({ a: null, b: [1], c: 'X', d: 'zz\n' });
  });

  it('reads several documents', () => {
    const file = parseYaml('a: 1\n---\n# none\n---\n- b\n', 'f', '1.2');
    expect(file.documents.map((one) => plain(one.root))).toEqual([{ a: 1 }, null, ['b']]);
  });

  it('adds no line break to a block scalar that ends with the file', () => {
    expect(plain(rootOf('a: |\n  x\n  y'))).toEqual({ a: 'x\ny' });
    expect(plain(rootOf('a: |\n  x\n  y\n'))).toEqual({ a: 'x\ny\n' });
  });

  it('reports a duplicate key and lets the last win', () => {
    const file = parseYaml('a: 1\nb: 2\na: 3\n', 'f', '1.2');
    expect(plain(file.documents[0]?.root)).toEqual({ b: 2, a: 3 });
    expect(file.problems).toEqual([
      { id: 'input/syntax-error', file: 'f', at: 10, message: 'Key `a` stands twice in one mapping; the last one is used.' },
    ]);
  });

  it('uses the rest of a broken file and never quotes it', () => {
    const file = parseYaml('a: 1\nb: "hunter2\nc: [hunter2\n', 'f', '1.2');
    expect(asNumber(get(file.documents[0]?.root, 'a'))).toBe(1);
    expect(file.problems.length).toBeGreaterThan(0);
    expect(JSON.stringify(file.problems)).not.toContain('hunter2');
  });

  it('gives spans for keys, values and comments', () => {
    const text = 'web: # why\n  "port": \'80\'\n';
    const { documents, comments } = parseYaml(text, 'f', '1.2');
    const port = entry(get(documents[0]?.root, 'web'), 'port');
    const cut = (span: Span | undefined) => text.slice(span?.start, span?.end);
    expect([cut(port?.keySpan), cut(port?.value.span), comments.map((one) => [cut(one.span), one.alone])]).toEqual([
      '"port"',
      "'80'",
      [['# why', false]],
    ]);
  });
});

describe('templates', () => {
  it('makes a hole of a scalar, not of the file', () => {
    const text = 'a: {{ x }}\nb: "y {{ x }}"\n{% if z %}\nc: 1\n{% endif %}\nd: |\n  echo {{ x }}{{ y }}\n  {{ line }}\n{{ k }}: 2\n';
    const file = parseYaml(text, 'f', '1.2');
    expect(file.problems).toEqual([]);
    expect(file.template).toBe('structure');
    expect(entriesOf(file.documents[0]?.root).map((one) => [one.key, one.keyHole, hasHole(one.value), asText(one.value) ?? null])).toEqual([
      ['a', false, true, null],
      ['b', false, true, null],
      ['c', false, false, '1'],
      ['d', false, true, null],
      ['{{ k }}', true, false, '2'],
    ]);
    expect(get(file.documents[0]?.root, 'd')).toMatchObject({ text: 'echo {{ x }}{{ y }}\n{{ line }}\n' });
  });

  it('leaves the expressions of GitHub Actions alone', () => {
    const file = parseYaml('a: ${{ secrets.X }}\n', 'f', '1.2');
    expect([asString(get(file.documents[0]?.root, 'a')), file.template]).toEqual(['${{ secrets.X }}', 'none']);
  });

  it('does not report keys that branches of a template repeat', () => {
    expect(parseYaml('{% if a %}\nk: 1\n{% else %}\nk: 2\n{% endif %}\n', 'f', '1.2').problems).toEqual([]);
  });

  it('takes silent template comments for nothing', () => {
    expect(parseYaml('{# note #}\n{{- /* more\n text */ -}}\na: 1\n', 'f', '1.2')).toMatchObject({ template: 'none', problems: [] });
  });
});

describe('reading', () => {
  it('answers only what is there', () => {
    const root = rootOf('a: {b: x}\nn:\nl: [1, 2]\ns: one\nt: true\n');
    expect(asString(get(root, 'a', 'b'))).toBe('x');
    expect(get(root, 'a', 'c', 'd')).toBeUndefined();
    expect(isNull(get(root, 'n'))).toBe(true);
    expect([itemsOf(get(root, 'l')).length, itemsOf(get(root, 's')).length, itemsOf(get(root, 'n')).length]).toEqual([2, 1, 0]);
    expect(asBoolean(get(root, 't'))).toBe(true);
    expect(asString(get(root, 't'))).toBeUndefined();
  });
});

describe('limits', () => {
  it('stops an alias bomb', () => {
    const lines = Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 9 }, () => `*a${i}`).join(', ')}]`);
    const file = parseYaml(`a0: &a0 [x]\n${lines.join('\n')}\n`, 'f', '1.2');
    expect(file.problems).toContainEqual(
      expect.objectContaining({ id: 'input/limit', message: `Aliases expand to more than ${MAX_ALIAS_NODES} nodes.` }),
    );
  });

  it('stops at deep nesting', () => {
    for (const text of ['['.repeat(MAX_NESTING * 3), 'a: ['.repeat(MAX_NESTING + 1), '- '.repeat(MAX_NESTING + 1)]) {
      expect(parseYaml(text, 'f', '1.2').problems[0]?.id).toBe('input/limit');
    }
  });

  it('has no loop for an anchor that holds itself', () => {
    expect(parseYaml('a: &a [*a]', 'f', '1.2').problems).toHaveLength(1);
  });
});

const PIECES = [
  'a: ',
  '- ',
  '\n',
  '  ',
  '"',
  "'",
  '[',
  ']',
  '{',
  '}',
  ',',
  '&a ',
  '*a',
  '<<: ',
  '|\n',
  '? ',
  '---\n',
  '{{ x }}',
  '{% y %}',
  '# c',
  '!t ',
  '\r\n',
  '\t',
  '%',
  '😀',
  '\uE000',
  '\uFEFF',
  'x',
  '1',
];
const SAMPLE =
  'services:\n  web: &w\n    image: "a:${T:-1}"\n    environment: {A: 1, B: yes}\n  x:\n    <<: *w\n    ports: ["80:80"]\n    note: |\n      two\n      lines\n';

describe('totality', () => {
  it('never throws and keeps spans inside the text', () => {
    const texts = damagedTexts({ samples: [SAMPLE], pieces: PIECES, most: 40 });
    fc.assert(
      fc.property(texts, fc.constantFrom('1.2' as const, '1.1' as const, 'go' as const), (text, dialect) => {
        const file = parseYaml(text, 'f', dialect);
        const spans = spansWithin([file.documents, file.comments]);
        for (const span of spans) expect(span.start >= 0 && span.start <= span.end && span.end <= text.length).toBe(true);
        for (const one of file.problems) expect(one.at >= 0 && one.at <= text.length).toBe(true);
      }),
      { numRuns: 2000, seed: 1 },
    );
  });
});
