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

/** The chain as a person would tell it, one sentence a line: a place that was told just before is not told again. */
export function originStory(steps: readonly OriginStep[]): readonly string[] {
  const lines: string[] = [];
  const told = new Set<string>();
  let before: OriginStep | undefined;
  for (const step of steps) {
    const place = step.file === null ? '' : `${step.file}:${step.line}`;
    const stays = before !== undefined && before.file === step.file && before.line === step.line;
    if (step.step !== 'here') lines.push(place === '' ? step.step : `${step.step}${stays ? '' : ` at ${place}`}`);
    else if (!told.has(place)) lines.push(`written at ${place}`);
    told.add(place);
    before = step;
  }
  return lines;
}
