import { builtinName } from '../../builtins/builtins.ts';
import { concat, formatValue, reprOf } from '../../builtins/format.ts';
import { builtin, PYTHON, textArg } from '../../builtins/native.ts';
import type { Call } from '../../builtins/objects.ts';
import { callValue, callWith } from '../../expressions/call.ts';
import { compare, equal } from '../../expressions/comparison.ts';
import { bind, lookupClass } from '../../expressions/instances.ts';
import { binary } from '../../expressions/operators.ts';
import { raise, raiseHolding } from '../../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../../run.ts';
import { dictFrom, listFrom } from '../../values/iterate.ts';
import { builtinBase, builtinClass, nativeClass } from '../../values/native-classes.ts';
import {
  bool,
  type ClassHooks,
  type ClassObj,
  type InstanceObj,
  int,
  type Known,
  known,
  none,
  type Site,
  type Slot,
  str,
  tuple,
  type Val,
} from '../../values/object.ts';
import { newCell, type ScopeState, writeScope } from '../../values/state.ts';
import type { ModelledModule } from '../registry.ts';

/** enum, as of Python 3.11; what earlier releases print otherwise is unknown where no release is pinned. */

interface Members {
  /** In order, aliases left out. */
  readonly list: readonly Known[];
  readonly byName: ReadonlyMap<string, Known>;
}
const MEMBERS = new WeakMap<ClassObj, Members>();

const AUTO = 'enum.auto';

/** Whether the evaluated code runs on a release from 3.<minor> on; undefined where none is pinned. */
function runsOn(run: Run, minor: number): boolean | undefined {
  const { python } = run.request;
  return python === null ? undefined : Number(python.split('.')[1]) >= minor;
}

function isMemberName(name: string, slot: Slot): slot is Known {
  if (name.startsWith('_') || name.startsWith(' ') || slot.k !== 'known') return false;
  const { obj } = slot;
  if (obj.t === 'func' || obj.t === 'class' || (obj.t === 'builtin' && !obj.type)) return false;
  return !(obj.t === 'instance' && lookupClass(obj.cls, '__get__') !== undefined);
}

/** The class body has run: its plain names become members. */
const subclass: ClassHooks['subclass'] = (run, cls, _body, site) => {
  const own = writeScope(run.journal, cls.scope).names;
  const list: Known[] = [];
  const byName = new Map<string, Known>();
  const values: Val[] = [];
  for (const [name, slot] of [...own]) {
    if (slot.k !== 'known' && !name.startsWith('_') && slot.k !== 'absent') return unknownAt(run, 'dynamic-call', site);
    if (!isMemberName(name, slot)) continue;
    const value = slot.obj.t === 'native' && slot.obj.cls === AUTO ? nextValue(run, cls, name, values, site) : slot;
    if (value.k !== 'known') return unknownAt(run, 'dynamic-call', site);
    values.push(value);
    const member = memberOf(run, cls, name, value, list, site);
    if (member === undefined) return unknownAt(run, 'unsupported-syntax', site);
    byName.set(name, member);
    if (!list.some((one) => one.obj === member.obj)) list.push(member);
    own.set(name, member);
  }
  if (list.length > 0 || byName.size > 0) MEMBERS.set(cls, { list, byName });
  return known(cls, originAt(site));
};

function memberOf(run: Run, cls: ClassObj, name: string, value: Known, before: readonly Known[], site: Site): Known | undefined {
  if (lookupClass(cls, '__new__') !== undefined) return undefined;
  const parts = value.obj.t === 'tuple' ? value.obj.items : [value];
  const init = lookupClass(cls, '__init__');
  const mixin = builtinBase(cls);
  const payload =
    mixin === undefined ? undefined : callValue(run, builtinName(run, mixin) ?? value, { pos: parts, kw: new Map(), open: null }, site);
  if (payload !== undefined && payload.k !== 'known') return undefined;
  const held = mixin === undefined || value.obj.t !== 'tuple' ? value : payload;
  const kept = payload === undefined ? value : mixin !== undefined && value.obj.t !== 'tuple' ? payload : held;
  if (kept === undefined) return undefined;
  for (const one of before) if (equal(run, memberValue(one), kept, site) === true) return one;
  const names = new Map<string, Slot>([
    ['_value_', kept],
    ['_name_', str(name, originAt(site))],
  ]);
  const attrs = newCell<ScopeState>(run.journal, { k: 'scope', names, open: null });
  const instance: InstanceObj = payload === undefined ? { t: 'instance', cls, attrs } : { t: 'instance', cls, attrs, payload };
  const member = known(instance, value.origin);
  if (init?.k === 'known' && init.obj.t === 'func') callValue(run, bind(member, init.obj), { pos: parts, kw: new Map(), open: null }, site);
  return member;
}

/** What a member's `_value_` is. */
function memberValue(member: Known): Known {
  const slot = member.obj.t === 'instance' ? member.obj.attrs.state.names.get('_value_') : undefined;
  return slot?.k === 'known' ? slot : member;
}

function nextValue(run: Run, cls: ClassObj, name: string, values: readonly Val[], site: Site): Val {
  const own = lookupClass(cls, '_generate_next_value_');
  const nothing = known(listFrom(run, values), originAt(site));
  if (own?.k === 'known' && own.obj.t === 'func')
    return callWith(run, own, [str(name, originAt(site)), int(1, originAt(site)), int(values.length, originAt(site)), nothing], site);
  if (cls.mro.includes(STR_ENUM)) return str(name.toLowerCase(), originAt(site));
  const last = values.at(-1);
  if (last === undefined) return int(1, originAt(site));
  if (last.k !== 'known' || last.obj.t !== 'int') return unknownAt(run, 'dynamic-call', site);
  if (cls.mro.includes(FLAG)) return int(1n << BigInt(last.obj.v.toString(2).length), originAt(site));
  return binary(run, '+', last, int(1, originAt(site)), site);
}

function membersOf(cls: ClassObj): Members | undefined {
  for (const base of cls.mro) {
    const found = MEMBERS.get(base);
    if (found !== undefined) return found;
  }
  return undefined;
}

const call: ClassHooks['call'] = (run, cls, args, site) => {
  const members = membersOf(cls);
  const [wanted] = args.pos;
  if (members === undefined || args.pos.length !== 1 || wanted === undefined || args.open !== null)
    return unknownAt(run, 'unsupported-syntax', site);
  return lift(run, wanted, (one) => {
    if (one.obj.t === 'instance' && one.obj.cls.mro.includes(cls)) return one;
    for (const member of members.list) {
      const same = equal(run, memberValue(member), one, site);
      if (same === true) return member;
      if (same === undefined) return unknownAt(run, 'dynamic-call', site);
    }
    const missing = lookupClass(cls, '_missing_');
    if (missing?.k === 'known' && missing.obj.t === 'func') {
      const made = callValue(run, bind(known(cls, originAt(site)), missing.obj), { pos: [one], kw: new Map(), open: null }, site);
      if (made.k !== 'known' || made.obj.t !== 'none') return made;
    } else if (cls.mro.includes(FLAG)) return unknownAt(run, 'unsupported-syntax', site);
    return raise(run, 'ValueError', `not a valid ${cls.name}`, site);
  });
};

const HOOKS: ClassHooks = {
  subclass,
  call,
  getItem: (run, cls, key, site) => {
    const name = textArg(key);
    const members = membersOf(cls);
    if (name === undefined || members === undefined) return unknownAt(run, 'dynamic-call', site);
    return members.byName.get(name) ?? raiseHolding(run, 'KeyError', [key], site, name);
  },
  items: (_run, cls) => membersOf(cls)?.list ?? [],
  contains: (run, cls, item, site) => {
    const members = membersOf(cls);
    return lift(run, item, (one) => {
      if (one.obj.t === 'instance' && one.obj.cls === cls) return bool(true, originAt(site));
      if (members === undefined || runsOn(run, 12) !== true) return unknownAt(run, 'dynamic-call', site, { type: 'bool' });
      return compare(run, 'in', one, known(tuple(members.list.map(memberValue)), originAt(site)), site);
    });
  },
  attribute: (run, cls, name, site) => {
    const members = membersOf(cls);
    if (name !== '__members__' || members === undefined) return undefined;
    return known(dictFrom(run, [...members.byName], site), originAt(site));
  },
};

type Shown = (run: Run, self: Known, cls: ClassObj, args: readonly Val[], at: Site) => Val;

function method(name: string, show: Shown): readonly [string, Slot] {
  return [
    name,
    known(
      {
        t: 'builtin',
        name,
        type: false,
        attr: null,
        call: (args, at) => {
          const [self, ...rest] = args.pos;
          const run = self?.k === 'known' && self.obj.t === 'instance' ? RUNS.get(self.obj.cls) : undefined;
          if (run === undefined || self?.k !== 'known' || self.obj.t !== 'instance') return none(originAt(at));
          return show(run, self, self.obj.cls, rest, at);
        },
      },
      PYTHON,
    ),
  ];
}

/** The run a class belongs to: the methods of modelled classes are shared by all. */
const RUNS = new WeakMap<ClassObj, Run>();

function memberName(member: Known): string {
  const slot = member.obj.t === 'instance' ? member.obj.attrs.state.names.get('_name_') : undefined;
  return textArg(slot?.k === 'known' ? slot : undefined) ?? '';
}

const dotted: Shown = (run, self, cls, _args, at) =>
  cls.mro.includes(FLAG) ? unknownAt(run, 'unsupported-syntax', at, { type: 'str' }) : str(`${cls.name}.${memberName(self)}`, originAt(at));

const FORMAT: Shown = (run, self, cls, [spec], at) => {
  const own = lookupClass(cls, '__str__');
  const mixed = builtinBase(cls) !== undefined;
  if (mixed && runsOn(run, 11) !== true) return unknownAt(run, 'dynamic-call', at, { type: 'str' });
  const text =
    own === undefined
      ? self
      : callWith(
          run,
          own.k === 'known' && own.obj.t === 'func' ? bind(self, own.obj) : own,
          own.k === 'known' && own.obj.t === 'func' ? [] : [self],
          at,
        );
  return formatValue(run, text, textArg(spec) ?? '', at);
};

const plainText: Shown = (run, self, _cls, _args, at) =>
  runsOn(run, 11) !== true || self.obj.t !== 'instance' || self.obj.payload === undefined
    ? unknownAt(run, 'dynamic-call', at, { type: 'str' })
    : formatValue(run, self.obj.payload, '', at);

const plainFormat: Shown = (run, self, _cls, [spec], at) =>
  self.obj.t !== 'instance' || self.obj.payload === undefined
    ? unknownAt(run, 'dynamic-call', at, { type: 'str' })
    : formatValue(run, self.obj.payload, textArg(spec) ?? '', at);

const unclear: Shown = (run, _self, _cls, _args, at) => unknownAt(run, 'unsupported-syntax', at);

const ATTRIBUTES = new Map<string, Slot>([
  method('__str__', dotted),
  method('__format__', FORMAT),
  method('__repr__', (run, self, cls, _args, at) =>
    concat(run, [str(`<${cls.name}.${memberName(self)}: `, originAt(at)), reprOf(run, memberValue(self), at), str('>', originAt(at))], at),
  ),
]);

function registering(hooks: ClassHooks): ClassHooks {
  return {
    ...hooks,
    subclass: (run, cls, body, site) => {
      RUNS.set(cls, run);
      return hooks.subclass?.(run, cls, body, site) ?? known(cls, originAt(site));
    },
  };
}

const ENUM = nativeClass({ name: 'Enum', module: 'enum', names: ATTRIBUTES, hooks: registering(HOOKS) });
const REPR_NAMES = new Map<string, Slot>([method('__str__', plainText), method('__format__', plainFormat)]);
const REPR_ENUM = nativeClass({ name: 'ReprEnum', module: 'enum', bases: [ENUM], names: REPR_NAMES });

function mixed(name: string, base: string): ClassObj {
  const type = builtinClass(base);
  return nativeClass({ name, module: 'enum', bases: type === undefined ? [REPR_ENUM] : [type, REPR_ENUM] });
}

const INT_ENUM = mixed('IntEnum', 'int');
const STR_ENUM = mixed('StrEnum', 'str');
const FLAG = nativeClass({
  name: 'Flag',
  module: 'enum',
  bases: [ENUM],
  names: new Map(
    ['__or__', '__and__', '__xor__', '__invert__', '__bool__', '__contains__', '__ror__'].map((name) => method(name, unclear)),
  ),
});

const property: Call = (run, args, at) => callWith(run, builtinName(run, 'property') ?? none(originAt(at)), args.pos, at);

export function enumModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const cls = (one: ClassObj) => () => known(one, PYTHON);
  const same = (name: string) => () => builtin(name, (args, at) => args.pos[0] ?? none(originAt(at)));
  return {
    enum: {
      open: true,
      names: {
        Enum: cls(ENUM),
        IntEnum: cls(INT_ENUM),
        StrEnum: cls(STR_ENUM),
        ReprEnum: cls(REPR_ENUM),
        Flag: cls(FLAG),
        auto: () => builtin('auto', () => known({ t: 'native', cls: AUTO }, PYTHON)),
        unique: same('unique'),
        property: () => builtin('property', (args, at) => property(run, args, at)),
      },
    },
  };
}

/** `name` and `value` of a member. */
export function enumAttribute(member: Known, name: string): Val | undefined {
  if (member.obj.t !== 'instance' || !member.obj.cls.mro.includes(ENUM)) return undefined;
  const slot = name === 'value' ? '_value_' : name === 'name' ? '_name_' : undefined;
  const held = slot === undefined ? undefined : member.obj.attrs.state.names.get(slot);
  return held?.k === 'known' ? held : undefined;
}
