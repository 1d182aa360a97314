import { builtinName } from '../../builtins/builtins.ts';
import { toFloat, toInt } from '../../builtins/casts.ts';
import { isLeftOut, textArg } from '../../builtins/native.ts';
import { stripText } from '../../builtins/str-methods.ts';
import { attribute } from '../../expressions/attributes.ts';
import { callValue, callWith } from '../../expressions/call.ts';
import { identical } from '../../expressions/comparison.ts';
import { raise } from '../../raise.ts';
import { lift, originAt, PyError, type Run, unknownAt } from '../../run.ts';
import { setItem } from '../../values/containers.ts';
import { dictFrom, listFrom } from '../../values/iterate.ts';
import { bool, type CallArgs, int, type Known, known, type Site, str, type Val } from '../../values/object.ts';
import { purePath } from '../../values/paths.ts';
import { hasRoot } from '../../values/text.ts';
import { databaseOptions, parseDatabaseValue } from '../dj-database-url/modules.ts';
import { loads } from '../python/json.ts';
import { LOG_LEVELS } from '../python/log-levels.ts';
import { parseUrl, urlObject } from '../python/urls.ts';
import { nativeModule } from '../registry.ts';
import { since } from '../releases.ts';

/** environs 9 to 15 over marshmallow 3 and 4: what each type makes of a text. A PyError of type `ValidationError` is one of marshmallow's. */

export type Parse = (value: Val, args: CallArgs, site: Site) => Val;

const TRUE_WORDS = new Set(['t', 'T', 'true', 'True', 'TRUE', 'on', 'On', 'ON', 'y', 'Y', 'yes', 'Yes', 'YES', '1']);
const FALSE_WORDS = new Set(['f', 'F', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF', 'n', 'N', 'no', 'No', 'NO', '0']);

function refuse(run: Run, site: Site): never {
  return raise(run, 'ValidationError', 'the value is not valid', site);
}

/** What a cast of Python refuses is not valid. */
function validated(run: Run, site: Site, body: () => Val): Val {
  try {
    return body();
  } catch (error) {
    if (error instanceof PyError && ['ValueError', 'TypeError', 'JSONDecodeError', 'OverflowError'].includes(error.type))
      return refuse(run, site);
    throw error;
  }
}

/** Applies to texts; anything else came from a default of another type. */
function onText(
  run: Run,
  value: Val,
  site: Site,
  type: 'str' | 'bool' | 'int' | 'float' | 'list' | 'dict' | null,
  use: (text: string, from: Known) => Val,
): Val {
  return lift(
    run,
    value,
    (one) => (one.obj.t === 'str' ? use(one.obj.v, one) : unknownAt(run, 'unsupported-syntax', site, { type })),
    (one) => ({ ...one, type, truth: null, env: null, key: one.key === '' ? '' : `environs.${type}(${one.key})` }),
  );
}

function toBool(run: Run, value: Val, site: Site): Val {
  return onText(run, value, site, 'bool', (text, from) => {
    if (TRUE_WORDS.has(text)) return bool(true, originAt(site, undefined, from.origin));
    return FALSE_WORDS.has(text) ? bool(false, originAt(site, undefined, from.origin)) : refuse(run, site);
  });
}

function number(run: Run, kind: 'int' | 'float', value: Val, site: Site): Val {
  return lift(
    run,
    value,
    (one) => {
      if (one.obj.t === 'bool') return refuse(run, site);
      return validated(run, site, () => (kind === 'int' ? toInt(run, one, 10, site) : toFloat(run, one, site)));
    },
    (one) => (kind === 'int' ? toInt(run, one, 10, site) : toFloat(run, one, site)),
  );
}

/** The field that a type stands for; another callable is called. */
function subcast(run: Run, cast: Val | undefined, item: Known, site: Site): Val {
  if (isLeftOut(cast)) return item;
  const is = (name: string) => {
    const wanted = builtinName(run, name);
    return cast.k === 'known' && wanted?.k === 'known' && identical(cast.obj, wanted.obj) === true;
  };
  if (is('str')) return item;
  if (is('bool')) return toBool(run, item, site);
  if (is('int')) return number(run, 'int', item, site);
  if (is('float')) return number(run, 'float', item, site);
  const callable =
    cast.k === 'known' &&
    (cast.obj.t === 'func' || cast.obj.t === 'bound' || (cast.obj.t === 'builtin' && !cast.obj.type) || cast.obj.t === 'native');
  return callable ? callWith(run, cast, [item], site) : unknownAt(run, 'unsupported-syntax', site);
}

function toList(run: Run, value: Val, args: CallArgs, site: Site): Val {
  const cast = args.kw.get('subcast') ?? args.pos[2];
  const delimiter = args.kw.has('delimiter') ? textArg(args.kw.get('delimiter')) : ',';
  return onText(run, value, site, 'list', (text, from) => {
    if (delimiter === undefined || hasRoot(text)) return unknownAt(run, 'unsupported-syntax', site, { type: 'list' });
    if (delimiter === '') return raise(run, 'ValueError', 'empty separator', site);
    const origin = originAt(site, undefined, from.origin);
    const parts = text === '' ? [] : text.split(delimiter);
    const items = parts.map((part) => subcast(run, cast, str(part, origin, from.secret), site));
    return known(listFrom(run, items), origin);
  });
}

function toDict(run: Run, value: Val, args: CallArgs, site: Site): Val {
  const option = (name: string, otherwise: string) => (args.kw.has(name) ? textArg(args.kw.get(name)) : otherwise);
  const by = option('delimiter', ',');
  const between = option('key_value_delimiter', '=');
  const keys = args.kw.get('subcast_keys') ?? args.kw.get('subcast_key');
  return onText(run, value, site, 'dict', (text, from) => {
    if (!by || !between || args.pos.length > 2 || hasRoot(text)) return unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
    const origin = originAt(site, undefined, from.origin);
    const part = (one: string) => str(stripText(one, null, 'both'), origin, from.secret);
    const dict = dictFrom(run, [], site);
    for (const pair of text === '' ? [] : text.split(by)) {
      const at = pair.indexOf(between);
      if (at === -1) return raise(run, 'ValueError', 'not enough values to unpack', site);
      const key = subcast(run, keys, part(pair.slice(0, at)), site);
      setItem(run, dict, key, subcast(run, args.kw.get('subcast_values'), part(pair.slice(at + between.length)), site), site);
    }
    return known(dict, origin);
  });
}

const UNITS: readonly bigint[] = [604_800_000_000n, 86_400_000_000n, 3_600_000_000n, 60_000_000n, 1_000_000n, 1_000n, 1n];
const DURATION =
  /^\s*(?:(-?\d+)\s*w\s*)?(?:(-?\d+)\s*d\s*)?(?:(-?\d+)\s*h\s*)?(?:(-?\d+)\s*m\s*)?(?:(-?\d+)\s*s\s*)?(?:(-?\d+)\s*ms\s*)?(?:(-?\d+)\s*[µu]s\s*)?$/;

function toTimedelta(run: Run, value: Val, args: CallArgs, site: Site): Val {
  return onText(run, value, site, null, (text, from) => {
    const plain = [...args.kw.keys()].every((name) => name === 'default' || name === 'name' || name === 'validate');
    if (!plain || /[^\x20-\x7e]/.test(text)) return unknownAt(run, 'unsupported-syntax', site);
    const origin = originAt(site, undefined, from.origin);
    if (/^\s*[+-]?\d+\s*$/.test(text)) return known({ t: 'timedelta', micros: BigInt(text.trim().replace('+', '')) * 1_000_000n }, origin);
    const groups = since(run, 'environs', '14.0') === true ? DURATION.exec(text)?.slice(1) : undefined;
    if (!groups?.some((one) => one !== undefined)) return unknownAt(run, 'unsupported-syntax', site);
    const micros = groups.reduce((sum, one, i) => sum + (one === undefined ? 0n : BigInt(one) * (UNITS[i] ?? 0n)), 0n);
    return known({ t: 'timedelta', micros }, origin);
  });
}

/** Only URLs of which every release is sure. */
const PLAIN_URL =
  /^(https?|ftps?):\/\/[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?)*\.[a-z]{2,6}(?::\d{2,5})?(?:\/[\w./-]*)?$/;

function toUrl(run: Run, value: Val, site: Site): Val {
  return onText(run, value, site, null, (text, from) => {
    const url = PLAIN_URL.test(text) ? parseUrl(text) : undefined;
    return url === undefined || url === null ? unknownAt(run, 'unsupported-syntax', site) : urlObject(run, url, from, site);
  });
}

/** dj_email_url and dj_cache_url hand over to the libraries of those names; whatever they raise is not valid. */
function foreign(run: Run, name: string): Parse {
  return (value, args, site) => {
    const module = nativeModule(run, name);
    if (module === undefined) return unknownAt(run, 'third-party', site, { type: 'dict' });
    const kw = new Map([...args.kw].filter(([key]) => key !== 'default' && key !== 'name'));
    return anyError(run, site, () =>
      callValue(run, attribute(run, known(module, originAt(site)), 'parse', site), { pos: [value], kw, open: null }, site),
    );
  };
}

function anyError(run: Run, site: Site, body: () => Val): Val {
  try {
    return body();
  } catch (error) {
    if (error instanceof PyError) return refuse(run, site);
    throw error;
  }
}

/** The methods of Env by name. */
export function environsFields(run: Run): Readonly<Record<string, Parse>> {
  const opaque: Parse = (value, _args, site) => onText(run, value, site, null, () => unknownAt(run, 'unsupported-syntax', site));
  return {
    __call__: (value) => value,
    str: (value, _args, site) => lift(run, value, (one) => (one.obj.t === 'str' ? one : unknownAt(run, 'unsupported-syntax', site))),
    int: (value, _args, site) => number(run, 'int', value, site),
    float: (value, _args, site) => number(run, 'float', value, site),
    bool: (value, _args, site) => toBool(run, value, site),
    list: (value, args, site) => toList(run, value, args, site),
    dict: (value, args, site) => toDict(run, value, args, site),
    json: (value, _args, site) => onText(run, value, site, null, (_text, from) => validated(run, site, () => loads(run, from, site))),
    path: (value, _args, site) =>
      onText(run, value, site, null, (text, from) => known({ t: 'path', v: purePath(text) }, originAt(site, undefined, from.origin))),
    log_level: (value, _args, site) =>
      onText(run, value, site, 'int', (text, from) => {
        const level = LOG_LEVELS[text.toUpperCase()];
        if (level !== undefined) return int(level, originAt(site, undefined, from.origin));
        return /^_?[A-Z_]+$/i.test(text) ? refuse(run, site) : validated(run, site, () => toInt(run, from, 10, site));
      }),
    timedelta: (value, args, site) => toTimedelta(run, value, args, site),
    url: (value, _args, site) => toUrl(run, value, site),
    uuid: opaque,
    decimal: opaque,
    datetime: opaque,
    date: opaque,
    time: opaque,
    enum: opaque,
    dj_db_url: (value, args, site) => {
      const kw = new Map([...args.kw].filter(([name]) => name !== 'default' && name !== 'name'));
      return anyError(run, site, () => parseDatabaseValue(run, value, databaseOptions(run, { pos: [], kw, open: null }, 0), site));
    },
    dj_email_url: foreign(run, 'dj_email_url'),
    dj_cache_url: foreign(run, 'django_cache_url'),
  };
}

/** Before 14.0 a default went through the parser; those of the type itself come out as they are. */
export function parsedDefault(run: Run, method: string, value: Val, site: Site): Val {
  if (method === '__call__' || since(run, 'environs', '14.0') === true) return value;
  const same: Readonly<Record<string, readonly string[]>> = {
    str: ['str'],
    int: ['int'],
    float: ['float'],
    bool: ['bool'],
    list: ['list'],
    dict: ['dict'],
    path: ['path'],
    log_level: ['int'],
    timedelta: ['timedelta'],
  };
  const keeps =
    value.k === 'known' &&
    (same[method]?.includes(value.obj.t) ||
      (value.obj.t === 'none' && method !== 'list' && method !== 'dict' && method !== 'json' && method !== 'url'));
  return keeps ? value : unknownAt(run, 'unsupported-syntax', site);
}
