import { ROOT } from '../../core/data.ts';
import { MAX_KEY, MAX_STRING } from '../../core/limits.ts';
import type { InstanceObj, Obj, Val } from './object.ts';

/** The shortest text that Python's repr gives a float. */
export function floatText(v: number): string {
  if (Number.isNaN(v)) return 'nan';
  if (!Number.isFinite(v)) return v > 0 ? 'inf' : '-inf';
  if (Object.is(v, -0)) return '-0.0';
  const [digits = '', power] = v.toExponential().split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  const plain = plainDecimal(v);
  return plain.includes('.') ? plain : `${plain}.0`;
}

function plainDecimal(v: number): string {
  const text = String(v);
  if (!text.includes('e')) return text;
  const [digits = '', power] = v.toExponential().split('e');
  const exponent = Number(power);
  const sign = digits.startsWith('-') ? '-' : '';
  const bare = digits.replace('-', '').replace('.', '');
  return exponent < 0 ? `${sign}0.${'0'.repeat(-exponent - 1)}${bare}` : `${sign}${bare.padEnd(exponent + 1, '0')}`;
}

/** str(x), or null when it is not known. */
export function pyStr(obj: Obj): string | null {
  switch (obj.t) {
    case 'str':
    case 'path':
    case 'lazy':
      return obj.v;
    case 'native':
      return obj.text ?? null;
    case 'instance':
      return null;
    default:
      return pyRepr(obj);
  }
}

/** repr(x), or null when it is not known. */
export function pyRepr(obj: Obj): string | null {
  switch (obj.t) {
    case 'none':
      return 'None';
    case 'bool':
      return obj.v ? 'True' : 'False';
    case 'int':
      return String(obj.v);
    case 'float':
      return floatText(obj.v);
    case 'str':
      return obj.v.includes(ROOT) && /['"\\]/.test(obj.v) ? null : strRepr(obj.v);
    case 'tuple': {
      if (obj.cls !== null || obj.fields !== null) return null;
      const items = itemReprs(obj.items);
      return items === null ? null : items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
    }
    case 'list': {
      if (obj.view || obj.cell.state.alternatives !== null) return null;
      const items = itemReprs(obj.cell.state.items);
      return items === null ? null : `[${items.join(', ')}]`;
    }
    case 'dict': {
      if (obj.factory !== null || obj.cls !== undefined || obj.cell.state.open !== null) return null;
      const parts: string[] = [];
      let length = 0;
      for (const entry of obj.cell.state.entries.values()) {
        const key = pyRepr(entry.key.obj);
        const value = entry.value.k === 'known' ? pyRepr(entry.value.obj) : null;
        length += (key?.length ?? 0) + (value?.length ?? 0);
        if (key === null || value === null || length > MAX_STRING) return null;
        parts.push(`${key}: ${value}`);
      }
      return `{${parts.join(', ')}}`;
    }
    case 'bytes':
      return obj.v.includes(ROOT) ? null : `b${bytesRepr(obj.v)}`;
    case 'ellipsis':
      return 'Ellipsis';
    case 'range':
      return `range(${obj.start}, ${obj.stop}${obj.step === 1n ? '' : `, ${obj.step}`})`;
    case 'set': {
      const { entries, open } = obj.cell.state;
      const [only] = entries.values();
      if (open !== null || entries.size > 1) return null;
      const inner = only === undefined ? '' : only.value.k === 'known' ? pyRepr(only.key.obj) : null;
      if (inner === null) return null;
      return only === undefined ? (obj.frozen ? 'frozenset()' : 'set()') : obj.frozen ? `frozenset({${inner}})` : `{${inner}}`;
    }
    case 'timedelta':
      return null;
    default:
      return null;
  }
}

function itemReprs(items: readonly Val[]): readonly string[] | null {
  const parts: string[] = [];
  let length = 0;
  for (const item of items) {
    const text = item.k === 'known' ? pyRepr(item.obj) : null;
    length += text?.length ?? 0;
    if (text === null || length > MAX_STRING) return null;
    parts.push(text);
  }
  return parts;
}

function bytesRepr(v: string): string {
  const quote = v.includes("'") && !v.includes('"') ? '"' : "'";
  let out = quote;
  for (const char of v) {
    const code = char.charCodeAt(0);
    if (char === quote || char === '\\') out += `\\${char}`;
    else if (char === '\n') out += '\\n';
    else if (char === '\r') out += '\\r';
    else if (char === '\t') out += '\\t';
    else out += code < 32 || code > 126 ? `\\x${code.toString(16).padStart(2, '0')}` : char;
  }
  return out + quote;
}

function strRepr(v: string): string | null {
  const quote = v.includes("'") && !v.includes('"') ? '"' : "'";
  let out = quote;
  for (const char of v) {
    const code = char.codePointAt(0) ?? 0;
    if (char === quote || char === '\\') out += `\\${char}`;
    else if (char === '\n') out += '\\n';
    else if (char === '\r') out += '\\r';
    else if (char === '\t') out += '\\t';
    // Which characters are assigned depends on the Unicode tables of the release.
    else if (/^[\p{Cn}\p{Co}]$/u.test(char)) return null;
    else if (code < 32 || (code >= 127 && /[\p{C}\p{Z}]/u.test(char))) out += escaped(code);
    else out += char;
  }
  return out + quote;
}

function escaped(code: number): string {
  const digits = code.toString(16);
  return code < 0x100
    ? `\\x${digits.padStart(2, '0')}`
    : code < 0x10000
      ? `\\u${digits.padStart(4, '0')}`
      : `\\U${digits.padStart(8, '0')}`;
}

/** Identity of a hashable value among keys: equal in Python means equal here. Null when it cannot be told. */
export function keyOf(obj: Obj): string | null {
  switch (obj.t) {
    case 'none':
      return 'none';
    case 'bool':
      return `n:${obj.v ? 1 : 0}`;
    case 'int':
      return `n:${obj.v}`;
    case 'float':
      return Number.isInteger(obj.v) ? `n:${BigInt(obj.v)}` : `f:${obj.v}`;
    case 'str':
      return `s:${obj.v}`;
    case 'bytes':
      return `b:${obj.v}`;
    case 'path':
      return `p:${obj.v}`;
    case 'tuple': {
      const parts: string[] = [];
      let length = 0;
      for (const item of obj.items) {
        const part = item.k === 'known' ? keyOf(item.obj) : null;
        length += part?.length ?? 0;
        if (part === null || length > MAX_KEY) return null;
        parts.push(`${part.length}:${part}`);
      }
      return `t:${parts.join('')}`;
    }
    case 'set': {
      if (!obj.frozen || obj.cell.state.open !== null) return null;
      const keys = [...obj.cell.state.entries].flatMap(([id, entry]) => (entry.value.k === 'known' ? [id] : []));
      return keys.length === obj.cell.state.entries.size
        ? `z:${keys
            .sort()
            .map((id) => `${id.length}:${id}`)
            .join('')}`
        : null;
    }
    case 'class':
      return `c:${obj.module}.${obj.name}:${obj.native ? '' : identityOf(obj)}`;
    case 'builtin':
      return obj.type ? `c:${obj.name}` : null;
    case 'ellipsis':
      return 'ellipsis';
    case 'range':
      return null;
    case 'func':
      return `f:${identityOf(obj)}`;
    case 'instance':
      return instanceKey(obj);
    default:
      return null;
  }
}

const IDENTITIES = new WeakMap<object, number>();
let identities = 0;

function identityOf(obj: object): number {
  let id = IDENTITIES.get(obj);
  if (id === undefined) {
    id = ++identities;
    IDENTITIES.set(obj, id);
  }
  return id;
}

/** An instance is a key by what it holds or by itself, unless its class says otherwise. */
function instanceKey(obj: InstanceObj): string | null {
  for (const cls of obj.cls.mro) {
    if (cls.open !== null) return null;
    if (cls.scope.state.names.has('__eq__') || cls.scope.state.names.has('__hash__')) return null;
  }
  return obj.payload === undefined ? `i:${identityOf(obj)}` : keyOf(obj.payload.obj);
}

/** Text that holds the place of the repository: its length and what stands before it are not known. */
export function hasRoot(text: string): boolean {
  return text.includes(ROOT);
}

/** Characters as Python counts them. */
export function characters(text: string): readonly string[] {
  return /[\ud800-\udfff]/.test(text) ? [...text] : text.split('');
}
export function lengthOf(text: string): number {
  return /[\ud800-\udfff]/.test(text) ? [...text].length : text.length;
}
