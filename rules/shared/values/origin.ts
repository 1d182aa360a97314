import { type Origin, type Span, stepsOf } from '../../../src/rule.ts';

/** The variable that decided a value, when one did. */
export interface Variable {
  readonly name: string;
  readonly state: 'given' | 'fallback' | 'absent';
  /** Where its value stands; undefined when nothing in the tree gives it. */
  readonly at: Span | undefined;
  /** Where the settings read it. */
  readonly read: Span | undefined;
}

/** The first environment step of a chain. */
export function variableOf(origin: Origin): Variable | null {
  for (const step of stepsOf(origin)) {
    if (step.step === 'env') return { name: step.name, state: step.state, at: step.at, read: step.read };
  }
  return null;
}

/** The line a person would change: where the deployment gives the value, else where the settings decide it. */
export function changeAt(origin: Origin): Origin | Span {
  const variable = variableOf(origin);
  return variable?.state === 'given' && variable.at !== undefined ? variable.at : origin;
}

/** Related place for a value that the environment gives: where the settings read it. */
export function readRelated(origin: Origin): readonly { readonly at: Span; readonly message: string }[] {
  const variable = variableOf(origin);
  if (variable?.state !== 'given' || variable.at === undefined || variable.read === undefined) return [];
  return [{ at: variable.read, message: `the settings read \`${variable.name}\` here` }];
}
