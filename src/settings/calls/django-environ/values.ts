import { isNone, textArg } from '../../builtins/native.ts';
import { readText } from '../../builtins/path-methods.ts';
import { lookupVariable, readAs } from '../../environment.ts';
import { equal } from '../../expressions/comparison.ts';
import { truthOf } from '../../expressions/truth.ts';
import { raise } from '../../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../../run.ts';
import { type Known, known, none, type Site, type Slot, type Unk, type Val } from '../../values/object.ts';
import { type Cell, conditional, type ScopeState } from '../../values/state.ts';
import { givenMarks } from '../given.ts';
import { since } from '../releases.ts';
import { parseValue, smartCast } from './casts.ts';
import { type EnvClass, flagOf, optionOf } from './class.ts';

/** django-environ 0.4.5 to 0.14: Env.get_value. */

export interface Env {
  readonly scheme: ReadonlyMap<string, Val>;
  /** Attributes that the code has set on the object: prefix, smart_cast, escape_proxy. */
  readonly options: Cell<ScopeState>;
  readonly cls: EnvClass;
}

export interface Asked {
  readonly name: string;
  /** Null: none. */
  readonly cast: Val | null;
  /** Undefined: none, an absent variable raises. */
  readonly otherwise: Val | undefined;
  readonly parseDefault: boolean;
}

const MAX_PROXIES = 8;

export function getValue(run: Run, env: Env, asked: Asked, site: Site, depth = 0): Val {
  const prefix = optionOf(env, 'prefix');
  const lead = prefix === undefined ? '' : textArg(prefix);
  const prefixed = lead === '' ? true : since(run, 'django-environ', '0.9');
  if (lead === undefined || prefixed === undefined || depth > MAX_PROXIES)
    return unknownAt(run, 'unsupported-syntax', site, { names: [asked.name] });
  const name = (prefixed ? lead : '') + asked.name;
  const settledOn = fromScheme(run, env, { ...asked, name }, site);
  if ('k' in settledOn) return settledOn;
  const { cast, otherwise } = settledOn;
  const slot = fileAwareSlot(run, env, name, site);
  const fallback = otherwise;
  const process = (value: Val): Val => resolve(run, env, value, { ...asked, name, cast, otherwise }, site, depth);
  const raw = readAs(
    run,
    {
      name,
      library: 'django-environ',
      site,
      // What is only shown as the fallback of a variable that is given must not raise.
      fallback: fallback === undefined ? null : () => (slot.k === 'known' ? fallback : process(fallback)),
      error: 'ImproperlyConfigured',
      message: `Set the ${name} environment variable`,
    },
    marked(slot),
  );
  return lift(
    run,
    raw,
    (one) => {
      const inner = given(one);
      return inner === undefined ? one : process({ ...inner, read: one.read });
    },
    (one) => (one.env === name && one.why !== 'missing-env' ? process(one) : one),
  );
}

const { marked, given } = givenMarks('environ');

/** What the scheme that Env was made with says of a variable. */
function fromScheme(
  run: Run,
  env: Env,
  asked: Asked,
  site: Site,
): { readonly cast: Val | null; readonly otherwise: Val | undefined } | Unk {
  let { cast, otherwise } = asked;
  const info = env.scheme.get(asked.name);
  if (info !== undefined) {
    const pair = pairOf(run, info, site);
    if (pair === undefined) return unknownAt(run, 'unsupported-syntax', site, { names: [asked.name] });
    if (isFalse(run, cast, site)) cast = pair === null ? info : (pair[0] ?? null);
    if (pair !== null) otherwise ??= pair[1];
  }
  return { cast: isNone(cast) ? null : cast, otherwise };
}

function isFalse(run: Run, cast: Val | null, site: Site): boolean {
  return cast === null || (cast.k === 'known' && truthOf(run, cast, site) === false);
}

/** A scheme of length two is a cast and a default; null for any other, undefined where that is not known. */
function pairOf(run: Run, info: Val, site: Site): readonly Val[] | null | undefined {
  if (info.k !== 'known') return undefined;
  const { obj } = info;
  if (obj.t === 'tuple') return obj.items.length === 2 ? obj.items : null;
  if (obj.t === 'list')
    return obj.cell.state.alternatives !== null ? undefined : obj.cell.state.items.length === 2 ? obj.cell.state.items : null;
  if (obj.t === 'dict')
    return obj.cell.state.open !== null ? undefined : obj.cell.state.entries.size === 2 ? raise(run, 'KeyError', '0', site) : null;
  return obj.t === 'builtin' || obj.t === 'func' || obj.t === 'class' || obj.t === 'native' ? null : undefined;
}

/** Everything that happens to a value once it is found; defaults run through it as well. */
function resolve(run: Run, env: Env, value: Val, asked: Asked, site: Site, depth: number): Val {
  return lift(
    run,
    value,
    (one) => {
      if (one.obj.t === 'bytes' && (one.obj.v.startsWith('$') || since(run, 'django-environ', '0.8') !== true))
        return unknownAt(run, 'unsupported-syntax', site);
      if (one.obj.t !== 'str' || !one.obj.v.includes('$')) return finished(run, env, one, asked, site);
      // Both releases expanded variables everywhere in a text, and were taken back for it.
      if (since(run, 'django-environ', '0.11') === true && since(run, 'django-environ', '0.11.2') === false)
        return unknownAt(run, 'unsupported-syntax', site, { names: [asked.name] });
      if (!one.obj.v.startsWith('$')) return finished(run, env, one, asked, site);
      const inner = getValue(run, env, { ...asked, name: one.obj.v.replace(/^\$+/, ''), parseDefault: false }, site, depth + 1);
      return lift(
        run,
        inner,
        (each) => finished(run, env, each, asked, site),
        (each) => each,
      );
    },
    (one) => parseValue(run, env.cls, one, castFor(run, env, asked, site), site),
  );
}

function castFor(run: Run, env: Env, asked: Asked, site: Site): Val | null {
  const smart = flagOf(run, env, 'smart_cast', true, site);
  const isSmart = smart === false && since(run, 'django-environ', '0.5') !== true ? undefined : smart;
  return smartCast(run, asked.cast, asked.otherwise, isSmart, site);
}

function finished(run: Run, env: Env, found: Known, asked: Asked, site: Site): Val {
  const escapes = flagOf(run, env, 'escape_proxy', false, site);
  let one = found;
  if (escapes !== false && one.obj.t === 'str' && one.obj.v.includes('\\$')) {
    if (escapes === undefined || since(run, 'django-environ', '0.8') !== true)
      return unknownAt(run, 'unsupported-syntax', site, { names: [asked.name] });
    one = { ...one, obj: { t: 'str', v: one.obj.v.replaceAll('\\$', '$') } };
  }
  const { otherwise } = asked;
  const cast = castFor(run, env, asked, site);
  if (isNone(otherwise) && one.obj.t === 'str' && one.obj.v === '') {
    const newer = since(run, 'django-environ', '0.8');
    if (newer === undefined) return unknownAt(run, 'unsupported-syntax', site, { names: [asked.name] });
    if (newer) return none(originAt(site, undefined, one.origin));
  }
  const same = otherwise === undefined ? false : isSame(run, one, otherwise, site);
  if (same === undefined) return unknownAt(run, 'dynamic-call', site);
  if (!same) return parseValue(run, env.cls, one, cast, site);
  if (!asked.parseDefault || one.obj.t === 'none') return one;
  // Before 0.10 a default that is false was not parsed.
  if (truthOf(run, one, site) !== true && since(run, 'django-environ', '0.10') !== true)
    return since(run, 'django-environ', '0.10') === false && truthOf(run, one, site) === false
      ? one
      : unknownAt(run, 'unsupported-syntax', site);
  return parseValue(run, env.cls, one, cast, site);
}

function isSame(run: Run, one: Known, otherwise: Val, site: Site): boolean | undefined {
  if (otherwise.k !== 'known') return undefined;
  if (one.obj === otherwise.obj) return true;
  const path = otherwise.obj.t === 'native' && otherwise.obj.cls === 'environ.Path' ? otherwise.obj.text : undefined;
  if (path !== undefined && one.obj.t === 'str') return one.obj.v === path;
  return equal(run, one, otherwise, site);
}

/** FileAwareEnv: a variable X_FILE names the file in which the value of X stands. */
export function fileAwareSlot(run: Run, env: Env, name: string, site: Site): Slot {
  const slot = lookupVariable(run, name, site);
  if (!env.cls.fileAware) return slot;
  const file = lookupVariable(run, `${name}_FILE`, site);
  if (file.k === 'absent') return slot;
  const opaque = { ...unknownAt(run, 'missing-file', site, { type: 'str', names: [`${name}_FILE`] }), env: name, key: `env:${name}` };
  if (file.k === 'cond') return conditional(file.cases.map((one) => ({ when: one.when, then: one.then.k === 'absent' ? slot : opaque })));
  if (file.k !== 'known' || file.obj.t !== 'str') return opaque;
  if (file.obj.v === '') return slot;
  const text = readText(run, file.obj.v, site);
  if (text.k !== 'known' || text.obj.t !== 'str') return opaque;
  return known({ t: 'str', v: text.obj.v }, { step: 'env', name, state: 'given', from: file.obj.v, via: text.origin }, true);
}

/** `name in env` */
export function isThere(run: Run, env: Env, name: Known, site: Site): Val {
  if (name.obj.t !== 'str') return unknownAt(run, 'dynamic-call', site, { type: 'bool' });
  const slot = fileAwareSlot(run, env, name.obj.v, site);
  if (slot.k === 'cond') return unknownAt(run, 'opaque-env', site, { type: 'bool', names: [name.obj.v] });
  return known({ t: 'bool', v: slot.k !== 'absent' }, originAt(site));
}
