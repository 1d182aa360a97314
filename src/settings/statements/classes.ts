import type { Stmt } from '../../syntax/python/index.ts';
import { adoptConfiguration } from '../calls/configurations/modules.ts';
import { adoptModel } from '../calls/pydantic/model.ts';
import { callMethod } from '../expressions/attributes.ts';
import { callValue, withFrame } from '../expressions/call.ts';
import { evaluateArgs } from '../expressions/evaluate.ts';
import { bind, hasMethod, lookupClass } from '../expressions/instances.ts';
import { raise } from '../raise.ts';
import { originAt, type Run, readSlot, unknownAt } from '../run.ts';
import { dictFrom } from '../values/iterate.ts';
import { builtinClass, hookOf, linearised } from '../values/native-classes.ts';
import {
  type CallArgs,
  type ClassBody,
  type ClassObj,
  type Known,
  known,
  none,
  type ScopeChain,
  type Site,
  type Slot,
  str,
  tuple,
  type Unk,
  type Val,
} from '../values/object.ts';
import { type Cell, newCell, type ScopeState } from '../values/state.ts';
import { annotationsIn } from './annotations.ts';
import { decorated, docOf } from './definitions.ts';
import { runBody } from './execute.ts';

interface Heading {
  readonly bases: readonly ClassObj[];
  readonly meta: ClassObj | undefined;
  readonly keywords: ReadonlyMap<string, Val>;
  readonly open: Unk | null;
}

/** class name(bases): */
export function defineClass(run: Run, stmt: Extract<Stmt, { kind: 'class' }>, chain: ScopeChain, site: Site): Val {
  return decorated(run, stmt.decorators, chain, () => plainClass(run, stmt, chain, site));
}

function plainClass(run: Run, stmt: Extract<Stmt, { kind: 'class' }>, chain: ScopeChain, site: Site): Val {
  return evaluateArgs(run, stmt.args, chain, (args) => {
    const heading = headingOf(run, args, site);
    const state: ScopeState = { k: 'scope', names: new Map(), open: null };
    state.names.set('__module__', str(run.frame.module.name, originAt(site)));
    state.names.set('__qualname__', str(stmt.name, originAt(site)));
    const doc = docOf(stmt.body);
    if (doc !== undefined) state.names.set('__doc__', str(doc, originAt(site)));
    const scope = newCell<ScopeState>(run.journal, state);
    const holder: { cls: ClassObj | null } = { cls: null };
    const inner: ScopeChain = { scope, kind: 'class', parent: chain, holder };
    withFrame(run, { ...run.frame, chain: inner, name: stmt.name }, () => {
      runBody(run, stmt.body, inner);
      return none(originAt(site));
    });
    const body: ClassBody = { keywords: heading.keywords, annotations: annotationsIn(scope) };
    const made = heading.meta === undefined ? undefined : byMetaclass(run, heading.meta, stmt.name, heading, scope, holder, body, site);
    const value = made ?? makeClass(run, { name: stmt.name, ...heading, scope, holder, body }, site);
    if (value.k === 'known' && value.obj.t === 'class') adoptModel(run, value.obj, stmt.body, inner, heading.keywords, site);
    return value;
  });
}

function headingOf(run: Run, args: CallArgs, site: Site): Heading {
  const bases: ClassObj[] = [];
  let open: Unk | null = args.open;
  for (const base of args.pos) {
    const cls = baseOf(base);
    if (cls !== undefined && cls !== null) bases.push(cls);
    else if (cls === undefined) open ??= base.k === 'unk' ? base : unknownAt(run, 'unsupported-syntax', site);
  }
  const given = args.kw.get('metaclass');
  const explicit = given?.k === 'known' && given.obj.t === 'class' ? given.obj : undefined;
  const abstract = explicit?.native === true && explicit.module === 'abc';
  if (abstract && explicit !== undefined) bases.push(explicit);
  const plainType = given?.k === 'known' && given.obj.t === 'builtin' && given.obj.name === 'type';
  if (given !== undefined && explicit === undefined && !plainType)
    open ??= given.k === 'unk' ? given : unknownAt(run, 'unsupported-syntax', site);
  const inherited = bases.flatMap((base) => base.mro).find((base) => base.meta !== undefined)?.meta;
  const meta = explicit === undefined || explicit.native ? inherited : explicit;
  const keywords = new Map([...args.kw].filter(([name]) => name !== 'metaclass'));
  return { bases, meta, keywords, open };
}

/** A base as a class; null for `object`, undefined for what is not understood. */
function baseOf(base: Val): ClassObj | null | undefined {
  if (base.k !== 'known') return undefined;
  if (base.obj.t === 'class') return base.obj;
  if (base.obj.t !== 'builtin') return undefined;
  return base.obj.name === 'object' ? null : base.obj.type ? builtinClass(base.obj.name) : undefined;
}

/** A metaclass of the project: `__new__` and `__init__` run as Python calls them. */
function byMetaclass(
  run: Run,
  meta: ClassObj,
  name: string,
  heading: Heading,
  scope: Cell<ScopeState>,
  holder: { cls: ClassObj | null },
  body: ClassBody,
  site: Site,
): Val | undefined {
  if (heading.open !== null || meta.mro.some((base) => base.open !== null)) return undefined;
  if (lookupClass(meta, '__prepare__') !== undefined || lookupClass(meta, '__call__') !== undefined)
    return unknownAt(run, 'unsupported-syntax', site);
  const entries = [...scope.state.names].flatMap(([key, slot]): readonly (readonly [string, Val])[] =>
    slot.k === 'absent' || key.startsWith(' ') ? [] : [[key, readSlot(run, slot, () => unknownAt(run, 'dynamic-call', site))]],
  );
  pending.set(run, { holder, body });
  const args: readonly Val[] = [
    str(name, originAt(site)),
    known(tuple(heading.bases.map((base) => known(base, originAt(site)))), originAt(site)),
    known(dictFrom(run, entries, site), originAt(site)),
  ];
  const maker = lookupClass(meta, '__new__');
  const self = known(meta, originAt(site));
  const made =
    maker?.k === 'known' && maker.obj.t === 'func'
      ? callValue(run, maker, { pos: [self, ...args], kw: heading.keywords, open: null }, site)
      : typeNew(run, [self, ...args], heading.keywords, site);
  const init = lookupClass(meta, '__init__');
  if (made.k === 'known' && made.obj.t === 'class' && init?.k === 'known' && init.obj.t === 'func')
    callValue(run, bind(made, init.obj), { pos: args, kw: heading.keywords, open: null }, site);
  return made;
}

interface Pending {
  readonly holder: { cls: ClassObj | null };
  readonly body: ClassBody;
}
const pending = new WeakMap<Run, Pending>();

/** type.__new__(meta, name, bases, names), and `type(name, bases, names)`. */
export function typeNew(run: Run, args: readonly Val[], keywords: ReadonlyMap<string, Val>, site: Site): Val {
  const [meta, name, bases, names] = args;
  if (name?.k !== 'known' || name.obj.t !== 'str' || bases?.k !== 'known' || bases.obj.t !== 'tuple')
    return unknownAt(run, 'unsupported-syntax', site);
  if (names?.k !== 'known' || names.obj.t !== 'dict' || names.obj.cell.state.open !== null)
    return unknownAt(run, 'unsupported-syntax', site);
  const all = new Map<string, Slot>();
  for (const entry of names.obj.cell.state.entries.values()) if (entry.key.obj.t === 'str') all.set(entry.key.obj.v, entry.value);
  if (!all.has('__module__')) all.set('__module__', str(run.frame.module.name, originAt(site)));
  const scope = newCell<ScopeState>(run.journal, { k: 'scope', names: all, open: null });
  const heading = headingOf(run, { pos: bases.obj.items, kw: new Map(), open: null }, site);
  const waiting = pending.get(run);
  pending.delete(run);
  const own = meta?.k === 'known' && meta.obj.t === 'class' ? meta.obj : heading.meta;
  return makeClass(
    run,
    {
      name: name.obj.v,
      bases: heading.bases,
      open: heading.open,
      meta: own,
      scope,
      holder: waiting?.holder ?? { cls: null },
      body: waiting?.body ?? { keywords, annotations: annotationsIn(scope) },
    },
    site,
  );
}

interface Blueprint {
  readonly name: string;
  readonly bases: readonly ClassObj[];
  readonly open: Unk | null;
  readonly meta: ClassObj | undefined;
  readonly scope: Cell<ScopeState>;
  readonly holder: { cls: ClassObj | null };
  readonly body: ClassBody;
}

function makeClass(run: Run, plan: Blueprint, site: Site): Val {
  const mro: ClassObj[] = [];
  const bare = {
    t: 'class' as const,
    name: plan.name,
    module: run.frame.module.name,
    bases: plan.bases,
    open: plan.open,
    scope: plan.scope,
  };
  const cls: ClassObj = plan.meta === undefined ? { ...bare, mro, native: false } : { ...bare, mro, native: false, meta: plan.meta };
  const order = linearised(cls);
  if (order === undefined) return raise(run, 'TypeError', 'Cannot create a consistent method resolution order (MRO)', site);
  mro.push(...order);
  plan.holder.cls = cls;
  nameAttributes(run, cls, site);
  announce(run, cls, plan.body.keywords, site);
  adoptConfiguration(run, cls);
  const hook = plan.open === null && !mro.some((base) => base.open !== null) ? hookOf(cls, 'subclass') : undefined;
  return hook === undefined ? known(cls, originAt(site)) : hook(run, cls, plan.body, site);
}

/** __set_name__ of descriptors. */
function nameAttributes(run: Run, cls: ClassObj, site: Site): void {
  for (const [name, slot] of [...cls.scope.state.names]) {
    if (slot.k !== 'known' || slot.obj.t !== 'instance' || !hasMethod(slot.obj, '__set_name__')) continue;
    callMethod(run, slot, '__set_name__', [known(cls, originAt(site)), str(name, originAt(site))], site);
  }
}

/** __init_subclass__ of the nearest base that has one. */
function announce(run: Run, cls: ClassObj, keywords: ReadonlyMap<string, Val>, site: Site): void {
  for (const base of cls.mro.slice(1)) {
    const slot = base.scope.state.names.get('__init_subclass__');
    if (slot?.k !== 'known' || slot.obj.t !== 'func') continue;
    const self: Known = known(cls, originAt(site));
    callValue(run, slot.obj.flavour === 'static' ? slot : bind(self, slot.obj), { pos: [], kw: keywords, open: null }, site);
    return;
  }
}
