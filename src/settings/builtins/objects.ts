import { attribute, attributeOf, bind, lookupClass } from '../expressions/attributes.ts';
import { callUnknown, callValue } from '../expressions/call.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { bool, type CallArgs, type Known, known, none, type Site, type Val } from '../values/object.ts';
import { newCell } from '../values/state.ts';
import { builtin, positional, textArg } from './native.ts';

export type Call = (run: Run, args: CallArgs, at: Site) => Val;

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

export const getattrCall: Call = (run, args, at) => {
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

export const hasattrCall: Call = (run, args, at) => {
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

export const superCall: Call = (run, args, at) => {
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
