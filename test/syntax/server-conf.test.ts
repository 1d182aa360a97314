import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConfDialect, lastConfEntry, parseServerConf } from '../../src/syntax/server-conf/index.ts';

const entriesOf = (text: string, dialect: ConfDialect) =>
  parseServerConf('x.conf', text, dialect).entries.map(({ section, key, value }) => [section, key, value]);

describe('redis.conf', () => {
  it('has keys in any case, words behind them, and comments in lines of their own', () => {
    expect(entriesOf('# a\nMaxMemory 256mb\nsave ""\nsave 900 1\nrequirepass a#b\n', 'redis')).toEqual([
      [null, 'maxmemory', '256mb'],
      [null, 'save', ''],
      [null, 'save', '900 1'],
      [null, 'requirepass', 'a#b'],
    ]);
  });

  it('tells of files that it reads', () => {
    expect(parseServerConf('x.conf', 'maxmemory 1gb\ninclude /etc/more.conf\n', 'redis').includes).toHaveLength(1);
  });
});

describe('postgresql.conf', () => {
  it('needs no sign, and takes comments behind values', () => {
    expect(entriesOf("max_connections = 200 # more\nport 5433\nlisten_addresses = 'it''s'\nA.b=on\n", 'postgresql')).toEqual([
      [null, 'max_connections', '200'],
      [null, 'port', '5433'],
      [null, 'listen_addresses', "it's"],
      [null, 'a.b', 'on'],
    ]);
  });

  it('rejects what is none, and tells of files that it reads', () => {
    const document = parseServerConf('x.conf', "max_connections = 200 300\ninclude_dir 'conf.d'\n", 'postgresql');
    expect([document.entries.length, document.rejected.length, document.includes.length]).toEqual([0, 1, 1]);
  });
});

describe('pgbouncer.ini', () => {
  const text =
    '[databases]\napp = host=db port=5432 ; x\n;pool_mode = session\n[pgbouncer]\npool_mode=transaction\n pool_mode = statement\n%include more.ini\n';

  it('has sections, and no comments behind values', () => {
    expect(entriesOf(text, 'pgbouncer')).toEqual([
      ['databases', 'app', 'host=db port=5432 ; x'],
      ['pgbouncer', 'pool_mode', 'transaction'],
      ['pgbouncer', 'pool_mode', 'statement'],
    ]);
  });

  it('lets the last entry win, at its place', () => {
    const last = lastConfEntry(parseServerConf('x.ini', text, 'pgbouncer'), 'pool_mode', 'pgbouncer');
    expect(text.slice(last?.span.start, last?.span.end)).toBe('pool_mode = statement');
  });
});

it.each<ConfDialect>(['redis', 'postgresql', 'pgbouncer'])('any text of %s gives a document with places inside it', (dialect) => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('a', '=', ' ', '\n', '\r', "'", '#', ';', '[', ']', '%') })),
      (text) => {
        const { entries, includes, rejected } = parseServerConf('x', text, dialect);
        const spans = [...entries.map(({ span }) => span), ...includes, ...rejected];
        expect(spans.every(({ start, end }) => start >= 0 && start <= end && end <= text.length)).toBe(true);
      },
    ),
  );
});
