import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHaproxy } from '../../src/syntax/haproxy/index.ts';
import { damagedTexts, spansWithin } from '../helpers/damaged-text.ts';

function wordsOf(text: string): readonly (readonly string[])[] {
  return parseHaproxy(`frontend f\n${text}`, 'f').sections.flatMap(({ lines }) => lines.map(({ words }) => words.map((word) => word.text)));
}

describe('lines', () => {
  it.each<readonly [string, readonly string[]]>([
    ['  bind :443 ssl crt /a.pem # note', ['bind', ':443', 'ssl', 'crt', '/a.pem']],
    ['http-request set-header X "a b"', ['http-request', 'set-header', 'X', 'a b']],
    ['http-request set-header X \'a "b"\'', ['http-request', 'set-header', 'X', 'a "b"']],
    ['reqadd X-Forwarded-Proto:\\ https', ['reqadd', 'X-Forwarded-Proto: https']],
    ['acl a path_beg /\\#x', ['acl', 'a', 'path_beg', '/#x']],
    ['use_backend b if { path /a } !c', ['use_backend', 'b', 'if', '{', 'path', '/a', '}', '!c']],
  ])('%s', (text, expected) => expect(wordsOf(text)).toEqual([expected]));

  it('splits sections and keeps their places', () => {
    const text = 'global\n daemon\ndefaults web from base\nfrontend a\nbackend b # c\n server s 1.2.3.4:80\n';
    const { sections } = parseHaproxy(text, 'f');
    expect(sections.map(({ kind, name, args }) => [kind, name?.text, ...args.map((word) => word.text)])).toEqual([
      ['global', undefined],
      ['defaults', 'web', 'from', 'base'],
      ['frontend', 'a'],
      ['backend', 'b'],
    ]);
    expect(sections.map(({ at }) => text.slice(at.start, at.end))).toEqual(['global', 'defaults web from base', 'frontend a', 'backend b']);
  });

  it('marks variables and template holes', () => {
    const { sections, templated } = parseHaproxy(
      '{% for h in hosts %}\nbackend b\n server s "${HOST}":80\n server t {{ a b }}:80\n server u h:80\n',
      'f',
    );
    expect(templated).toBe(true);
    expect(sections[0]?.lines.map(({ words }) => words[2]?.hole)).toEqual([true, true, false]);
  });

  it('never throws and keeps spans inside the text', () => {
    const texts = damagedTexts({
      samples: ['global\nfrontend a\n bind :80 "x\\\' {{ y }}\n use_backend b if { path /a }\n'],
      pieces: [
        'frontend a\n',
        'backend',
        ' ',
        '\n',
        '\r\n',
        '"',
        "'",
        '\\',
        '#',
        '{{ ',
        ' }}',
        '{% x %}\n',
        '${A}',
        '$',
        'bind :80',
        '😀',
        '\uFEFF',
      ],
      most: 60,
    });
    fc.assert(
      fc.property(texts, (text) => {
        const file = parseHaproxy(text, 'f');
        for (const { start, end } of spansWithin(file)) expect(start >= 0 && start <= end && end <= text.length).toBe(true);
      }),
      { numRuns: 1000, seed: 1 },
    );
  });

  it('reads hostile text in linear time', () => {
    for (const unit of ['{{', '{%', '"', '\\', '\\\n', '<', '<A>\n', '${', 'frontend a\n', ' ']) parseHaproxy(unit.repeat(100_000), 'f');
  }, 10_000);
});
