import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  commandsOf,
  entriesOf,
  environmentOf,
  type IniDialect,
  type IniDocument,
  lastEntry,
  listEntries,
  parseIni,
  splitWords,
} from '../../src/syntax/ini/index.ts';

const unit = (text: string) => parseIni('u.service', text, 'systemd');
const textsOf = (document: IniDocument) =>
  document.sections.map(({ name, entries }) => [name, ...entries.map(({ key, value }) => `${key}=${value}`)]);

describe('systemd units', () => {
  it('joins continued lines around comments', () => {
    const text = '[Service]\nExecStart=/bin/a \\\n  # why\n  --b \\\n; also\n  c\nUser = www-data \nX=1 \\\\\nY=2\n';
    expect(textsOf(unit(text))).toEqual([['Service', 'ExecStart=/bin/a    --b    c', 'User=www-data', 'X=1 \\\\', 'Y=2']]);
  });

  it('loses a line to the end of a continuation that was forgotten', () => {
    const document = unit('[Service]\nExecStart=/bin/a \\\n --b\n --workers=3\n');
    expect(textsOf(document)).toEqual([['Service', 'ExecStart=/bin/a   --b', '--workers=3']]);
  });

  it('ignores what is no assignment, and refuses a broken heading', () => {
    const document = unit('A=1\n[Unit]\nnonsense\nB=2\n[Service\nC=3\n');
    expect(textsOf(document)).toEqual([['Unit', 'B=2']]);
    expect([document.problems.length, document.rejected !== null]).toEqual([3, true]);
  });

  it('resets lists at an empty assignment and lets the last single value win', () => {
    const document = unit(
      '[Service]\nEnvironment=A=1\nEnvironment=\nEnvironment=B=2\n[Unit]\n[Service]\nEnvironment=C=3\nUser=a\nUser=b\n',
    );
    expect(listEntries(document, 'Service', 'Environment').map(({ value }) => value)).toEqual(['B=2', 'C=3']);
    expect(entriesOf(document, 'Service', 'Environment').length).toBe(4);
    expect([lastEntry(document, 'Service', 'User')?.value, lastEntry(document, 'Service', 'Group')]).toEqual(['b', null]);
  });

  const words = (value: string) => {
    const [entry] = entriesOf(unit(`[S]\nK=${value}\n`), 'S', 'K');
    const list = entry === undefined ? null : splitWords(entry);
    return list?.error === null ? list.words.map(({ text }) => text) : list?.error;
  };

  it.each<[string, readonly string[]]>([
    ['a  b\tc', ['a', 'b', 'c']],
    ['"a b" \'c d\'', ['a b', 'c d']],
    ['a"b c"d', ['ab cd']],
    ['"A=it\'s" \'B="x"\'', ["A=it's", 'B="x"']],
    ['a\\sb \\x41\\u00f1\\101 \\"', ['a b', 'AñA', '"']],
    ['a\\qb\\n', ['a\\qb\n']],
    ['100%% %i', ['100%', '%i']],
    ['"" \'\'', ['', '']],
    ['$A ${B} "$C d"', ['$A', '${B}', '$C d']],
    ['', []],
  ])('splits %s', (value, wanted) => {
    expect(words(value)).toEqual(wanted);
  });

  it('ignores a line whose quote is not closed', () => {
    expect(words('a "b c')).toMatch(/quote/);
    expect(words('"a \\')).toMatch(/quote/);
  });

  it('leaves specifiers as holes', () => {
    const [entry] = entriesOf(unit('[S]\nK=%%%i-x%h\n'), 'S', 'K');
    const [word] = entry === undefined ? [] : splitWords(entry).words;
    expect(word?.text).toBe('%%i-x%h');
    expect(word?.specifiers).toEqual([
      { at: 1, name: 'i' },
      { at: 5, name: 'h' },
    ]);
  });

  const commands = (value: string) => {
    const [entry] = entriesOf(unit(`[Service]\nExecStart=${value}\n`), 'Service', 'ExecStart');
    return entry === undefined ? null : commandsOf(entry);
  };
  const argvs = (value: string) => commands(value)?.commands.map(({ argv }) => argv.map(({ text }) => text));

  it('splits command lines, with their prefixes and separators', () => {
    expect(argvs('/bin/a -b "c d" ; /bin/e \\; ";" f;g')).toEqual([
      ['/bin/a', '-b', 'c d'],
      ['/bin/e', ';', ';', 'f;g'],
    ]);
    const [command] = commands('-+:@/bin/a name %i/x')?.commands ?? [];
    expect(command?.argv.map(({ text }) => text)).toEqual(['/bin/a', '%i/x']);
    expect([command?.argv0?.text, command?.ignoresFailure, command?.literal, command?.privileged]).toEqual(['name', true, true, true]);
    expect(commands('')).toEqual({ commands: [], error: null });
    expect(commands('-')?.error).toMatch(/no program/);
    expect(commands('/bin/a "x')?.error).toMatch(/quote/);
  });

  it('places each word in the file', () => {
    const text = '[Service]\r\nExecStart=/bin/a \\\r\n# c\r\n  --bind "0.0.0.0:80" \\\r\n  site.wsgi\r\n';
    const [entry] = entriesOf(unit(text), 'Service', 'ExecStart');
    const [command] = entry === undefined ? [] : commandsOf(entry).commands;
    expect(command?.argv.map(({ span }) => text.slice(span.start, span.end))).toEqual(['/bin/a', '--bind', '"0.0.0.0:80"', 'site.wsgi']);
    expect(text.slice(entry?.valueSpan.start, entry?.valueSpan.end)).toBe(text.slice(text.indexOf('/bin/a'), text.indexOf('wsgi') + 4));
    expect(entry?.line).toBe(2);
  });

  it('reads Environment=', () => {
    const [entry] = entriesOf(unit('[Service]\nEnvironment="A=x y" B=%i C 1D=2 E=$F\n'), 'Service', 'Environment');
    const found = entry === undefined ? [] : environmentOf(entry);
    expect(found.map(({ name, value, specifiers }) => [name, value, specifiers])).toEqual([
      ['A', 'x y', []],
      ['B', '%i', [{ at: 0, name: 'i' }]],
      ['E', '$F', []],
    ]);
  });
});

describe('other readers', () => {
  it('ConfigParser: continued values, both delimiters, comments on their own line only', () => {
    const text = '[settings]\nDEBUG = True ; no\n# c\nHosts:\n    a\n  # c\n    b\n\n    c\n\nEmpty =\n[metadata]\nname=x\n';
    expect(textsOf(parseIni('setup.cfg', text, 'config-parser'))).toEqual([
      ['settings', 'debug=True ; no', 'hosts=\na\nb\n\nc', 'empty='],
      ['metadata', 'name=x'],
    ]);
  });

  it.each(['a = 1\n', '[s]\nnonsense\n', '[s]\na=1\nA=2\n', '[s]\n[s]\n', '[s]\n= 1\n'])('ConfigParser refuses %j', (text) => {
    expect(parseIni('x.ini', text, 'config-parser').rejected).not.toBeNull();
  });

  it('supervisor looks for comments in rounds, as Python does', () => {
    const [section] = parseIni('s.conf', '[program:web]\na=x;y ;c #d\nb=x;y ;c\nc=x#y ;z\n', 'supervisor').sections;
    expect(section?.entries.map((one) => one.value)).toEqual(['x;y ;c', 'x;y', 'x#y']);
  });

  it('supervisor cuts comments behind values and allows repeats', () => {
    const text = '[program:web]\ncommand=/bin/a --x ; note\nenvironment=A="1",\n  B="2"\nuser=x\nuser=y#z\n';
    const document = parseIni('s.conf', text, 'supervisor');
    expect(document.rejected).toBeNull();
    expect(textsOf(document)).toEqual([['program:web', 'command=/bin/a --x', 'environment=A="1",\nB="2"', 'user=x', 'user=y#z']]);
  });

  it('uWSGI: repeated keys, names without value', () => {
    const text = '[uwsgi]\nmodule = a.wsgi ; kept\nenv = A=1\nenv = B=2\nmaster\n;c\n#c\n';
    expect(textsOf(parseIni('u.ini', text, 'uwsgi'))).toEqual([['uwsgi', 'module=a.wsgi ; kept', 'env=A=1', 'env=B=2', 'master=null']]);
  });
});

const piece = fc.constantFrom(
  '[S]',
  '[',
  ']',
  'Key',
  '=',
  ':',
  ' ',
  '\t',
  '\n',
  '\r\n',
  '\\',
  '\\\n',
  '"',
  "'",
  ';',
  '#',
  '%i',
  '%%',
  '$A',
  '@',
  '-',
  '\0',
  '\ufeff',
  '\n  ',
  'ñ',
);
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(piece, { maxLength: 40 }).map((parts) => `[S]\nA=${parts.join('')}`),
  fc.array(piece, { maxLength: 40 }).map((parts) => parts.join('')),
);
const DIALECTS: readonly IniDialect[] = ['systemd', 'config-parser', 'supervisor', 'uwsgi'];

describe('properties', () => {
  it.each(DIALECTS)('%s reads any text, with spans inside it', (dialect) => {
    fc.assert(
      fc.property(texts, (text) => {
        const inside = (span: { start: number; end: number }) =>
          expect(0 <= span.start && span.start <= span.end && span.end <= text.length).toBe(true);
        const document = parseIni('f', text, dialect);
        for (const problem of document.problems) inside({ start: problem.at, end: problem.at });
        for (const section of document.sections) {
          inside(section.heading);
          for (const entry of section.entries) {
            inside(entry.keySpan);
            inside(entry.valueSpan);
            for (const part of entry.pieces) expect(part.at + part.length).toBeLessThanOrEqual(entry.value?.length ?? 0);
            for (const word of splitWords(entry).words) inside(word.span);
            for (const command of commandsOf(entry).commands) for (const word of [...command.argv, command]) inside(word.span);
            environmentOf(entry);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('pieces lead to the very characters of the value', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom<IniDialect>('config-parser', 'supervisor', 'uwsgi'), (text, dialect) => {
        for (const { entries } of parseIni('f', text, dialect).sections) {
          for (const { value, pieces } of entries) {
            for (const part of pieces)
              expect(value?.slice(part.at, part.at + part.length)).toBe(text.slice(part.start, part.start + part.length));
          }
        }
      }),
    );
  });
});
