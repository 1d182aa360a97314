import type { Span } from './span.ts';

/**
 * Why a value is what it is: a chain of steps, the latest first, each `via` one step nearer to the text that decided it.
 * A chain ends at a text, an environment source or a documented default.
 */
export type Origin = TextStep | EnvStep | DefaultStep;

/** An expression, assignment, import or mutation in a file. */
export interface TextStep {
  readonly step: 'text';
  readonly at: Span;
  /** What happened there, in words: "assigned", "imported by star", "appended". */
  readonly note?: string;
  readonly via?: Origin;
}

/** A variable of the environment was read, or a file that stands in for it. */
export interface EnvStep {
  readonly step: 'env';
  readonly name: string;
  /** `given`: the environment provides it; `fallback`: it does not and the reader's default was used; `absent`: neither. */
  readonly state: 'given' | 'fallback' | 'absent';
  /** Where the settings code reads it. */
  readonly read?: Span;
  /** Where the value stands (env file line, compose entry, unit line); absent when nothing gives it or an option did. */
  readonly at?: Span;
  /** The source in words: "docker-compose.yml, environment of web", "--env". */
  readonly from?: string;
  readonly via?: Origin;
}

/** Nothing sets it: the default of Django, gunicorn, nginx, … holds. */
export interface DefaultStep {
  readonly step: 'default';
  /** Whose default, in words: "Django 5.2", "gunicorn", "nginx". */
  readonly of: string;
}

/** The steps of a chain, latest first. */
export function stepsOf(origin: Origin): readonly Origin[] {
  const steps: Origin[] = [];
  let one: Origin | undefined = origin;
  while (one !== undefined && steps.length < 200) {
    steps.push(one);
    one = one.step === 'default' ? undefined : one.via;
  }
  return steps;
}

/** The first place in a text along the chain, where a person would look. */
export function placeOf(origin: Origin): Span | undefined {
  for (const step of stepsOf(origin)) {
    if (step.step === 'text') return step.at;
    if (step.step === 'env' && (step.at ?? step.read)) return step.at ?? step.read;
  }
  return undefined;
}

export function textOrigin(at: Span, note?: string, via?: Origin): TextStep {
  return { step: 'text', at, ...(note === undefined ? {} : { note }), ...(via === undefined ? {} : { via }) };
}

export function defaultOrigin(of: string): DefaultStep {
  return { step: 'default', of };
}
