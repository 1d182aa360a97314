import type { ClassObj, FuncObj, Known, Obj, Site, Unk, Val } from '../../values/object.ts';

/** What pydantic makes of annotations and of class bodies, as data. */

/** The two generations of pydantic: their sources, coercions and defaults differ. */
export type Generation = 1 | 2;

/** Bounds of a constrained type; null where there is none. */
export interface Limits {
  readonly gt: number | null;
  readonly ge: number | null;
  readonly lt: number | null;
  readonly le: number | null;
  readonly minLength: number | null;
  readonly maxLength: number | null;
}
export const NO_LIMITS: Limits = { gt: null, ge: null, lt: null, le: null, minLength: null, maxLength: null };

export interface UrlKind {
  /** The package that the class was imported from: `pydantic` or `pydantic.v1`. */
  readonly home: string;
  readonly name: string;
  readonly schemes: readonly string[] | null;
  /** Several hosts may stand in it, and it has no `host` of its own (pydantic 2). */
  readonly many: boolean;
  readonly hostRequired: boolean;
  readonly defaultHost: string | null;
  readonly defaultPort: string | null;
  readonly defaultPath: string | null;
  readonly userRequired: boolean;
  readonly tldRequired: boolean;
}

export type Layer = { readonly mode: 'before' | 'after' | 'plain'; readonly call: Val; readonly method: boolean; readonly site: Site };

export type FieldType =
  | { readonly k: 'any' | 'none' | 'bool' | 'bytes' | 'path' | 'timedelta' | 'email' }
  | { readonly k: 'secret'; readonly home: string }
  | { readonly k: 'str' | 'int' | 'float'; readonly limits: Limits }
  | { readonly k: 'url'; readonly url: UrlKind }
  | { readonly k: 'literal'; readonly values: readonly Known[] }
  | { readonly k: 'optional'; readonly of: FieldType }
  | { readonly k: 'union'; readonly of: readonly FieldType[] }
  | { readonly k: 'list' | 'set' | 'frozenset'; readonly of: FieldType; readonly limits: Limits; readonly bare: boolean }
  | { readonly k: 'tuple'; readonly items: readonly FieldType[]; readonly rest: FieldType | null; readonly bare: boolean }
  | { readonly k: 'dict'; readonly key: FieldType; readonly value: FieldType; readonly bare: boolean }
  | { readonly k: 'model'; readonly cls: ClassObj }
  | { readonly k: 'enum'; readonly cls: ClassObj }
  | { readonly k: 'layered'; readonly of: FieldType; readonly layers: readonly Layer[] }
  /** Not understood: whatever it validates is unknown. */
  | { readonly k: 'opaque'; readonly why: Unk };

/** What `Field(...)` was given. */
export interface FieldInfo {
  readonly fallback: Val | null;
  readonly factory: Val | null;
  /** `...` stands where the default does. */
  readonly demanded: boolean;
  readonly kw: ReadonlyMap<string, Val>;
  readonly open: Unk | null;
}

/** An annotation: the type, and what Annotated says beside it. */
export interface Annotation {
  readonly type: FieldType;
  readonly info: readonly FieldInfo[];
  readonly decode: 'no' | 'force' | null;
}

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly fallback: Val | null;
  readonly factory: Val | null;
  /** Names under which the value is looked up and given, the preferred first; null: the field's own. */
  readonly aliases: readonly string[] | null;
  /** pydantic 1: the environment variables that `env` names. */
  readonly env: readonly string[] | null;
  readonly decode: 'no' | 'force' | null;
  readonly validateDefault: boolean | null;
  readonly excluded: boolean;
  readonly site: Site;
}

export interface RootValidator {
  readonly mode: 'before' | 'after';
  readonly call: FuncObj;
  readonly site: Site;
}

export interface FieldValidator {
  readonly name: string;
  readonly fields: readonly string[];
  readonly mode: 'before' | 'after' | 'plain';
  readonly call: FuncObj;
  readonly eachItem: boolean;
  readonly always: boolean;
  readonly site: Site;
}

/** A class that derives from BaseModel. */
export interface Model {
  readonly cls: ClassObj;
  readonly generation: Generation | null;
  readonly isSettings: boolean;
  readonly fields: ReadonlyMap<string, Field>;
  readonly config: ReadonlyMap<string, Val>;
  readonly validators: ReadonlyMap<string, FieldValidator>;
  readonly roots: ReadonlyMap<string, RootValidator>;
  /** Names of `computed_field`s. */
  readonly computed: readonly string[];
  /** Set when instances cannot be followed at all. */
  readonly open: Unk | null;
}

/** The type that an object of these modules stands for, such as `PostgresDsn`. */
const MARKS = new WeakMap<Obj, FieldType>();

export function markType<T extends Known>(value: T, type: FieldType): T {
  MARKS.set(value.obj, type);
  return value;
}

export function markedType(obj: Obj): FieldType | undefined {
  return MARKS.get(obj);
}

const INFOS = new WeakMap<Obj, FieldInfo>();

export function markInfo<T extends Known>(value: T, info: FieldInfo): T {
  INFOS.set(value.obj, info);
  return value;
}

export function infoOf(value: Val | undefined): FieldInfo | undefined {
  return value?.k === 'known' ? INFOS.get(value.obj) : undefined;
}

const MODELS = new WeakMap<ClassObj, Model>();

export function setModel(cls: ClassObj, model: Model): void {
  MODELS.set(cls, model);
}

/** What is known of a class that derives from BaseModel; undefined for any other. */
export function modelOf(cls: ClassObj): Model | undefined {
  return MODELS.get(cls);
}
