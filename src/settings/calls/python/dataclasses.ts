import { concat, reprOf } from '../../builtins/format.ts';
import { arg, boolArg, builtin, PYTHON } from '../../builtins/native.ts';
import type { Call } from '../../builtins/objects.ts';
import { NOT_IMPLEMENTED } from '../../builtins/singletons.ts';
import { attribute, callMethod } from '../../expressions/attributes.ts';
import { callUnknown, callValue } from '../../expressions/call.ts';
import { compare } from '../../expressions/comparison.ts';
import { hasMethod, isClosedClass } from '../../expressions/instances.ts';
import { exceptionClass, raise } from '../../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../../run.ts';
import { annotationsIn } from '../../statements/annotations.ts';
import { setItem } from '../../values/containers.ts';
import { dictFrom, listFrom, withItems } from '../../values/iterate.ts';
import { bool, type CallArgs, type ClassObj, type Known, known, none, type Site, str, tuple, type Val } from '../../values/object.ts';
import { writeScope } from '../../values/state.ts';
import type { ModelledModule } from '../registry.ts';

/** dataclasses. */

interface Field {
  readonly name: string;
  readonly fallback: Val | null;
  readonly factory: Val | null;
  readonly init: boolean;
  readonly repr: boolean;
  readonly compare: boolean;
  readonly keywordOnly: boolean;
}
const FIELDS = new WeakMap<ClassObj, readonly Field[]>();
const FIELD = 'dataclasses.Field';
const OPTIONS = new WeakMap<object, Omit<Field, 'name'>>();

const field: Call = (run, args, at) => {
  const flag = (name: string, otherwise: boolean) => boolArg(args.kw.get(name), otherwise);
  const [init, repr, compared, keywordOnly] = [flag('init', true), flag('repr', true), flag('compare', true), flag('kw_only', false)];
  if (init === undefined || repr === undefined || compared === undefined || keywordOnly === undefined || args.open !== null)
    return unknownAt(run, 'dynamic-call', at);
  const obj = { t: 'native' as const, cls: FIELD };
  const [fallback, factory] = [args.kw.get('default') ?? null, args.kw.get('default_factory') ?? null];
  OPTIONS.set(obj, { fallback, factory, init, repr, compare: compared, keywordOnly });
  return known(obj, originAt(at));
};

/** The fields that a class body adds, or undefined when they are not understood. */
function ownFields(run: Run, cls: ClassObj, allKeywords: boolean, at: Site): readonly Field[] | undefined {
  const fields: Field[] = [];
  const { names } = writeScope(run.journal, cls.scope);
  let keywordOnly = allKeywords;
  for (const [name, annotation] of annotationsIn(cls.scope)) {
    const form =
      annotation.k === 'known' && annotation.obj.t === 'native'
        ? annotation.obj.cls
        : annotation.k === 'known' && annotation.obj.t === 'str'
          ? annotation.obj.v
          : '';
    if (/ClassVar/.test(form)) continue;
    if (/InitVar/.test(form)) return undefined;
    if (/KW_ONLY/.test(form)) {
      keywordOnly = true;
      continue;
    }
    const slot = names.get(name);
    if (slot?.k === 'cond') return undefined;
    const value = slot === undefined || slot.k === 'absent' ? null : slot;
    const options = value?.k === 'known' ? OPTIONS.get(value.obj) : undefined;
    if (options !== undefined) {
      if (options.fallback === null) names.set(name, { k: 'absent' });
      else names.set(name, options.fallback);
      fields.push({ name, ...options, keywordOnly: options.keywordOnly || keywordOnly });
      continue;
    }
    if (value?.k === 'known' && ['list', 'dict', 'set'].includes(value.obj.t))
      return raise(run, 'ValueError', `mutable default for field ${name} is not allowed: use default_factory`, at);
    fields.push({ name, fallback: value, factory: null, init: true, repr: true, compare: true, keywordOnly });
  }
  return fields;
}

function fieldsOf(cls: ClassObj): readonly Field[] | undefined {
  for (const base of cls.mro) {
    const found = FIELDS.get(base);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @dataclass */
const dataclass: Call = (run, args, at) => {
  const decorate = (target: Val, options: ReadonlyMap<string, Val>, site: Site): Val =>
    lift(run, target, (one) =>
      one.obj.t === 'class' ? made(run, one, one.obj, options, site) : unknownAt(run, 'unsupported-syntax', site),
    );
  const [cls] = args.pos;
  if (cls !== undefined) return decorate(cls, args.kw, at);
  return builtin('dataclass', (inner, site) => decorate(inner.pos[0] ?? none(originAt(site)), args.kw, site));
};

function made(run: Run, one: Known, cls: ClassObj, options: ReadonlyMap<string, Val>, at: Site): Val {
  const flag = (name: string, otherwise: boolean) => boolArg(options.get(name), otherwise);
  const [init, repr, eq, order, frozen] = [
    flag('init', true),
    flag('repr', true),
    flag('eq', true),
    flag('order', false),
    flag('frozen', false),
  ];
  const own = isClosedClass(cls) ? ownFields(run, cls, flag('kw_only', false) === true, at) : undefined;
  if (own === undefined || [init, repr, eq, order, frozen].includes(undefined) || flag('slots', false) !== false)
    return unknownAt(run, 'unsupported-syntax', at);
  const all = new Map<string, Field>();
  for (const base of [...cls.mro].slice(1).reverse()) for (const each of FIELDS.get(base) ?? []) all.set(each.name, each);
  for (const each of own) all.set(each.name, each);
  const fields = [...all.values()];
  FIELDS.set(cls, fields);
  const { names } = writeScope(run.journal, cls.scope);
  const add = (name: string, call: Call) => {
    if (!names.has(name))
      names.set(
        name,
        builtin(name, (args, site) => call(run, args, site)),
      );
  };
  if (init) add('__init__', (_run, args, site) => initialise(run, cls, fields, args, site));
  if (repr) add('__repr__', (_run, args, site) => shown(run, fields, args.pos[0], site));
  if (eq) add('__eq__', (_run, args, site) => compared(run, '==', fields, args, site));
  if (order) {
    add('__lt__', (_run, args, site) => compared(run, '<', fields, args, site));
    add('__le__', (_run, args, site) => compared(run, '<=', fields, args, site));
    add('__gt__', (_run, args, site) => compared(run, '>', fields, args, site));
    add('__ge__', (_run, args, site) => compared(run, '>=', fields, args, site));
  }
  if (frozen) {
    add('__setattr__', (_run, _args, site) => raise(run, 'FrozenInstanceError', 'cannot assign to a field of a frozen dataclass', site));
    add('__delattr__', (_run, _args, site) => raise(run, 'FrozenInstanceError', 'cannot delete a field of a frozen dataclass', site));
  }
  const positional = fields.filter((each) => each.init && !each.keywordOnly);
  if (!names.has('__match_args__'))
    names.set('__match_args__', known(tuple(positional.map((each) => str(each.name, originAt(at)))), originAt(at)));
  return one;
}

function initialise(run: Run, cls: ClassObj, fields: readonly Field[], args: CallArgs, site: Site): Val {
  const [self, ...pos] = args.pos;
  if (args.open !== null || self?.k !== 'known' || self.obj.t !== 'instance')
    return callUnknown(run, unknownAt(run, 'dynamic-call', site), args, site);
  const wanted = fields.filter((one) => one.init);
  const places = wanted.filter((one) => !one.keywordOnly);
  if (pos.length > places.length) return raise(run, 'TypeError', `${cls.name}.__init__() takes fewer positional arguments`, site);
  for (const name of args.kw.keys()) {
    const at = places.findIndex((one) => one.name === name);
    if (!wanted.some((one) => one.name === name) || (at !== -1 && at < pos.length))
      return raise(run, 'TypeError', `${cls.name}.__init__() got an unexpected keyword argument '${name}'`, site);
  }
  const { attrs } = self.obj;
  for (const one of fields) {
    const at = places.indexOf(one);
    const given = one.init ? ((at === -1 ? undefined : pos[at]) ?? args.kw.get(one.name)) : undefined;
    const value =
      given ?? (one.factory === null ? one.fallback : callValue(run, one.factory, { pos: [], kw: new Map(), open: null }, site));
    if (value !== null) writeScope(run.journal, attrs).names.set(one.name, value);
    else if (one.init) return raise(run, 'TypeError', `${cls.name}.__init__() missing a required argument: '${one.name}'`, site);
  }
  if (hasMethod(self.obj, '__post_init__')) callMethod(run, self, '__post_init__', [], site);
  return none(originAt(site));
}

function shown(run: Run, fields: readonly Field[], self: Val | undefined, site: Site): Val {
  if (self?.k !== 'known' || self.obj.t !== 'instance') return unknownAt(run, 'dynamic-call', site, { type: 'str' });
  const parts: Val[] = [str(`${self.obj.cls.name}(`, originAt(site))];
  for (const [i, one] of fields.filter((each) => each.repr).entries()) {
    parts.push(str(`${i > 0 ? ', ' : ''}${one.name}=`, originAt(site)), reprOf(run, attribute(run, self, one.name, site), site));
  }
  return concat(run, [...parts, str(')', originAt(site))], site);
}

function compared(run: Run, op: '==' | '<' | '<=' | '>' | '>=', fields: readonly Field[], args: CallArgs, site: Site): Val {
  const [a, b] = args.pos;
  if (a?.k !== 'known' || b?.k !== 'known' || a.obj.t !== 'instance' || b.obj.t !== 'instance' || a.obj.cls !== b.obj.cls)
    return known(NOT_IMPLEMENTED, originAt(site));
  const values = (one: Known) =>
    known(tuple(fields.filter((each) => each.compare).map((each) => attribute(run, one, each.name, site))), originAt(site));
  return compare(run, op, values(a), values(b), site);
}

/** asdict and astuple go into dataclasses, lists, tuples and dicts, and copy what they hold. */
function plain(run: Run, value: Val, asTuple: boolean, site: Site, depth = 0): Val {
  if (depth > 30) return unknownAt(run, 'limit', site);
  const inner = (one: Val): Val => (one.k === 'unk' ? one : plain(run, one, asTuple, site, depth + 1));
  return lift(run, value, (one) => {
    const { obj } = one;
    const fields = obj.t === 'instance' ? fieldsOf(obj.cls) : undefined;
    if (fields !== undefined) {
      const pairs = fields.map((each) => [each.name, inner(attribute(run, one, each.name, site))] as const);
      return asTuple ? known(tuple(pairs.map(([, each]) => each)), originAt(site)) : known(dictFrom(run, pairs, site), originAt(site));
    }
    if (obj.t === 'list' && !obj.view) return withItems(run, one, site, (items) => known(listFrom(run, items.map(inner)), originAt(site)));
    if (obj.t === 'tuple') return known({ ...obj, items: obj.items.map(inner) }, originAt(site));
    if (obj.t === 'dict') {
      const copy = dictFrom(run, [], site);
      for (const entry of obj.cell.state.entries.values()) {
        if (entry.value.k === 'absent' || entry.value.k === 'cond') return unknownAt(run, 'dynamic-call', site);
        setItem(run, copy, entry.key, inner(entry.value), site);
      }
      return obj.cell.state.open === null ? known(copy, originAt(site)) : unknownAt(run, 'dynamic-call', site);
    }
    return obj.t === 'native' ? unknownAt(run, 'unsupported-syntax', site) : one;
  });
}

const replace: Call = (run, args, at) =>
  lift(run, args.pos[0] ?? none(originAt(at)), (one) => {
    const fields = one.obj.t === 'instance' ? fieldsOf(one.obj.cls) : undefined;
    if (fields === undefined || one.obj.t !== 'instance' || args.open !== null) return unknownAt(run, 'unsupported-syntax', at);
    const kw = new Map<string, Val>();
    for (const each of fields) if (each.init) kw.set(each.name, args.kw.get(each.name) ?? attribute(run, one, each.name, at));
    for (const [name, value] of args.kw) kw.set(name, value);
    return callValue(run, known(one.obj.cls, originAt(at)), { pos: [], kw, open: null }, at);
  });

const fieldList: Call = (run, args, at) =>
  lift(run, args.pos[0] ?? none(originAt(at)), (one) => {
    const cls = one.obj.t === 'instance' ? one.obj.cls : one.obj.t === 'class' ? one.obj : undefined;
    const fields = cls === undefined ? undefined : fieldsOf(cls);
    if (fields === undefined) return unknownAt(run, 'unsupported-syntax', at);
    const each = (item: Field) =>
      known(
        { t: 'native' as const, cls: FIELD, attr: (name: string) => (name === 'name' ? str(item.name, originAt(at)) : undefined) },
        originAt(at),
      );
    return known(tuple(fields.map(each)), originAt(at));
  });

export function dataclassModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const make = (name: string, call: Call) => () =>
    builtin(name, (args, at) => (args.open === null ? call(run, args, at) : callUnknown(run, args.open, args, at)));
  const form = (name: string) => () => known({ t: 'native', cls: `dataclasses.${name}` }, PYTHON);
  return {
    dataclasses: {
      open: true,
      names: {
        dataclass: make('dataclass', dataclass),
        field: make('field', field),
        asdict: make('asdict', (_run, args, at) => plain(run, args.pos[0] ?? none(originAt(at)), false, at)),
        astuple: make('astuple', (_run, args, at) => plain(run, args.pos[0] ?? none(originAt(at)), true, at)),
        replace: make('replace', replace),
        fields: make('fields', fieldList),
        is_dataclass: make('is_dataclass', (_run, args, at) =>
          lift(run, arg(args, 0, 'obj') ?? none(originAt(at)), (one) => {
            const cls = one.obj.t === 'instance' ? one.obj.cls : one.obj.t === 'class' ? one.obj : undefined;
            return bool(cls !== undefined && fieldsOf(cls) !== undefined, originAt(at));
          }),
        ),
        KW_ONLY: form('KW_ONLY'),
        InitVar: form('InitVar'),
        FrozenInstanceError: () => {
          const cls = exceptionClass('FrozenInstanceError');
          return cls === undefined ? none(PYTHON) : known(cls, PYTHON);
        },
      },
    },
  };
}
