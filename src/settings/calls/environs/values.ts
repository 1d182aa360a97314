import { isNone } from '../../builtins/native.ts';
import { readText } from '../../builtins/path-methods.ts';
import { stripText } from '../../builtins/str-methods.ts';
import { lookupVariable, readAs } from '../../environment.ts';
import { behind } from '../../imports/libraries.ts';
import { raise } from '../../raise.ts';
import { lift, type Run, unknownAt } from '../../run.ts';
import { ABSENT, type Known, known, type Site, type Slot, type Val } from '../../values/object.ts';
import type { Cell, ScopeState } from '../../values/state.ts';
import { givenMarks } from '../given.ts';
import { since } from '../releases.ts';

/** environs 9 to 15: where the text of a variable comes from. */

export interface Env {
  /** `prefix`, `sealed`, `file:X` for variables of files, `parser:x` for parsers and `error:X` for what failed while lenient. */
  readonly state: Cell<ScopeState>;
  readonly eager: boolean;
  readonly expand: boolean;
  /** FileAwareEnv: variables that name the files in which values stand. */
  readonly files: { readonly suffix: string; readonly strip: boolean } | null;
}

export const ABSENT_VALUE = ABSENT;

/** The prefix that holds now; undefined where it is not known. */
export function prefixOf(env: Env): string | undefined {
  const slot = env.state.state.names.get('prefix');
  if (slot === undefined || slot.k === 'absent' || isNone(slot)) return '';
  return slot.k === 'known' && slot.obj.t === 'str' ? slot.obj.v : undefined;
}

export interface Asked {
  readonly name: string;
  readonly otherwise: Val | undefined;
  /** What the default becomes; undefined: there is none. */
  readonly fallback: (() => Val) | undefined;
  readonly finish: (value: Val) => Val;
  /** What an absent variable yields where errors wait for `seal`. */
  readonly lenient: (() => Val) | null;
}

const { marked, given } = givenMarks('environs');

/** The value of a variable, parsed; with what it refers to filled in where that is wanted. */
export function rawValue(run: Run, env: Env, asked: Asked, site: Site): Val {
  const { name, fallback, lenient } = asked;
  const slot = slotOf(run, env, name, site);
  const raw = readAs(
    run,
    {
      name,
      library: 'environs',
      site,
      fallback:
        fallback === undefined
          ? lenient
          : () => (slot.k === 'known' ? (asked.otherwise ?? fallback()) : expandedDefault(run, env, asked, site)),
      error: 'EnvNotSetError',
      message: `Environment variable "${name}" not set`,
    },
    marked(slot),
  );
  return lift(
    run,
    raw,
    (one) => {
      const inner = given(one);
      return inner === undefined ? one : expanded(run, env, { ...inner, read: one.read }, asked, site);
    },
    (one) => (one.env === name && one.why !== 'missing-env' ? asked.finish(one) : one),
  );
}

function slotOf(run: Run, env: Env, name: string, site: Site): Slot {
  const file = env.state.state.names.get(`file:${name}`);
  const slot = behind(lookupVariable(run, name, site), file === undefined || file.k === 'absent' || file.k === 'cond' ? undefined : file);
  if (env.files === null)
    return file?.k === 'cond' && slot.k !== 'known' ? unknownAt(run, 'dynamic-call', site, { type: 'str', env: name }) : slot;
  const path = slotOf(run, { ...env, files: null }, `${name}${env.files.suffix}`, site);
  if (path.k === 'absent' || (path.k === 'known' && path.obj.t === 'str' && path.obj.v === '')) return slot;
  const opaque = unknownAt(run, 'opaque-env', site, { type: 'str', names: [`${name}${env.files.suffix}`], env: name });
  if (path.k !== 'known' || path.obj.t !== 'str') return opaque;
  const text = readText(run, path.obj.v, site);
  if (text.k !== 'known' || text.obj.t !== 'str') return opaque;
  const content = env.files.strip ? stripText(text.obj.v, null, 'both') : text.obj.v;
  return known({ t: 'str', v: content }, { step: 'env', name, state: 'given', from: path.obj.v, via: text.origin }, true);
}

const REFERENCE = /(?<!\\)\$\{([A-Za-z0-9_]+)(:-[^}:]*)?\}/g;

/** Texts with `${NAME}` or `${NAME:-default}` are filled in when `expand_vars` is set. */
function expanded(run: Run, env: Env, one: Known, asked: Asked, site: Site): Val {
  if (one.obj.t !== 'str') return asked.finish(one);
  // Before 9.0 `{{NAME}}` stood for another variable.
  if (/^\s*\{\{.*\}\}\s*$/s.test(one.obj.v) && since(run, 'environs', '9.0') !== true) return unknownAt(run, 'unsupported-syntax', site);
  if (!env.expand) return asked.finish(one);
  const text = filledIn(run, env, one.obj.v, site, 0);
  if (text === undefined) return unknownAt(run, 'unsupported-syntax', site, { names: [asked.name] });
  if (text === null) return missing(run, asked, site);
  return asked.finish({ ...one, obj: { t: 'str', v: text } });
}

function expandedDefault(run: Run, env: Env, asked: Asked, site: Site): Val {
  const { otherwise, fallback } = asked;
  const special = env.expand && otherwise?.k === 'known' && otherwise.obj.t === 'str' && otherwise.obj.v.includes('$');
  if (!special && otherwise !== undefined) return fallback?.() ?? otherwise;
  return unknownAt(run, 'unsupported-syntax', site, { names: [asked.name] });
}

function missing(run: Run, asked: Asked, site: Site): Val {
  if (asked.fallback !== undefined) return unknownAt(run, 'unsupported-syntax', site, { names: [asked.name] });
  return asked.lenient?.() ?? raise(run, 'EnvNotSetError', 'Environment variable not set', site, asked.name);
}

/** Null: what it refers to is not set. */
function filledIn(run: Run, env: Env, text: string, site: Site, depth: number): string | null | undefined {
  if (depth > 8) return undefined;
  const matches = [...text.matchAll(REFERENCE)];
  const [first] = matches;
  if (first === undefined) return text.replaceAll('\\$', '$');
  // Up to 14 a reference at the start hid what came behind it.
  if (first.index === 0 && first[0] !== text && since(run, 'environs', '15.0') !== true) return undefined;
  let out = '';
  let done = 0;
  for (const found of matches) {
    const slot = slotOf(run, env, found[1] ?? '', site);
    const otherwise = found[2]?.slice(2);
    const raw = slot.k === 'known' && slot.obj.t === 'str' ? slot.obj.v : slot.k === 'absent' ? (otherwise ?? null) : undefined;
    const value = raw === null || raw === undefined ? raw : filledIn(run, env, raw, site, depth + 1);
    if (value === undefined || value === null) return value;
    out += text.slice(done, found.index) + value;
    done = found.index + found[0].length;
  }
  return out + text.slice(done);
}
