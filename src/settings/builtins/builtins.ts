import { attribute } from '../expressions/attributes.ts';
import { callUnknown, callValue, callWith } from '../expressions/call.ts';
import { deleteAttribute, hasMethod, isClosedClass, setAttribute } from '../expressions/instances.ts';
import { binary, typeError } from '../expressions/operators.ts';
import { special } from '../expressions/overloads.ts';
import { importModule } from '../imports/imports.ts';
import { exceptionClass, raise, raiseMeant } from '../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { attempt, isError } from '../statements/barrier.ts';
import { typeNew } from '../statements/classes.ts';
import { flavoured } from '../statements/definitions.ts';
import { evalText, execCode } from '../statements/exec.ts';
import { firstOf, isFresh } from '../statements/iteration.ts';
import { setItem, taint } from '../values/containers.ts';
import { roundedFloat, roundRatio } from '../values/decimals.ts';
import { dictFrom, listFrom, setFrom, viewFrom, withItems } from '../values/iterate.ts';
import { bool, int, type Known, known, none, type Site, str, tuple, type Val } from '../values/object.ts';
import { newCell, type ScopeState, writeList } from '../values/state.ts';
import { hasRoot, lengthOf } from '../values/text.ts';
import { toBool, toFloat, toInt } from './casts.ts';
import { codec, decoded, encoded } from './codecs.ts';
import { dunder } from './dunders.ts';
import { openFile } from './files.ts';
import { asciiOf, formatValue, reprOf, strOf } from './format.ts';
import { filterCall, mapCall } from './lazy.ts';
import { onList } from './list-methods.ts';
import { arg, builtin, PYTHON, textArg, typeObject } from './native.ts';
import { type Call, getattrCall, hasattrCall, isInstance } from './objects.ts';
import { localsOf, scopeDict } from './scope-dict.ts';
import { anyAll, extreme, gapIn, iterateWith, lengthOfValue, makeDict, rangeCall, sortedCall } from './sequences.ts';
import { NOT_IMPLEMENTED } from './singletons.ts';
import { objectMethod, superCall } from './super.ts';
import { dirCall, isSubclass, OBJECT, typeOf } from './types.ts';

function based(base: number, prefix: string): Call {
  return (run, args, at) =>
    lift(run, args.pos[0] ?? none(originAt(at)), (one) => {
      const v = one.obj.t === 'bool' ? (one.obj.v ? 1n : 0n) : one.obj.t === 'int' ? one.obj.v : undefined;
      if (v === undefined) return unknownAt(run, 'unsupported-syntax', at, { type: 'str' });
      return str(`${v < 0n ? '-' : ''}${prefix}${(v < 0n ? -v : v).toString(base)}`, originAt(at));
    });
}

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
    groupedZip(run, args.pos, at) ??
    iterateWith(run, args.pos, at, (lists) => {
      const gap = lists.map(gapIn).find((one) => one !== undefined);
      if (gap?.k === 'unk') return known(viewFrom(run, [gap]), originAt(at));
      const length = lists.length === 0 ? 0 : Math.min(...lists.map((list) => list.length));
      const rows: Val[] = [];
      for (let i = 0; i < length; i++) rows.push(known(tuple(lists.map((list) => list[i] ?? none(originAt(at)))), originAt(at)));
      return known(viewFrom(run, rows), originAt(at));
    }),
  map: mapCall,
  filter: filterCall,
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
      if (args.pos.length > 1 || args.kw.size > 0)
        return roundTo(run, one, args.pos[1] ?? args.kw.get('ndigits') ?? none(originAt(at)), at);
      if (one.obj.t === 'int') return one;
      if (one.obj.t === 'bool') return int(one.obj.v ? 1 : 0, originAt(at));
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
  issubclass: (run, args, at) =>
    lift(run, args.pos[0] ?? none(originAt(at)), (one) => {
      const is = args.pos[1] === undefined ? undefined : isSubclass(one, args.pos[1]);
      return is === undefined ? unknownAt(run, 'dynamic-call', at, { type: 'bool' }) : bool(is, originAt(at));
    }),
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
        : one.obj.t === 'instance' && isClosedClass(one.obj.cls)
          ? bool(hasMethod(one.obj, '__call__'), originAt(at))
          : ['native', 'instance'].includes(one.obj.t)
            ? unknownAt(run, 'dynamic-call', at, { type: 'bool' })
            : bool(false, originAt(at)),
    ),
  ascii: (run, args, at) => asciiOf(run, args.pos[0] ?? none(originAt(at)), at),
  divmod: (run, args, at) => {
    const [a = none(originAt(at)), b = none(originAt(at))] = args.pos;
    return known(tuple([binary(run, '//', a, b, at), binary(run, '%', a, b, at)]), originAt(at));
  },
  pow: (run, args, at) => {
    const [a = none(originAt(at)), b = none(originAt(at)), m] = args.pos;
    return m === undefined ? binary(run, '**', a, b, at) : binary(run, '%', binary(run, '**', a, b, at), m, at);
  },
  hex: based(16, '0x'),
  oct: based(8, '0o'),
  bin: based(2, '0b'),
  slice: (_run, args, at) => {
    const nothing = none(originAt(at));
    const [a = nothing, b = nothing, c = nothing] = args.pos;
    return known(
      args.pos.length === 1 ? { t: 'slice', low: nothing, high: a, step: nothing } : { t: 'slice', low: a, high: b, step: c },
      originAt(at),
    );
  },
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
  iter: (run, args, at) => {
    const source = args.pos[0] ?? none(originAt(at));
    // An iterator is its own iterator.
    if (source.k === 'known' && source.obj.t === 'list' && source.obj.view) return source;
    return args.pos.length > 1
      ? unknownAt(run, 'unsupported-syntax', at)
      : withItems(run, source, at, (items) => known(viewFrom(run, items), originAt(at)));
  },
  next: (run, args, at) =>
    lift(run, args.pos[0] ?? none(originAt(at)), (one) => {
      const absent = () => args.pos[1] ?? raise(run, 'StopIteration', '', at);
      const { obj } = one;
      if (obj.t !== 'list' || !obj.view) return nextOf(run, one, args.pos[1], at);
      if (isFresh(obj)) return firstOf(run, obj, absent);
      return onList(run, one, obj, at, () => {
        const [first] = obj.cell.state.items;
        if (first === undefined) return absent();
        if (first.k === 'unk' && first.many) return { ...first, many: false, key: '' };
        writeList(run.journal, obj.cell).items.shift();
        return first;
      });
    }),
  open: openFile,
  globals: (run, _args, at) => scopeDict(run, moduleScope(run), at),
  locals: (run, _args, at) => localsOf(run, at),
  vars: (run, args, at) => (args.pos[0] === undefined ? localsOf(run, at) : attribute(run, args.pos[0], '__dict__', at)),
  dir: dirCall,
  delattr: (run, args, at) => {
    const [value, name] = args.pos;
    const text = textArg(name);
    if (value !== undefined) {
      if (text === undefined) taint(run, value, unknownAt(run, 'dynamic-call', at));
      else deleteAttribute(run, value, text, at);
    }
    return none(originAt(at));
  },
  exec: execCode,
  eval: evalText,
  compile: (_run, args, at) => args.pos[0] ?? none(originAt(at)),
  __import__: importModule,
  super: superCall,
  staticmethod: (run, args, at) => flavoured(run, args.pos[0] ?? none(originAt(at)), 'static', at),
  classmethod: (run, args, at) => flavoured(run, args.pos[0] ?? none(originAt(at)), 'class', at),
  property: (run, args, at) => {
    const [getter, setter] = args.pos;
    if (getter === undefined || args.pos.length > 2 || args.kw.size > 0) return unknownAt(run, 'unsupported-syntax', at);
    const made = flavoured(run, getter, 'property', at);
    return setter === undefined || made.k !== 'known' || made.obj.t !== 'func' ? made : known({ ...made.obj, setter }, made.origin);
  },
  id: (run, _args, at) => unknownAt(run, 'random', at, { type: 'int' }),
  hash: (run, _args, at) => unknownAt(run, 'random', at, { type: 'int' }),
  input: (run, _args, at) => unknownAt(run, 'host', at, { type: 'str' }),
  exit: (run, args, at) => raiseMeant(run, 'SystemExit', 'exit() was called', at, args.pos),
  quit: (run, _args, at) => raise(run, 'SystemExit', 'quit() was called', at),
};

const TYPES: Readonly<Record<string, Call>> = {
  str: (run, args, at) => {
    if (args.pos.length > 1 || args.kw.size > 0)
      return lift(run, args.pos[0] ?? none(originAt(at)), (one) => {
        const text = one.obj.t === 'bytes' ? decoded(one.obj.v, codec({ ...args, pos: args.pos.slice(1) })) : undefined;
        return text === undefined ? unknownAt(run, 'unsupported-syntax', at, { type: 'str' }) : str(text, originAt(at), one.secret);
      });
    return args.pos[0] === undefined ? str('', originAt(at)) : strOf(run, args.pos[0], at);
  },
  int: (run, args, at) => {
    const base = arg(args, 1, 'base');
    const [first] = args.pos;
    if (base !== undefined && first?.k === 'known' && first.obj.t !== 'str' && first.obj.t !== 'bytes' && first.obj.t !== 'instance')
      return raise(run, 'TypeError', "int() can't convert non-string with explicit base", at);
    return args.pos[0] === undefined
      ? int(0, originAt(at))
      : toInt(run, args.pos[0], base?.k === 'known' && base.obj.t === 'int' ? Number(base.obj.v) : base === undefined ? 10 : 0, at);
  },
  float: (run, args, at) => (args.pos[0] === undefined ? known({ t: 'float', v: 0 }, originAt(at)) : toFloat(run, args.pos[0], at)),
  bool: (run, args, at) => (args.pos[0] === undefined ? bool(false, originAt(at)) : toBool(run, args.pos[0], at)),
  list: (run, args, at) =>
    args.pos[0] === undefined
      ? known(listFrom(run, []), originAt(at))
      : withItems(run, args.pos[0], at, (items) => known(listFrom(run, items), originAt(at))),
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
    lift(run, args.pos[0] ?? known({ t: 'bytes', v: '' }, originAt(at)), (one) => {
      const { obj } = one;
      if (obj.t === 'bytes') return one;
      if (obj.t === 'int' && obj.v >= 0n && obj.v <= 10_000n) return known({ t: 'bytes', v: '\0'.repeat(Number(obj.v)) }, originAt(at));
      if (obj.t === 'str') {
        const v = args.pos.length > 1 || args.kw.size > 0 ? encoded(obj.v, codec({ ...args, pos: args.pos.slice(1) })) : undefined;
        return v === undefined || hasRoot(obj.v)
          ? unknownAt(run, 'unsupported-syntax', at)
          : known({ t: 'bytes', v }, originAt(at), one.secret);
      }
      if (obj.t !== 'list' && obj.t !== 'tuple' && obj.t !== 'range') return unknownAt(run, 'unsupported-syntax', at);
      return withItems(run, one, at, (items) => {
        const codes = items.map((item) =>
          item.k === 'known' && item.obj.t === 'int' && item.obj.v >= 0n && item.obj.v < 256n ? Number(item.obj.v) : null,
        );
        return codes.includes(null)
          ? unknownAt(run, 'unsupported-syntax', at)
          : known({ t: 'bytes', v: codes.map((code) => String.fromCharCode(code ?? 0)).join('') }, originAt(at));
      });
    }),
  object: (run, _args, at) =>
    known(
      { t: 'instance', cls: OBJECT, attrs: newCell<ScopeState>(run.journal, { k: 'scope', names: new Map(), open: null }) },
      originAt(at),
    ),
  type: (run, args, at) =>
    args.pos.length === 3
      ? typeNew(run, [builtinName(run, 'type') ?? none(originAt(at)), ...args.pos], args.kw, at)
      : lift(run, args.pos[0] ?? none(originAt(at)), (one) => typeOf(run, one, at)),
};

/** zip(it, it): the same iterator several times gives its items in groups. */
function groupedZip(run: Run, sources: readonly Val[], at: Site): Val | undefined {
  const [first] = sources;
  const iterators = sources.flatMap((one) => (one.k === 'known' && one.obj.t === 'list' && one.obj.view ? [one.obj] : []));
  if (first === undefined || new Set(iterators.map((one) => one.cell)).size === iterators.length) return undefined;
  if (iterators.length !== sources.length || new Set(iterators.map((one) => one.cell)).size !== 1)
    return unknownAt(run, 'dynamic-call', at);
  return withItems(run, first, at, (items) => {
    const gap = gapIn(items);
    if (gap !== undefined) return known(viewFrom(run, [gap]), originAt(at));
    const rows: Val[] = [];
    for (let i = 0; i + sources.length <= items.length; i += sources.length)
      rows.push(known(tuple(items.slice(i, i + sources.length)), originAt(at)));
    return known(viewFrom(run, rows), originAt(at));
  });
}

/** next() of an iterator of the project. */
function nextOf(run: Run, one: Known, otherwise: Val | undefined, at: Site): Val {
  const made = (): Val =>
    special(run, one, '__next__', [], at) ??
    (one.obj.t === 'instance' || one.obj.t === 'native'
      ? unknownAt(run, 'dynamic-call', at)
      : raise(run, 'TypeError', `'${one.obj.t}' object is not an iterator`, at));
  return otherwise === undefined ? made() : attempt(run, made, (error) => (isError(error, 'StopIteration') ? otherwise : undefined));
}

/** round(x, places) */
function roundTo(run: Run, one: Known, places: Val, at: Site): Val {
  return lift(run, places, (count) => {
    if (count.obj.t === 'none') return callWith(run, builtinName(run, 'round') ?? one, [one], at);
    if (count.obj.t !== 'int') return unknownAt(run, 'unsupported-syntax', at);
    const n = Number(count.obj.v);
    if (one.obj.t === 'float') return known({ t: 'float', v: roundedFloat(one.obj.v, n) }, originAt(at));
    if (one.obj.t !== 'int') return unknownAt(run, 'unsupported-syntax', at);
    if (n >= 0) return one;
    if (n < -300) return int(0, originAt(at));
    const unit = 10n ** BigInt(-n);
    const size = one.obj.v < 0n ? -one.obj.v : one.obj.v;
    return int(roundRatio(size, unit) * unit * (one.obj.v < 0n ? -1n : 1n), originAt(at));
  });
}

function moduleScope(run: Run) {
  let chain = run.frame.chain;
  while (chain.parent !== null) chain = chain.parent;
  return chain.scope;
}

/** What types themselves make, which is no method of a value. */
const CONSTRUCTORS: ReadonlySet<string> = new Set(['from_bytes', 'fromhex', 'maketrans', 'from_number']);

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
  if (name === '__name__' || name === '__qualname__') return str(type, PYTHON);
  if (name === '__module__') return str('builtins', PYTHON);
  if (name === '__new__' || type === 'object' || type === 'type') return objectMethod(run, null, name);
  if (!['str', 'list', 'dict', 'set', 'int', 'float', 'bytes', 'tuple', 'frozenset'].includes(type)) return undefined;
  if (CONSTRUCTORS.has(name)) return undefined;
  if (name === '__init__' || name === '__setattr__' || name === '__init_subclass__') return objectMethod(run, null, name);
  return builtin(`${type}.${name}`, (args, at) => {
    const [self, ...rest] = args.pos;
    return self === undefined
      ? raise(run, 'TypeError', 'unbound method needs an argument', at)
      : callValue(run, ownMethod(run, self, name, at), { ...args, pos: rest }, at);
  });
}

/** `dict.get(x, …)`: the type's own method, whatever a subclass says. */
function ownMethod(run: Run, self: Val, name: string, at: Site): Val {
  const inner = self.k === 'known' && self.obj.t === 'instance' ? (self.obj.payload ?? self) : self;
  if (inner.k === 'known' && name.startsWith('__')) return dunder(run, inner, name) ?? attribute(run, inner, name, at);
  return attribute(run, inner, name, at);
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
  if (name === 'NotImplemented') return known(NOT_IMPLEMENTED, PYTHON);
  if (name === 'Ellipsis') return known({ t: 'ellipsis' }, PYTHON);
  if (name === '__debug__') return bool(true, PYTHON);
  if (
    name === 'complex' ||
    name === 'bytearray' ||
    name === 'memoryview' ||
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
