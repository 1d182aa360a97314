import { attribute, callMethod } from '../expressions/attributes.ts';
import { openScope } from '../imports/imports.ts';
import { raise } from '../raise.ts';
import { lift, originAt, type Run, readSlot, unknownAt } from '../run.ts';
import { updateMap } from '../values/containers.ts';
import { dictFrom } from '../values/iterate.ts';
import { ABSENT, bool, type CallArgs, known, none, type Site, str, type Val } from '../values/object.ts';
import { type Cell, type ScopeState, writeMap, writeScope } from '../values/state.ts';
import { builtin, textArg } from './native.ts';

/** What globals() gives: the module's names as a mapping that writes through. */
export function scopeDict(run: Run, scope: Cell<ScopeState>, site: Site, cls: 'globals' | 'namespace' = 'globals'): Val {
  const get = (key: Val, at: Site, absent: () => Val): Val => {
    const name = textArg(key);
    if (name === undefined) return unknownAt(run, 'dynamic-call', at);
    const slot = scope.state.names.get(name) ?? scope.state.open ?? ABSENT;
    return readSlot(run, slot, absent);
  };
  const set = (key: Val, value: Val, at: Site): void => {
    const name = textArg(key);
    if (name === undefined) openScope(run, scope, unknownAt(run, 'dynamic-call', at));
    else {
      const places = run.assignments.get(name) ?? [];
      places.push({ file: at.file, start: at.start, end: at.end });
      run.assignments.set(name, places);
      writeScope(run.journal, scope).names.set(name, value);
    }
  };
  return known(
    {
      t: 'native',
      cls,
      getItem: (key, at) => get(key, at, () => raise(run, 'KeyError', textArg(key) ?? 'name', at)),
      setItem: set,
      taint: (why) => openScope(run, scope, why),
      delItem: (key, at) => {
        const name = textArg(key);
        if (name === undefined) openScope(run, scope, unknownAt(run, 'dynamic-call', at));
        else {
          get(key, at, () => raise(run, 'KeyError', name, at));
          writeScope(run.journal, scope).names.set(name, ABSENT);
        }
      },
      mapping: (at) => snapshot(run, scope, at),
      // A module is never without names.
      ...(cls === 'globals' ? { truth: true } : {}),
      contains: (key, at) => {
        const name = textArg(key);
        const slot = name === undefined ? undefined : (scope.state.names.get(name) ?? (scope.state.open === null ? ABSENT : undefined));
        return slot === undefined || slot.k === 'cond'
          ? unknownAt(run, 'dynamic-call', at, { type: 'bool' })
          : bool(slot.k !== 'absent', originAt(at));
      },
      iterate: (at) => keysOf(run, scope, at),
      attr: (name, at) => {
        if (name === 'get')
          return builtin('get', (args: CallArgs, where) =>
            get(args.pos[0] ?? none(originAt(where)), where, () => args.pos[1] ?? none(originAt(where))),
          );
        if (name === 'setdefault') {
          return builtin('setdefault', (args, where) =>
            get(args.pos[0] ?? none(originAt(where)), where, () => {
              const value = args.pos[1] ?? none(originAt(where));
              set(args.pos[0] ?? none(originAt(where)), value, where);
              return value;
            }),
          );
        }
        if (name === 'update') return builtin('update', (args, where) => update(run, args, where, set, scope));
        if (name === 'copy') return builtin(name, (_args, where) => snapshot(run, scope, where));
        if (name === 'items' || name === 'keys' || name === 'values') return attribute(run, snapshot(run, scope, at), name, at);
        if (name === 'pop') {
          return builtin('pop', (args, where) => {
            const old = get(args.pos[0] ?? none(originAt(where)), where, () => args.pos[1] ?? none(originAt(where)));
            const key = textArg(args.pos[0]);
            if (key !== undefined) writeScope(run.journal, scope).names.set(key, ABSENT);
            return old;
          });
        }
        return undefined;
      },
    },
    originAt(site),
  );
}

/** What locals() gives: in a function a copy, whose changes no variable sees. What an earlier call has left in it is not followed. */
export function localsOf(run: Run, site: Site): Val {
  const { chain } = run.frame;
  if (chain.kind !== 'function') return scopeDict(run, chain.scope, site);
  const copy = dictFrom(run, [], site);
  const state = writeMap(run.journal, copy.cell);
  for (const [name, slot] of chain.scope.state.names) state.entries.set(`s:${name}`, { key: str(name, originAt(site)), value: slot });
  state.open = unknownAt(run, 'dynamic-call', site);
  return known(copy, originAt(site));
}

/** A dict of the names as they stand. */
function snapshot(run: Run, scope: Cell<ScopeState>, site: Site): Val {
  const copy = dictFrom(run, [], site);
  const state = writeMap(run.journal, copy.cell);
  for (const [name, slot] of scope.state.names)
    if (!name.startsWith(' ') && slot.k !== 'absent') state.entries.set(`s:${name}`, { key: str(name, originAt(site)), value: slot });
  state.open = scope.state.open;
  return known(copy, originAt(site));
}

/** The names as they stand; those that only some paths bind are there on those paths. */
function keysOf(run: Run, scope: Cell<ScopeState>, site: Site): Val {
  return lift(run, snapshot(run, scope, site), (one) => callMethod(run, one, 'keys', [], site));
}

function update(run: Run, args: CallArgs, at: Site, set: (key: Val, value: Val, at: Site) => void, scope: Cell<ScopeState>): Val {
  for (const [name, value] of args.kw) set(str(name, originAt(at)), value, at);
  const [other] = args.pos;
  if (other === undefined) return none(originAt(at));
  return lift(
    run,
    other,
    (one) => {
      const made = one.obj.t === 'dict' ? one.obj : dictFrom(run, [], at);
      if (made !== one.obj) updateMap(run, made, one, at);
      if (made.cell.state.open !== null) openScope(run, scope, made.cell.state.open);
      for (const entry of made.cell.state.entries.values()) {
        if (entry.value.k === 'absent') continue;
        const missing = entry.value.k === 'cond' && entry.value.cases.some((each) => each.then.k === 'absent');
        set(entry.key, missing ? unknownAt(run, 'dynamic-call', at) : entry.value, at);
      }
      return none(originAt(at));
    },
    (one) => {
      openScope(run, scope, one);
      return one;
    },
  );
}
