import type { Guard, Guards } from '../../core/guard.ts';
import type { Origin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import type { Unknown, UnknownReason } from '../../core/value.ts';
import type { Expr, Param, PythonModule, Stmt } from '../../syntax/python/index.ts';
import type { Escape, Run } from '../run.ts';
import type { LocalNames } from '../statements/local-names.ts';
import type { Cell, ListState, MapState, ScopeState } from './state.ts';

/** What a name, an item or an expression holds while settings are evaluated. */
export type Val = Known | Unk | Cond;
/** A place that may also hold nothing: an unbound name, an absent key. */
export type Slot = Val | Absent;

export interface Known {
  readonly k: 'known';
  readonly obj: Obj;
  readonly origin: Origin;
  /** The text came from something secret, so it is one wherever it flows. */
  readonly secret: boolean;
  /** The environment read that this value is, unchanged: using it as if it were set makes the read a required one. */
  readonly read: ReadRecord | null;
}

export interface Unk {
  readonly k: 'unk';
  readonly why: UnknownReason;
  readonly names: readonly string[];
  readonly origin: Origin;
  readonly type: NonNullable<Unknown['type']> | null;
  /** The guard that says it is true, when it has a structured one. */
  readonly truth: Guard | null;
  /** The variable whose unchanged text this is. */
  readonly env: string | null;
  /** Tells two unknowns apart in guards; equal for two reads of the same thing. */
  readonly key: string;
  readonly secret: boolean;
  /** Any number of unknown items stands here; only inside a list. */
  readonly many: boolean;
}

/** Exactly one case holds. Made by `conditional` only. */
export interface Cond {
  readonly k: 'cond';
  readonly cases: readonly SlotCase[];
}
export interface SlotCase {
  readonly when: Guards;
  readonly then: Known | Unk | Absent;
}
export interface Absent {
  readonly k: 'absent';
}
export const ABSENT: Absent = { k: 'absent' };

/** A mutable record of one read of the environment; becomes an EnvironmentRead at the end. */
export interface ReadRecord {
  readonly name: string;
  readonly library: string;
  readonly at: Span;
  readonly provided: boolean | null;
  required: boolean;
  fallback: Val | null;
  /** The code itself gives the variable from here on, so that no later read can fail. */
  ensures?: true;
}

export type Obj =
  | { readonly t: 'none' }
  | { readonly t: 'bool'; readonly v: boolean }
  | { readonly t: 'int'; readonly v: bigint }
  | { readonly t: 'float'; readonly v: number }
  | { readonly t: 'str'; readonly v: string }
  | { readonly t: 'bytes'; readonly v: string }
  | { readonly t: 'ellipsis' }
  | ListObj
  | ViewObj
  | TupleObj
  | DictObj
  | SetObj
  | { readonly t: 'path'; readonly v: string }
  | { readonly t: 'timedelta'; readonly micros: bigint }
  | { readonly t: 'datetime'; readonly v: string }
  | { readonly t: 'regex'; readonly pattern: string; readonly flags: string }
  | { readonly t: 'lazy'; readonly v: string }
  | { readonly t: 'slice'; readonly low: Val; readonly high: Val; readonly step: Val }
  | { readonly t: 'range'; readonly start: bigint; readonly stop: bigint; readonly step: bigint }
  | FuncObj
  | BuiltinObj
  | BoundObj
  | ClassObj
  | InstanceObj
  | ModuleObj
  | NativeObj;

export interface ListObj {
  readonly t: 'list';
  readonly cell: Cell<ListState>;
  /** An iterator: no list to Python, and iterated once. */
  readonly view: boolean;
  /** A generator that has not begun (its one item is FRESH): runs it, handing each value to `emit`. */
  readonly generate?: (emit: (value: Val) => Val) => Val;
  /** Taints what its code may change. */
  readonly mayDo?: (why: Unk) => void;
}
/** keys(), values() or items() of a dict: follows its changes. */
export interface ViewObj {
  readonly t: 'view';
  readonly of: DictObj;
  readonly what: 'keys' | 'values' | 'items';
}
export interface TupleObj {
  readonly t: 'tuple';
  readonly items: readonly Val[];
  /** Field names of a named tuple. */
  readonly fields: readonly string[] | null;
  readonly cls: ClassObj | null;
}
export interface DictObj {
  readonly t: 'dict';
  readonly cell: Cell<MapState>;
  /** collections.defaultdict. */
  readonly factory: Val | null;
  /** A class of the library that derives from dict. */
  readonly cls?: 'OrderedDict';
  /** dynaconf's mapping: its items are attributes too, and names are found whatever their case. */
  readonly boxed?: true;
}
export interface SetObj {
  readonly t: 'set';
  readonly cell: Cell<MapState>;
  readonly frozen: boolean;
}
export interface FuncObj {
  readonly t: 'func';
  readonly name: string;
  readonly params: readonly Param[];
  /** Evaluated defaults, one a parameter, null where it has none. */
  readonly defaults: readonly (Val | null)[];
  readonly body: readonly Stmt[] | Expr;
  readonly env: ScopeChain;
  readonly module: ModuleFrame;
  readonly generator: boolean;
  readonly opaque: string | null;
  readonly flavour: 'plain' | 'static' | 'class' | 'property' | 'cached';
  /** What assigning to the property calls. */
  readonly setter?: Val;
  /** functools.wraps: what it is called instead. */
  readonly shownAs?: string;
  /** functools.lru_cache: what it gave, by its arguments. */
  readonly memo?: DictObj | undefined;
  /** contextlib.contextmanager: the generator it gives manages a context. */
  readonly manages?: true;
  /** Attributes that were set on it. */
  readonly attrs?: Cell<ScopeState>;
  readonly doc?: string;
  /** abc.abstractmethod: classes that leave it so have no instances. */
  readonly abstract?: true;
}
export interface BuiltinObj {
  readonly t: 'builtin';
  readonly name: string;
  readonly call: NativeCall;
  /** Types (`str`, `list`) are callables that isinstance and casts compare. */
  readonly type: boolean;
  readonly attr: ((name: string) => Val | undefined) | null;
  readonly setAttr?: (name: string, value: Val, at: Site) => void;
}
export interface BoundObj {
  readonly t: 'bound';
  readonly self: Val;
  readonly func: FuncObj | BuiltinObj;
}
export interface ClassObj {
  readonly t: 'class';
  readonly name: string;
  readonly module: string;
  readonly bases: readonly ClassObj[];
  /** Set when a base class is not understood: attributes that are not found are unknown. */
  readonly open: Unk | null;
  readonly scope: Cell<ScopeState>;
  readonly mro: readonly ClassObj[];
  readonly native: boolean;
  /** The metaclass, when it is one of the project. */
  readonly meta?: ClassObj;
  /** What a modelled base class does to its subclasses. */
  readonly hooks?: ClassHooks;
}

/** How a modelled class behaves as a class: what its metaclass would do. */
export interface ClassHooks {
  /** A subclass was made; gives what the class statement binds. */
  readonly subclass?: (run: Run, cls: ClassObj, body: ClassBody, site: Site) => Val;
  readonly call?: (run: Run, cls: ClassObj, args: CallArgs, site: Site) => Val;
  readonly attribute?: (run: Run, cls: ClassObj, name: string, site: Site) => Val | undefined;
  readonly getItem?: (run: Run, cls: ClassObj, key: Val, site: Site) => Val;
  readonly items?: (run: Run, cls: ClassObj, site: Site) => readonly Val[] | undefined;
  readonly contains?: (run: Run, cls: ClassObj, item: Val, site: Site) => Val;
}

/** What a class statement says beside its names. */
export interface ClassBody {
  readonly keywords: ReadonlyMap<string, Val>;
  /** Annotated names in the order of their first mention, with what the annotation evaluates to. */
  readonly annotations: ReadonlyMap<string, Val>;
}

export interface InstanceObj {
  readonly t: 'instance';
  readonly cls: ClassObj;
  readonly attrs: Cell<ScopeState>;
  /** The value of the built-in type that the class derives from. */
  readonly payload?: Known;
}
export interface ModuleObj {
  readonly t: 'module';
  readonly name: string;
  readonly file: string | null;
  readonly scope: Cell<ScopeState> | null;
  readonly attr: ((name: string) => Val | undefined) | null;
  /** Outside the tree and not modelled: every attribute is unknown. */
  readonly open: Unk | null;
  /** What the code has set on a module outside the tree. */
  readonly patched?: Cell<ScopeState>;
}
/** An object of a modelled library: what it can do is a table of functions. */
export interface NativeObj {
  readonly t: 'native';
  /** Its class by name; empty where releases differ. */
  readonly cls: string;
  readonly attr?: (name: string, at: Site) => Val | undefined;
  readonly setAttr?: (name: string, value: Val, at: Site) => void;
  readonly call?: NativeCall;
  readonly getItem?: (key: Val, at: Site) => Val;
  readonly setItem?: (key: Val, value: Val, at: Site) => void;
  readonly delItem?: (key: Val, at: Site) => void;
  readonly contains?: (key: Val, at: Site) => Val;
  readonly iterate?: (at: Site) => Val;
  readonly text?: string;
  readonly truth?: boolean;
  /** A context manager: runs the body of `with`, and says how that was left. */
  readonly manage?: (body: (entered: Val) => Escape | null, at: Site) => Escape | null;
  /** Taints what the code behind it may change, where it is not followed. */
  readonly mayDo?: (why: Unk) => void;
  /** A mapping: what dict() makes of it. */
  readonly mapping?: (at: Site) => Val;
  /** Something that is not understood was handed this object and may have changed it. */
  readonly taint?: (why: Unk) => void;
  readonly binary?: (op: string, other: Val, reflected: boolean, at: Site) => Val | undefined;
}

export type NativeCall = (args: CallArgs, at: Site) => Val;

export interface CallArgs {
  readonly pos: readonly Val[];
  readonly kw: ReadonlyMap<string, Val>;
  /** `*x` or `**x` with something unknown: more arguments may have been passed. */
  readonly open: Unk | null;
}

/** Where in the project something is evaluated: errors, origins and reads point there. */
export interface Site {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** Names visible to code, innermost first. */
export interface ScopeChain {
  readonly scope: Cell<ScopeState>;
  readonly kind: 'module' | 'class' | 'function';
  readonly parent: ScopeChain | null;
  /** What is local to a function; null where names are found as the code runs. */
  readonly locals?: LocalNames;
  /** The class whose body this is, once it is made: for `super()` and `__class__`. */
  readonly holder?: { cls: ClassObj | null };
}

export interface ModuleFrame {
  readonly name: string;
  readonly file: string;
  readonly scope: Cell<ScopeState>;
  readonly source: PythonModule;
  readonly isPackage: boolean;
}

const NONE: Obj = { t: 'none' };
const TRUE: Obj = { t: 'bool', v: true };
const FALSE: Obj = { t: 'bool', v: false };

export function known(obj: Obj, origin: Origin, secret = false, read: ReadRecord | null = null): Known {
  return { k: 'known', obj, origin, secret, read };
}
export function bool(v: boolean, origin: Origin): Known {
  return known(v ? TRUE : FALSE, origin);
}
export function str(v: string, origin: Origin, secret = false): Known {
  return known({ t: 'str', v }, origin, secret);
}
export function int(v: bigint | number, origin: Origin): Known {
  return known({ t: 'int', v: BigInt(v) }, origin);
}
export function none(origin: Origin): Known {
  return known(NONE, origin);
}
export function tuple(items: readonly Val[]): TupleObj {
  return { t: 'tuple', items, fields: null, cls: null };
}

export interface UnkHints {
  readonly names?: readonly string[];
  readonly type?: NonNullable<Unknown['type']> | null;
  readonly truth?: Guard | null;
  readonly env?: string | null;
  readonly key?: string;
  readonly secret?: boolean;
}

export function unk(why: UnknownReason, origin: Origin, hints: UnkHints = {}): Unk {
  return {
    k: 'unk',
    why,
    names: hints.names ?? [],
    origin,
    type: hints.type ?? null,
    truth: hints.truth ?? null,
    env: hints.env ?? null,
    key: hints.key ?? '',
    secret: hints.secret ?? false,
    many: false,
  };
}

/** What is computed from an unknown: as unknown as that, but another value. */
export function derived(from: Unk, type: Unk['type'] = null, key = ''): Unk {
  return { ...from, type, truth: null, env: null, key, many: false };
}

export function manyOf(from: Unk): Unk {
  return from.many ? from : { ...derived(from), many: true };
}

/** The same value under another origin. */
export function withOrigin(value: Val, change: (origin: Origin) => Origin): Val {
  if (value.k !== 'cond') return { ...value, origin: change(value.origin) };
  return {
    k: 'cond',
    cases: value.cases.map((one) => ({
      when: one.when,
      then: one.then.k === 'absent' ? one.then : { ...one.then, origin: change(one.then.origin) },
    })),
  };
}

export function originOfVal(value: Val): Origin {
  if (value.k !== 'cond') return value.origin;
  for (const one of value.cases) if (one.then.k !== 'absent') return one.then.origin;
  return { step: 'default', of: 'nothing' };
}
