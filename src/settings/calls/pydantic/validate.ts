import { callWith } from '../../expressions/call.ts';
import { lift, originAt, unknownAt } from '../../run.ts';
import { itemsOf, listFrom, setFrom } from '../../values/iterate.ts';
import { type DictObj, type Known, known, type Slot, tuple, type Unk, type Val } from '../../values/object.ts';
import { type MapEntry, type MapState, newCell } from '../../values/state.ts';
import { keyOf } from '../../values/text.ts';
import { toMember } from './enums.ts';
import { attempt, type Context, refuse, unknownOf, wrapErrors } from './failure.ts';
import { made, toBool, toBytes, toChoice, toEmail, toFloat, toInt, toPath, toSecret, toText } from './scalars.ts';
import type { FieldType } from './types.ts';
import { toUrl } from './urls.ts';

/** How a nested model is made of a mapping; given by the caller, who knows instances. */
export type MakeModel = (context: Context, type: Extract<FieldType, { k: 'model' }>, one: Known) => Val;

/** The value that pydantic makes of a value; raises where it refuses. */
export function validate(context: Context, type: FieldType, value: Val, make: MakeModel): Val {
  if (type.k === 'opaque') return blurred(context, type.why, value);
  if (type.k === 'any') return value;
  if (type.k === 'layered') return layered(context, type, type.layers.length - 1, value, make);
  return lift(
    context.run,
    value,
    (one) => validateKnown(context, type, one, make),
    (one) => unknownOf(context, type, one),
  );
}

function blurred(context: Context, why: Unk, value: Val): Val {
  const names = value.k === 'unk' ? value.names : [];
  return unknownAt(context.run, why.why, context.site, { names });
}

/** Functions around a type, the last one outermost. */
function layered(context: Context, type: Extract<FieldType, { k: 'layered' }>, at: number, value: Val, make: MakeModel): Val {
  const layer = type.layers[at];
  if (layer === undefined) return validate(context, type.of, value, make);
  const call = (given: Val) => wrapErrors(context, () => callWith(context.run, layer.call, [given], layer.site));
  if (layer.mode === 'plain') return call(value);
  if (layer.mode === 'before') return layered(context, type, at - 1, call(value), make);
  return call(layered(context, type, at - 1, value, make));
}

function validateKnown(context: Context, type: FieldType, one: Known, make: MakeModel): Val {
  switch (type.k) {
    case 'any':
    case 'opaque':
    case 'layered':
      return validate(context, type, one, make);
    case 'none':
      return one.obj.t === 'none' ? one : refuse(context);
    case 'bool':
      return toBool(context, one);
    case 'int':
      return toInt(context, one, type.limits);
    case 'float':
      return toFloat(context, one, type.limits);
    case 'str':
      return toText(context, one, type.limits);
    case 'bytes':
      return toBytes(context, one);
    case 'path':
      return toPath(context, one);
    case 'secret':
      return toSecret(context, one, type.home);
    case 'literal':
      return toChoice(context, one, type);
    case 'url':
      return toUrl(context, one, type.url);
    case 'timedelta':
      return one.obj.t === 'timedelta' ? one : unknownAt(context.run, 'unsupported-syntax', context.site);
    case 'email':
      return toEmail(context, one);
    case 'enum':
      return toMember(context, one, type.cls);
    case 'optional':
      return one.obj.t === 'none' ? one : validate(context, type.of, one, make);
    case 'union':
      return context.generation === 1 ? firstOf(context, type.of, one, make) : bestOf(context, type.of, one, make);
    case 'list':
    case 'set':
    case 'frozenset':
    case 'tuple':
      return sequence(context, type, one, make);
    case 'dict':
      return mapping(context, type, one, make);
    case 'model':
      return make(context, type, one);
  }
}

function firstOf(context: Context, types: readonly FieldType[], one: Known, make: MakeModel): Val {
  for (const type of types) {
    const value = attempt(() => validate(context, type, one, make));
    if (value !== undefined) return value;
  }
  return refuse(context);
}

/** How near a result is to what was given: pydantic 2 takes the nearest, of equals the first. Undefined: nobody has looked. */
function nearness(type: FieldType, one: Known): number | undefined {
  const given = one.obj.t;
  switch (type.k) {
    case 'str':
      return given === 'str' ? 3 : 1;
    case 'int':
      return given === 'int' ? 3 : 1;
    case 'bool':
      return given === 'bool' ? 3 : 1;
    case 'float':
      return given === 'float' ? 3 : given === 'int' ? 2 : 1;
    case 'literal':
      return given === 'str' || given === 'int' ? 3 : undefined;
    case 'list':
    case 'dict':
    case 'set':
    case 'tuple':
    case 'model':
      return given === 'str' || given === 'int' || given === 'bool' || given === 'float' ? 1 : undefined;
    default:
      return undefined;
  }
}

function bestOf(context: Context, types: readonly FieldType[], one: Known, make: MakeModel): Val {
  if (one.obj.t === 'list' || one.obj.t === 'dict') return onlyContainer(context, types, one, make);
  let best: { readonly value: Val; readonly near: number } | undefined;
  let unclear = false;
  for (const type of types) {
    const near = nearness(type, one);
    if (near === undefined) {
      unclear = true;
      continue;
    }
    const value = attempt(() => validate(context, type, one, make));
    if (value === undefined) continue;
    if (near === 3 && value.k === 'known') return value;
    if (value.k !== 'known') unclear = true;
    else if (best === undefined || near > best.near) best = { value, near };
  }
  if (unclear) return unknownAt(context.run, 'unsupported-syntax', context.site);
  return best === undefined ? refuse(context) : best.value;
}

/** A list or mapping against a union: followed when one member alone can take it. */
function onlyContainer(context: Context, types: readonly FieldType[], one: Known, make: MakeModel): Val {
  const scalar = new Set<FieldType['k']>(['str', 'int', 'float', 'bool', 'literal', 'none']);
  const others = types.filter((type) => !scalar.has(type.k));
  const [only] = others;
  if (only === undefined) return refuse(context);
  return others.length === 1 ? validate(context, only, one, make) : unknownAt(context.run, 'unsupported-syntax', context.site);
}

type SequenceType = Extract<FieldType, { k: 'list' | 'set' | 'frozenset' | 'tuple' }>;

function sequence(context: Context, type: SequenceType, one: Known, make: MakeModel): Val {
  const { run, site } = context;
  const { obj } = one;
  if (
    obj.t === 'str' ||
    obj.t === 'none' ||
    obj.t === 'bool' ||
    obj.t === 'int' ||
    obj.t === 'float' ||
    obj.t === 'dict' ||
    obj.t === 'path'
  )
    return refuse(context);
  const items = obj.t === 'set' ? setItems(one) : itemsOf(run, one, site);
  if (items === undefined || (obj.t === 'list' && obj.view) || items.some((item) => item.k === 'unk' && item.many))
    return unknownAt(run, 'unsupported-syntax', site, { type: type.k === 'list' ? 'list' : null });
  if (type.k === 'tuple') return tupled(context, type, one, items, make);
  const checked = items.map((item) => validate(context, type.of, item, make));
  const { minLength, maxLength } = type.limits;
  if (type.k === 'list') {
    if ((minLength !== null && checked.length < minLength) || (maxLength !== null && checked.length > maxLength)) return refuse(context);
    return made(context, one, listFrom(run, checked));
  }
  return setFrom(run, checked, type.k === 'frozenset', site);
}

/** The single item of a set; of more the order is not known. */
function setItems(one: Known): readonly Val[] | undefined {
  if (one.obj.t !== 'set' || one.obj.cell.state.open !== null || one.obj.cell.state.entries.size > 1) return undefined;
  return [...one.obj.cell.state.entries.values()].map((entry) => entry.key);
}

function tupled(context: Context, type: Extract<FieldType, { k: 'tuple' }>, one: Known, items: readonly Val[], make: MakeModel): Val {
  const { rest } = type;
  if (rest === null && items.length !== type.items.length) return refuse(context);
  const checked = items.map((item, i) => {
    const inner = rest ?? type.items[i];
    return inner === undefined ? item : validate(context, inner, item, make);
  });
  return made(context, one, tuple(checked));
}

function mapping(context: Context, type: Extract<FieldType, { k: 'dict' }>, one: Known, make: MakeModel): Val {
  const { run, site } = context;
  const { obj } = one;
  if (obj.t !== 'dict') {
    if (obj.t === 'list' || obj.t === 'tuple' || obj.t === 'str')
      return context.generation === 2 || (obj.t === 'str' && obj.v !== '')
        ? refuse(context)
        : unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
    return obj.t === 'none' || obj.t === 'bool' || obj.t === 'int' || obj.t === 'float' || obj.t === 'path'
      ? refuse(context)
      : unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
  }
  const entries = new Map<string, MapEntry>();
  let { open } = obj.cell.state;
  for (const entry of obj.cell.state.entries.values()) {
    const key = validate(context, type.key, entry.key, make);
    const id = key.k === 'known' ? keyOf(key.obj) : null;
    if (key.k !== 'known' || id === null) open ??= unknownAt(run, 'unsupported-syntax', site);
    else entries.set(id, { key, value: slotOf(context, type.value, entry.value, make) });
  }
  const state: MapState = { k: 'map', entries, open };
  const dict: DictObj = { t: 'dict', cell: newCell<MapState>(run.journal, state), factory: null };
  return known(dict, originAt(site, undefined, one.origin), one.secret);
}

/** An entry that may be absent stays so. */
function slotOf(context: Context, type: FieldType, slot: Slot, make: MakeModel): Slot {
  if (slot.k === 'absent') return slot;
  if (slot.k === 'cond' && slot.cases.some((one) => one.then.k === 'absent'))
    return unknownAt(context.run, 'unsupported-syntax', context.site);
  return validate(context, type, slot, make);
}
