import { builtinName } from '../../builtins/builtins.ts';
import { builtin, positional, typeObject } from '../../builtins/native.ts';
import { makeDict } from '../../builtins/sequences.ts';
import { callValue, callWith } from '../../expressions/call.ts';
import { lift, originAt, type Run, unknownAt, walking } from '../../run.ts';
import { listFrom, viewFrom, withItems } from '../../values/iterate.ts';
import { known, none, type Site, tuple, type Val } from '../../values/object.ts';
import type { ModelledModule } from '../registry.ts';
import { itertoolsNames } from './itertools.ts';
import { namedTuple } from './typing.ts';

/** collections, itertools, copy. */

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
        OrderedDict: () =>
          typeObject('OrderedDict', (args, at) =>
            lift(run, makeDict(run, args, at), (one) =>
              one.obj.t === 'dict' ? known({ ...one.obj, cls: 'OrderedDict' }, originAt(at)) : one,
            ),
          ),
        defaultdict: () =>
          typeObject('defaultdict', (args, at) => {
            const [factory, ...rest] = args.pos;
            return lift(run, makeDict(run, { ...args, pos: rest }, at), (one) =>
              one.obj.t === 'dict' ? known({ ...one.obj, factory: factory ?? none(originAt(at)) }, originAt(at)) : one,
            );
          }),
        namedtuple: () => builtin('namedtuple', (args, at) => namedTuple(run, args, at)),
      },
    },
    'collections.abc': { open: true, names: {} },
    itertools: {
      open: true,
      names: {
        ...itertoolsNames(run),
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
  };
}

function chainCall(value: Val) {
  if (value.k === 'known' && value.obj.t === 'builtin') return value.obj.call;
  throw new Error('chain is a function');
}
