import { MAX_STRING } from '../../../core/limits.ts';
import { castUnknown } from '../../builtins/casts.ts';
import { raise } from '../../raise.ts';
import { demand, lift, originAt, type Run, unknownAt } from '../../run.ts';
import { setItem } from '../../values/containers.ts';
import { dictFrom, listFrom } from '../../values/iterate.ts';
import { bool, type CallArgs, int, type Known, known, none, type Site, str, type Val } from '../../values/object.ts';
import { floatText, hasRoot } from '../../values/text.ts';

/** json, ast, re, datetime, string, base64 and what is random. */

/** A JSON text as Python's json.loads reads it; undefined for what is no JSON. */
function jsonValue(run: Run, text: string, from: Known, site: Site): Val | undefined {
  let at = 0;
  const origin = originAt(site, undefined, from.origin);
  const blank = () => {
    while (at < text.length && ' \t\n\r'.includes(text[at] ?? 'x')) at++;
  };
  const value = (depth: number): Val | undefined => {
    if (depth > 100) return undefined;
    blank();
    const char = text[at];
    if (char === '{') return object(depth);
    if (char === '[') return array(depth);
    if (char === '"') {
      const one = string();
      return one === undefined ? undefined : str(one, origin, from.secret);
    }
    for (const [word, made] of [
      ['true', bool(true, origin)],
      ['false', bool(false, origin)],
      ['null', none(origin)],
    ] as const) {
      if (text.startsWith(word, at)) {
        at += word.length;
        return made;
      }
    }
    const number = /^-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/.exec(text.slice(at, at + 400));
    if (number === null) return undefined;
    at += number[0].length;
    return number[1] === undefined && number[2] === undefined
      ? int(BigInt(number[0]), origin)
      : known({ t: 'float', v: Number(number[0]) }, origin);
  };
  const string = (): string | undefined => {
    const found = /^"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/.exec(text.slice(at));
    if (found === null) return undefined;
    at += found[0].length;
    const read: unknown = JSON.parse(found[0]);
    return typeof read === 'string' ? read : undefined;
  };
  const array = (depth: number): Val | undefined => {
    const items: Val[] = [];
    at++;
    blank();
    if (text[at] === ']') at++;
    else {
      for (;;) {
        const item = value(depth + 1);
        if (item === undefined) return undefined;
        items.push(item);
        blank();
        const next = text[at++];
        if (next === ']') break;
        if (next !== ',') return undefined;
      }
    }
    return known(listFrom(run, items), origin);
  };
  const object = (depth: number): Val | undefined => {
    const dict = dictFrom(run, [], site);
    at++;
    blank();
    if (text[at] === '}') at++;
    else {
      for (;;) {
        blank();
        const key = text[at] === '"' ? string() : undefined;
        blank();
        if (key === undefined || text[at++] !== ':') return undefined;
        const item = value(depth + 1);
        if (item === undefined) return undefined;
        setItem(run, dict, str(key, origin), item, site);
        blank();
        const next = text[at++];
        if (next === '}') break;
        if (next !== ',') return undefined;
      }
    }
    return known(dict, origin);
  };
  const result = value(0);
  blank();
  return at === text.length ? result : undefined;
}

export function loads(run: Run, value: Val, site: Site): Val {
  return lift(
    run,
    value,
    (one) => {
      if (one.obj.t === 'none') {
        demand(run, one.read);
        return raise(run, 'TypeError', 'the JSON object must be str, bytes or bytearray', site, one.read?.name ?? null);
      }
      if ((one.obj.t !== 'str' && one.obj.t !== 'bytes') || /\b(NaN|Infinity)\b/.test(one.obj.v))
        return unknownAt(run, 'dynamic-call', site);
      if (one.read?.fallback === null) demand(run, one.read);
      return jsonValue(run, one.obj.v, one, site) ?? raise(run, 'JSONDecodeError', 'not a JSON text', site, one.read?.name ?? null);
    },
    (one) => ({ ...derivedFrom(run, one, site) }),
  );
}

export function derivedFrom(run: Run, one: Parameters<Parameters<typeof lift>[3] & object>[0], site: Site) {
  const cast = castUnknown(run, one, 'list', 'json.loads', site);
  return cast.k === 'unk' ? { ...cast, type: null } : one;
}

/** json.dumps of plain data with default options. */
export function dumps(run: Run, args: CallArgs, site: Site): Val {
  if (args.kw.size > 0 || args.pos.length !== 1) return unknownAt(run, 'unsupported-syntax', site, { type: 'str' });
  return lift(run, args.pos[0] ?? none(originAt(site)), (one) => {
    const text = dumped(one);
    return text === undefined ? unknownAt(run, 'unsupported-syntax', site, { type: 'str' }) : str(text, originAt(site), one.secret);
  });
}

function dumped(value: Val): string | undefined {
  if (value.k !== 'known') return undefined;
  const { obj } = value;
  switch (obj.t) {
    case 'none':
      return 'null';
    case 'bool':
      return String(obj.v);
    case 'int':
      return String(obj.v);
    case 'float':
      return floatText(obj.v);
    case 'str':
      return hasRoot(obj.v) || /[^\x20-\x7e]/.test(obj.v) ? undefined : JSON.stringify(obj.v);
    case 'list':
    case 'tuple': {
      const items =
        obj.t === 'tuple'
          ? obj.items
          : obj.cell.state.alternatives === null
            ? obj.cell.state.items
            : [value, { ...value, k: 'known' as const }];
      if (obj.t === 'list' && obj.cell.state.alternatives !== null) return undefined;
      const parts: string[] = [];
      let length = 0;
      for (const item of items) {
        const part = dumped(item);
        length += part?.length ?? 0;
        if (part === undefined || length > MAX_STRING) return undefined;
        parts.push(part);
      }
      return `[${parts.join(', ')}]`;
    }
    case 'dict': {
      if (obj.cell.state.open !== null) return undefined;
      const parts: string[] = [];
      let length = 0;
      for (const entry of obj.cell.state.entries.values()) {
        const key = entry.key.obj.t === 'str' ? dumped(entry.key) : undefined;
        const inner = entry.value.k === 'known' ? dumped(entry.value) : undefined;
        length += (key?.length ?? 0) + (inner?.length ?? 0);
        if (key === undefined || inner === undefined || length > MAX_STRING) return undefined;
        parts.push(`${key}: ${inner}`);
      }
      return `{${parts.join(', ')}}`;
    }
    default:
      return undefined;
  }
}
