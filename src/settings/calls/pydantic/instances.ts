import { boolArg, builtin, NO_ARGS, textArg } from '../../builtins/native.ts';
import { callValue } from '../../expressions/call.ts';
import { bind, lookupClass } from '../../expressions/instances.ts';
import { lift, originAt, type Run, unknownAt } from '../../run.ts';
import { dictFrom, listFrom } from '../../values/iterate.ts';
import {
  type CallArgs,
  type InstanceObj,
  type Known,
  known,
  type Site,
  type Slot,
  str,
  tuple,
  type Unk,
  type Val,
} from '../../values/object.ts';
import { type MapEntry, newCell, writeScope } from '../../values/state.ts';
import { type Model, modelOf } from './types.ts';

/** What the objects of models can do besides holding their fields. */

/** A value with containers of its own, as defaults are copied. */
export function freshCopy(run: Run, value: Val, depth = 0): Val {
  if (value.k !== 'known' || depth > 30) return value;
  const { obj } = value;
  const slot = (one: Slot): Slot => (one.k === 'known' ? freshCopy(run, one, depth + 1) : one);
  switch (obj.t) {
    case 'list':
      if (obj.view || obj.cell.state.alternatives !== null) return value;
      return {
        ...value,
        obj: listFrom(
          run,
          obj.cell.state.items.map((one) => freshCopy(run, one, depth + 1)),
        ),
      };
    case 'tuple':
      return obj.cls !== null || obj.fields !== null
        ? value
        : { ...value, obj: tuple(obj.items.map((one) => freshCopy(run, one, depth + 1))) };
    case 'dict': {
      const entries = new Map<string, MapEntry>();
      for (const [id, entry] of obj.cell.state.entries) entries.set(id, { key: entry.key, value: slot(entry.value) });
      return {
        ...value,
        obj: { t: 'dict', cell: newCell(run.journal, { k: 'map', entries, open: obj.cell.state.open }), factory: obj.factory },
      };
    }
    case 'set':
      return {
        ...value,
        obj: {
          t: 'set',
          frozen: obj.frozen,
          cell: newCell(run.journal, { k: 'map', entries: new Map(obj.cell.state.entries), open: obj.cell.state.open }),
        },
      };
    default:
      return value;
  }
}

/** An attribute that BaseModel gives its objects; undefined for those that are not followed. */
export function modelAttribute(run: Run, self: Known, obj: InstanceObj, name: string): Val | undefined {
  const model = modelOf(obj.cls);
  if (model === undefined || lookupClass(obj.cls, name) !== undefined) return undefined;
  if (name === 'dict' && model.generation !== 2) return builtin(name, (args, at) => dumped(run, self, model, args, at));
  if ((name === 'model_dump' && model.generation !== 1) || (name === 'dict' && model.generation === 2))
    return builtin(name, (args, at) => dumped(run, self, model, args, at));
  return undefined;
}

interface Dump {
  readonly run: Run;
  readonly json: boolean;
  readonly withoutNone: boolean;
  readonly site: Site;
}

/** `model_dump()` and `dict()`. */
function dumped(run: Run, self: Known, _model: Model, args: CallArgs, site: Site): Val {
  const refuse = () => unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
  const mode = args.kw.has('mode') ? textArg(args.kw.get('mode')) : 'python';
  const withoutNone = boolArg(args.kw.get('exclude_none'), false);
  const excluded = namesIn(args.kw.get('exclude'));
  const followed = [...args.kw.keys()].every((name) => name === 'mode' || name === 'exclude' || name === 'exclude_none');
  if (
    args.open !== null ||
    args.pos.length > 0 ||
    !followed ||
    withoutNone === undefined ||
    excluded === undefined ||
    (mode !== 'python' && mode !== 'json')
  )
    return refuse();
  return objectDump({ run, json: mode === 'json', withoutNone, site }, self, new Set(excluded), 0) ?? refuse();
}

function namesIn(value: Val | undefined): readonly string[] | undefined {
  if (value === undefined) return [];
  if (value.k !== 'known' || value.obj.t !== 'set' || value.obj.cell.state.open !== null) return undefined;
  const names = [...value.obj.cell.state.entries.values()].map((entry) => textArg(entry.key));
  const texts = names.flatMap((name) => (name === undefined ? [] : [name]));
  return texts.length === names.length ? texts : undefined;
}

function objectDump(dump: Dump, self: Known, excluded: ReadonlySet<string>, depth: number): Val | undefined {
  const { run, site, withoutNone } = dump;
  const { obj } = self;
  const model = obj.t === 'instance' ? modelOf(obj.cls) : undefined;
  if (model === undefined || obj.t !== 'instance' || obj.attrs.state.open !== null || depth > 20) return undefined;
  const pairs: (readonly [string, Val])[] = [];
  for (const [name, slot] of obj.attrs.state.names) {
    if (name.startsWith('_') || excluded.has(name) || model.fields.get(name)?.excluded === true) continue;
    // A cached property leaves its value among the fields: only pydantic 1 tells it.
    if (!model.fields.has(name) && lookupClass(obj.cls, name) !== undefined) {
      if (model.generation === 1) return undefined;
      continue;
    }
    if (slot.k === 'absent' || (slot.k === 'cond' && slot.cases.some((one) => one.then.k === 'absent'))) return undefined;
    if (withoutNone && (slot.k !== 'known' || slot.obj.t === 'none')) {
      if (slot.k !== 'known') return undefined;
      continue;
    }
    pairs.push([name, valueDump(dump, slot, depth)]);
  }
  for (const name of model.computed) {
    const found = lookupClass(obj.cls, name);
    if (found?.k !== 'known' || found.obj.t !== 'func' || withoutNone) return undefined;
    if (!excluded.has(name)) pairs.push([name, valueDump(dump, callValue(run, bind(self, found.obj), NO_ARGS, site), depth)]);
  }
  return known(dictFrom(run, pairs, site), originAt(site));
}

/** The value of an enumeration's member. */
function memberValue(obj: InstanceObj): Val | undefined {
  const slot = obj.attrs.state.names.get('_value_');
  return slot?.k === 'known' && (slot.obj.t === 'str' || slot.obj.t === 'int') ? slot : undefined;
}

function valueDump(dump: Dump, value: Val, depth: number): Val {
  const { run, site, json } = dump;
  const unclear = () => unknownAt(run, 'unsupported-syntax', site);
  return lift(
    run,
    value,
    (one) => {
      const { obj } = one;
      const inner = (slot: Slot): Val => (slot.k === 'absent' ? unclear() : valueDump(dump, slot, depth + 1));
      switch (obj.t) {
        case 'instance':
          if (modelOf(obj.cls) === undefined) return json ? (memberValue(obj) ?? unclear()) : one;
          return objectDump(dump, one, new Set(), depth + 1) ?? unclear();
        case 'list':
          if (obj.view || obj.cell.state.alternatives !== null) return unclear();
          return { ...one, obj: listFrom(run, obj.cell.state.items.map(inner)) };
        case 'tuple':
          if (obj.cls !== null || obj.fields !== null) return unclear();
          return { ...one, obj: json ? listFrom(run, obj.items.map(inner)) : tuple(obj.items.map(inner)) };
        case 'dict': {
          const entries = new Map<string, MapEntry>();
          for (const [id, entry] of obj.cell.state.entries) {
            if (json && entry.key.obj.t !== 'str') return unclear();
            entries.set(id, { key: entry.key, value: inner(entry.value) });
          }
          return {
            ...one,
            obj: { t: 'dict', cell: newCell(run.journal, { k: 'map', entries, open: obj.cell.state.open }), factory: null },
          };
        }
        case 'none':
        case 'bool':
        case 'int':
        case 'float':
        case 'str':
          return one;
        case 'path':
          return json ? str(obj.v, one.origin, one.secret) : one;
        case 'set':
          return json ? unclear() : freshCopy(run, one);
        case 'native':
          return json ? (obj.text === undefined ? unclear() : str(obj.text, one.origin, one.secret)) : one;
        default:
          return json ? unclear() : one;
      }
    },
    (one) => ({ ...one, type: json ? null : one.type }),
  );
}

/** `settings.name = value`; false when the object is no model and takes anything. */
export function storeInModel(run: Run, obj: InstanceObj, name: string, site: Site): Unk | null {
  const model = modelOf(obj.cls);
  if (model === undefined) return null;
  const strict = ['validate_assignment', 'frozen', 'allow_mutation'].some((key) => {
    const value = model.config.get(key);
    return value !== undefined && !(value.k === 'known' && value.obj.t === 'bool' && value.obj.v === (key === 'allow_mutation'));
  });
  const plain = model.fields.has(name) && !strict && writeScope(run.journal, obj.attrs).open === null;
  return plain ? null : unknownAt(run, 'unsupported-syntax', site);
}
