import { appendTo } from '../../builtins/list-methods.ts';
import { builtin, PYTHON } from '../../builtins/native.ts';
import type { Call } from '../../builtins/objects.ts';
import { callMethod } from '../../expressions/attributes.ts';
import { callUnknown, callValue } from '../../expressions/call.ts';
import { special } from '../../expressions/overloads.ts';
import { raise } from '../../raise.ts';
import { type Escape, fork, lift, originAt, type Run, unknownAt } from '../../run.ts';
import { barrier } from '../../statements/barrier.ts';
import { isFresh } from '../../statements/iteration.ts';
import { matchesType } from '../../statements/try-statement.ts';
import { leave, swallowing } from '../../statements/with-statement.ts';
import { listFrom } from '../../values/iterate.ts';
import { nativeClass } from '../../values/native-classes.ts';
import { bool, int, type Known, known, type ListObj, none, type Site, type Val } from '../../values/object.ts';
import type { ModelledModule } from '../registry.ts';

/** contextlib: managers made of a generator, and those that swallow. */

/** suppress(*types) */
const suppress: Call = (run, args) =>
  known(
    {
      t: 'native',
      cls: 'contextlib.suppress',
      manage: (body, at) =>
        barrier(
          run,
          () => body(none(originAt(at))),
          (left) => {
            if (left?.kind !== 'raise') return left;
            const { error } = left;
            const all = args.pos.map((type) => matchesType(type, error));
            const is = all.includes(true) ? true : all.includes(undefined) || args.open !== null ? undefined : false;
            return swallowing(run, is === undefined ? unknownAt(run, 'dynamic-call', at) : bool(is, originAt(at)), error, at);
          },
        ),
    },
    PYTHON,
  );

/** @contextmanager: the body of `with` runs at the generator's yield. */
const contextmanager: Call = (run, args, at) =>
  lift(run, args.pos[0] ?? none(originAt(at)), (func) => {
    if (func.obj.t === 'func') return known({ ...func.obj, manages: true }, func.origin);
    return builtin('contextmanager', (inner, where) =>
      lift(run, callValue(run, func, inner, where), (made) => managerOf(run, made, where)),
    );
  });

/** The context manager of a generator that has not begun. */
export function managerOf(run: Run, made: Known, at: Site): Val {
  const { obj } = made;
  if (obj.t !== 'list' || !isFresh(obj)) return unknownAt(run, 'dynamic-call', at);
  return known(
    {
      t: 'native',
      cls: 'contextlib._GeneratorContextManager',
      manage: (body, site) => atYield(run, obj, body, site),
      mayDo: (why) => obj.mayDo?.(why),
    },
    PYTHON,
  );
}

function atYield(run: Run, list: ListObj, body: (entered: Val) => Escape | null, site: Site): Escape | null {
  const { generate } = list;
  if (generate === undefined) return null;
  const outer = run.frame;
  const way = { entered: false };
  // How each path left the body, kept where branches are kept apart.
  const exits: Escape[] = [];
  const taken = listFrom(run, []);
  generate((value) => {
    if (way.entered) return raise(run, 'RuntimeError', "generator didn't stop", site);
    way.entered = true;
    const inner = run.frame;
    run.frame = outer;
    // An exception goes on from the yield; any other way out waits until the generator has ended.
    barrier(
      run,
      () => body(value),
      (left) => {
        if (left === null || left.kind === 'raise') return left;
        exits.push(left);
        appendTo(run, taken, int(exits.length - 1, originAt(site)));
        return null;
      },
    );
    run.frame = inner;
    return none(originAt(site));
  });
  if (!way.entered) return raise(run, 'RuntimeError', "generator didn't yield", site);
  return exitOf(run, taken, exits);
}

function exitOf(run: Run, taken: ListObj, exits: readonly Escape[]): Escape | null {
  const read = (items: readonly Val[]): Escape | null => {
    const [first] = items;
    return first?.k === 'known' && first.obj.t === 'int' ? (exits[Number(first.obj.v)] ?? null) : null;
  };
  const { items, alternatives } = taken.cell.state;
  if (alternatives === null) return read(items);
  return fork<Escape | null>(
    run,
    alternatives.map((one) => ({ when: one.when, body: () => read(one.items) })),
    (left) => left,
    () => null,
  );
}

/** nullcontext(value) and closing(thing): they give what they were given. */
const giving =
  (close: boolean): Call =>
  (run, args, at) => {
    const value = args.pos[0] ?? none(originAt(at));
    return known(
      {
        t: 'native',
        cls: 'contextlib.nullcontext',
        manage: (body, site) =>
          barrier(
            run,
            () => body(value),
            (left) => {
              if (close && value.k === 'known') callMethod(run, value, 'close', [], site);
              return left;
            },
          ),
      },
      PYTHON,
    );
  };

/** ExitStack: what is entered or pushed ends in reverse order. A generator cannot be held at its yield: what it may do is not followed. */
const exitStack: Call = (run) => {
  const endings: ((left: Escape | null) => Escape | null)[] = [];
  const enter = (manager: Known, at: Site): Val => {
    if (manager.obj.t !== 'instance') {
      endings.unshift((left) => {
        held(run, manager, at);
        return left;
      });
      return held(run, manager, at);
    }
    const entered = special(run, manager, '__enter__', [], at) ?? raise(run, 'TypeError', 'not a context manager', at);
    endings.unshift((left) => leave(run, manager, left, at));
    return entered;
  };
  const self: Known = known(
    {
      t: 'native',
      cls: 'contextlib.ExitStack',
      attr: (name) => {
        if (name === 'callback')
          return builtin(name, (args, at) => {
            const [func, ...rest] = args.pos;
            if (run.path.length > 0) return callUnknown(run, unknownAt(run, 'dynamic-call', at), args, at);
            if (func !== undefined)
              endings.unshift((left) => {
                callValue(run, func, { ...args, pos: rest }, at);
                return left;
              });
            return func ?? none(originAt(at));
          });
        if (name === 'enter_context')
          return builtin(name, (args, at) => lift(run, args.pos[0] ?? none(originAt(at)), (one) => enter(one, at)));
        return undefined;
      },
      manage: (body) =>
        barrier(
          run,
          () => body(self),
          (left) => endings.reduce((way, end) => end(way), left),
        ),
    },
    PYTHON,
  );
  return self;
};

/** What a modelled manager gives when it does nothing on the way out; otherwise anything may happen. */
function held(run: Run, manager: Known, at: Site): Val {
  const { obj } = manager;
  if (obj.t === 'native' && obj.cls === 'file') return manager;
  const why = unknownAt(run, 'dynamic-call', at);
  if (obj.t === 'native' && obj.mayDo !== undefined) obj.mayDo(why);
  return why;
}

const ABSTRACT = nativeClass({ name: 'AbstractContextManager', module: 'contextlib' });

export function contextlibModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const make = (name: string, call: Call) => () => builtin(name, (args, at) => call(run, args, at));
  return {
    contextlib: {
      open: true,
      names: {
        suppress: make('suppress', suppress),
        contextmanager: make('contextmanager', contextmanager),
        nullcontext: make('nullcontext', giving(false)),
        closing: make('closing', giving(true)),
        ExitStack: make('ExitStack', exitStack),
        AbstractContextManager: () => known(ABSTRACT, PYTHON),
      },
    },
  };
}
