import type { Data, Entry } from '../core/data.ts';
import { both, type Guard, type Guards } from '../core/guard.ts';
import { MAX_CASES, MAX_MEMBERS } from '../core/limits.ts';
import { isSecretName, Secret } from '../core/secret.ts';
import { type Case, casesOf, fromCases, known, mapValue, type Unknown, unknown, type Value } from '../core/value.ts';
import { flipped } from './expressions/comparison.ts';
import type { Absent, Known, Obj, Slot, Unk } from './values/object.ts';
import { hasAbove } from './values/paths.ts';
import type { MapEntry } from './values/state.ts';

/** The boundary between the interpreter's objects and what rules see. */

const MAX_DEPTH = 40;
/** Alternatives of one dict by the presence of its keys; beyond them the keys become unknown. */
const MAX_SHAPES = 16;

interface Context {
  readonly path: Guards;
  /** A secret name stands above: every text below it is one. */
  readonly secret: boolean;
  readonly depth: number;
  /** Counts what has been unfolded so far. */
  readonly unfolded: { count: number };
}

export function exportUnknown(one: Unk): Unknown {
  return unknown(one.why, one.origin, one.names, one.type ?? undefined);
}

/** What a slot holds, for rules. `absent` says what a missing value counts as. */
export function exportSlot(slot: Slot, name: string, path: Guards, absent: () => Value<Data>): Value<Data> {
  const context: Context = { path, secret: isSecretName(name), depth: 0, unfolded: { count: 0 } };
  if (slot.k === 'absent') return absent();
  if (slot.k !== 'cond') return exportOne(slot, context);
  return exportCases(slot.cases, context, absent);
}

function exportCases(
  cases: readonly { readonly when: Guards; readonly then: Known | Unk | Absent }[],
  context: Context,
  absent: () => Value<Data>,
): Value<Data> {
  const out: Case<Data>[] = [];
  for (const one of cases) {
    const open = both(context.path, one.when);
    if (open === undefined) continue;
    const value = one.then.k === 'absent' ? absent() : exportOne(one.then, { ...context, path: open });
    for (const inner of casesOf(value)) {
      const when = both(one.when, inner.when);
      if (when !== undefined) out.push({ when, then: inner.then });
    }
  }
  const [first] = out;
  if (first === undefined) return unknown('raised', { step: 'default', of: 'nothing' });
  if (out.length > MAX_CASES) return unknown('limit', first.then.origin);
  return out.length === 1 ? first.then : fromCases(out);
}

function exportOne(one: Known | Unk, context: Context): Value<Data> {
  if (one.k === 'unk') return one.type === 'bool' && one.truth !== null ? exportTruth(one, one.truth, context) : exportUnknown(one);
  if (context.depth > MAX_DEPTH || ++context.unfolded.count > MAX_MEMBERS) return unknown('limit', one.origin);
  return exportObj(one, { ...context, depth: context.depth + 1 });
}

/** A truth that hangs on one structured guard is conditional rather than unknown. */
function exportTruth(one: Unk, truth: Guard, context: Context): Value<Data> {
  const otherwise = flipped(truth);
  if (otherwise === null) return exportUnknown(one);
  const cases: Case<Data>[] = [
    { when: [truth], then: known<Data>(true, one.origin) },
    { when: [otherwise], then: known<Data>(false, one.origin) },
  ].filter((each) => both(context.path, each.when) !== undefined);
  const [only] = cases;
  return cases.length === 1 && only !== undefined ? only.then : fromCases(cases);
}

function exportInner(slot: Slot, context: Context): Value<Data> {
  if (slot.k === 'absent') return unknown('raised', { step: 'default', of: 'nothing' });
  if (slot.k === 'cond') return exportCases(slot.cases, context, () => unknown('raised', { step: 'default', of: 'nothing' }));
  return exportOne(slot, context);
}

function exportObj(one: Known, context: Context): Value<Data> {
  const { obj, origin } = one;
  switch (obj.t) {
    case 'none':
      return known(null, origin);
    case 'bool':
    case 'float':
      // JSON has no negative zero.
      return Object.is(obj.v, -0) ? unknown('unsupported-syntax', origin, [], 'float') : known(obj.v, origin);
    case 'int':
      return obj.v >= -9007199254740991n && obj.v <= 9007199254740991n
        ? known(Number(obj.v), origin)
        : unknown('unsupported-syntax', origin, [], 'int');
    case 'str':
      if (hasAbove(obj.v)) return unknown('host', origin, [], 'str');
      return known(one.secret || context.secret ? new Secret(obj.v) : obj.v, origin);
    case 'bytes':
      return known(one.secret || context.secret ? new Secret(obj.v, 'bytes') : { kind: 'bytes', value: obj.v }, origin);
    case 'tuple':
      return known(sequence('tuple', obj.items, context), origin);
    case 'list':
      return exportList(one, obj, context);
    case 'dict':
      return withRest(exportDict(one, [...obj.cell.state.entries.values()], obj.cell.state.open === null, context), obj.cell.state.open);
    case 'set': {
      const all = [...obj.cell.state.entries.values()];
      // A member that only some branches have added may be missing.
      const sure = all.filter(
        (entry) => entry.value.k !== 'absent' && !(entry.value.k === 'cond' && entry.value.cases.some((one) => one.then.k === 'absent')),
      );
      const items = sure.map((entry) => exportInner(entry.key, context));
      return known({ kind: 'set', items, complete: obj.cell.state.open === null && sure.length === all.length }, origin);
    }
    case 'path':
      if (hasAbove(obj.v)) return unknown('host', origin);
      return known({ kind: 'path', value: obj.v }, origin);
    case 'timedelta':
      return known({ kind: 'timedelta', seconds: Number(obj.micros) / 1e6 }, origin);
    case 'datetime':
      return known({ kind: 'datetime', value: obj.v }, origin);
    case 'regex':
      return known({ kind: 'regex', pattern: obj.pattern }, origin);
    case 'lazy':
      return known({ kind: 'lazy', value: obj.v }, origin);
    default:
      return exportOther(obj, one, context);
  }
}

const NOWHERE = { file: '', start: 0, end: 0 };

function exportOther(obj: Obj, one: Known, context: Context): Value<Data> {
  switch (obj.t) {
    case 'class':
      return known({ kind: 'class', name: `${obj.module}.${obj.name}` }, one.origin);
    case 'func':
      return known({ kind: 'callable', name: `${obj.module.name}.${obj.name}` }, one.origin);
    case 'builtin':
      return known({ kind: obj.type ? 'class' : 'callable', name: obj.name }, one.origin);
    case 'bound':
      return known({ kind: 'callable', name: obj.func.name }, one.origin);
    case 'instance':
      // An instance of a class that derives from str, dict and so on counts as that.
      if (obj.payload !== undefined) return exportOne({ ...obj.payload, origin: one.origin }, context);
      return known({ kind: 'object', name: `${obj.cls.module}.${obj.cls.name}` }, one.origin);
    case 'module':
      return known({ kind: 'module', name: obj.name }, one.origin);
    case 'native':
      if (obj.mapping !== undefined) return exportInner(obj.mapping(NOWHERE), context);
      return obj.cls === '' ? unknown('third-party', one.origin) : known({ kind: 'object', name: obj.cls }, one.origin);
    default:
      return unknown('unsupported-syntax', one.origin);
  }
}

function sequence(kind: 'list' | 'tuple', all: readonly Slot[], context: Context): Data {
  const items: Value<Data>[] = [];
  const gaps: number[] = [];
  for (const item of all) {
    if (item.k === 'unk' && item.many) {
      if (gaps[gaps.length - 1] !== items.length) gaps.push(items.length);
    } else items.push(exportInner(item, context));
  }
  return gaps.length === 0 ? { kind, items, complete: true } : { kind, items, complete: false, gaps };
}

function exportList(one: Known, obj: Extract<Obj, { t: 'list' }>, context: Context): Value<Data> {
  if (obj.view) return known({ kind: 'object', name: 'iterator' }, one.origin);
  const { items, alternatives } = obj.cell.state;
  if (alternatives === null) return known(sequence('list', items, context), one.origin);
  const cases: Case<Data>[] = [];
  for (const each of alternatives) {
    const path = both(context.path, each.when);
    if (path !== undefined) cases.push({ when: each.when, then: known(sequence('list', each.items, { ...context, path }), one.origin) });
  }
  const [first] = cases;
  return cases.length === 1 && first !== undefined ? first.then : fromCases(cases);
}

interface Shape {
  readonly when: Guards;
  readonly path: Guards;
  readonly entries: readonly Entry[];
}

/** Says why what is not listed is unknown. */
function withRest(made: Value<Data>, open: Unk | null): Value<Data> {
  if (open === null) return made;
  const rest = exportUnknown(open);
  return mapValue(made, (data) =>
    typeof data === 'object' && data !== null && 'kind' in data && data.kind === 'dict' ? { ...data, rest } : data,
  );
}

function exportDict(one: Known, entries: readonly MapEntry[], complete: boolean, context: Context): Value<Data> {
  let shapes: Shape[] = [{ when: [], path: context.path, entries: [] }];
  let whole = complete;
  for (const entry of entries) {
    const keyValue = exportInner(entry.key, { ...context, secret: false });
    if (keyValue.kind !== 'known') {
      whole = false;
      continue;
    }
    const key = keyValue.value;
    const inner: Context = { ...context, secret: context.secret || (typeof key === 'string' && isSecretName(key)) };
    const { value } = entry;
    const optional = value.k === 'absent' || (value.k === 'cond' && value.cases.some((each) => each.then.k === 'absent'));
    if (!optional || value.k !== 'cond') {
      if (value.k !== 'absent')
        shapes = shapes.map((shape) => ({
          ...shape,
          entries: [...shape.entries, { key, value: exportInner(value, { ...inner, path: shape.path }) }],
        }));
      continue;
    }
    const split = shapes.flatMap((shape) =>
      value.cases.flatMap((each): Shape[] => {
        const path = both(shape.path, each.when);
        const when = both(shape.when, each.when);
        if (path === undefined || when === undefined) return [];
        const added = each.then.k === 'absent' ? [] : [{ key, value: exportOne(each.then, { ...inner, path }) }];
        return [{ when, path, entries: [...shape.entries, ...added] }];
      }),
    );
    if (split.length <= MAX_SHAPES) shapes = split;
    else whole = false;
  }
  const [first] = shapes;
  if (first !== undefined && shapes.length === 1) return known({ kind: 'dict', entries: first.entries, complete: whole }, one.origin);
  return fromCases(
    shapes.map((shape) => ({ when: shape.when, then: known<Data>({ kind: 'dict', entries: shape.entries, complete: whole }, one.origin) })),
  );
}
