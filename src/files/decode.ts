import type { ReadResult } from './tree.ts';

const COOKIE = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;
const LATIN_1 = /^(latin-?1|l1|iso-?8859-1|iso_8859_1|8859|cp819)$/;
const UTF_8 = /^(utf-?8|u8|utf|utf-?8-sig)$/;

/**
 * Text of a file: UTF-8, UTF-16 when a byte order mark says so, and for Python what its coding line says. A byte order
 * mark is not part of the text, so offsets and columns are those an editor shows; `bom` tells readers that stumble over it.
 */
export function decode(path: string, bytes: Uint8Array): ReadResult {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return unicode(path, bytes.subarray(3), 'utf-8', true);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return unicode(path, bytes.subarray(2), 'utf-16le', true);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return unicode(path, swapped(bytes.subarray(2)), 'utf-16le', true);
  const codec = path.endsWith('.py') ? codingLine(bytes) : null;
  if (codec === null || UTF_8.test(codec)) return unicode(path, bytes, 'utf-8', false);
  if (LATIN_1.test(codec)) return { ok: true, text: latin1(bytes) };
  if (bytes.every((byte) => byte < 0x80)) return { ok: true, text: latin1(bytes) };
  return failure(path, `The file says that it is encoded as ${codec}, which is not supported.`);
}

function unicode(path: string, bytes: Uint8Array, encoding: 'utf-8' | 'utf-16le', bom: boolean): ReadResult {
  try {
    const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
    return bom ? { ok: true, text, bom } : { ok: true, text };
  } catch {
    return failure(path, `The file is not valid ${encoding === 'utf-8' ? 'UTF-8' : 'UTF-16'}.`);
  }
}

function failure(path: string, message: string): ReadResult {
  return { ok: false, problem: { id: 'input/encoding', file: path, at: 0, message } };
}

function swapped(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes);
  for (let i = 0; i + 1 < out.length; i += 2) out.set([bytes[i + 1] ?? 0, bytes[i] ?? 0], i);
  return out;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** PEP 263: in the first line, or in the second when the first is blank or a comment. */
function codingLine(bytes: Uint8Array): string | null {
  const [first = '', second = ''] = latin1(bytes.subarray(0, 400)).split(/\r\n|\r|\n/);
  const found = COOKIE.exec(first) ?? (/^[ \t\f]*(#.*)?$/.test(first) ? COOKIE.exec(second) : null);
  return found?.[1]?.toLowerCase().replace(/_/g, '-') ?? null;
}
