import { MAX_ITEMS } from '../core/limits.ts';
import { attribute, attributeOf, bind, callMethod, hasMethod, lookupClass, setAttribute } from './attributes.ts';
import { callUnknown, callValue, callWith } from './call.ts';
import { sortItems } from './collection-methods.ts';
import { mergeInto, setItem, taint, updateMap } from './containers.ts';
import { flavoured } from './definitions.ts';
import { evalText, execCode } from './exec.ts';
import { openFile } from './files.ts';
import { formatValue, reprOf, strOf } from './format.ts';
import { importModule } from './imports.ts';
import { dictFrom, listFrom, setFrom, viewFrom, withItems } from './iterate.ts';
import { arg, builtin, PYTHON, positional, textArg, typeObject } from './native.ts';
import { bool, type CallArgs, type DictObj, int, type Known, known, none, type Site, str, tuple, type Val } from './object.ts';
import { binary, orderOf, typeError } from './operators.ts';
import { exceptionClass, mayRaise, raise } from './raise.ts';
import { demand, insideTry, lift, liftAll, originAt, type Run, unknownAt } from './run.ts';
import { scopeDict } from './scope-dict.ts';
import { type MapState, newCell } from './state.ts';
import { hasRoot, lengthOf } from './text.ts';
import { choose, truthOf } from './truth.ts';

type Call = (run: Run, args: CallArgs, at: Site) => Val;

/** A cast of something unknown may fail; an except around it then runs. */
export function castUnknown(run: Run, value: Val, type: 'int' | 'float' | 'bool' | 'str' | 'list', name: string, site: Site): Val {
  return lift(
    run,
    value,
    (one) => one,
    (one) => {
      if (insideTry(run) && type !== 'str' && type !== 'bool') mayRaise(run, 'ValueError', 'invalid value', site);
      return { ...one, type, truth: null, env: null, many: false, key: one.key === '' ? '' : `${name}(${one.key})` };
    },
  );
}

export function toInt(run: Run, value: Val, base: number, site: Site): Val {
  return lift(
    run,
    value,
    (one) => {
      const { obj } = one;
      if (obj.t === 'int') return one;
      if (obj.t === 'bool') return int(obj.v ? 1 : 0, originAt(site, undefined, one.origin));
      if (obj.t === 'float')
        return Number.isFinite(obj.v)
          ? int(BigInt(Math.trunc(obj.v)), originAt(site, undefined, one.origin))
          : raise(run, 'ValueError', 'cannot convert float to integer', site);
      if (obj.t === 'str') {
        if (one.read?.fallback === null) demand(run, one.read);
        const text = obj.v.trim().replace(/(?<=\d)_(?=\d)/g, '');
        if (base === 10 && /^[+-]?\d+$/.test(text)) return int(BigInt(text.replace(/^\+/, '')), originAt(site, undefined, one.origin));
        if (base === 8 && /^(0o)?[0-7]+$/i.test(text))
          return int(BigInt(`0o${text.replace(/^0o/i, '')}`), originAt(site, undefined, one.origin));
        if (base === 16 && /^(0x)?[0-9a-f]+$/i.test(text))
          return int(BigInt(`0x${text.replace(/^0x/i, '')}`), originAt(site, undefined, one.origin));
        if (base !== 10 || hasRoot(text)) return unknownAt(run, 'unsupported-syntax', site, { type: 'int' });
        return raise(
          run,
          'ValueError',
          one.secret ? 'invalid literal for int()' : 'invalid literal for int() with base 10',
          site,
          one.read?.name ?? null,
        );
      }
      if (obj.t === 'none' || obj.t === 'list' || obj.t === 'dict')
        return typeError(run, 'int() argument must be a string or a number', [one], site);
      return unknownAt(run, 'dynamic-call', site, { type: 'int' });
    },
    (one) => castUnknown(run, one, 'int', 'int', site),
  );
}

export function toFloat(run: Run, value: Val, site: Site): Val {
  return lift(
    run,
    value,
    (one) => {
      const { obj } = one;
      if (obj.t === 'float') return one;
      if (obj.t === 'int') return known({ t: 'float', v: Number(obj.v) }, originAt(site, undefined, one.origin));
      if (obj.t === 'bool') return known({ t: 'float', v: obj.v ? 1 : 0 }, originAt(site));
      if (obj.t === 'str') {
        if (one.read?.fallback === null) demand(run, one.read);
        if (/^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(obj.v))
          return known({ t: 'float', v: Number(obj.v) }, originAt(site, undefined, one.origin));
        if (/inf|nan|_/i.test(obj.v)) return unknownAt(run, 'unsupported-syntax', site, { type: 'float' });
        return raise(run, 'ValueError', 'could not convert string to float', site, one.read?.name ?? null);
      }
      if (obj.t === 'none') return typeError(run, 'float() argument must be a string or a number', [one], site);
      return unknownAt(run, 'dynamic-call', site, { type: 'float' });
    },
    (one) => castUnknown(run, one, 'float', 'float', site),
  );
}

export function toBool(run: Run, value: Val, site: Site): Val {
  return choose(
    run,
    value,
    site,
    'bool(…)',
    () => bool(true, originAt(site, undefined, value.k === 'cond' ? undefined : value.origin)),
    () => bool(false, originAt(site, undefined, value.k === 'cond' ? undefined : value.origin)),
  );
}

function lengthOfValue(run: Run, value: Val, site: Site): Val {
  return lift(run, value, (one) => {
    const { obj } = one;
    if (obj.t === 'str') return hasRoot(obj.v) ? unknownAt(run, 'host', site, { type: 'int' }) : int(lengthOf(obj.v), originAt(site));
    if (obj.t === 'bytes') return int(obj.v.length, originAt(site));
    if (obj.t === 'instance' && hasMethod(obj, '__len__')) return callMethod(run, one, '__len__', [], site);
    if (obj.t === 'instance' || obj.t === 'native') return unknownAt(run, 'dynamic-call', site, { type: 'int' });
    if (obj.t === 'none' || obj.t === 'int' || obj.t === 'bool') return typeError(run, 'object has no len()', [one], site);
    return withItems(
      run,
      one,
      site,
      (items) =>
        items.some((each) => each.k === 'unk' && each.many)
          ? unknownAt(run, 'dynamic-call', site, { type: 'int' })
          : int(items.length, originAt(site)),
      true,
    );
  });
}

/** isinstance(value, type): true, false, or unknown. */
export function isInstance(run: Run, value: Known, type: Val): boolean | undefined {
  if (type.k !== 'known') return undefined;
  if (type.obj.t === 'tuple') {
    const all = type.obj.items.map((one) => isInstance(run, value, one));
    return all.includes(true) ? true : all.includes(undefined) ? undefined : false;
  }
  const { obj } = value;
  if (type.obj.t === 'class') {
    const wanted = type.obj;
    const cls = obj.t === 'instance' ? obj.cls : obj.t === 'tuple' ? obj.cls : null;
    if (cls === null) return obj.t === 'native' || obj.t === 'lazy' ? undefined : false;
    if (cls.mro.includes(wanted)) return true;
    return cls.mro.some((base) => base.open !== null) ? undefined : false;
  }
  if (type.obj.t !== 'builtin' || !type.obj.type) return undefined;
  const { name } = type.obj;
  if (name === 'object') return true;
  const kinds: Readonly<Record<string, readonly string[]>> = {
    str: ['str'],
    int: ['int', 'bool'],
    bool: ['bool'],
    float: ['float'],
    list: ['list'],
    tuple: ['tuple'],
    dict: ['dict'],
    set: ['set'],
    frozenset: ['set'],
    bytes: ['bytes'],
    Path: ['path'],
    PosixPath: ['path'],
    PurePath: ['path'],
    type: ['class', 'builtin'],
    timedelta: ['timedelta'],
    OrderedDict: [],
    NoneType: ['none'],
  };
  const wanted = kinds[name];
  if (wanted === undefined || obj.t === 'native' || obj.t === 'instance' || (obj.t === 'list' && obj.view))
    return obj.t === 'instance' && wanted !== undefined ? (obj.cls.open === null ? false : undefined) : undefined;
  if (name === 'OrderedDict') return obj.t === 'dict' ? undefined : false;
  if (obj.t === 'set') return (name === 'frozenset') === obj.frozen && wanted.includes('set');
  return wanted.includes(obj.t);
}

function iterateWith(run: Run, values: readonly Val[], site: Site, use: (lists: readonly (readonly Val[])[]) => Val): Val {
  const next = (at: number, lists: readonly (readonly Val[])[]): Val => {
    const value = values[at];
    return value === undefined ? use(lists) : withItems(run, value, site, (items) => next(at + 1, [...lists, items]));
  };
  return next(0, []);
}

function gapIn(items: readonly Val[]): Val | undefined {
  return items.find((one) => one.k === 'unk' && one.many);
}

function anyAll(want: boolean): Call {
  return (run, args, at) =>
    withItems(run, args.pos[0] ?? none(originAt(at)), at, (items) => {
      const next = (i: number): Val => {
        const item = items[i];
        if (item === undefined) return bool(!want, originAt(at));
        if (item.k === 'unk' && item.many) {
          const rest = next(i + 1);
          return rest.k === 'known' && rest.obj.t === 'bool' && rest.obj.v === want
            ? rest
            : { ...item, many: false, type: 'bool', key: '' };
        }
        return choose(
          run,
          item,
          at,
          want ? 'any(…)' : 'all(…)',
          () => (want ? bool(true, originAt(at)) : next(i + 1)),
          () => (want ? next(i + 1) : bool(false, originAt(at))),
        );
      };
      return next(0);
    });
}

function extreme(sign: number): Call {
  return (run, args, at) => {
    const pick = (items: readonly Val[]): Val => {
      if (items.length === 0) return args.kw.get('default') ?? raise(run, 'ValueError', 'arg is an empty sequence', at);
      if (args.kw.has('key')) return unknownAt(run, 'unsupported-syntax', at);
      return liftAll(run, items, (all) => {
        let best = all[0];
        for (const one of all.slice(1)) {
          if (best === undefined) break;
          const order = orderOf(run, one, best, at);
          if (order === 'error') return typeError(run, 'not supported between these types', [one, best], at);
          if (order === 'unknown') return unknownAt(run, 'dynamic-call', at);
          if (order * sign > 0) best = one;
        }
        return best ?? none(originAt(at));
      });
    };
    return args.pos.length === 1
      ? withItems(
          run,
          args.pos[0] ?? none(originAt(at)),
          at,
          (items) => (gapIn(items) === undefined ? pick(items) : unknownAt(run, 'dynamic-call', at)),
          true,
        )
      : pick(args.pos);
  };
}

export function makeDict(run: Run, args: CallArgs, at: Site): Val {
  const cell = newCell<MapState>(run.journal, { k: 'map', entries: new Map(), open: args.open });
  const dict: DictObj = { t: 'dict', cell, factory: null };
  if (args.pos[0] !== undefined) updateMap(run, dict, args.pos[0], at);
  mergeInto(run, dict, dictFrom(run, [...args.kw], at).cell.state);
  return known(dict, originAt(at));
}

const rangeCall: Call = (run, args, at) =>
  liftAll(run, args.pos, (all) => {
    const numbers = all.map((one) => (one.obj.t === 'int' ? one.obj.v : undefined));
    const [a, b, c] = numbers;
    if (a === undefined || numbers.includes(undefined)) return typeError(run, 'object cannot be interpreted as an integer', all, at);
    if (c === 0n) return raise(run, 'ValueError', 'range() arg 3 must not be zero', at);
    return known({ t: 'range', start: b === undefined ? 0n : a, stop: b ?? a, step: c ?? 1n }, originAt(at));
  });

const sortedCall: Call = (run, args, at) =>
  withItems(
    run,
    args.pos[0] ?? none(originAt(at)),
    at,
    (items) => {
      const reverse = args.kw.get('reverse');
      const backwards = reverse === undefined ? false : reverse.k === 'known' ? truthOf(run, reverse, at) : undefined;
      const sorted = backwards === undefined ? undefined : sortItems(run, items, args.kw.get('key'), backwards, at);
      return sorted === undefined ? unknownAt(run, 'dynamic-call', at, { type: 'list' }) : known(listFrom(run, sorted), originAt(at));
    },
    !args.kw.has('key'),
  );

const getattrCall: Call = (run, args, at) => {
  const [value, name, otherwise] = args.pos;
  const text = textArg(name);
  if (value === undefined || text === undefined) return callUnknown(run, unknownAt(run, 'dynamic-call', at), args, at);
  if (otherwise === undefined) return attribute(run, value, text, at);
  return lift(
    run,
    value,
    (one) => attributeOf(run, one, text, at) ?? (isClosed(one) ? otherwise : unknownAt(run, 'dynamic-call', at)),
    () => unknownAt(run, 'dynamic-call', at),
  );
};

function isClosed(one: Known): boolean {
  const { obj } = one;
  if (obj.t === 'module') return obj.file !== null && obj.scope?.state.open === null;
  if (obj.t === 'class') return !obj.mro.some((base) => base.open !== null);
  if (obj.t === 'instance') return !obj.cls.mro.some((base) => base.open !== null || base.native);
  return obj.t === 'none' || obj.t === 'str' || obj.t === 'int' || obj.t === 'bool';
}

const hasattrCall: Call = (run, args, at) => {
  const [value, name] = args.pos;
  const text = textArg(name);
  if (value === undefined || text === undefined) return unknownAt(run, 'dynamic-call', at, { type: 'bool' });
  return lift(
    run,
    value,
    (one) => {
      if (attributeOf(run, one, text, at) !== undefined) return bool(true, originAt(at));
      return isClosed(one) ? bool(false, originAt(at)) : unknownAt(run, 'dynamic-call', at, { type: 'bool' });
    },
    (one) => ({ ...one, type: 'bool', truth: null, env: null, key: '' }),
  );
};

const superCall: Call = (run, args, at) => {
  const chain = run.frame.chain;
  const first = [...chain.scope.state.names.keys()].find((name) => !name.startsWith(' '));
  const self = args.pos[1] ?? (first === undefined ? undefined : chain.scope.state.names.get(first));
  if (self?.k !== 'known' || (self.obj.t !== 'instance' && self.obj.t !== 'class')) return unknownAt(run, 'unsupported-syntax', at);
  const cls = self.obj.t === 'instance' ? self.obj.cls : self.obj;
  const owner =
    args.pos[0]?.k === 'known' && args.pos[0].obj.t === 'class'
      ? args.pos[0].obj
      : cls.mro.find((one) =>
          [...one.scope.state.names.values()].some(
            (slot) =>
              slot.k === 'known' && slot.obj.t === 'func' && slot.obj.name === run.frame.name && slot.obj.env.scope === chain.parent?.scope,
          ),
        );
  const rest = owner === undefined ? undefined : cls.mro.slice(cls.mro.indexOf(owner) + 1);
  if (rest === undefined) return unknownAt(run, 'unsupported-syntax', at);
  return known(
    {
      t: 'native',
      cls: 'super',
      attr: (name, site) => {
        const base = {
          t: 'class' as const,
          name: cls.name,
          module: cls.module,
          bases: [],
          open: rest.find((one) => one.open !== null)?.open ?? null,
          scope: newCell(run.journal, { k: 'scope', names: new Map(), open: null }),
          mro: rest,
          native: false,
        };
        const found = lookupClass(base, name);
        if (found === undefined && name === '__init__') return builtin('__init__', () => none(originAt(site)));
        if (found?.k !== 'known') return found;
        if (found.obj.t !== 'func' || found.obj.flavour === 'static') return found;
        if (found.obj.flavour === 'property') return callValue(run, bind(self, found.obj), positional([]), site);
        return bind(self, found.obj);
      },
    },
    originAt(at),
  );
};

const TABLE: Readonly<Record<string, Call>> = {
  len: (run, args, at) => lengthOfValue(run, args.pos[0] ?? none(originAt(at)), at),
  print: (_run, _args, at) => none(originAt(at)),
  range: rangeCall,
  sorted: sortedCall,
  reversed: (run, args, at) =>
    withItems(run, args.pos[0] ?? none(originAt(at)), at, (items) => known(viewFrom(run, [...items].reverse()), originAt(at))),
  enumerate: (run, args, at) =>
    withItems(run, args.pos[0] ?? none(originAt(at)), at, (items) => {
      const start = arg(args, 1, 'start');
      const from = start?.k === 'known' && start.obj.t === 'int' ? start.obj.v : start === undefined ? 0n : undefined;
      const gap = items.findIndex((one) => one.k === 'unk' && one.many);
      return known(
        viewFrom(
          run,
          items.map(
            (item, i): Val =>
              item.k === 'unk' && item.many
                ? item
                : known(
                    tuple([
                      from === undefined || (gap !== -1 && i > gap)
                        ? unknownAt(run, 'dynamic-call', at, { type: 'int' })
                        : int(from + BigInt(i), originAt(at)),
                      item,
                    ]),
                    originAt(at),
                  ),
          ),
        ),
        originAt(at),
      );
    }),
  zip: (run, args, at) =>
    iterateWith(run, args.pos, at, (lists) => {
      const gap = lists.map(gapIn).find((one) => one !== undefined);
      if (gap?.k === 'unk') return known(viewFrom(run, [gap]), originAt(at));
      const length = lists.length === 0 ? 0 : Math.min(...lists.map((list) => list.length));
      const rows: Val[] = [];
      for (let i = 0; i < length; i++) rows.push(known(tuple(lists.map((list) => list[i] ?? none(originAt(at)))), originAt(at)));
      return known(viewFrom(run, rows), originAt(at));
    }),
  map: (run, args, at) => {
    const [func, ...sources] = args.pos;
    if (func === undefined) return raise(run, 'TypeError', 'map() must have at least two arguments', at);
    return iterateWith(run, sources, at, (lists) => {
      const gap = lists.map(gapIn).find((one) => one !== undefined);
      if (gap?.k === 'unk') {
        const items =
          lists.length === 1
            ? (lists[0] ?? []).map((item) => (item.k === 'unk' && item.many ? { ...item, key: '' } : callWith(run, func, [item], at)))
            : [gap];
        return known(viewFrom(run, items), originAt(at));
      }
      const length = lists.length === 0 ? 0 : Math.min(...lists.map((list) => list.length));
      const rows: Val[] = [];
      for (let i = 0; i < length; i++)
        rows.push(
          callWith(
            run,
            func,
            lists.map((list) => list[i] ?? none(originAt(at))),
            at,
          ),
        );
      return known(viewFrom(run, rows), originAt(at));
    });
  },
  filter: (run, args, at) => {
    const [func, source] = args.pos;
    if (func === undefined || source === undefined) return raise(run, 'TypeError', 'filter expected 2 arguments', at);
    return withItems(run, source, at, (items) => {
      const next = (i: number, kept: readonly Val[]): Val => {
        const item = items[i];
        if (item === undefined) return known(viewFrom(run, kept), originAt(at));
        if (item.k === 'unk' && item.many) return next(i + 1, [...kept, item]);
        const test = func.k === 'known' && func.obj.t === 'none' ? item : callWith(run, func, [item], at);
        return choose(
          run,
          test,
          at,
          'filter(…)',
          () => next(i + 1, [...kept, item]),
          () => next(i + 1, kept),
        );
      };
      return next(0, []);
    });
  },
  any: anyAll(true),
  all: anyAll(false),
  min: extreme(-1),
  max: extreme(1),
  sum: (run, args, at) =>
    withItems(run, args.pos[0] ?? none(originAt(at)), at, (items) => {
      const gap = gapIn(items);
      if (gap?.k === 'unk') return { ...gap, many: false, key: '' };
      return items.reduce<Val>((sum, item) => binary(run, '+', sum, item, at), args.pos[1] ?? int(0, originAt(at)));
    }),
  abs: (run, args, at) =>
    lift(run, args.pos[0] ?? none(originAt(at)), (one) =>
      one.obj.t === 'int'
        ? int(one.obj.v < 0n ? -one.obj.v : one.obj.v, originAt(at))
        : one.obj.t === 'bool'
          ? int(one.obj.v ? 1 : 0, originAt(at))
          : one.obj.t === 'float'
            ? known({ t: 'float', v: Math.abs(one.obj.v) }, originAt(at))
            : typeError(run, 'bad operand type for abs()', [one], at),
    ),
  round: (run, args, at) =>
    lift(run, args.pos[0] ?? none(originAt(at)), (one) => {
      if (args.pos.length > 1) return unknownAt(run, 'unsupported-syntax', at);
      if (one.obj.t === 'int') return one;
      if (one.obj.t !== 'float' || !Number.isFinite(one.obj.v)) return unknownAt(run, 'unsupported-syntax', at);
      const down = Math.floor(one.obj.v);
      const rest = one.obj.v - down;
      return int(BigInt(rest > 0.5 || (rest === 0.5 && down % 2 !== 0) ? down + 1 : down), originAt(at));
    }),
  isinstance: (run, args, at) => {
    const [value, type] = args.pos;
    if (value === undefined || type === undefined) return raise(run, 'TypeError', 'isinstance expected 2 arguments', at);
    return lift(
      run,
      value,
      (one) => {
        const is = isInstance(run, one, type);
        return is === undefined ? unknownAt(run, 'dynamic-call', at, { type: 'bool' }) : bool(is, originAt(at));
      },
      (one) => {
        if (one.type === 'str' && type.k === 'known' && type.obj.t === 'builtin')
          return bool(type.obj.name === 'str' || type.obj.name === 'object', originAt(at));
        return { ...one, type: 'bool', truth: null, env: null, key: '' };
      },
    );
  },
  issubclass: (run, _args, at) => unknownAt(run, 'unsupported-syntax', at, { type: 'bool' }),
  hasattr: hasattrCall,
  getattr: getattrCall,
  setattr: (run, args, at) => {
    const [value, name, item] = args.pos;
    const text = textArg(name);
    if (value !== undefined && item !== undefined) {
      if (text === undefined) taint(run, value, unknownAt(run, 'dynamic-call', at));
      else setAttribute(run, value, text, item, at);
    }
    return none(originAt(at));
  },
  callable: (run, args, at) =>
    lift(run, args.pos[0] ?? none(originAt(at)), (one) =>
      ['func', 'builtin', 'bound', 'class'].includes(one.obj.t)
        ? bool(true, originAt(at))
        : ['native', 'instance'].includes(one.obj.t)
          ? unknownAt(run, 'dynamic-call', at, { type: 'bool' })
          : bool(false, originAt(at)),
    ),
  repr: (run, args, at) => reprOf(run, args.pos[0] ?? none(originAt(at)), at),
  format: (run, args, at) => {
    const spec = textArg(args.pos[1]);
    return args.pos[1] !== undefined && spec === undefined
      ? unknownAt(run, 'dynamic-call', at, { type: 'str' })
      : formatValue(run, args.pos[0] ?? none(originAt(at)), spec ?? '', at);
  },
  chr: (run, args, at) =>
    lift(run, args.pos[0] ?? none(originAt(at)), (one) =>
      one.obj.t === 'int' && one.obj.v >= 0n && one.obj.v < 0xd800n
        ? str(String.fromCharCode(Number(one.obj.v)), originAt(at))
        : unknownAt(run, 'unsupported-syntax', at, { type: 'str' }),
    ),
  ord: (run, args, at) =>
    lift(run, args.pos[0] ?? none(originAt(at)), (one) =>
      one.obj.t === 'str' && !hasRoot(one.obj.v) && lengthOf(one.obj.v) === 1
        ? int(one.obj.v.codePointAt(0) ?? 0, originAt(at))
        : unknownAt(run, 'unsupported-syntax', at, { type: 'int' }),
    ),
  iter: (run, args, at) => withItems(run, args.pos[0] ?? none(originAt(at)), at, (items) => known(viewFrom(run, items), originAt(at))),
  next: (run, args, at) =>
    lift(run, args.pos[0] ?? none(originAt(at)), (one) => {
      if (one.obj.t !== 'list' || one.obj.cell.state.alternatives !== null) return unknownAt(run, 'dynamic-call', at);
      const [first, ...rest] = one.obj.cell.state.items;
      if (first === undefined) return args.pos[1] ?? raise(run, 'StopIteration', '', at);
      if (first.k === 'unk' && first.many) return { ...first, many: false, key: '' };
      one.obj.cell.state = { k: 'list', items: rest, alternatives: null };
      return first;
    }),
  open: openFile,
  globals: (run, _args, at) => scopeDict(run, moduleScope(run), at),
  locals: (run, _args, at) => scopeDict(run, run.frame.chain.scope, at),
  vars: (run, args, at) => (args.pos.length === 0 ? scopeDict(run, run.frame.chain.scope, at) : unknownAt(run, 'unsupported-syntax', at)),
  dir: (run, _args, at) => unknownAt(run, 'unsupported-syntax', at, { type: 'list' }),
  exec: execCode,
  eval: evalText,
  compile: (_run, args, at) => args.pos[0] ?? none(originAt(at)),
  __import__: importModule,
  super: superCall,
  staticmethod: (run, args, at) => flavoured(run, args.pos[0] ?? none(originAt(at)), 'static', at),
  classmethod: (run, args, at) => flavoured(run, args.pos[0] ?? none(originAt(at)), 'class', at),
  property: (run, args, at) =>
    args.pos.length === 1 ? flavoured(run, args.pos[0] ?? none(originAt(at)), 'property', at) : unknownAt(run, 'unsupported-syntax', at),
  id: (run, _args, at) => unknownAt(run, 'random', at, { type: 'int' }),
  hash: (run, _args, at) => unknownAt(run, 'random', at, { type: 'int' }),
  input: (run, _args, at) => unknownAt(run, 'host', at, { type: 'str' }),
  exit: (run, _args, at) => raise(run, 'SystemExit', 'exit() was called', at),
  quit: (run, _args, at) => raise(run, 'SystemExit', 'quit() was called', at),
};

const TYPES: Readonly<Record<string, Call>> = {
  str: (run, args, at) => {
    if (args.pos.length > 1) return unknownAt(run, 'unsupported-syntax', at, { type: 'str' });
    return args.pos[0] === undefined ? str('', originAt(at)) : strOf(run, args.pos[0], at);
  },
  int: (run, args, at) => {
    const base = arg(args, 1, 'base');
    return args.pos[0] === undefined
      ? int(0, originAt(at))
      : toInt(run, args.pos[0], base?.k === 'known' && base.obj.t === 'int' ? Number(base.obj.v) : base === undefined ? 10 : 0, at);
  },
  float: (run, args, at) => (args.pos[0] === undefined ? known({ t: 'float', v: 0 }, originAt(at)) : toFloat(run, args.pos[0], at)),
  bool: (run, args, at) => (args.pos[0] === undefined ? bool(false, originAt(at)) : toBool(run, args.pos[0], at)),
  list: (run, args, at) =>
    args.pos[0] === undefined
      ? known(listFrom(run, []), originAt(at))
      : withItems(run, args.pos[0], at, (items) => known(listFrom(run, items.slice(0, MAX_ITEMS)), originAt(at))),
  tuple: (run, args, at) =>
    args.pos[0] === undefined
      ? known(tuple([]), originAt(at))
      : withItems(run, args.pos[0], at, (items) => {
          const gap = gapIn(items);
          return gap?.k === 'unk' ? { ...gap, many: false, key: '' } : known(tuple(items), originAt(at));
        }),
  set: (run, args, at) =>
    args.pos[0] === undefined
      ? setFrom(run, [], false, at)
      : withItems(run, args.pos[0], at, (items) => setFrom(run, items, false, at), true),
  frozenset: (run, args, at) =>
    args.pos[0] === undefined
      ? setFrom(run, [], true, at)
      : withItems(run, args.pos[0], at, (items) => setFrom(run, items, true, at), true),
  dict: makeDict,
  bytes: (run, args, at) =>
    lift(run, args.pos[0] ?? str('', originAt(at)), (one) =>
      one.obj.t === 'bytes'
        ? one
        : one.obj.t === 'str' && args.pos.length > 1 && /^[\x00-\x7f]*$/.test(one.obj.v)
          ? known({ t: 'bytes', v: one.obj.v }, originAt(at), one.secret)
          : unknownAt(run, 'unsupported-syntax', at),
    ),
  object: (run, _args, at) => unknownAt(run, 'unsupported-syntax', at),
  type: (run, args, at) => {
    if (args.pos.length !== 1) return callUnknown(run, unknownAt(run, 'unsupported-syntax', at), args, at);
    return lift(run, args.pos[0] ?? none(originAt(at)), (one) => {
      if (one.obj.t === 'instance') return known(one.obj.cls, originAt(at));
      if (['str', 'int', 'float', 'bool', 'list', 'dict', 'bytes'].includes(one.obj.t) && !(one.obj.t === 'list' && one.obj.view))
        return builtinName(run, one.obj.t) ?? unknownAt(run, 'unsupported-syntax', at);
      return unknownAt(run, 'unsupported-syntax', at);
    });
  },
};

function moduleScope(run: Run) {
  let chain = run.frame.chain;
  while (chain.parent !== null) chain = chain.parent;
  return chain.scope;
}

/** Attributes of types: `dict.fromkeys`, `str.upper` as a function. */
function typeAttribute(run: Run, type: string, name: string): Val | undefined {
  if (type === 'dict' && name === 'fromkeys') {
    return builtin('fromkeys', (args, at) =>
      withItems(run, args.pos[0] ?? none(originAt(at)), at, (items) => {
        const made = dictFrom(run, [], at);
        for (const item of items) setItem(run, made, item, args.pos[1] ?? none(originAt(at)), at);
        return known(made, originAt(at));
      }),
    );
  }
  if (name.startsWith('__')) return name === '__name__' ? str(type, PYTHON) : undefined;
  if (!['str', 'list', 'dict', 'set'].includes(type)) return undefined;
  return builtin(`${type}.${name}`, (args, at) => {
    const [self, ...rest] = args.pos;
    return self === undefined
      ? raise(run, 'TypeError', 'unbound method needs an argument', at)
      : callValue(run, attribute(run, self, name, at), { ...args, pos: rest }, at);
  });
}

const cache = new WeakMap<Run, Map<string, Val>>();

/** A built-in name, made once a run so that `cast is bool` compares. */
export function builtinName(run: Run, name: string): Val | undefined {
  let own = cache.get(run);
  if (own === undefined) {
    own = new Map();
    cache.set(run, own);
  }
  const old = own.get(name);
  if (old !== undefined) return old;
  const made = makeBuiltin(run, name);
  if (made !== undefined) own.set(name, made);
  return made;
}

function makeBuiltin(run: Run, name: string): Val | undefined {
  const type = TYPES[name];
  if (type !== undefined && Object.hasOwn(TYPES, name))
    return typeObject(
      name,
      (args, at) => (args.open === null || name === 'dict' ? type(run, args, at) : callUnknown(run, args.open, args, at)),
      (attr) => typeAttribute(run, name, attr),
    );
  const call = TABLE[name];
  if (call !== undefined && Object.hasOwn(TABLE, name))
    return builtin(name, (args, at) => (args.open === null ? call(run, args, at) : callUnknown(run, args.open, args, at)));
  const error = exceptionClass(name === 'IOError' || name === 'EnvironmentError' ? 'OSError' : name);
  if (error !== undefined && error.module === 'builtins') return known(error, PYTHON);
  if (name === 'NotImplemented' || name === 'Ellipsis') return known({ t: 'ellipsis' }, PYTHON);
  if (name === '__debug__') return bool(true, PYTHON);
  if (
    name === 'complex' ||
    name === 'bytearray' ||
    name === 'memoryview' ||
    name === 'slice' ||
    name === 'divmod' ||
    name === 'pow' ||
    name === 'hex' ||
    name === 'oct' ||
    name === 'bin' ||
    name === 'ascii' ||
    name === 'delattr' ||
    name === 'help' ||
    name === '__builtins__' ||
    name === '__spec__' ||
    name === '__loader__' ||
    name === '__build_class__' ||
    name === 'aiter' ||
    name === 'anext' ||
    name === 'breakpoint' ||
    name === 'ExceptionGroup' ||
    name === 'BaseExceptionGroup' ||
    name === 'BlockingIOError' ||
    name === 'ConnectionRefusedError' ||
    name === 'ConnectionResetError' ||
    name === 'BrokenPipeError' ||
    name === 'ChildProcessError' ||
    name === 'InterruptedError' ||
    name === 'ProcessLookupError' ||
    name === 'IndentationError' ||
    name === 'TabError' ||
    name === 'SystemError' ||
    name === 'ReferenceError' ||
    name === 'FloatingPointError' ||
    name === 'StopAsyncIteration' ||
    name === 'UnicodeEncodeError' ||
    name === 'UnicodeTranslateError' ||
    name === 'EncodingWarning' ||
    name === 'copyright' ||
    name === 'credits' ||
    name === 'license'
  ) {
    return unknownAt(run, 'unsupported-syntax', { file: '', start: 0, end: 0 }, { key: `builtin:${name}` });
  }
  return undefined;
}
