import { builtinName } from '../builtins/builtins.ts';
import { toFloat } from '../builtins/casts.ts';
import { stripText } from '../builtins/str-methods.ts';
import { callWith } from '../expressions/call.ts';
import { identical } from '../expressions/comparison.ts';
import { raise } from '../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { setItem } from '../values/containers.ts';
import { dictFrom, listFrom, withItems } from '../values/iterate.ts';
import { bool, type Known, known, type Site, str, tuple, type Val } from '../values/object.ts';
import { isNone } from './django-environ.ts';

/** django-environ 0.14. */

const TRUE_WORDS = new Set(['true', 'on', 'ok', 'y', 'yes', '1']);

function isType(run: Run, cast: Val | null, name: string): boolean {
  const wanted = cast === null ? undefined : builtinName(run, name);
  return cast?.k === 'known' && wanted?.k === 'known' && identical(cast.obj, wanted.obj) === true;
}

/** With smart_cast the type of the default is the cast. */
export function smartCast(run: Run, cast: Val | null, otherwise: Val | undefined, smart: boolean | undefined): Val | null {
  if (cast !== null || otherwise === undefined || smart === false || isNone(otherwise)) return cast;
  if (otherwise.k !== 'known' || smart === undefined) return unknownAt(run, 'dynamic-call', { file: '', start: 0, end: 0 });
  const type = otherwise.obj.t;
  const plain =
    type === 'str' || type === 'int' || type === 'bool' || type === 'float' || type === 'list' || type === 'dict' || type === 'tuple';
  if (type === 'native' && otherwise.obj.cls === 'environ.Path') return null;
  return plain ? (builtinName(run, type) ?? null) : unknownAt(run, 'dynamic-call', { file: '', start: 0, end: 0 });
}

/** Env.parse_value */
export function parseValue(run: Run, value: Val, cast: Val | null, site: Site): Val {
  if (cast === null) return value;
  if (isType(run, cast, 'bool')) return toBoolean(run, value, site);
  if (isType(run, cast, 'float'))
    return lift(
      run,
      value,
      (one) => floating(run, one, site),
      (one) => toFloat(run, one, site),
    );
  if (isType(run, cast, 'list')) return split(run, value, ',', null, 'list', site);
  if (isType(run, cast, 'tuple')) return split(run, value, ',', null, 'tuple', site);
  if (isType(run, cast, 'dict')) return toDict(run, value, site);
  if (cast.k === 'known' && cast.obj.t === 'list') {
    return withItems(run, cast, site, ([inner]) => split(run, value, ',', inner ?? null, 'list', site));
  }
  if (cast.k === 'known' && cast.obj.t === 'tuple') return split(run, value, ',', cast.obj.items[0] ?? null, 'tuple', site);
  if (cast.k === 'known' && cast.obj.t === 'dict') return unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
  return callWith(run, cast, [value], site);
}

function toBoolean(run: Run, value: Val, site: Site): Val {
  return lift(
    run,
    value,
    (one) => {
      const origin = originAt(site, undefined, one.origin);
      if (one.obj.t === 'bool') return one;
      if (one.obj.t === 'int') return bool(one.obj.v !== 0n, origin);
      if (one.obj.t !== 'str') return raise(run, 'TypeError', 'int() argument must be a string or a number', site);
      const text = one.obj.v.trim();
      if (/^[+-]?\d+(_\d+)*$/.test(text)) return bool(/[1-9]/.test(text), origin);
      return bool(TRUE_WORDS.has(stripText(one.obj.v.toLowerCase(), null, 'both')), origin);
    },
    (one) => ({ ...one, type: 'bool', truth: null, env: null, key: one.key === '' ? '' : `environ.bool(${one.key})` }),
  );
}

function floating(run: Run, one: Known, site: Site): Val {
  if (one.obj.t !== 'str') return raise(run, 'TypeError', 'expected string or bytes-like object', site);
  const parts = one.obj.v.replace(/[^\d,.-]/g, '').split(/[,.]/);
  const text = parts.length === 1 ? (parts[0] ?? '') : `${parts.slice(0, -1).join('')}.${parts[parts.length - 1]}`;
  return toFloat(run, str(text, one.origin), site);
}

function split(run: Run, value: Val, by: string, cast: Val | null, kind: 'list' | 'tuple', site: Site): Val {
  return lift(
    run,
    value,
    (one) => {
      if (one.obj.t === kind) return raise(run, 'AttributeError', `'${kind}' object has no attribute 'split'`, site);
      if (one.obj.t !== 'str') return raise(run, 'AttributeError', 'no attribute split', site);
      const text = kind === 'tuple' ? stripText(stripText(one.obj.v, '(', 'both'), ')', 'both') : one.obj.v;
      const origin = originAt(site, undefined, one.origin);
      const items = text
        .split(by)
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

function toDict(run: Run, value: Val, site: Site): Val {
  return lift(
    run,
    value,
    (one) => {
      if (one.obj.t !== 'str') return raise(run, 'AttributeError', 'no attribute split', site);
      const dict = dictFrom(run, [], site);
      for (const pair of one.obj.v.split(',').filter((part) => part !== '')) {
        const at = pair.indexOf('=');
        if (at === -1) return raise(run, 'ValueError', 'dictionary update sequence element has the wrong length', site);
        setItem(
          run,
          dict,
          str(pair.slice(0, at), originAt(site)),
          str(pair.slice(at + 1), originAt(site, undefined, one.origin), one.secret),
          site,
        );
      }
      return known(dict, originAt(site, undefined, one.origin));
    },
    (one) => ({ ...one, type: 'dict', truth: null, env: null, key: '' }),
  );
}
