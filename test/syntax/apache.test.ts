import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_NESTING } from '../../src/core/limits.ts';
import { type ApacheDirective, parseApache } from '../../src/syntax/apache/index.ts';
import { damagedTexts, spansWithin } from '../helpers/damaged-text.ts';

type Row = readonly [string, readonly string[], (readonly Row[])?];

function rows(directives: readonly ApacheDirective[]): readonly Row[] {
  return directives.map((one): Row => {
    const words = one.args.map((arg) => arg.text);
    return one.block === null ? [one.name, words] : [one.name, words, rows(one.block)];
  });
}

describe('directives', () => {
  it.each<readonly [string, readonly Row[]]>([
    ['ServerName example.com\n', [['ServerName', ['example.com']]]],
    ['  # ServerName a\nServerName b # c\n', [['ServerName', ['b', '#', 'c']]]],
    ['Header set X "a \\"b\\" \\\\d"\n', [['Header', ['set', 'X', 'a "b" \\d']]]],
    ["Header set X 'a b'\n", [['Header', ['set', 'X', 'a b']]]],
    ['ServerAlias a"b c"d\n', [['ServerAlias', ['a"b', 'c"d']]]],
    ['ProxyPass / \\\n  http://127.0.0.1/\r\n', [['ProxyPass', ['/', 'http://127.0.0.1/']]]],
    ['# note \\\nServerName hidden\nServerName seen\n', [['ServerName', ['seen']]]],
    ['<VirtualHost *:80 *:81>\nListen 1\n</virtualhost>\n', [['VirtualHost', ['*:80', '*:81'], [['Listen', ['1']]]]]],
    ['<If "%{HTTPS} == \'on\' && 1 > 0">\n</If>\n', [['If', ["%{HTTPS} == 'on' && 1 > 0"], []]]],
    ['<Location "/a b">\n</Location>\n', [['Location', ['/a b'], []]]],
  ])('%j', (text, expected) => {
    const { directives, problems } = parseApache(text, 'f');
    expect(rows(directives)).toEqual(expected);
    expect(problems).toEqual([]);
  });

  it('keeps the place of every word, behind a continued line as well', () => {
    const text = 'ProxyPass / \\\n   "http://a/"\n';
    const [directive] = parseApache(text, 'f').directives;
    const spans = [directive?.nameSpan, ...(directive?.args.map((arg) => arg.span) ?? [])];
    expect(spans.map((span) => text.slice(span?.start, span?.end))).toEqual(['ProxyPass', '/', '"http://a/"']);
  });
});

describe('damaged text', () => {
  it('closes what is left open and passes over what closes nothing', () => {
    const { directives, problems } = parseApache('</A>\n<VirtualHost *>\n<Location />\nListen 1\n</VirtualHost>\nListen 2\n<B>\n', 'f');
    expect(rows(directives)).toEqual([
      ['VirtualHost', ['*'], [['Location', ['/'], [['Listen', ['1']]]]]],
      ['Listen', ['2']],
      ['B', [], []],
    ]);
    expect(problems).toHaveLength(3);
  });

  it('drops what lies deeper than the limit', () => {
    const deep = parseApache(`${'<A x>\n'.repeat(MAX_NESTING + 5)}Listen 1\n${'</A>\n'.repeat(MAX_NESTING + 5)}Listen 2\n`, 'f');
    expect(deep.directives.at(-1)?.name).toBe('Listen');
    expect(deep.problems.map(({ id }) => id)).toContain('input/limit');
  });

  it('takes template statements out and marks holes', () => {
    const { directives, templated } = parseApache('{% if tls %}\nServerName {{ host | default("a b") }}\n{% endif %}\n', 'f');
    expect(templated).toBe(true);
    expect(directives[0]?.args).toMatchObject([{ text: '{{ host | default("a b") }}', hole: true }]);
  });

  it('never throws and keeps spans inside the text', () => {
    const texts = damagedTexts({
      samples: ['<VirtualHost *:80>\nServerName "a\n</VirtualHost>\nProxyPass / \\\n{{ x }} {% y %}\n'],
      pieces: [
        '<',
        '>',
        '</',
        '<A>\n',
        '</A>\n',
        '"',
        "'",
        '\\',
        '\\\n',
        '\n',
        '\r\n',
        ' ',
        'ServerName a',
        '#',
        '{{ ',
        ' }}',
        '{% x %}\n',
        '${A}',
        '😀',
        '\uFEFF',
      ],
      most: 60,
    });
    fc.assert(
      fc.property(texts, (text) => {
        const file = parseApache(text, 'f');
        for (const { start, end } of spansWithin(file)) expect(start >= 0 && start <= end && end <= text.length).toBe(true);
      }),
      { numRuns: 1000, seed: 1 },
    );
  });

  it('reads hostile text in linear time', () => {
    for (const unit of ['{{', '{%', '"', '\\', '\\\n', '<', '<A>\n', '${', 'frontend a\n', ' ']) parseApache(unit.repeat(100_000), 'f');
  }, 10_000);
});
