import { NO_ARGS, positional } from '../../builtins/native.ts';
import { readAs } from '../../environment.ts';
import { callUnknown, callValue } from '../../expressions/call.ts';
import { bind } from '../../expressions/instances.ts';
import { forkCases, insideTry, originAt, PyError, type Run, settled, unknownAt } from '../../run.ts';
import { dictFrom } from '../../values/iterate.ts';
import {
  ABSENT,
  type CallArgs,
  type ClassObj,
  type InstanceObj,
  type Known,
  known,
  type Site,
  type Slot,
  type Unk,
  type Val,
} from '../../values/object.ts';
import { newCell, type ScopeState } from '../../values/state.ts';
import { generationSeen } from './classes.ts';
import { type Options, optionsOf } from './config.ts';
import { type Context, refuse, wrapErrors } from './failure.ts';
import { freshCopy } from './instances.ts';
import { type Given, gather, inputNames, library } from './sources.ts';
import { type Field, type FieldType, type Generation, type Model, modelOf } from './types.ts';
import { callRoot, validated } from './validators.ts';

/** Instances of models: what `Settings()` does. */

/** The instance; undefined when the class is no model. */
export function createModel(run: Run, cls: ClassObj, args: CallArgs, site: Site): Val | undefined {
  const model = modelOf(cls);
  if (model === undefined) return undefined;
  const generation = model.generation ?? generationSeen(run);
  const open = model.open ?? args.open;
  if (generation === null || open !== null || args.pos.length > 0)
    return callUnknown(run, open ?? unknownAt(run, 'unsupported-syntax', site), args, site);
  const options = optionsOf(run, model, generation, args, site);
  if ('k' in options) return callUnknown(run, options, args, site);
  const making: Making = { run, model, options, generation, site, under: null };
  return model.isSettings ? fromSources(making, args) : fromCall(making, args);
}

interface Making {
  readonly run: Run;
  readonly model: Model;
  readonly options: Options;
  readonly generation: Generation;
  readonly site: Site;
  /** The variables of a nested model begin so; null when its values are no variables of their own. */
  readonly under: { readonly prefix: string; readonly caseSensitive: boolean } | null;
}

function fromSources(making: Making, args: CallArgs): Val {
  const { run, model, options, generation, site } = making;
  const { given, extras, doubtful } = gather(run, model, options, generation, args, site);
  const clash = [...extras].some(
    ([name, one]) => one.slot.k !== 'known' || [...model.fields.values()].some((field) => inputNames(field, options).includes(name)),
  );
  if (doubtful) return callUnknown(run, unknownAt(run, 'unsupported-syntax', site), args, site);
  if (clash && options.extra !== 'ignore') return callUnknown(run, unknownAt(run, 'unsupported-syntax', site), args, site);
  if ([...extras.keys()].some((name) => [...model.fields.values()].some((field) => inputNames(field, options).includes(name))))
    return callUnknown(run, unknownAt(run, 'unsupported-syntax', site), args, site);
  const names = new Map([...extras].map(([name, one]) => [name, one.slot] as const));
  return build(making, given, names);
}

/** `Model(a=1)`: only what the call gives. */
function fromCall(making: Making, args: CallArgs): Val {
  const given = new Map<string, Given>();
  const extras = new Map<string, Slot>();
  sort(making, [...args.kw], given, extras);
  return build(making, given, extras);
}

/** Keys of a mapping to fields and the rest. */
function sort(
  { model, options, under }: Making,
  pairs: readonly (readonly [string, Slot])[],
  given: Map<string, Given>,
  extras: Map<string, Slot>,
): void {
  for (const [name, slot] of pairs) {
    const field = [...model.fields.values()].find((one) => inputNames(one, options).includes(name));
    if (field === undefined) extras.set(name, slot);
    else if (!given.has(field.name) || inputNames(field, options).indexOf(name) === 0)
      given.set(field.name, { slot, variable: variableUnder(under, field), direct: true, parts: false });
  }
}

function variableUnder(under: Making['under'], field: Field): string {
  if (under === null) return field.name;
  const name = field.aliases?.[0] ?? field.name;
  return under.prefix + (under.caseSensitive ? name : name.toUpperCase());
}

/** Validates everything and makes the object. */
function build(making: Making, given: ReadonlyMap<string, Given>, extras: ReadonlyMap<string, Slot>): Val {
  const { run, model, options, generation, site } = making;
  const context: Context = { run, generation, site, variable: model.cls.name };
  const before = [...model.roots.values()].filter((one) => one.mode === 'before');
  const input =
    before.length === 0 ? { given, extras } : throughRoots(making, context, generation === 1 ? before : before.reverse(), given, extras);
  if ('k' in input) return input;
  const values = new Map<string, Val>();
  for (const field of model.fields.values()) {
    const one = input.given.get(field.name) ?? { slot: ABSENT, variable: variableUnder(making.under, field), direct: true, parts: false };
    values.set(field.name, fieldValue(making, field, one, values));
  }
  const kept = extraValues(context, model, options, input.extras);
  if (kept === null) return unknownAt(run, 'unsupported-syntax', site);
  const names = new Map<string, Val>([...values, ...kept]);
  const attrs = newCell<ScopeState>(run.journal, { k: 'scope', names, open: null });
  const instance: InstanceObj = { t: 'instance', cls: model.cls, attrs };
  const self = known(instance, originAt(site));
  for (const root of model.roots.values()) {
    if (root.mode !== 'after') continue;
    if (generation === 2) {
      if (root.call.params.length !== 1) return unknownAt(run, 'unsupported-syntax', site);
      wrapErrors(context, () => callValue(run, bind(self, root.call), NO_ARGS, site));
      continue;
    }
    const changed = callRoot(
      context,
      model.cls,
      root.call,
      known(
        dictFrom(
          run,
          [...attrs.state.names].flatMap(([name, slot]) => (slot.k === 'absent' ? [] : [[name, slot] as const])),
          site,
        ),
        originAt(site),
      ),
    );
    if (!refill(attrs.state, changed)) return unknownAt(run, 'unsupported-syntax', site);
  }
  return self;
}

/** What a root validator of pydantic 1 returns becomes the object's whole content. */
function refill(state: ScopeState, changed: Val): boolean {
  if (changed.k !== 'known' || changed.obj.t !== 'dict' || changed.obj.cell.state.open !== null) return false;
  state.names.clear();
  for (const entry of changed.obj.cell.state.entries.values()) {
    if (entry.key.obj.t !== 'str') return false;
    state.names.set(entry.key.obj.v, entry.value);
  }
  return true;
}

interface Input {
  readonly given: ReadonlyMap<string, Given>;
  readonly extras: ReadonlyMap<string, Slot>;
}

function throughRoots(
  making: Making,
  context: Context,
  roots: readonly { readonly call: Parameters<typeof callRoot>[2] }[],
  given: ReadonlyMap<string, Given>,
  extras: ReadonlyMap<string, Slot>,
): Input | Unk {
  const { run, model, options, site } = making;
  const pairs: (readonly [string, Val])[] = [];
  for (const field of model.fields.values()) {
    const slot = given.get(field.name)?.slot ?? ABSENT;
    if (slot.k === 'cond' && slot.cases.some((one) => one.then.k === 'absent')) return unknownAt(run, 'opaque-env', site);
    if (slot.k !== 'absent') pairs.push([inputNames(field, options)[0] ?? field.name, slot]);
  }
  for (const [name, slot] of extras) if (slot.k !== 'absent') pairs.push([name, slot]);
  let data: Val = known(dictFrom(run, pairs, site), originAt(site));
  for (const root of roots) data = callRoot(context, model.cls, root.call, data);
  if (data.k !== 'known' || data.obj.t !== 'dict' || data.obj.cell.state.open !== null) return unknownAt(run, 'unsupported-syntax', site);
  const changed: (readonly [string, Slot])[] = [];
  for (const entry of data.obj.cell.state.entries.values()) {
    if (entry.key.obj.t !== 'str') return unknownAt(run, 'unsupported-syntax', site);
    changed.push([entry.key.obj.v, entry.value]);
  }
  const sorted = new Map<string, Given>();
  const rest = new Map<string, Slot>();
  sort(making, changed, sorted, rest);
  for (const [name, old] of given) {
    const now = sorted.get(name);
    if (now === undefined) sorted.set(name, { ...old, slot: ABSENT });
    else sorted.set(name, { ...old, slot: now.slot });
  }
  return { given: sorted, extras: rest };
}

/** Null: nothing tells. Forbidden names raise. */
function extraValues(context: Context, model: Model, options: Options, extras: ReadonlyMap<string, Slot>): ReadonlyMap<string, Val> | null {
  const kept = new Map<string, Val>();
  if (options.extra === 'ignore') return kept;
  for (const [name, slot] of extras) {
    if (slot.k === 'absent') continue;
    if (slot.k === 'cond' && slot.cases.some((one) => one.then.k === 'absent')) return null;
    if (options.extra === 'forbid') refuse({ ...context, variable: name });
    if (model.fields.has(name)) return null;
    kept.set(name, slot);
  }
  return kept;
}

function fieldValue(making: Making, field: Field, given: Given, sofar: ReadonlyMap<string, Val>): Val {
  const { run, model, options, generation } = making;
  const context: Context = { run, generation, site: field.site, variable: given.direct && making.under === null ? '' : given.variable };
  const make = (inner: Context, type: Extract<FieldType, { k: 'model' }>, one: Known) => nestedModel(making, inner, type, one);
  const check = (value: Val) => validated(context, model, field, value, sofar, make);
  const fallback = defaultOf(making, field, sofar);
  if (fallback === null && given.slot.k === 'absent' && isNestedInEnvironment(making, field)) {
    const empty = known(dictFrom(run, [], field.site), originAt(field.site));
    if (run.request.assumeMissing === true && !insideTry(run)) return check(empty);
  }
  const always = field.validateDefault ?? options.validateDefault;
  const dflt = (value: Val) => (generation === 1 && !always ? alwaysOnly(making, field, value, check) : always ? check(value) : value);
  if (given.direct && making.under === null) {
    if (given.slot.k === 'absent' && fallback === null) return refuse(context);
    return readSlotWith(run, given.slot, check, () => (fallback === null ? refuse(context) : dflt(fallback())));
  }
  if (given.parts) return check(given.slot.k === 'absent' ? unknownAt(run, 'unsupported-syntax', field.site) : given.slot);
  const value = readAs(
    run,
    {
      name: given.slot.k === 'absent' ? firstLeaf(making, field, given.variable) : given.variable,
      library: library(generation),
      site: field.site,
      fallback: fallback === null ? null : given.slot.k === 'known' ? () => quietly(run, field, fallback) : fallback,
      error: 'ValidationError',
      message: `${field.name}: field required`,
    },
    given.slot,
  );
  return checkedRead(run, value, check, dflt);
}

/** pydantic 1 without `validate_all`: only validators that ask for it see the default. */
function alwaysOnly({ model }: Making, field: Field, value: Val, check: (value: Val) => Val): Val {
  const asks = [...model.validators.values()].some((one) => one.always && one.fields.includes(field.name));
  return asks ? check(value) : value;
}

/** What was read is validated; the default stands apart by its origin. */
function checkedRead(run: Run, value: Val, check: (value: Val) => Val, dflt: (value: Val) => Val): Val {
  const one = (each: Known | Unk): Val => {
    if (each.origin.step === 'env' && each.origin.state === 'fallback') return dflt(each);
    return each.k === 'unk' && each.why === 'missing-env' ? each : check(each);
  };
  if (value.k !== 'cond') return one(value);
  return readSlotWith(run, value, one, () => unknownAt(run, 'raised', { file: '', start: 0, end: 0 }));
}

function readSlotWith(run: Run, slot: Slot, use: (one: Known | Unk) => Val, absent: () => Val): Val {
  const now = settled(run, slot);
  if (now.k === 'absent') return absent();
  if (now.k !== 'cond') return use(now);
  return forkCases(run, now.cases, (then) => (then.k === 'absent' ? absent() : use(then)));
}

/** The default of a field, made anew for each object; null when it has none. */
function defaultOf({ run }: Making, field: Field, sofar: ReadonlyMap<string, Val>): (() => Val) | null {
  const { fallback, factory, site } = field;
  if (factory !== null)
    return () => {
      const asks = factory.k === 'known' && factory.obj.t === 'func' && factory.obj.params.length > 0;
      return callValue(run, factory, positional(asks ? [known(dictFrom(run, [...sofar], site), originAt(site))] : []), site);
    };
  return fallback === null ? null : () => freshCopy(run, fallback);
}

/** The default as it is told beside a variable that is given: what raises there raises nowhere. */
function quietly(run: Run, field: Field, fallback: () => Val): Val {
  try {
    return fallback();
  } catch (error) {
    if (error instanceof PyError) return unknownAt(run, 'raised', field.site);
    throw error;
  }
}

function modelType(type: FieldType): Extract<FieldType, { k: 'model' }> | null {
  if (type.k === 'model') return type;
  return type.k === 'optional' || type.k === 'layered' ? modelType(type.of) : null;
}

/** Whether the parts of a field are variables of their own. */
function isNestedInEnvironment({ model, options, under }: Making, field: Field): boolean {
  return (model.isSettings || under !== null) && options.delimiter !== null && modelType(field.type) !== null;
}

/** The variable that is missed first when a nested model has none at all. */
function firstLeaf(making: Making, field: Field, variable: string): string {
  const type = modelType(field.type);
  const inner = type === null || !isNestedInEnvironment(making, field) ? undefined : modelOf(type.cls);
  if (inner === undefined || inner.isSettings) return variable;
  const first = [...inner.fields.values()].find((one) => one.fallback === null && one.factory === null);
  if (first === undefined) return variable;
  const { caseSensitive, delimiter } = making.options;
  return variableUnder({ prefix: `${variable}${delimiter ?? ''}`, caseSensitive }, first);
}

/** `pydantic` or `pydantic.v1`: models of one are nothing to the other. */
function homeOf(cls: ClassObj): string | undefined {
  return cls.mro[cls.mro.length - 1]?.module;
}

function nestedModel(making: Making, context: Context, type: Extract<FieldType, { k: 'model' }>, one: Known): Val {
  const { run, generation, site } = making;
  const { obj } = one;
  if (obj.t === 'instance') return obj.cls.mro.includes(type.cls) ? one : unknownAt(run, 'unsupported-syntax', site);
  if (obj.t === 'none' || obj.t === 'bool' || obj.t === 'int' || obj.t === 'float' || (obj.t === 'str' && obj.v !== ''))
    return refuse(context);
  if (obj.t === 'str' && generation === 2) return refuse(context);
  if (obj.t !== 'dict')
    return generation === 2 && (obj.t === 'list' || obj.t === 'tuple') ? refuse(context) : unknownAt(run, 'unsupported-syntax', site);
  const model = modelOf(type.cls);
  const pairs: (readonly [string, Slot])[] = [];
  for (const entry of obj.cell.state.entries.values()) {
    if (entry.key.obj.t !== 'str') return unknownAt(run, 'unsupported-syntax', site);
    pairs.push([entry.key.obj.v, entry.value]);
  }
  if (model === undefined || model.open !== null || obj.cell.state.open !== null) return unknownAt(run, 'unsupported-syntax', site);
  if (homeOf(model.cls) !== homeOf(making.model.cls)) return unknownAt(run, 'unsupported-syntax', site);
  if (model.isSettings) {
    const kw = new Map(pairs.flatMap(([name, slot]) => (slot.k === 'absent' ? [] : [[name, slot] as const])));
    return createModel(run, type.cls, { pos: [], kw, open: null }, site) ?? unknownAt(run, 'unsupported-syntax', site);
  }
  const options = optionsOf(run, model, generation, NO_ARGS, site);
  if ('k' in options) return options;
  const { delimiter, caseSensitive } = making.options;
  const inside = (making.model.isSettings || making.under !== null) && delimiter !== null && context.variable !== '';
  const under = inside ? { prefix: `${context.variable}${delimiter}`, caseSensitive } : null;
  const inner: Making = {
    run,
    model,
    options: { ...options, delimiter: inside ? delimiter : null, caseSensitive },
    generation,
    site,
    under,
  };
  const given = new Map<string, Given>();
  const extras = new Map<string, Slot>();
  sort(inner, pairs, given, extras);
  return build(inner, given, extras);
}
