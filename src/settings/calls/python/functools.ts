import { arg, builtin, PYTHON, textArg } from '../../builtins/native.ts';
import type { Call } from '../../builtins/objects.ts';
import { attributeOf } from '../../expressions/attributes.ts';
import { callUnknown, callValue, callWith } from '../../expressions/call.ts';
import { negate } from '../../expressions/comparison.ts';
import { lookupClass } from '../../expressions/instances.ts';
import { special } from '../../expressions/overloads.ts';
import { raise } from '../../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../../run.ts';
import { flavoured } from '../../statements/definitions.ts';
import { dictFrom, withItems } from '../../values/iterate.ts';
import { bool, type CallArgs, type FuncObj, type Known, known, none, type Site, type Val } from '../../values/object.ts';
import { writeScope } from '../../values/state.ts';
import type { ModelledModule } from '../registry.ts';

/** functools. */

/** A function that keeps what it gave for equal arguments. */
function remembering(run: Run, one: Known, at: Site): Val {
  const { obj } = one;
  if (obj.t === 'func') return known({ ...obj, memo: dictFrom(run, [], at) }, one.origin);
  return obj.t === 'builtin' || obj.t === 'class' ? one : unknownAt(run, 'unsupported-syntax', at);
}

const cacheDecorator: Call = (run, args, at) => {
  const [first] = args.pos;
  if (first?.k === 'known' && ['func', 'builtin', 'class'].includes(first.obj.t)) return remembering(run, first, at);
  return builtin('lru_cache', (inner, where) => lift(run, inner.pos[0] ?? none(originAt(where)), (one) => remembering(run, one, where)));
};

/** wraps(f)(g): g under the name of f. */
const wraps: Call = (run, args) => {
  const [wrapped] = args.pos;
  return builtin('wraps', (inner, at) => {
    const wrapper = inner.pos[0] ?? none(originAt(at));
    const name = wrapped?.k === 'known' ? textArg(attributeOf(run, wrapped, '__name__', at)) : undefined;
    if (wrapper.k !== 'known' || wrapper.obj.t !== 'func') return wrapper;
    const doc = wrapped?.k === 'known' && wrapped.obj.t === 'func' ? wrapped.obj.doc : undefined;
    const renamed: FuncObj = name === undefined ? wrapper.obj : { ...wrapper.obj, shownAs: name };
    return known(doc === undefined ? renamed : { ...renamed, doc }, wrapper.origin);
  });
};

const partial: Call = (run, args, at) => {
  const [func, ...first] = args.pos;
  if (func === undefined) return raise(run, 'TypeError', "type 'partial' takes at least one argument", at);
  const call = (inner: CallArgs, where: Site): Val =>
    callValue(run, func, { pos: [...first, ...inner.pos], kw: new Map([...args.kw, ...inner.kw]), open: inner.open ?? args.open }, where);
  return known({ t: 'native', cls: 'functools.partial', call, attr: (name) => (name === 'func' ? func : undefined) }, PYTHON);
};

const reduce: Call = (run, args, at) => {
  const [func, source, start] = args.pos;
  if (func === undefined || source === undefined) return raise(run, 'TypeError', 'reduce expected at least 2 arguments', at);
  return withItems(run, source, at, (items) => {
    if (items.some((one) => one.k === 'unk' && one.many)) return unknownAt(run, 'dynamic-call', at);
    const all = start === undefined ? items : [start, ...items];
    const [first, ...rest] = all;
    if (first === undefined) return raise(run, 'TypeError', 'reduce() of empty iterable with no initial value', at);
    return rest.reduce<Val>((sum, one) => callWith(run, func, [sum, one], at), first);
  });
};

/** The orders that total_ordering adds beside `__lt__` and `__eq__`. */
const totalOrdering: Call = (run, args, at) =>
  lift(run, args.pos[0] ?? none(originAt(at)), (one) => {
    if (one.obj.t !== 'class' || lookupClass(one.obj, '__lt__') === undefined) return unknownAt(run, 'unsupported-syntax', at);
    const { names } = writeScope(run.journal, one.obj.scope);
    const less = (a: Val | undefined, b: Val | undefined, where: Site): Val =>
      a?.k === 'known' && b !== undefined
        ? (special(run, a, '__lt__', [b], where) ?? unknownAt(run, 'unsupported-syntax', where))
        : unknownAt(run, 'dynamic-call', where);
    const equal = (a: Val | undefined, b: Val | undefined, where: Site): Val =>
      a?.k === 'known' && b !== undefined
        ? (special(run, a, '__eq__', [b], where) ?? bool(false, originAt(where)))
        : unknownAt(run, 'dynamic-call', where);
    const either = (first: Val, second: () => Val): Val => lift(run, first, (is) => (is.obj.t === 'bool' && is.obj.v ? is : second()));
    const add = (name: string, order: (a: Val | undefined, b: Val | undefined, where: Site) => Val) => {
      if (!names.has(name))
        names.set(
          name,
          builtin(name, (inner, where) => order(inner.pos[0], inner.pos[1], where)),
        );
    };
    add('__le__', (a, b, where) => either(less(a, b, where), () => equal(a, b, where)));
    add('__ge__', (a, b, where) => negate(run, less(a, b, where), where));
    add('__gt__', (a, b, where) =>
      lift(run, less(a, b, where), (is) =>
        is.obj.t === 'bool' && is.obj.v ? bool(false, originAt(where)) : negate(run, equal(a, b, where), where),
      ),
    );
    return one;
  });

export function functoolsModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const make = (name: string, call: Call) => () =>
    builtin(name, (args, at) => (args.open === null || name === 'partial' ? call(run, args, at) : callUnknown(run, args.open, args, at)));
  return {
    functools: {
      open: true,
      names: {
        wraps: make('wraps', wraps),
        lru_cache: make('lru_cache', cacheDecorator),
        cache: make('cache', cacheDecorator),
        cached_property: make('cached_property', (_run, args, at) =>
          flavoured(run, arg(args, 0, 'func') ?? none(originAt(at)), 'cached', at),
        ),
        partial: make('partial', partial),
        reduce: make('reduce', reduce),
        total_ordering: make('total_ordering', totalOrdering),
      },
    },
  };
}
