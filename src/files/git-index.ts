/** What `.git/index` lists. */
export interface GitIndex {
  readonly paths: ReadonlySet<string>;
  /** Submodules and collapsed folders: what lies below them is in another index or in none that is on disk. */
  readonly opaque: readonly string[];
  /** False for a split index, whose base stands in another file. */
  readonly complete: boolean;
}

const DECODER = new TextDecoder();
/** Times, device, inode, mode, owner and size, before the hash. */
const STAT_BYTES = 40;
const EXTENDED = 0x4000;

/** Reads versions 2, 3 and 4 of the index format; null when it is something else or broken. */
export function parseGitIndex(bytes: Uint8Array, hashBytes: 20 | 32 = 20): GitIndex | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || DECODER.decode(bytes.subarray(0, 4)) !== 'DIRC') return null;
  const version = view.getUint32(4);
  if (version < 2 || version > 4) return null;
  const paths = new Set<string>();
  const opaque: string[] = [];
  let at = 12;
  let last = new Uint8Array(0);
  for (let left = view.getUint32(8); left > 0; left--) {
    const entry = readEntry(bytes, view, at, last, { version, hashBytes });
    if (entry === null) return null;
    last = entry.name;
    at = entry.end;
    const path = DECODER.decode(entry.name);
    if (entry.type === 'file') paths.add(path);
    else opaque.push(path.endsWith('/') ? path.slice(0, -1) : path);
  }
  return { paths, opaque, complete: !hasSplit(bytes, view, at, hashBytes) };
}

interface Format {
  readonly version: number;
  readonly hashBytes: number;
}

interface IndexEntry {
  readonly name: Uint8Array<ArrayBuffer>;
  readonly type: 'file' | 'folder';
  readonly end: number;
}

function readEntry(bytes: Uint8Array, view: DataView, start: number, last: Uint8Array, format: Format): IndexEntry | null {
  const flagsAt = start + STAT_BYTES + format.hashBytes;
  if (flagsAt + 2 > bytes.length) return null;
  const extended = (view.getUint16(flagsAt) & EXTENDED) !== 0;
  if (extended && format.version === 2) return null;
  let at = flagsAt + (extended ? 4 : 2);
  let kept = 0;
  if (format.version === 4) {
    const strip = readVarint(bytes, at);
    if (strip === null || strip.value > last.length) return null;
    kept = last.length - strip.value;
    at = strip.end;
  }
  const nul = bytes.indexOf(0, at);
  if (nul === -1) return null;
  const name = new Uint8Array(kept + nul - at);
  name.set(last.subarray(0, kept));
  name.set(bytes.subarray(at, nul), kept);
  // Versions 2 and 3 pad every entry with one to eight NULs to a multiple of eight bytes.
  const end = format.version === 4 ? nul + 1 : start + Math.floor((nul - start) / 8 + 1) * 8;
  const mode = view.getUint32(start + 24) & 0o170000;
  return { name, end, type: mode === 0o160000 || mode === 0o040000 ? 'folder' : 'file' };
}

/** The offset encoding of pack files: seven bits a byte, each continuation adds one. */
function readVarint(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } | null {
  let value = 0;
  for (let at = start; at < start + 5; at++) {
    const byte = bytes[at];
    if (byte === undefined) return null;
    value = value * 128 + (byte & 0x7f);
    if ((byte & 0x80) === 0) return { value, end: at + 1 };
    value++;
  }
  return null;
}

function hasSplit(bytes: Uint8Array, view: DataView, start: number, hashBytes: number): boolean {
  let at = start;
  while (at + 8 <= bytes.length - hashBytes) {
    if (DECODER.decode(bytes.subarray(at, at + 4)) === 'link') return true;
    at += 8 + view.getUint32(at + 4);
  }
  return false;
}
