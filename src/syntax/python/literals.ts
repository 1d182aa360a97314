import { CONTROL_ESCAPES } from '../control-escapes.ts';

/** Escape sequences of Python's string literals; an unknown one stays as written. */
const SIMPLE: ReadonlyMap<string, string> = new Map([['\n', ''], ['\\', '\\'], ["'", "'"], ['"', '"'], ...CONTROL_ESCAPES]);

const ESCAPE = /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|N\{[^}]*\}|([\s\S]))/g;

/** The text of a literal's inside; undefined when it holds an escape that we do not read (`\N{…}`). */
export function unescaped(raw: string, bytes: boolean): string | undefined {
  if (raw.includes('\r')) return unescaped(raw.replace(/\r\n?/g, '\n'), bytes);
  if (!raw.includes('\\')) return raw;
  let readable = true;
  const text = raw.replace(ESCAPE, (all, octal?: string, hex?: string, short?: string, long?: string, one?: string) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if ((short !== undefined || long !== undefined) && !bytes) {
      const code = Number.parseInt(short ?? long ?? '', 16);
      if (code <= 0x10ffff) return String.fromCodePoint(code);
      readable = false;
      return '';
    }
    if (one !== undefined) return SIMPLE.get(one) ?? all;
    if (!bytes && all.startsWith('\\N')) readable = false;
    return all;
  });
  return readable ? text : undefined;
}

export interface Quotes {
  /** Lower-case letters before the quote. */
  readonly prefix: string;
  /** Offsets of the inside, relative to the literal. */
  readonly from: number;
  readonly to: number;
}

export function quotesOf(literal: string): Quotes {
  const match = /^([a-zA-Z]*)('''|"""|'|")/.exec(literal);
  if (match === null) return { prefix: '', from: 0, to: literal.length };
  const quote = match[2] ?? '';
  const from = match[0].length;
  const to = literal.endsWith(quote) && literal.length >= from + quote.length ? literal.length - quote.length : literal.length;
  return { prefix: (match[1] ?? '').toLowerCase(), from, to };
}

export function integerOf(text: string): bigint | undefined {
  const plain = text.replaceAll('_', '').toLowerCase();
  if (/^(0x[0-9a-f]+|0o[0-7]+|0b[01]+|[1-9][0-9]*|0+)$/.test(plain)) return BigInt(plain);
  return undefined;
}

export function floatOf(text: string): number | undefined {
  const plain = text.replaceAll('_', '');
  return /^[0-9.eE+-]+$/.test(plain) ? Number(plain) : undefined;
}
