import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_NESTING } from '../../src/core/limits.ts';
import { lineIndex, positionAt } from '../../src/core/span.ts';
import { type NginxDirective, parseNginx, variablesOf } from '../../src/syntax/nginx/index.ts';
import { damagedTexts, spansWithin } from '../helpers/damaged-text.ts';

type Row = readonly [number, string, readonly string[], (readonly Row[])?];
interface Case {
  readonly text: string;
  readonly directives: readonly Row[];
}
/** 32 small texts with what crossplane 0.5.8 makes of them. */
const CASES: readonly Case[] = JSON.parse(readFileSync(new URL('../data/nginx_cases.json', import.meta.url), 'utf8'));

/** Texts that nginx itself refuses; we report a problem, and what is read beside it is no answer. */
const REFUSED: readonly string[] = [
  'server { listen 80 }\n',
  'server { listen 80; \n',
  '}\n',
  'proxy_set_header Host $host\n',
  'location ~ ^/(a|b){2}/ { }\n',
  'rewrite ^/a{1,2}$ /b last;\n',
  'x "unterminated;\n',
];

function rows(directives: readonly NginxDirective[], text: string): readonly Row[] {
  const lines = lineIndex(text);
  return directives.map((one) => {
    const head = [positionAt(lines, one.span.start).line, one.name, one.args.map((arg) => arg.text)] as const;
    return one.block ? [...head, rows(one.block, text)] : head;
  });
}

/** Comments and crossplane's idea of `{% … %}` as directives named `{` are taken out. */
function directivesOnly(all: readonly Row[]): readonly Row[] {
  return all
    .filter(([, name]) => name !== '#' && name !== '{')
    .map(([line, name, args, block]) => (block ? [line, name, args, directivesOnly(block)] : [line, name, args]));
}

describe('against crossplane', () => {
  it.each(CASES.map((one) => [JSON.stringify(one.text), one] as const))('%s', (_, { text, directives }) => {
    const file = parseNginx(text, 'nginx.conf');
    expect(file.problems.length > 0).toBe(REFUSED.includes(text));
    if (file.problems.length === 0) expect(rows(file.directives, text)).toEqual(directivesOnly(directives));
  });
});

describe('recovery', () => {
  it('closes the block after a directive without its semicolon, and says so', () => {
    const { directives, problems } = parseNginx('server { listen 80 }\nserver { listen 81; }', 'f');
    expect(directives.map((one) => [one.name, one.block?.length])).toEqual([
      ['server', 1],
      ['server', 1],
    ]);
    expect(problems).toMatchObject([{ id: 'input/syntax-error', at: 9 }]);
  });

  it('goes on after a stray brace', () => {
    const { directives, problems } = parseNginx('}\nlisten 80;', 'f');
    expect(directives.map((one) => one.name)).toEqual(['listen']);
    expect(problems).toHaveLength(1);
  });

  it('meets the nesting limit without losing what follows', () => {
    const { directives, problems } = parseNginx(`${'a {'.repeat(MAX_NESTING + 5)}${'}'.repeat(MAX_NESTING + 5)} b 1;`, 'f');
    expect(directives.map((one) => one.name)).toEqual(['a', 'b']);
    expect(problems).toMatchObject([{ id: 'input/limit' }]);
  });
});

describe('templates', () => {
  it('reads around statements and marks holes', () => {
    const { directives, problems, templated } = parseNginx('{% if x %}\nserver_name {{ host }} www.{{ host }} a;\n{% endif %}', 'f');
    expect(problems).toEqual([]);
    expect(templated).toBe(true);
    expect(directives[0]?.args.map((arg) => [arg.text, arg.hole])).toEqual([
      ['{{ host }}', true],
      ['www.{{ host }}', true],
      ['a', false],
    ]);
  });

  it('does not take a comment after a brace for a template', () => {
    const { directives, problems } = parseNginx('location / {# one\n  expires 1d;\n#}\n}', 'f');
    expect([directives[0]?.block?.map((one) => one.name), problems]).toEqual([['expires'], []]);
    expect(parseNginx('{# note #}\nexpires 1d;', 'f')).toMatchObject({ templated: true, problems: [], directives: [{ name: 'expires' }] });
  });

  it('keeps envsubst variables in the word', () => {
    const arg = parseNginx('proxy_pass http://${APP_HOST}:8000$request_uri;', 'f').directives[0]?.args[0];
    expect(arg?.text).toBe('http://${APP_HOST}:8000$request_uri');
    expect(variablesOf(arg?.text ?? '')).toEqual([
      { name: 'APP_HOST', braced: true, at: 7 },
      { name: 'request_uri', braced: false, at: 23 },
    ]);
  });
});

describe('details', () => {
  it('keeps comments with their places', () => {
    const text = '# one\nlisten 80; # two\r\n';
    expect(parseNginx(text, 'f').comments).toMatchObject([
      { text: ' one', alone: true, span: { start: 0, end: 5 } },
      { text: ' two', alone: false, span: { start: 17, end: 22 } },
    ]);
  });

  it('skips Lua, its braces in strings and comments too', () => {
    const text = 'location / { content_by_lua_block { local a = "}" -- }\n if x then a = {} end }\n proxy_pass http://a; }';
    const { directives, problems } = parseNginx(text, 'f');
    expect(problems).toEqual([]);
    expect(directives[0]?.block?.map((one) => one.name)).toEqual(['content_by_lua_block', 'proxy_pass']);
  });

  it('takes the parentheses of `if` out of its spans', () => {
    const text = 'if ($scheme = http) { return 301; }';
    const args = parseNginx(text, 'f').directives[0]?.args ?? [];
    expect(args.map((arg) => text.slice(arg.span.start, arg.span.end))).toEqual(['$scheme', '=', 'http']);
  });
});

const PIECES = [
  'server ',
  '{',
  '}',
  ';',
  'if (',
  ')',
  '"',
  "'",
  '\\',
  '$',
  '${',
  '{{',
  '}}',
  '{%',
  '%}',
  '#',
  '\n',
  '\r\n',
  'a',
  ' ',
  'é',
  '😀',
  'x_by_lua_block {',
  '--',
  '\uFEFF',
];

describe('totality', () => {
  it('never throws and keeps spans inside the text', () => {
    const texts = damagedTexts({ samples: CASES.map((one) => one.text), pieces: PIECES, most: 60 });
    fc.assert(
      fc.property(texts, (text) => {
        const file = parseNginx(text, 'f');
        for (const span of spansWithin([file.directives, file.comments])) {
          expect(span.start >= 0 && span.start <= span.end && span.end <= text.length).toBe(true);
        }
        for (const one of file.problems) expect(one.at >= 0 && one.at <= text.length).toBe(true);
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it('reads hostile text in linear time', () => {
    for (const unit of ['{{', '{#', '{%', '"', '${', '{', '\\', 'a_by_lua_block {', "'\\"]) parseNginx(unit.repeat(100_000), 'f');
  }, 10_000);
});
