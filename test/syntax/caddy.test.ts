import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_NESTING } from '../../src/core/limits.ts';
import { parseCaddy, parseCaddyLines } from '../../src/syntax/caddy/index.ts';
import { spansWithin } from '../helpers/damaged-text.ts';

const words = (args: readonly { readonly text: string }[]) => args.map((one) => one.text);

describe('the structure of a Caddyfile', () => {
  test('options, snippets, sites and their addresses', () => {
    const file = parseCaddy(
      '{\n\temail {$MAIL:me@example.com}\n}\n(common) {\n  encode gzip\n}\na.example, b.example,\nc.example {\n  import common\n}\n:8080 {\n}\n',
      'Caddyfile',
    );
    expect(file.options?.directives.map((one) => [one.name, words(one.args)])).toEqual([['email', ['{$MAIL:me@example.com}']]]);
    expect([...file.snippets.keys()]).toEqual(['common']);
    expect(file.sites.map((one) => words(one.addresses))).toEqual([['a.example', 'b.example', 'c.example'], [':8080']]);
    expect(file.problems).toEqual([]);
  });

  test('one site needs no braces', () => {
    const { sites } = parseCaddy('localhost\n\nroot * /srv\nfile_server {\n  browse\n}\n', 'Caddyfile');
    expect(sites).toHaveLength(1);
    expect(sites[0]?.directives.map((one) => one.name)).toEqual(['root', 'file_server']);
    expect(sites[0]?.directives[1]?.block?.[0]?.name).toBe('browse');
  });

  test('quotes, heredocs, comments, joined lines and placeholders', () => {
    const text =
      'a.example {\n  header X "a \\"b\\" # c" # note\n  respond <<END\n    one\n      two\n    END 200\n  redir \\\n    https://{host}{uri} `raw\\n`\n}\n';
    const { sites, problems } = parseCaddy(text, 'Caddyfile');
    expect(problems).toEqual([]);
    const [header, respond, redir] = sites[0]?.directives ?? [];
    expect(words(header?.args ?? [])).toEqual(['X', 'a "b" # c']);
    expect(words(respond?.args ?? [])).toEqual(['one\n  two', '200']);
    expect(words(redir?.args ?? [])).toEqual(['https://{host}{uri}', 'raw\\n']);
    const span = redir?.args[0]?.span;
    expect(text.slice(span?.start, span?.end)).toBe('https://{host}{uri}');
  });

  test('a default with spaces and commas is one word', () => {
    const { sites } = parseCaddy('{$HOSTS:a.example, b.example} {\n  root {$ROOT:/srv/my files}\n}\n', 'Caddyfile');
    expect(words(sites[0]?.addresses ?? [])).toEqual(['{$HOSTS:a.example, b.example}']);
    expect(words(sites[0]?.directives[0]?.args ?? [])).toEqual(['{$ROOT:/srv/my files}']);
  });

  test.each([
    ['a.example {\n  respond "open\n', 2],
    ['}\na.example {\n}\n', 1],
    ['a.example {\n}\n{\n  email x\n}\n', 1],
    ['a {\n', 1],
  ])('damaged text %j is told and read on', (text, problems) => {
    expect(parseCaddy(text, 'Caddyfile').problems).toHaveLength(problems);
  });

  test('nesting has a limit, and what follows is read', () => {
    const deep = `a.example {\n${'handle {\n'.repeat(MAX_NESTING + 5)}${'}\n'.repeat(MAX_NESTING + 5)}}\nb.example {\n}\n`;
    const file = parseCaddy(deep, 'Caddyfile');
    expect(file.problems.map((one) => one.id)).toContain('input/limit');
    expect(file.sites.map((one) => one.addresses[0]?.text)).toEqual(['a.example', 'b.example']);
  });

  test('a part of a site is read by lines', () => {
    expect(parseCaddyLines('header X y\nhandle /a* {\n  respond 1\n}\n', 'f').map((one) => one.name)).toEqual(['header', 'handle']);
  });
});

const PIECES = [
  'a.example',
  ' {',
  '\n',
  '}',
  '{$A',
  ':b}',
  '"',
  '`',
  '<<END\n',
  'END',
  '#',
  '\\\n',
  '(s)',
  'import',
  ',',
  ' ',
  '\t',
  '@m',
  '{args[0]}',
];

describe('any text', () => {
  test('gives a document whose spans lie inside of it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((all) => all.join('')),
          fc.string(),
        ),
        (text) => {
          const file = parseCaddy(text, 'f');
          for (const span of spansWithin([file.options, [...file.snippets.values()], file.sites, file.loose, parseCaddyLines(text, 'f')])) {
            expect(span.start >= 0 && span.start <= span.end && span.end <= text.length).toBe(true);
          }
          for (const one of file.problems) expect(one.at >= 0 && one.at <= text.length).toBe(true);
        },
      ),
      { numRuns: 2000, seed: 1 },
    );
  });

  test('is read in linear time', () => {
    for (const unit of ['{\n', 'a {\n', '"', '`', '{$', '<<A\n', '\\\n', 'a,', '#', '}\n']) parseCaddy(unit.repeat(100_000), 'f');
  }, 10_000);
});
