import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_NESTING } from '../../src/core/limits.ts';
import { type HclExpression, parseHcl, parseHclTemplate } from '../../src/syntax/hcl/index.ts';
import { damagedTexts, spansWithin } from '../helpers/damaged-text.ts';

const valueOfA = (text: string): HclExpression | undefined =>
  parseHcl(`a = ${text}\n`, 'f.tf').body.attributes.find(({ name }) => name === 'a')?.value;

describe('HCL values', () => {
  it.each([
    ['"x\\ty\\u00e9 $${z} %%{w}"', 'x\ty\u00e9 ${z} %{w}'],
    ['-2.5e1', -25],
    ['true', true],
    ['null', null],
    ['<<EOT\n  one\n\n    two "three"\nEOT', '  one\n\n    two "three"\n'],
    ['<<-EOT\n    one\n\n      two\n    EOT', 'one\n\n  two\n'],
    ['(\n  1\n)', 1],
    ['1 # note', 1],
    ['/* a */ 1 // b', 1],
  ])('%s is a literal', (text, value) => {
    expect(valueOfA(text)).toMatchObject({ kind: 'literal', value });
  });

  it.each([
    ['[\n 1, # one\n "two",\n]', { kind: 'list', items: [{ value: 1 }, { value: 'two' }] }],
    [
      '{ b = 1, "c" : 2\n d = {} }',
      { kind: 'object', entries: [{ key: { value: 'b' } }, { key: { value: 'c' } }, { key: { value: 'd' } }] },
    ],
    ['{ (var.k) = 1 }', { kind: 'object', entries: [{ key: { kind: 'reference', root: 'var' } }] }],
    ['f(1, [2]...)', { kind: 'call', name: 'f', spreads: true, args: [{ value: 1 }, { kind: 'list' }] }],
    ['var.b ? 1 : 2', { kind: 'conditional', test: { root: 'var' }, yes: { value: 1 }, no: { value: 2 } }],
    ['1 + 2 * 3 == 7 && !x', { kind: 'operation', operator: '&&', left: { operator: '==' }, right: { operator: '!' } }],
    ['aws_lb.web[0].arn', { kind: 'reference', root: 'aws_lb', path: ['web', 0, 'arn'] }],
    ['a.b["c"][var.d].*.e', { kind: 'reference', path: ['b', 'c', { kind: 'index' }, { kind: 'splat' }, 'e'] }],
    ['f(x)[0].id', { kind: 'member', of: { kind: 'call' }, path: [0, 'id'] }],
    ['"a${b}c"', { kind: 'template', plain: true, parts: ['a', { kind: 'reference', root: 'b' }, 'c'] }],
    ['"%{ if x }y%{ endif }"', { kind: 'template', plain: false }],
    ['"${f("}")}x"', { kind: 'template', parts: [{ kind: 'call', args: [{ value: '}' }] }, 'x'] }],
    [
      '[for k, v in local.all : v.id if v != aws_x.y.id]',
      { kind: 'opaque', parts: [{ root: 'local', path: ['all'] }, {}, { root: 'aws_x' }] },
    ],
    ['{for k in [\n for x in y : x\n] : k => 1}', { kind: 'opaque' }],
    ['<<X\na ${b}\nX', { kind: 'template', parts: ['a ', { root: 'b' }, '\n'] }],
  ])('%s is followed', (text, shape) => {
    expect(valueOfA(text)).toMatchObject(shape);
  });
});

describe('HCL files', () => {
  it('reads blocks with labels, nested and in one line', () => {
    const text = 'resource "aws_x" y {\n  b { c = 1 }\n  b {\n    c = 2\n  }\n}\nlocals { z = [] }';
    const { body, problems } = parseHcl(text, 'f.tf');
    expect(problems).toEqual([]);
    expect(body.blocks).toMatchObject([
      { type: 'resource', labels: [{ text: 'aws_x' }, { text: 'y' }], body: { blocks: [{ type: 'b' }, { type: 'b' }] } },
      { type: 'locals', body: { attributes: [{ name: 'z' }] } },
    ]);
    const [first] = body.blocks;
    expect(text.slice(first?.head.start, first?.head.end)).toBe('resource "aws_x" y {');
    expect(text.slice(first?.body.blocks[0]?.body.attributes[0]?.span.start, first?.body.blocks[0]?.body.attributes[0]?.span.end)).toBe(
      'c = 1',
    );
  });

  it('goes on after a fault', () => {
    const { body, problems } = parseHcl('a = [1, ,\n]\nb = "open\nc = 3\n}\nd = 4\n= 5\ne = 6', 'f.tf');
    expect(problems.map(({ at }) => at)).toEqual([8, 16, 28, 36]);
    expect(body.attributes.map(({ name, value }) => [name, value.kind])).toEqual([
      ['a', 'opaque'],
      ['b', 'opaque'],
      ['c', 'literal'],
      ['d', 'literal'],
      ['e', 'literal'],
    ]);
  });

  it('stops at the limit of nesting', () => {
    const depth = MAX_NESTING + 5;
    expect(parseHcl(`a = ${'['.repeat(depth)}${']'.repeat(depth)}\nb = 1\n`, 'f').body.attributes).toMatchObject([
      { value: { kind: 'opaque' } },
      { value: { value: 1 } },
    ]);
    const blocks = parseHcl(`${'x {\n'.repeat(depth)}${'}\n'.repeat(depth)}b = 1\n`, 'f');
    expect(blocks.problems).toMatchObject([{ id: 'input/limit' }]);
    expect(blocks.body.attributes).toMatchObject([{ name: 'b' }]);
  });

  it('reads the text of a JSON value as a template', () => {
    const at = { file: 'f', start: 3, end: 9 };
    expect(parseHclTemplate('a "${f("b")}"', at)).toMatchObject({
      kind: 'template',
      parts: ['a "', { kind: 'call', span: at }, '"'],
      span: at,
    });
    expect(parseHclTemplate('plain\n', at)).toMatchObject({ kind: 'literal', value: 'plain\n' });
    expect(parseHclTemplate('${', at)).toMatchObject({ kind: 'opaque' });
  });

  it('is total: spans stay inside of any text', () => {
    const sample =
      'resource "a" "b" {\n  c = "x${var.d}" # e\n  f = [for g in h : g]\n  i { j = <<-K\n  l ${m["n"]}\n  K\n }\n  o = p ? q(1, { r = 2 }) : !s\n}\n';
    const pieces = [
      '"',
      '${',
      '%{',
      '}',
      '{',
      '[',
      '(',
      ')',
      ']',
      '<<A\n',
      'A\n',
      '=',
      ' ? ',
      ':',
      '.',
      '*',
      'for ',
      '\\',
      '#',
      '/*',
      '\n',
      'a',
      '1',
      '-',
      '\uFEFF',
    ];
    fc.assert(
      fc.property(damagedTexts({ samples: [sample], pieces, most: 60 }), (text) => {
        for (const { start, end } of spansWithin(parseHcl(text, 'f.tf'))) {
          expect(start).toBeLessThanOrEqual(end);
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('takes linear time', () => {
    for (const unit of ['a = [\n', 'a = "${', 'a = <<X\n', '{', 'a {', '(', '[for ', 'a = 1 ? ', '"', '-', 'a = b.', '/*', 'a = "%{'])
      parseHcl(unit.repeat(50_000), 'f.tf');
  }, 20_000);
});
