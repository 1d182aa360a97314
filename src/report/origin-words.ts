import { type Origin, stepsOf } from '../core/origin.ts';
import type { Span } from '../core/span.ts';
import { maskUserParts } from './mask.ts';
import type { Texts } from './run.ts';

/** One step of the chain that decided a value, the nearest to the final value first. */
export interface OriginStep {
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly step: string;
}

export function originSteps(origin: Origin, texts: Texts): readonly OriginStep[] {
  const steps = stepsOf(origin).flatMap((step) => stepPlaces(step, texts));
  return steps.filter((step, index) => !isSame(step, steps[index - 1]));
}

/** A variable's own chain begins with the place that the step of its reader names already. */
function isSame(step: OriginStep, before: OriginStep | undefined): boolean {
  return (
    before !== undefined &&
    step.file === before.file &&
    step.line === before.line &&
    step.column === before.column &&
    step.step === before.step
  );
}

function stepPlaces(step: Origin, texts: Texts): readonly OriginStep[] {
  switch (step.step) {
    case 'text':
      return [placed(step.at, step.note ?? 'here', texts)];
    case 'default':
      return [placed(undefined, `default of ${step.of}`, texts)];
    case 'env': {
      const state = { given: 'given', fallback: 'not given, so the fallback holds', absent: 'given by nothing in view' }[step.state];
      const from = step.from === undefined ? '' : ` by ${step.from}`;
      const given = placed(step.at ?? step.read, `environment variable ${step.name}, ${state}${from}`, texts);
      return step.at !== undefined && step.read !== undefined ? [placed(step.read, `reads ${step.name}`, texts), given] : [given];
    }
  }
}

function placed(at: Span | undefined, words: string, texts: Texts): OriginStep {
  const step = maskUserParts(words);
  return at === undefined ? { file: null, line: null, column: null, step } : { file: at.file, ...texts.position(at.file, at.start), step };
}
