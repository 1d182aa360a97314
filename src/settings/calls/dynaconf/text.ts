import type { Origin } from '../../../core/origin.ts';
import type { PlainData } from '../../../syntax/plain-data.ts';
import { parseTomlText } from '../../../syntax/toml/data.ts';
import { toFloat, toInt } from '../../builtins/casts.ts';
import { strOf } from '../../builtins/format.ts';
import { raise } from '../../raise.ts';
import { lift, originAt, PyError, type Run, unknownAt } from '../../run.ts';
import { listFrom } from '../../values/iterate.ts';
import { bool, type DictObj, int, type Known, known, none, type Site, str, type Val } from '../../values/object.ts';
import { type MapEntry, newCell } from '../../values/state.ts';
import { loads } from '../python/json.ts';

/** What dynaconf makes of one text: `parse_conf_data` of its `utils/parse_conf.py`. */
export type Parsed =
  | { readonly kind: 'value'; readonly value: Val }
  | { readonly kind: 'merge'; readonly value: Val; readonly unique: boolean }
  | { readonly kind: 'delete' }
  /** Formatted when it is read. */
  | { readonly kind: 'format'; readonly text: Known; readonly cast: string | null };

const TRUE_WORDS = new Set(['t', 'true', 'enabled', '1', 'on', 'yes']);
const TOKEN =
  /^@(?:str|int|float|bool|json|format|jinja|reset|del|merge|merge_unique|insert|get|read_file|upper|lower|title|capitalize|strip|lstrip|rstrip|split|casefold|swapcase|note|comment|null|none|empty)(?= |$)/;
const LAZY_AFTER = /^@[a-z_]+ @(?:jinja|format|read_file|get)/;

/** A dict whose items are read as attributes too. */
export function boxed(run: Run, entries: ReadonlyMap<string, MapEntry>): DictObj {
  return { t: 'dict', cell: newCell(run.journal, { k: 'map', entries: new Map(entries), open: null }), factory: null, boxed: true };
}

/** Whether a text is more than itself. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Where the values of a document stand. */
export interface Places {
  readonly origin: (at: number) => Origin;
  readonly secret: boolean;
}

export function fromData(run: Run, data: PlainData, places: Places, site: Site): Val {
  const origin = places.origin(data.at);
  switch (data.kind) {
    case 'str':
      return str(data.v, origin, places.secret);
    case 'int':
      return int(data.v, origin);
    case 'float':
      return known({ t: 'float', v: data.v }, origin);
    case 'bool':
      return bool(data.v, origin);
    case 'null':
      return none(origin);
    case 'doubt':
      return unknownAt(run, 'unsupported-syntax', site);
    case 'list':
      return known(
        listFrom(
          run,
          data.items.map((one) => fromData(run, one, places, site)),
        ),
        origin,
      );
    case 'map': {
      const entries = new Map<string, MapEntry>();
      for (const [key, value] of data.entries)
        entries.set(`s:${key}`, { key: str(key, origin), value: fromData(run, value, places, site) });
      return known(boxed(run, entries), origin);
    }
  }
}

function textOf(one: Known): string {
  return one.obj.t === 'str' ? one.obj.v : '';
}

function open(run: Run, site: Site): Parsed {
  return { kind: 'value', value: unknownAt(run, 'unsupported-syntax', site) };
}

/** `tomlfy`: what is no token is read as the value of a TOML pair, as variables are. */
export function parseText(run: Run, one: Known, tomlfy: boolean, site: Site): Parsed {
  const text = textOf(one);
  const token = TOKEN.exec(text)?.[0];
  if (token !== undefined)
    return LAZY_AFTER.test(text) ? lazyText(run, one, token, site) : convert(run, token, text.slice(token.length + 1), one, site);
  if (!tomlfy) return { kind: 'value', value: one };
  const read = parseTomlText(text);
  if (read === 'doubt') return open(run, site);
  return { kind: 'value', value: read === 'invalid' ? one : fromData(run, read, { origin: () => one.origin, secret: one.secret }, site) };
}

/** `@int @format …` */
function lazyText(run: Run, one: Known, token: string, site: Site): Parsed {
  const rest = textOf(one).slice(token.length + 1);
  if (!rest.startsWith('@format') || !['@int', '@float', '@bool', '@str'].includes(token)) return open(run, site);
  return { kind: 'format', text: str(rest.slice('@format'.length).trim(), one.origin, one.secret), cast: token };
}

function convert(run: Run, token: string, rest: string, one: Known, site: Site): Parsed {
  const text = str(rest, one.origin, one.secret);
  const value = (made: Val): Parsed => ({ kind: 'value', value: made });
  switch (token) {
    case '@str':
      return value(text);
    case '@int':
    case '@float':
    case '@bool':
    case '@json':
      return value(castValue(run, text, token, site));
    case '@none':
    case '@null':
    case '@note':
    case '@comment':
      return value(none(one.origin));
    case '@del':
      return { kind: 'delete' };
    case '@format':
      return { kind: 'format', text, cast: null };
    case '@reset':
      return parseText(run, text, true, site);
    case '@merge':
    case '@merge_unique':
      return mergeText(run, text, token === '@merge_unique', site);
    default:
      return open(run, site);
  }
}

/** What `@int` and its like make of a value, whatever it is. */
export function castValue(run: Run, value: Val, token: string, site: Site): Val {
  return lift(
    run,
    value,
    (one) => {
      if (token === '@json') return jsonValue(run, one, site);
      if (token === '@bool') return boolValue(run, one, site);
      try {
        return token === '@int' ? toInt(run, one, 10, site) : toFloat(run, one, site);
      } catch (error) {
        if (error instanceof PyError) return raise(run, 'DynaconfParseError', 'The value cannot be converted.', site);
        throw error;
      }
    },
    (one) => ({ ...one, type: null, truth: null, env: null, key: '' }),
  );
}

function boolValue(run: Run, one: Known, site: Site): Val {
  return lift(run, strOf(run, one, site), (text) =>
    text.obj.t === 'str'
      ? bool(TRUE_WORDS.has(text.obj.v.trim().toLowerCase()), originAt(site, undefined, one.origin))
      : unknownAt(run, 'dynamic-call', site, { type: 'bool' }),
  );
}

/** What is no JSON is tried in other ways, which are not followed. */
function jsonValue(run: Run, one: Known, site: Site): Val {
  if (one.obj.t !== 'str') return unknownAt(run, 'dynamic-call', site);
  try {
    return loads(run, one, site);
  } catch (error) {
    if (error instanceof PyError) return unknownAt(run, 'unsupported-syntax', site);
    throw error;
  }
}

/** `@merge` with a list, a mapping, one value, `a=1, b=2` or `a,b`. */
function mergeText(run: Run, text: Known, unique: boolean, site: Site): Parsed {
  const inner = parseText(run, text, true, site);
  if (inner.kind !== 'value' || inner.value.k !== 'known') return open(run, site);
  const { value } = inner;
  const merge = (made: Val): Parsed => ({ kind: 'merge', value: made, unique });
  switch (value.obj.t) {
    case 'list':
    case 'dict':
      return merge(value);
    case 'int':
    case 'float':
    case 'bool':
      return merge(known(listFrom(run, [value]), value.origin));
    case 'str':
      return mergeWords(run, value, value.obj.v, merge, site);
    default:
      return open(run, site);
  }
}

function mergeWords(run: Run, from: Known, text: string, merge: (made: Val) => Parsed, site: Site): Parsed {
  if (/[{"']/.test(text)) return open(run, site);
  const part = (one: string): Val | undefined => {
    const parsed = parseText(run, str(one, from.origin, from.secret), true, site);
    return parsed.kind === 'value' ? parsed.value : undefined;
  };
  if (text.includes('=')) {
    const entries = new Map<string, MapEntry>();
    for (const found of text.matchAll(/([a-zA-Z0-9_.]+)\s*=\s*([a-zA-Z0-9_.\-:/@]*)/g)) {
      const value = part(found[2] ?? '');
      if (value === undefined) return open(run, site);
      entries.set(`s:${found[1] ?? ''}`, { key: str(found[1] ?? '', from.origin), value });
    }
    return entries.size === 0 ? open(run, site) : merge(known(boxed(run, entries), from.origin));
  }
  if (!text.includes(',')) return merge(known(listFrom(run, [from]), from.origin));
  const items = text.split(',').map(part);
  const values = items.flatMap((one) => (one === undefined ? [] : [one]));
  return values.length === items.length ? merge(known(listFrom(run, values), from.origin)) : open(run, site);
}
