import { builtin, isLeftOut, PYTHON, textArg, typeObject } from '../../builtins/native.ts';
import { makeDict } from '../../builtins/sequences.ts';
import { callUnknown } from '../../expressions/call.ts';
import { raise } from '../../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../../run.ts';
import { dictFrom, withItems } from '../../values/iterate.ts';
import { nativeClass } from '../../values/native-classes.ts';
import {
  bool,
  type CallArgs,
  type ClassHooks,
  type ClassObj,
  type Known,
  known,
  type NativeObj,
  none,
  type Site,
  str,
  type TupleObj,
  tuple,
  type Val,
} from '../../values/object.ts';
import { newCell, type ScopeState } from '../../values/state.ts';
import type { ModelledModule } from '../registry.ts';

/** typing, abc, and tuples with named fields. */

const FIELDS = new WeakMap<ClassObj, { readonly names: readonly string[]; readonly defaults: ReadonlyMap<string, Val> }>();

/** The named fields of a class of tuples. */
export function tupleFields(cls: ClassObj) {
  for (const base of cls.mro) {
    const found = FIELDS.get(base);
    if (found !== undefined) return found;
  }
  return undefined;
}

function makeTuple(run: Run, cls: ClassObj, args: CallArgs, site: Site): Val {
  const fields = tupleFields(cls);
  if (args.open !== null || fields === undefined) return callUnknown(run, unknownAt(run, 'dynamic-call', site), args, site);
  const { names } = fields;
  if (args.pos.length > names.length) return raise(run, 'TypeError', `${cls.name}() takes fewer positional arguments`, site);
  for (const name of args.kw.keys())
    if (!names.includes(name) || names.indexOf(name) < args.pos.length)
      return raise(run, 'TypeError', `${cls.name}() got an unexpected argument`, site);
  const items = names.map((name, i) => args.pos[i] ?? args.kw.get(name) ?? fields.defaults.get(name));
  const found = items.flatMap((item) => (item === undefined ? [] : [item]));
  if (found.length !== names.length) return raise(run, 'TypeError', `${cls.name}() missing a required argument`, site);
  return known({ t: 'tuple', items: found, fields: names, cls }, originAt(site));
}

const TUPLE_HOOKS: ClassHooks = {
  call: makeTuple,
  attribute: (run, cls, name, site) => {
    const fields = tupleFields(cls);
    if (fields === undefined) return undefined;
    if (name === '_fields') return known(tuple(fields.names.map((one) => str(one, originAt(site)))), originAt(site));
    if (name === '_make')
      return builtin(name, (args, at) =>
        withItems(run, args.pos[0] ?? none(originAt(at)), at, (items) =>
          makeTuple(run, cls, { pos: items, kw: new Map(), open: null }, at),
        ),
      );
    return undefined;
  },
};

/** collections.namedtuple(name, fields, defaults=…) */
export function namedTuple(run: Run, args: CallArgs, at: Site): Val {
  const name = textArg(args.pos[0] ?? args.kw.get('typename'));
  const given = args.pos[1] ?? args.kw.get('field_names');
  if (name === undefined || given === undefined || args.kw.has('rename') || args.open !== null)
    return unknownAt(run, 'unsupported-syntax', at);
  const make = (fields: readonly string[]): Val => {
    const defaults = args.kw.get('defaults');
    if (isLeftOut(defaults)) return tupleClass(run, name, fields, new Map(), at);
    return withItems(run, defaults, at, (items) => tupleClass(run, name, fields, defaultsFrom(fields, items), at));
  };
  const text = textArg(given);
  if (text !== undefined) return make(text.replaceAll(',', ' ').trim().split(/\s+/).filter(Boolean));
  return withItems(run, given, at, (items) => {
    const fields = items.map(textArg).flatMap((one) => (one === undefined ? [] : [one]));
    return fields.length === items.length ? make(fields) : unknownAt(run, 'unsupported-syntax', at);
  });
}

function defaultsFrom(fields: readonly string[], items: readonly Val[]): ReadonlyMap<string, Val> {
  const map = new Map<string, Val>();
  for (const [i, item] of items.entries()) {
    const field = fields[fields.length - items.length + i];
    if (field !== undefined) map.set(field, item);
  }
  return map;
}

function tupleClass(run: Run, name: string, names: readonly string[], defaults: ReadonlyMap<string, Val>, at: Site): Known {
  const cls = nativeClass({ name, module: run.frame.module.name, hooks: TUPLE_HOOKS });
  FIELDS.set(cls, { names, defaults });
  return known(cls, originAt(at));
}

/** Attributes of a named tuple beside its fields. */
export function tupleAttribute(run: Run, one: Known, obj: TupleObj, name: string, site: Site): Val | undefined {
  const fields = obj.fields ?? [];
  const pairs = (): readonly (readonly [string, Val])[] => fields.map((field, i) => [field, obj.items[i] ?? none(originAt(site))]);
  if (name === '_asdict') return builtin(name, (_args, at) => known(dictFrom(run, pairs(), at), originAt(at)));
  if (name === '_fields') return known(tuple(fields.map((field) => str(field, originAt(site)))), originAt(site));
  if (name !== '_replace') return undefined;
  return builtin(name, (args, at) => {
    for (const key of args.kw.keys()) if (!fields.includes(key)) return raise(run, 'ValueError', 'Got unexpected field names', at);
    return known({ ...obj, items: fields.map((field, i) => args.kw.get(field) ?? obj.items[i] ?? none(originAt(at))) }, one.origin);
  });
}

/** class X(NamedTuple): annotated names are the fields. */
const NAMED_TUPLE = nativeClass({
  name: 'NamedTuple',
  module: 'typing',
  hooks: {
    ...TUPLE_HOOKS,
    subclass: (_run, cls, body, site) => {
      const defaults = new Map<string, Val>();
      if (tupleFields(cls) !== undefined) return known(cls, originAt(site));
      for (const name of body.annotations.keys()) {
        const slot = cls.scope.state.names.get(name);
        if (slot !== undefined && slot.k !== 'absent') defaults.set(name, slot);
      }
      FIELDS.set(cls, { names: [...body.annotations.keys()], defaults });
      return known(cls, originAt(site));
    },
    call: (run, cls, args, site) =>
      tupleFields(cls) === undefined ? unknownAt(run, 'unsupported-syntax', site) : makeTuple(run, cls, args, site),
  },
});

/** class X(TypedDict), or X = TypedDict('X', {…}): calling X gives a plain dict. */
const TYPED_DICT: ClassObj = nativeClass({
  name: 'TypedDict',
  module: 'typing',
  hooks: { call: (run, cls, args, site) => (cls === TYPED_DICT ? typedDict(run, args, site) : makeDict(run, args, site)) },
});

function typedDict(run: Run, args: CallArgs, site: Site): Val {
  const name = textArg(args.pos[0]);
  if (name === undefined) return unknownAt(run, 'unsupported-syntax', site);
  return known(
    nativeClass({ name, module: run.frame.module.name, hooks: { call: (inner, _cls, given, at) => makeDict(inner, given, at) } }),
    originAt(site),
  );
}
const PROTOCOL = nativeClass({ name: 'Protocol', module: 'typing' });
const GENERIC = nativeClass({ name: 'Generic', module: 'typing' });
const ABC = nativeClass({ name: 'ABC', module: 'abc' });
const ABC_META = nativeClass({ name: 'ABCMeta', module: 'abc' });

/** `Optional[int]`, `Final`, `Annotated[…]`: forms that only type checkers read. */
function form(name: string): Known {
  const obj: NativeObj = {
    t: 'native',
    cls: name,
    getItem: () => (name.endsWith('[]') ? known(obj, PYTHON) : form(`${name}[]`)),
    binary: (op) => (op === '|' ? known(obj, PYTHON) : undefined),
    call: (_args, at) => known(obj, originAt(at)),
  };
  return known(obj, PYTHON);
}

function same(name: string): () => Val {
  return () => builtin(name, (args, at) => args.pos[0] ?? none(originAt(at)));
}

export function typingModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const cls = (one: ClassObj) => () => known(one, PYTHON);
  const forms = new Map<string, Known>();
  const typing: ModelledModule = {
    open: true,
    names: {
      cast: () => builtin('cast', (args, at) => args.pos[1] ?? none(originAt(at))),
      TYPE_CHECKING: () => bool(false, PYTHON),
      overload: same('overload'),
      final: same('final'),
      override: same('override'),
      no_type_check: same('no_type_check'),
      runtime_checkable: same('runtime_checkable'),
      assert_type: same('assert_type'),
      reveal_type: same('reveal_type'),
      NewType: () => builtin('NewType', () => same('NewType')()),
      TypeVar: () => builtin('TypeVar', () => form('typing.TypeVar')),
      ParamSpec: () => builtin('ParamSpec', () => form('typing.ParamSpec')),
      NamedTuple: cls(NAMED_TUPLE),
      TypedDict: cls(TYPED_DICT),
      Protocol: cls(PROTOCOL),
      Generic: cls(GENERIC),
    },
    any: (name) => {
      const old = forms.get(name) ?? (/^[A-Z]/.test(name) ? form(`typing.${name}`) : undefined);
      if (old === undefined) return unknownAt(run, 'dynamic-call', { file: '', start: 0, end: 0 }, { key: `typing.${name}` });
      forms.set(name, old);
      return old;
    },
  };
  const abstract = (name: string) => () =>
    builtin(name, (args, at) =>
      lift(run, args.pos[0] ?? none(originAt(at)), (one) =>
        one.obj.t === 'func' ? known({ ...one.obj, abstract: true }, one.origin) : one,
      ),
    );
  return {
    typing,
    typing_extensions: typing,
    abc: { open: true, names: { ABC: cls(ABC), ABCMeta: cls(ABC_META), abstractmethod: abstract('abstractmethod') } },
    types: {
      open: true,
      names: {
        SimpleNamespace: () => typeObject('SimpleNamespace', (args, at) => namespace(run, args, at)),
        MappingProxyType: same('MappingProxyType'),
        NoneType: () => typeObject('NoneType', (_args, at) => none(originAt(at))),
      },
    },
  };
}

const NAMESPACE = nativeClass({ name: 'SimpleNamespace', module: 'types' });

function namespace(run: Run, args: CallArgs, at: Site): Val {
  if (args.open !== null || args.pos.length > 0) return callUnknown(run, unknownAt(run, 'unsupported-syntax', at), args, at);
  return known(
    { t: 'instance', cls: NAMESPACE, attrs: newCell<ScopeState>(run.journal, { k: 'scope', names: new Map(args.kw), open: null }) },
    originAt(at),
  );
}
