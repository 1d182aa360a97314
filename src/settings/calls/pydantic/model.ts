import type { Stmt } from '../../../syntax/python/index.ts';
import { siteOf } from '../../expressions/evaluate.ts';
import { originAt, type Run, unknownAt } from '../../run.ts';
import { type ClassObj, known, type ScopeChain, type Site, type Slot, type Unk, type Val } from '../../values/object.ts';
import { type ScopeState, writeScope } from '../../values/state.ts';
import { annotationOf } from './annotations.ts';
import { type Mark, markOf } from './decorators.ts';
import { fieldOf } from './fields.ts';
import { type Field, type FieldType, type FieldValidator, type Model, modelOf, NO_LIMITS, type RootValidator, setModel } from './types.ts';

/** What the metaclass of pydantic does to a class body: fields, configuration and validators leave it. */

interface Draft {
  readonly run: Run;
  readonly cls: ClassObj;
  readonly generation: Model['generation'];
  readonly fields: Map<string, Field>;
  readonly config: Map<string, Val>;
  readonly validators: Map<string, FieldValidator>;
  readonly roots: Map<string, RootValidator>;
  readonly computed: string[];
  /** Names that the body says are no fields. */
  readonly classVars: Set<string>;
  open: Unk | null;
}

/** Makes a model of a class that derives from one; others are left alone. */
export function adoptModel(
  run: Run,
  cls: ClassObj,
  body: readonly Stmt[],
  chain: ScopeChain,
  keywords: ReadonlyMap<string, Val>,
  site: Site,
): void {
  const bases = cls.bases.flatMap((base) => modelOf(base) ?? []);
  const [first] = bases;
  if (first === undefined) return;
  const generation = bases.map((base) => base.generation).find((one) => one !== null) ?? null;
  const draft: Draft = {
    run,
    cls,
    generation,
    fields: new Map(),
    config: new Map(),
    validators: new Map(),
    roots: new Map(),
    computed: [],
    classVars: new Set(),
    open: null,
  };
  for (const base of [...bases].reverse()) inherit(draft, base);
  // Plain classes among the bases may bring fields and methods that are looked up in an order of their own.
  if (cls.bases.length !== bases.length || cls.open !== null) draft.open ??= cls.open ?? unknownAt(run, 'unsupported-syntax', site);
  readConfig(draft, site);
  for (const [name, value] of keywords) draft.config.set(name, value);
  readMarks(draft, site);
  readFields(draft, body, chain, site);
  readRest(draft, site);
  setModel(cls, { ...draft, isSettings: bases.some((base) => base.isSettings) });
}

function inherit(draft: Draft, base: Model): void {
  for (const [name, field] of base.fields) draft.fields.set(name, field);
  for (const [name, value] of base.config) draft.config.set(name, value);
  for (const [name, one] of base.validators) draft.validators.set(name, one);
  for (const [name, one] of base.roots) draft.roots.set(name, one);
  draft.computed.push(...base.computed);
  draft.open ??= base.open;
}

function scopeOf({ run, cls }: Draft): ScopeState {
  return writeScope(run.journal, cls.scope);
}

/** `model_config = …` or `class Config`. */
function readConfig(draft: Draft, site: Site): void {
  const { names } = scopeOf(draft);
  const dict = names.get('model_config');
  const old = names.get('Config');
  const refuse = () => {
    draft.open ??= unknownAt(draft.run, 'unsupported-syntax', site);
  };
  if (dict !== undefined) {
    if (draft.generation === 1 || old !== undefined || dict.k !== 'known' || dict.obj.t !== 'dict' || dict.obj.cell.state.open !== null)
      refuse();
    else
      for (const entry of dict.obj.cell.state.entries.values()) {
        if (entry.key.obj.t === 'str' && entry.value.k === 'known') draft.config.set(entry.key.obj.v, entry.value);
        else refuse();
      }
  }
  if (old === undefined) return;
  if (old.k !== 'known' || old.obj.t !== 'class') {
    refuse();
    return;
  }
  for (const one of [...old.obj.mro].reverse()) {
    if (one.open !== null) refuse();
    for (const [name, value] of one.scope.state.names) {
      if (name.startsWith('__') || name.startsWith(' ')) continue;
      if (value.k === 'known' || value.k === 'unk') draft.config.set(name, value);
      else refuse();
    }
  }
}

function readMarks(draft: Draft, site: Site): void {
  const { names } = scopeOf(draft);
  for (const [name, slot] of [...names]) {
    const mark = slot.k === 'absent' ? undefined : markOf(slot);
    if (mark === undefined) continue;
    if (mark.k === 'open') {
      draft.open ??= mark.why;
      continue;
    }
    names.set(name, known({ ...mark.func, ...(mark.k === 'computed' ? {} : { flavour: 'class' as const }) }, originAt(site)));
    keepMark(draft, name, mark, site);
  }
}

function keepMark(draft: Draft, name: string, mark: Exclude<Mark, { k: 'open' }>, site: Site): void {
  const refuse = () => {
    draft.open ??= unknownAt(draft.run, 'unsupported-syntax', site);
  };
  if (mark.k === 'computed') {
    draft.computed.push(name);
    return;
  }
  // The old decorators under the new pydantic, and the other way round.
  if (draft.generation === null || mark.old !== (draft.generation === 1)) {
    refuse();
    return;
  }
  const func = mark.func;
  if (mark.k === 'root') {
    draft.roots.set(name, { mode: mark.mode, call: func, site: mark.site });
    if (mark.mode === 'after' && !mark.old) scopeOf(draft).names.set(name, known(func, originAt(site)));
    return;
  }
  if (draft.validators.has(name) && draft.generation === 1) {
    refuse();
    return;
  }
  draft.validators.set(name, {
    name,
    fields: mark.fields,
    mode: mark.mode,
    call: func,
    eachItem: mark.eachItem,
    always: mark.always,
    site: mark.site,
  });
}

function readFields(draft: Draft, body: readonly Stmt[], chain: ScopeChain, site: Site): void {
  const { run, generation } = draft;
  const { text } = run.frame.module.source;
  const own = new Set<string>();
  for (const stmt of body) {
    if (nested(stmt)) draft.open ??= unknownAt(run, 'unsupported-syntax', site);
    if (stmt.kind !== 'annotate' || stmt.target.kind !== 'name') continue;
    const { name } = stmt.target;
    if (name.startsWith('_') || name === 'model_config') continue;
    const written = text.slice(stmt.annotation.start, stmt.annotation.end);
    if (/^(?:['"]\s*)?(?:\w+\.)?ClassVar\b/.test(written)) {
      draft.classVars.add(name);
      continue;
    }
    const at = siteOf(run, stmt);
    const annotation = annotationOf({ run, chain, site: at, generation }, written);
    const given = scopeOf(draft).names.get(name) ?? null;
    draft.fields.set(name, fieldOf(draft, name, annotation, given, at));
    own.add(name);
  }
  for (const name of own) scopeOf(draft).names.delete(name);
  // What is no annotation and still bears the name of an inherited field stands in its way.
  for (const [name, slot] of scopeOf(draft).names)
    if (draft.fields.has(name) && (draft.generation !== 1 || untouched(slot))) draft.open ??= unknownAt(run, 'unsupported-syntax', site);
}

/** Annotations inside of conditions are fields as well, or not. */
function nested(stmt: Stmt): boolean {
  return (
    stmt.kind === 'if' ||
    stmt.kind === 'try' ||
    stmt.kind === 'with' ||
    stmt.kind === 'for' ||
    stmt.kind === 'while' ||
    stmt.kind === 'unsupported'
  );
}

const HOOKS = new Set([
  '__init__',
  '__new__',
  '__setattr__',
  '__getattribute__',
  '__getattr__',
  '__init_subclass__',
  '__pydantic_init_subclass__',
  '__get_validators__',
  '__get_pydantic_core_schema__',
  '__post_init__',
  'model_post_init',
  'settings_customise_sources',
  'model_dump',
  'dict',
  'model_construct',
  'construct',
]);
const NAMELESS = new Set(['__module__', '__doc__', '__slots__', 'model_config', 'Config', '__qualname__', '__annotations__']);

/** What remains in the body: methods stay, plain values are fields to pydantic 1 and faults to pydantic 2. */
function readRest(draft: Draft, site: Site): void {
  const refuse = () => {
    draft.open ??= unknownAt(draft.run, 'unsupported-syntax', site);
  };
  for (const [name, slot] of [...scopeOf(draft).names]) {
    if (name.startsWith(' ') || NAMELESS.has(name)) continue;
    if (HOOKS.has(name)) refuse();
    if (name.startsWith('_') || untouched(slot) || draft.classVars.has(name)) continue;
    const type = draft.generation === 1 ? inferred(slot) : undefined;
    if (type === undefined || slot.k === 'absent') {
      refuse();
      continue;
    }
    const old = draft.fields.get(name);
    if (old !== undefined && !takesOver(old.type, type)) refuse();
    const made = fieldOf(draft, name, { type: old?.type ?? type, info: [], decode: null }, slot, site);
    draft.fields.set(name, made);
    scopeOf(draft).names.delete(name);
  }
}

/** pydantic 1: a value without annotation replaces the default of an inherited field when its class is the field's own. */
function takesOver(old: FieldType, type: FieldType): boolean {
  if (old.k === 'optional') return takesOver(old.of, type);
  if (old.k === 'bool' || old.k === 'path') return type.k === old.k;
  return (
    (old.k === 'str' || old.k === 'int' || old.k === 'float') && type.k === old.k && Object.values(old.limits).every((one) => one === null)
  );
}

function untouched(slot: Slot): boolean {
  return slot.k === 'known' && (slot.obj.t === 'func' || slot.obj.t === 'class' || (slot.obj.t === 'builtin' && slot.obj.type));
}

/** pydantic 1 takes the class of a value for its type. */
function inferred(slot: Slot): FieldType | undefined {
  if (slot.k !== 'known') return undefined;
  switch (slot.obj.t) {
    case 'str':
    case 'int':
    case 'float':
      return { k: slot.obj.t, limits: NO_LIMITS };
    case 'bool':
    case 'path':
      return { k: slot.obj.t };
    case 'list':
      return slot.obj.view ? undefined : { k: 'list', of: { k: 'any' }, limits: NO_LIMITS, bare: true };
    case 'dict':
      return { k: 'dict', key: { k: 'any' }, value: { k: 'any' }, bare: true };
    default:
      return undefined;
  }
}
