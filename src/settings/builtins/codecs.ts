import type { CallArgs } from '../values/object.ts';
import { arg, textArg } from './native.ts';

/** Encodings of texts. Bytes are kept as texts of code units up to 255. */

/** The encoding that encode() or decode() is asked for; undefined for one with options that are not followed. */
export function codec(args: CallArgs): string | undefined {
  const name = arg(args, 0, 'encoding');
  const errors = textArg(arg(args, 1, 'errors'));
  if (arg(args, 1, 'errors') !== undefined && errors !== 'strict') return undefined;
  return name === undefined ? 'utf-8' : textArg(name)?.toLowerCase().replaceAll('_', '-');
}

const UTF8: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'u8']);
const LATIN: ReadonlySet<string> = new Set(['latin-1', 'latin1', 'iso-8859-1', 'iso8859-1']);

/** The bytes of a text; undefined where it cannot be encoded, or the encoding is not followed. */
export function encoded(text: string, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  if (/^[\x00-\x7f]*$/.test(text)) return UTF8.has(name) || LATIN.has(name) || name === 'ascii' ? text : undefined;
  if (LATIN.has(name)) return /^[\x00-\xff]*$/.test(text) ? text : undefined;
  if (!UTF8.has(name) || /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text)) return undefined;
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}

/** The text of bytes; undefined where they are none in that encoding. */
export function decoded(bytes: string, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  if (/^[\x00-\x7f]*$/.test(bytes)) return UTF8.has(name) || LATIN.has(name) || name === 'ascii' ? bytes : undefined;
  if (LATIN.has(name)) return bytes;
  if (!UTF8.has(name)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
