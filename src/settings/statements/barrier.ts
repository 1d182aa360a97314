import { closeControl, DeadEnd, type Escape, fork, forkValues, keepChanges, openControl, PyError, type Run, resumed } from '../run.ts';
import type { Val } from '../values/object.ts';

/**
 * Runs a body and, on every path on which it ends or is left, what must happen then: `finally`, `__exit__`. `after` gets how the path
 * was left and says how it goes on.
 */
export function barrier(
  run: Run,
  body: () => Escape | null,
  after: (left: Escape | null) => Escape | null,
  swallows = false,
): Escape | null {
  const control = openControl(run, 'barrier', swallows);
  const { frame, depth } = run;
  let left: Escape | null = null;
  let reached = true;
  try {
    left = body();
  } catch (error) {
    if (!(error instanceof PyError) && !(error instanceof DeadEnd)) throw error;
    run.frame = frame;
    run.depth = depth;
    run.controls.length = run.controls.indexOf(control) + 1;
    if (error instanceof PyError) left = { kind: 'raise', error };
    else reached = false;
  }
  const endings = closeControl(run, control, reached);
  if (endings === null) return goOn(after(left));
  if (endings.length === 0) throw new DeadEnd();
  const result = fork<Escape | null>(
    run,
    resumed(run, endings, (ending) => after(ending.escape ?? left)),
    (one) => one,
    (results) => (results.length === 1 ? (results[0]?.value ?? null) : null),
  );
  return goOn(result);
}

function goOn(left: Escape | null): Escape | null {
  if (left?.kind === 'raise' && left.to === undefined) throw left.error;
  return left;
}

/** Evaluates something; on the paths on which it raises what `handle` knows, that value instead. */
export function attempt(run: Run, body: () => Val, handle: (error: PyError) => Val | undefined): Val {
  const control = openControl(run, 'try');
  const { frame, depth } = run;
  let value: Val | null = null;
  let thrown: PyError | null = null;
  try {
    value = body();
  } catch (error) {
    if (!(error instanceof PyError) && !(error instanceof DeadEnd)) throw error;
    run.frame = frame;
    run.depth = depth;
    run.controls.length = run.controls.indexOf(control) + 1;
    if (error instanceof PyError) thrown = error;
  }
  if (control.pending.length === 0) {
    if (value === null && thrown === null) {
      closeControl(run, control, false);
      throw new DeadEnd();
    }
    keepChanges(run, control);
    return value ?? handled(thrown, handle);
  }
  const endings = closeControl(run, control, value !== null || thrown !== null) ?? [];
  return forkValues(
    run,
    resumed(run, endings, ({ escape: how }) => (how?.kind === 'raise' ? handled(how.error, handle) : (value ?? handled(thrown, handle)))),
  );
}

function handled(error: PyError | null, handle: (error: PyError) => Val | undefined): Val {
  if (error === null) throw new DeadEnd();
  const value = handle(error);
  if (value === undefined) throw error;
  return value;
}

/** Whether an exception is of a built-in kind, by name. */
export function isError(error: PyError, name: string): boolean {
  const { obj } = error.exc;
  return obj.t === 'instance' && obj.cls.mro.some((base) => base.native && base.name === name);
}
