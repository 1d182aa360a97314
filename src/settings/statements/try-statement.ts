import type { Expr, Handler, Stmt } from '../../syntax/python/index.ts';
import { NO_ARGS } from '../builtins/native.ts';
import { evaluate } from '../expressions/evaluate.ts';
import { instantiate } from '../expressions/instantiate.ts';
import { makeError, raise, UNKNOWN_ERROR } from '../raise.ts';
import {
  closeControl,
  DeadEnd,
  type Escape,
  fork,
  keepChanges,
  lift,
  openControl,
  PyError,
  type Run,
  resumed,
  setAside,
  unknownAt,
} from '../run.ts';
import { ABSENT, type ClassObj, type Known, type ScopeChain, type Site, type Val } from '../values/object.ts';
import { writeScope } from '../values/state.ts';
import { barrier } from './barrier.ts';
import { bindName, scopeFor } from './binding.ts';
import { KEEP, NORMAL, runBody } from './execute.ts';

export function tryStatement(run: Run, stmt: Extract<Stmt, { kind: 'try' }>, chain: ScopeChain): Escape | null {
  const body = () => (stmt.handlers.length === 0 ? tryBody(run, stmt, chain) : tryHandlers(run, stmt, chain));
  if (stmt.finally.length === 0) return body();
  return barrier(run, body, (left) => runBody(run, stmt.finally, chain) ?? left);
}

function tryBody(run: Run, stmt: Extract<Stmt, { kind: 'try' }>, chain: ScopeChain): Escape | null {
  return runBody(run, stmt.body, chain) ?? runBody(run, stmt.orelse, chain);
}

function tryHandlers(run: Run, stmt: Extract<Stmt, { kind: 'try' }>, chain: ScopeChain): Escape | null {
  const control = openControl(run, 'try');
  const frame = run.frame;
  const depth = run.depth;
  let left: Escape | null = null;
  let reached = true;
  try {
    left = runBody(run, stmt.body, chain);
  } catch (error) {
    run.frame = frame;
    run.depth = depth;
    run.controls.length = run.controls.indexOf(control) + 1;
    reached = false;
    if (error instanceof PyError) {
      if (control.pending.length === 0) {
        keepChanges(run, control);
        return handle(run, stmt.handlers, error, chain);
      }
      setAside(run, { kind: 'raise', error });
    } else if (!(error instanceof DeadEnd)) throw error;
  }
  const endings = closeControl(run, control, reached);
  if (endings === null) return left ?? runBody(run, stmt.orelse, chain);
  if (endings.length === 0) throw new DeadEnd();
  return fork<Escape | null>(
    run,
    resumed(run, endings, ({ escape: how }) =>
      how?.kind === 'raise' ? handle(run, stmt.handlers, how.error, chain) : (left ?? runBody(run, stmt.orelse, chain)),
    ),
    KEEP,
    NORMAL,
  );
}

function handle(run: Run, handlers: readonly Handler[], error: PyError, chain: ScopeChain): Escape | null {
  for (const handler of handlers) {
    const caught = handler.group ? undefined : catches(run, handler, error, chain);
    if (caught === false) continue;
    if (caught === undefined) {
      // Nothing tells whether this handler catches it: both happen.
      const key = unknownAt(run, 'third-party', { file: run.frame.module.file, start: handler.start, end: handler.start }).key;
      const guard = { on: 'text' as const, key, text: 'the exception is caught', holds: true };
      const rest = handlers.slice(handlers.indexOf(handler) + 1);
      return fork<Escape | null>(
        run,
        [
          { when: [guard], body: () => runHandler(run, handler, error, chain) },
          { when: [{ ...guard, holds: false }], body: () => handle(run, rest, error, chain) },
        ],
        KEEP,
        NORMAL,
      );
    }
    return runHandler(run, handler, error, chain);
  }
  throw error;
}

function runHandler(run: Run, handler: Handler, error: PyError, chain: ScopeChain): Escape | null {
  if (handler.name !== null) bindName(run, handler.name, error.exc, chain, { start: handler.start, end: handler.start });
  run.frame.handling.push(error);
  try {
    return runBody(run, handler.body, chain);
  } finally {
    run.frame.handling.pop();
    if (handler.name !== null) writeScope(run.journal, scopeFor(handler.name, chain).scope).names.set(handler.name, ABSENT);
  }
}

function catches(run: Run, handler: Handler, error: PyError, chain: ScopeChain): boolean | undefined {
  if (handler.type === null) return true;
  return matchesType(evaluate(run, handler.type, chain), error);
}

/** Whether an `except` of a type catches an exception; undefined where nothing tells. */
export function matchesType(type: Val, error: PyError): boolean | undefined {
  if (type.k !== 'known') return undefined;
  if (type.obj.t === 'tuple') {
    const all = type.obj.items.map((one) => matchesType(one, error));
    return all.includes(true) ? true : all.includes(undefined) ? undefined : false;
  }
  if (type.obj.t !== 'class') return undefined;
  const raised = error.exc.obj;
  const cls: ClassObj | undefined = raised.t === 'instance' ? raised.cls : undefined;
  if (cls === undefined) return undefined;
  const wanted = type.obj;
  if (cls.mro.includes(wanted)) return true;
  // Imports say for themselves that they may fail: nothing else is taken to raise ImportError.
  if (cls.name === UNKNOWN_ERROR && (wanted.name === 'ImportError' || wanted.name === 'ModuleNotFoundError')) return false;
  return cls.mro.some((base) => base.open !== null) ? undefined : false;
}

/** What is certainly no exception. */
const PLAIN: ReadonlySet<string> = new Set(['none', 'bool', 'int', 'float', 'str', 'bytes', 'tuple', 'list', 'dict', 'set']);

export function raiseStatement(run: Run, value: Expr | null, chain: ScopeChain, site: Site): never {
  if (value === null) {
    const current = run.frame.handling[run.frame.handling.length - 1];
    if (current !== undefined) throw current;
    return raise(run, 'RuntimeError', 'No active exception to reraise', site);
  }
  const exc = evaluate(run, value, chain);
  // Raised while handling the absence of a variable, it tells the same thing in other words.
  const handled = run.frame.handling.at(-1)?.variable ?? null;
  lift(
    run,
    exc,
    (one) => {
      const made = one.obj.t === 'class' ? instantiate(run, one.obj, NO_ARGS, site) : one;
      if (made.k === 'known' && made.obj.t === 'instance') throw new PyError(made, made.obj.cls.name, messageOf(made), site, handled, true);
      if (made.k === 'known' && PLAIN.has(made.obj.t)) return raise(run, 'TypeError', 'exceptions must derive from BaseException', site);
      throw makeError(run, 'Exception', 'an exception of unknown type', site, handled, true);
    },
    () => {
      throw makeError(run, 'Exception', 'an exception of unknown type', site, handled, true);
    },
  );
  throw new DeadEnd();
}

function messageOf(exc: Known): string {
  const args = exc.obj.t === 'instance' ? exc.obj.attrs.state.names.get('args') : undefined;
  const first = args?.k === 'known' && args.obj.t === 'tuple' ? args.obj.items[0] : undefined;
  return first?.k === 'known' && first.obj.t === 'str' && !first.secret ? first.obj.v.slice(0, 300) : '';
}
