import { builtinName } from '../builtins/builtins.ts';
import { arg, builtin, positional, textArg, typeObject } from '../builtins/native.ts';
import { makeDict } from '../builtins/sequences.ts';
import { callUnknown, callValue, callWith } from '../expressions/call.ts';
import { raise } from '../raise.ts';
import { lift, originAt, type Run, unknownAt, walking } from '../run.ts';
import { listFrom, viewFrom, withItems } from '../values/iterate.ts';
import { type CallArgs, known, none, type Site, tuple, type Val } from '../values/object.ts';
import type { ModelledModule } from './registry.ts';

/** collections, functools, itertools, copy. */

function namedTuple(run: Run, args: CallArgs, at: Site): Val {
  const name = textArg(arg(args, 0, 'typename'));
  const given = arg(args, 1, 'field_names');
  if (name === undefined || given === undefined || args.kw.has('defaults') || args.kw.has('rename'))
    return unknownAt(run, 'unsupported-syntax', at);
  const text = textArg(given);
  const make = (fields: readonly string[]): Val =>
    typeObject(name, (inner, site) => {
      const items = fields.map((field, i) => arg(inner, i, field));
      const found = items.flatMap((item) => (item === undefined ? [] : [item]));
      if (inner.open !== null) return callUnknown(run, inner.open, inner, site);
      if (found.length !== fields.length) return raise(run, 'TypeError', `${name}() missing a required argument`, site);
      return known({ ...tuple(found), fields }, originAt(site));
    });
  if (text !== undefined) return make(text.replaceAll(',', ' ').trim().split(/\s+/));
  return withItems(run, given, at, (items) => {
    const fields = items.map(textArg).flatMap((one) => (one === undefined ? [] : [one]));
    return fields.length === items.length ? make(fields) : unknownAt(run, 'unsupported-syntax', at);
  });
}

function copied(run: Run, value: Val, deep: boolean, site: Site, depth = 0): Val {
  if (depth > 40) return unknownAt(run, 'limit', site);
  return walking<Val>(
    run,
    () => unknownAt(run, 'limit', site),
    () => copy(run, value, deep, site, depth),
  );
}

function copy(run: Run, value: Val, deep: boolean, site: Site, depth: number): Val {
  return lift(run, value, (one) => {
    const { obj } = one;
    const inner = (each: Val): Val => (deep && !(each.k === 'unk') ? copied(run, each, true, site, depth + 1) : each);
    if (obj.t === 'list' && !obj.view) return withItems(run, one, site, (items) => known(listFrom(run, items.map(inner)), one.origin));
    if (obj.t === 'dict') {
      return lift(run, callWith(run, attributeCopy(run, one, site), [], site), (made) => {
        if (deep && made.obj.t === 'dict') {
          const { entries } = made.obj.cell.state;
          for (const [id, entry] of entries) if (entry.value.k === 'known') entries.set(id, { key: entry.key, value: inner(entry.value) });
          for (const entry of entries.values())
            if (entry.value.k === 'cond') return unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
        }
        return made;
      });
    }
    if (obj.t === 'tuple') return known({ ...obj, items: obj.items.map(inner) }, one.origin);
    if (obj.t === 'set')
      return withItems(
        run,
        one,
        site,
        (items) => callWith(run, builtinName(run, 'set') ?? one, [known(tuple(items), one.origin)], site),
        true,
      );
    if (obj.t === 'instance' || obj.t === 'native') return unknownAt(run, 'unsupported-syntax', site);
    return one;
  });
}

function attributeCopy(run: Run, one: Val, _site: Site): Val {
  return builtin('copy', (_args, at) => callValue(run, builtinName(run, 'dict') ?? one, positional([one]), at));
}

export function collectionsModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const same = (name: string) => () =>
    builtin(name, (args, at) => args.pos[0] ?? builtin(name, (inner) => inner.pos[0] ?? none(originAt(at))));
  const decorator = (name: string) => () =>
    builtin(name, (args, at) => {
      const [first] = args.pos;
      if (first?.k === 'known' && (first.obj.t === 'func' || first.obj.t === 'bound')) return first;
      return builtin(name, (inner) => inner.pos[0] ?? none(originAt(at)));
    });
  const chain = (name: string, flat: boolean) => () =>
    builtin(name, (args, at) => {
      const spread = (sources: readonly Val[], sofar: readonly Val[]): Val => {
        const [first, ...rest] = sources;
        return first === undefined
          ? known(viewFrom(run, sofar), originAt(at))
          : withItems(run, first, at, (items) => spread(rest, [...sofar, ...items]));
      };
      return flat ? withItems(run, args.pos[0] ?? none(originAt(at)), at, (sources) => spread(sources, [])) : spread(args.pos, []);
    });
  return {
    collections: {
      open: true,
      names: {
        OrderedDict: () => typeObject('OrderedDict', (args, at) => makeDict(run, args, at)),
        defaultdict: () =>
          typeObject('defaultdict', (args, at) => {
            const [factory, ...rest] = args.pos;
            return lift(run, makeDict(run, { ...args, pos: rest }, at), (one) =>
              one.obj.t === 'dict' ? known({ ...one.obj, factory: factory ?? null }, originAt(at)) : one,
            );
          }),
        namedtuple: () => builtin('namedtuple', (args, at) => namedTuple(run, args, at)),
      },
    },
    'collections.abc': { open: true, names: {} },
    functools: {
      open: true,
      names: {
        wraps: () => builtin('wraps', (_args, at) => builtin('wraps', (inner) => inner.pos[0] ?? none(originAt(at)))),
        lru_cache: decorator('lru_cache'),
        cache: decorator('cache'),
        partial: () =>
          builtin('partial', (args) => {
            const [func, ...first] = args.pos;
            return known(
              {
                t: 'native',
                cls: 'functools.partial',
                call: (inner, at) =>
                  func === undefined
                    ? none(originAt(at))
                    : callValue(
                        run,
                        func,
                        { pos: [...first, ...inner.pos], kw: new Map([...args.kw, ...inner.kw]), open: inner.open ?? args.open },
                        at,
                      ),
              },
              { step: 'default', of: 'Python' },
            );
          }),
        reduce: () =>
          builtin('reduce', (args, at) => {
            const [func, source, start] = args.pos;
            if (func === undefined || source === undefined) return raise(run, 'TypeError', 'reduce expected at least 2 arguments', at);
            return withItems(run, source, at, (items) => {
              if (items.some((one) => one.k === 'unk' && one.many)) return unknownAt(run, 'dynamic-call', at);
              const all = start === undefined ? items : [start, ...items];
              const [first, ...rest] = all;
              if (first === undefined) return raise(run, 'TypeError', 'reduce() of empty iterable with no initial value', at);
              return rest.reduce<Val>((sum, one) => callWith(run, func, [sum, one], at), first);
            });
          }),
      },
    },
    itertools: {
      open: true,
      names: {
        chain: () =>
          known(
            {
              t: 'builtin',
              name: 'chain',
              call: chainCall(chain('chain', false)()),
              type: false,
              attr: (name) => (name === 'from_iterable' ? chain('from_iterable', true)() : undefined),
            },
            { step: 'default', of: 'Python' },
          ),
      },
    },
    copy: {
      open: true,
      names: {
        copy: () => builtin('copy', (args, at) => copied(run, args.pos[0] ?? none(originAt(at)), false, at)),
        deepcopy: () => builtin('deepcopy', (args, at) => copied(run, args.pos[0] ?? none(originAt(at)), true, at)),
      },
    },
    contextlib: { open: true, names: {} },
    typing: {
      open: true,
      names: {
        cast: () => builtin('cast', (args, at) => args.pos[1] ?? none(originAt(at))),
        TYPE_CHECKING: () => known({ t: 'bool', v: false }, { step: 'default', of: 'Python' }),
        overload: same('overload'),
        final: same('final'),
      },
    },
  };
}

function chainCall(value: Val) {
  if (value.k === 'known' && value.obj.t === 'builtin') return value.obj.call;
  throw new Error('chain is a function');
}
