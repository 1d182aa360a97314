import { builtinName } from '../../builtins/builtins.ts';
import { toFloat, toInt } from '../../builtins/casts.ts';
import { builtin } from '../../builtins/native.ts';
import { stripText } from '../../builtins/str-methods.ts';
import { callWith } from '../../expressions/call.ts';
import { contains, identical } from '../../expressions/comparison.ts';
import { raise } from '../../raise.ts';
import { lift, originAt, PyError, type Run, unknownAt } from '../../run.ts';
import { setItem } from '../../values/containers.ts';
import { dictFrom, listFrom, withItems } from '../../values/iterate.ts';
import { bool, type DictObj, type Known, known, none, type Site, str, tuple, type Val } from '../../values/object.ts';
import { purePath } from '../../values/paths.ts';
import { since } from '../releases.ts';
import { classOption, type EnvClass } from './class.ts';
import { environPath } from './path.ts';

/** django-environ 0.4.5 to 0.14: Env.parse_value. */

const TRUE_WORDS = new Set(['true', 'on', 'ok', 'y', 'yes', '1']);

function isType(run: Run, cast: Val, name: string): boolean {
  const wanted = builtinName(run, name);
  return cast.k === 'known' && wanted?.k === 'known' && identical(cast.obj, wanted.obj) === true;
}

/** With smart_cast the type of the default is the cast. */
export function smartCast(run: Run, cast: Val | null, otherwise: Val | undefined, smart: boolean | undefined, site: Site): Val | null {
  if (cast !== null || otherwise === undefined || smart === false) return cast;
  if (otherwise.k !== 'known' || smart === undefined) return unknownAt(run, 'dynamic-call', site);
  const { obj } = otherwise;
  switch (obj.t) {
    case 'none':
      return null;
    case 'str':
    case 'int':
    case 'bool':
    case 'float':
    case 'list':
    case 'dict':
    case 'tuple':
    case 'set':
      return builtinName(run, obj.t) ?? null;
    case 'path':
      return builtin('Path', (args, at) =>
        lift(run, args.pos[0] ?? none(originAt(at)), (one) =>
          one.obj.t === 'str'
            ? known({ t: 'path', v: purePath(one.obj.v) }, originAt(at, undefined, one.origin))
            : unknownAt(run, 'dynamic-call', at),
        ),
      );
    case 'native':
      return obj.cls === 'environ.Path'
        ? builtin('Path', (args, at) => environPath(run, args.pos, at))
        : unknownAt(run, 'dynamic-call', site);
    default:
      return unknownAt(run, 'dynamic-call', site);
  }
}

export function parseValue(run: Run, cls: EnvClass, value: Val, cast: Val | null, site: Site): Val {
  if (cast === null) return value;
  return lift(run, cast, (one) => parseAs(run, cls, value, one, site));
}

function parseAs(run: Run, cls: EnvClass, value: Val, cast: Known, site: Site): Val {
  const { obj } = cast;
  if (obj.t === 'none') return value;
  if (isType(run, cast, 'bool')) return toBoolean(run, cls, value, site);
  if (isType(run, cast, 'float'))
    return lift(
      run,
      value,
      (one) => floating(run, one, site),
      (one) => toFloat(run, one, site),
    );
  if (isType(run, cast, 'list')) return split(run, value, null, 'list', site);
  if (isType(run, cast, 'tuple')) return split(run, value, null, 'tuple', site);
  if (isType(run, cast, 'dict')) return toDict(run, value, site);
  if (obj.t === 'list' && !obj.view)
    return withItems(run, cast, site, ([inner]) =>
      inner === undefined ? raise(run, 'IndexError', 'list index out of range', site) : split(run, value, inner, 'list', site),
    );
  if (obj.t === 'tuple') {
    const [inner] = obj.items;
    return inner === undefined ? raise(run, 'IndexError', 'tuple index out of range', site) : split(run, value, inner, 'tuple', site);
  }
  if (obj.t === 'dict') return schemedDict(run, cls, value, obj, site);
  return callWith(run, cast, [value], site);
}

function toBoolean(run: Run, cls: EnvClass, value: Val, site: Site): Val {
  return lift(
    run,
    value,
    (one) => {
      if (one.obj.t !== 'str') return numeric(run, one, site);
      try {
        return lift(run, toInt(run, one, 10, site), (number) => numeric(run, number, site));
      } catch (error) {
        if (!(error instanceof PyError) || error.type !== 'ValueError') throw error;
      }
      return trueWord(run, cls, one, one.obj.v, site);
    },
    (one) => ({ ...one, type: 'bool', truth: null, env: null, key: one.key === '' ? '' : `environ.bool(${one.key})` }),
  );
}

function numeric(run: Run, one: Known, site: Site): Val {
  const origin = originAt(site, undefined, one.origin);
  if (one.obj.t === 'bool') return bool(one.obj.v, origin);
  if (one.obj.t === 'int') return bool(one.obj.v !== 0n, origin);
  if (one.obj.t === 'float' && Number.isFinite(one.obj.v)) return bool(Math.trunc(one.obj.v) !== 0, origin);
  if (one.obj.t === 'none' || one.obj.t === 'list' || one.obj.t === 'dict' || one.obj.t === 'tuple' || one.obj.t === 'set')
    return raise(run, 'TypeError', 'int() argument must be a string or a number', site);
  return unknownAt(run, 'dynamic-call', site, { type: 'bool' });
}

function trueWord(run: Run, cls: EnvClass, one: Known, text: string, site: Site): Val {
  const lower = text.toLowerCase();
  const bare = stripText(lower, null, 'both');
  // Before 0.11 blanks were not cut off.
  const newer = bare === lower ? true : since(run, 'django-environ', '0.11');
  if (newer === undefined) return unknownAt(run, 'unsupported-syntax', site, { type: 'bool' });
  const word = newer ? bare : lower;
  const words = classOption(cls, 'BOOLEAN_TRUE_STRINGS');
  const origin = originAt(site, undefined, one.origin);
  return words === undefined ? bool(TRUE_WORDS.has(word), origin) : contains(run, words, str(word, origin), site);
}

function floating(run: Run, one: Known, site: Site): Val {
  if (one.obj.t !== 'str') return raise(run, 'TypeError', 'expected string or bytes-like object', site);
  const minus = one.obj.v.includes('-') ? since(run, 'django-environ', '0.7') : true;
  if (minus === undefined || /[^\P{Nd}0-9]/u.test(one.obj.v)) return unknownAt(run, 'unsupported-syntax', site, { type: 'float' });
  const parts = one.obj.v.replace(minus ? /[^\d,.-]/g : /[^\d,.]/g, '').split(/[,.]/);
  const text = parts.length === 1 ? (parts[0] ?? '') : `${parts.slice(0, -1).join('')}.${parts[parts.length - 1]}`;
  return toFloat(run, str(text, one.origin), site);
}

function split(run: Run, value: Val, cast: Val | null, kind: 'list' | 'tuple', site: Site): Val {
  return lift(
    run,
    value,
    (one) => {
      if (one.obj.t !== 'str') return noText(run, one, kind === 'list' ? 'split' : 'strip', site);
      const text = kind === 'tuple' ? stripText(stripText(one.obj.v, '(', 'both'), ')', 'both') : one.obj.v;
      const origin = originAt(site, undefined, one.origin);
      const items = text
        .split(',')
        .filter((part) => part !== '')
        .map((part): Val => {
          const item = str(part, origin, one.secret);
          return cast === null ? item : callWith(run, cast, [item], site);
        });
      return known(kind === 'tuple' ? tuple(items) : listFrom(run, items), origin);
    },
    (one) => ({
      ...one,
      type: kind === 'list' ? 'list' : null,
      truth: null,
      env: null,
      key: one.key === '' ? '' : `environ.${kind}(${one.key})`,
    }),
  );
}

/** What is no text has no `split`; an instance or a library's object may have. */
function noText(run: Run, one: Known, method: string, site: Site): Val {
  const plain = ['none', 'bool', 'int', 'float', 'list', 'tuple', 'dict', 'set'].includes(one.obj.t);
  return plain ? raise(run, 'AttributeError', `object has no attribute '${method}'`, site) : unknownAt(run, 'dynamic-call', site);
}

function toDict(run: Run, value: Val, site: Site): Val {
  return lift(
    run,
    value,
    (one) => {
      if (one.obj.t !== 'str') return noText(run, one, 'split', site);
      const dict = dictFrom(run, [], site);
      for (const pair of one.obj.v.split(',').filter((part) => part !== '')) {
        const parts = pair.split('=');
        const [key = '', ...rest] = parts;
        // Before 0.10 a second `=` was an error.
        const newer = parts.length > 2 ? since(run, 'django-environ', '0.10') : true;
        if (newer === undefined) return unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
        if (parts.length < 2 || !newer) return raise(run, 'ValueError', 'dictionary update sequence element has the wrong length', site);
        setItem(run, dict, str(key, originAt(site)), str(rest.join('='), originAt(site, undefined, one.origin), one.secret), site);
      }
      return known(dict, originAt(site, undefined, one.origin));
    },
    (one) => ({ ...one, type: 'dict', truth: null, env: null, key: '' }),
  );
}

/** `{'key': cast, 'value': cast, 'cast': {key: cast}}`: pairs are separated by `;`. */
function schemedDict(run: Run, cls: EnvClass, value: Val, scheme: DictObj, site: Site): Val {
  const part = (name: string): Val | undefined => {
    const entry = scheme.cell.state.entries.get(`s:${name}`)?.value;
    return entry?.k === 'known' ? entry : entry === undefined ? undefined : unknownAt(run, 'unsupported-syntax', site);
  };
  const byKey = part('cast');
  const inner = byKey?.k === 'known' && byKey.obj.t === 'dict' ? byKey.obj.cell.state : null;
  if (scheme.cell.state.open !== null || (byKey !== undefined && (inner === null || inner.open !== null)))
    return unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
  const text = builtinName(run, 'str') ?? none(originAt(site));
  return lift(
    run,
    value,
    (one) => {
      if (one.obj.t !== 'str') return noText(run, one, 'split', site);
      const origin = originAt(site, undefined, one.origin);
      const dict = dictFrom(run, [], site);
      for (const pair of one.obj.v.split(';').filter((each) => each !== '')) {
        const [key = '', raw] = pair.split('=');
        const made = callWith(run, part('key') ?? text, [str(key, origin)], site);
        if (raw === undefined) return raise(run, 'IndexError', 'list index out of range', site);
        const special = inner?.entries.get(`s:${key}`)?.value;
        const cast =
          special === undefined ? (part('value') ?? text) : special.k === 'known' ? special : unknownAt(run, 'unsupported-syntax', site);
        setItem(run, dict, made, parseValue(run, cls, str(raw, origin, one.secret), cast, site), site);
      }
      return known(dict, origin);
    },
    (one) => ({ ...one, type: 'dict', truth: null, env: null, key: '' }),
  );
}
