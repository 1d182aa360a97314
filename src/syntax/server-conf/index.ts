import type { Span } from '../../core/span.ts';

/** Who reads the file: redis.conf (Valkey's is the same), postgresql.conf, pgbouncer.ini. */
export type ConfDialect = 'redis' | 'postgresql' | 'pgbouncer';

export interface ConfDocument {
  readonly file: string;
  /** In the order of the file: of equal keys of a section the last one counts. */
  readonly entries: readonly ConfEntry[];
  /** Places where another file is read, which may set anything. */
  readonly includes: readonly Span[];
  /** Lines that are neither comment, heading, include nor entry. */
  readonly rejected: readonly Span[];
}

export interface ConfEntry {
  /** pgbouncer.ini: the heading without brackets; null in the other dialects and before the first one. */
  readonly section: string | null;
  /** In lower case where the server does not mind the case. */
  readonly key: string;
  /** Without quotes around it and blanks. */
  readonly value: string;
  readonly span: Span;
}

type Line =
  | { readonly is: 'entry'; readonly key: string; readonly value: string }
  | { readonly is: 'section'; readonly name: string }
  | { readonly is: 'include' | 'blank' | 'rejected' };

const READERS: Readonly<Record<ConfDialect, (line: string) => Line>> = { redis, postgresql, pgbouncer };

/** Reads the configuration of a database or cache server line by line, as the server does; any text gives a document. */
export function parseServerConf(file: string, text: string, dialect: ConfDialect): ConfDocument {
  const entries: ConfEntry[] = [];
  const includes: Span[] = [];
  const rejected: Span[] = [];
  let section: string | null = null;
  let at = 0;
  for (const whole of text.split('\n')) {
    const line = whole.trim();
    const start = at + whole.length - whole.trimStart().length;
    const span = { file, start: Math.min(start, at + whole.length), end: Math.min(start, at + whole.length) + line.length };
    at += whole.length + 1;
    const read = line === '' ? ({ is: 'blank' } as const) : READERS[dialect](line);
    if (read.is === 'entry') entries.push({ section, key: read.key, value: read.value, span });
    else if (read.is === 'section') section = read.name;
    else if (read.is === 'include') includes.push(span);
    else if (read.is === 'rejected') rejected.push(span);
  }
  return { file, entries, includes, rejected };
}

/** The last entry of a key. */
export function lastConfEntry({ entries }: ConfDocument, key: string, section: string | null = null): ConfEntry | null {
  return entries.findLast((entry) => entry.key === key && entry.section === section) ?? null;
}

/** `maxmemory 256mb`; comments have lines of their own. */
function redis(line: string): Line {
  if (line.startsWith('#')) return { is: 'blank' };
  const [, key = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
  const name = key.toLowerCase();
  if (name === 'include') return { is: 'include' };
  return { is: 'entry', key: name, value: /^"([^"\\]*)"$|^'([^']*)'$/.exec(rest)?.slice(1).join('') ?? rest };
}

/** `max_connections = 200   # why`, where the sign may be left out. */
function postgresql(line: string): Line {
  if (line.startsWith('#')) return { is: 'blank' };
  const found = /^([A-Za-z_][\w.]*)\s*(?:=\s*)?(?:'((?:[^']|'')*)'|([^\s#']*))\s*(?:#.*)?$/.exec(line);
  if (found === null) return { is: 'rejected' };
  const [, key = '', quoted, bare] = found;
  const name = key.toLowerCase();
  if (/^include(_dir|_if_exists)?$/.test(name)) return { is: 'include' };
  return { is: 'entry', key: name, value: quoted?.replaceAll("''", "'") ?? bare ?? '' };
}

/** `pool_mode = transaction` under a heading; `;` and `#` begin a comment only at the start of a line. */
function pgbouncer(line: string): Line {
  if (/^[;#]/.test(line)) return { is: 'blank' };
  if (line.startsWith('%include')) return { is: 'include' };
  const heading = /^\[([^\]]*)\]$/.exec(line);
  if (heading !== null) return { is: 'section', name: heading[1] ?? '' };
  const equals = line.indexOf('=');
  if (equals <= 0) return { is: 'rejected' };
  return { is: 'entry', key: line.slice(0, equals).trim(), value: line.slice(equals + 1).trim() };
}
