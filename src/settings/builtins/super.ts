import { attributeOf } from '../expressions/attributes.ts';
import { bind, boundTo, lookupIn, storeAttribute } from '../expressions/instances.ts';
import { allocate, construct } from '../expressions/instantiate.ts';
import { raise } from '../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { typeNew } from '../statements/classes.ts';
import { type CallArgs, type ClassObj, type Known, known, none, type ScopeChain, type Site, type Val } from '../values/object.ts';
import { writeScope } from '../values/state.ts';
import { dunder, refill } from './dunders.ts';
import { builtin, textArg } from './native.ts';
import type { Call } from './objects.ts';

/** The class whose body the code stands in. */
function classAround(chain: ScopeChain): ClassObj | undefined {
  for (let one: ScopeChain | null = chain; one !== null; one = one.parent) if (one.holder !== undefined) return one.holder.cls ?? undefined;
  return undefined;
}

export const superCall: Call = (run, args, at) => {
  const chain = run.frame.chain;
  const first = [...chain.scope.state.names.keys()].find((name) => !name.startsWith(' '));
  const self = args.pos[1] ?? (first === undefined ? undefined : chain.scope.state.names.get(first));
  const [given] = args.pos;
  const owner = given === undefined ? classAround(chain) : given.k === 'known' && given.obj.t === 'class' ? given.obj : undefined;
  if (owner === undefined || self?.k !== 'known' || (self.obj.t !== 'instance' && self.obj.t !== 'class'))
    return unknownAt(run, 'unsupported-syntax', at);
  const own = self.obj.t === 'instance' ? self.obj.cls : self.obj;
  const cls = own.mro.includes(owner) ? own : own.meta;
  if (cls === undefined || !cls.mro.includes(owner)) return unknownAt(run, 'unsupported-syntax', at);
  const rest = cls.mro.slice(cls.mro.indexOf(owner) + 1);
  return known({ t: 'native', cls: 'super', attr: (name, site) => superAttribute(run, self, cls, rest, name, site) }, originAt(at));
};

function superAttribute(run: Run, self: Known, cls: ClassObj, rest: readonly ClassObj[], name: string, site: Site): Val | undefined {
  const found = lookupIn(rest, name);
  if (found !== undefined) {
    return lift(run, found, (one) => {
      if (one.obj.t === 'func' && name === '__new__') return one;
      if (self.obj.t === 'instance' || cls !== self.obj) return boundTo(run, self, cls, one, name, site);
      return one.obj.t === 'func' && (one.obj.flavour === 'class' || name === '__init_subclass__') ? bind(self, one.obj) : one;
    });
  }
  const open = rest.find((one) => one.open !== null)?.open;
  if (open !== undefined && open !== null) return open;
  const inherited = objectMethod(run, self, name);
  if (inherited !== undefined) return inherited;
  if (self.obj.t === 'instance' && self.obj.payload !== undefined)
    return attributeOf(run, self.obj.payload, name, site) ?? dunder(run, self.obj.payload, name);
  return undefined;
}

/** The methods that every class has from `object` and, for metaclasses, from `type`. */
export function objectMethod(run: Run, self: Known | null, name: string): Val | undefined {
  const subject = (args: CallArgs): readonly [Val | undefined, readonly Val[]] =>
    self === null ? [args.pos[0], args.pos.slice(1)] : [self, args.pos];
  switch (name) {
    case '__new__':
      return builtin(name, (args, at) => newObject(run, args, at));
    case '__init__':
      return builtin(name, (args, at) => {
        const [one, rest] = subject(args);
        const payload = one?.k === 'known' && one.obj.t === 'instance' ? one.obj.payload : undefined;
        if (one?.k === 'known' && one.obj.t === 'instance' && one.obj.attrs.state.names.has('args') && payload === undefined)
          writeScope(run.journal, one.obj.attrs).names.set(
            'args',
            known({ t: 'tuple', items: rest, fields: null, cls: null }, originAt(at)),
          );
        return payload === undefined ? none(originAt(at)) : refill(run, payload, rest, args.kw, at);
      });
    case '__init_subclass__':
    case '__set_name__':
      return builtin(name, (_args, at) => none(originAt(at)));
    case '__setattr__':
      return builtin(name, (args, at) => {
        const [one, rest] = subject(args);
        const key = textArg(rest[0]);
        if (one?.k !== 'known' || one.obj.t !== 'instance' || key === undefined || rest[1] === undefined)
          return unknownAt(run, 'unsupported-syntax', at);
        return storeAttribute(run, one, one.obj, key, rest[1], at);
      });
    case '__getattribute__':
    case '__getattr__':
      return undefined;
    case '__call__':
      return builtin(name, (args, at) => {
        const [one, rest] = subject(args);
        return one?.k === 'known' && one.obj.t === 'class'
          ? construct(run, one.obj, { ...args, pos: rest }, at)
          : unknownAt(run, 'unsupported-syntax', at);
      });
    default:
      return undefined;
  }
}

/** object.__new__(cls), str.__new__(cls, value), type.__new__(meta, name, bases, names). */
export function newObject(run: Run, args: CallArgs, at: Site): Val {
  const [cls, ...rest] = args.pos;
  if (args.open !== null || cls?.k !== 'known') return unknownAt(run, 'dynamic-call', at);
  if (cls.obj.t !== 'class') return raise(run, 'TypeError', 'object.__new__(X): X is not a type object', at);
  if (cls.obj.mro.some((base) => base.native && base.name === 'type')) return typeNew(run, args.pos, args.kw, at);
  return allocate(run, cls.obj, { pos: rest, kw: args.kw, open: null }, at);
}
