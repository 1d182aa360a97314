import { unknown, type Value } from '../core/value.ts';
import { evaluateOnce } from './evaluate-settings.ts';
import type { Environment, EnvironmentRead, EvaluatedSettings, Refusal, SettingsRequest } from './model.ts';

/** Guards that are passed one after the other, and variables that are asked about one by one. */
const MAX_REFUSALS = 8;
const MAX_ASKED = 24;

/**
 * Evaluates one settings module under one environment, without running anything. Where a guard of the project refuses the
 * environment, the variables that it asks for are found by evaluating again with some of them left open, and what stands
 * behind the guard is told as if they had a value that suits it: one fault must not hide the others.
 */
export function evaluateSettings(request: SettingsRequest): EvaluatedSettings {
  const first = evaluateOnce(request);
  if (request.assumeMissing !== true) return first;
  const told = first.refusals.length === 0 ? first : pastGuards(request, first);
  return request.counterfactuals === true && told.raised === null ? withCounterfactuals(request, told) : told;
}

function pastGuards(request: SettingsRequest, first: EvaluatedSettings): EvaluatedSettings {
  const refusals: Refusal[] = [];
  const opened = new Map<string, EnvironmentRead>();
  let current = first;
  while (refusals.length < MAX_REFUSALS) {
    const [refusal] = current.refusals;
    if (refusal === undefined) break;
    const asked = askedFor(request, current, [...opened.keys()]);
    refusals.push({ ...refusal, variables: asked?.names ?? [], asksForFile: asksForFile(request, current, [...opened.keys()]) });
    if (asked === null) break;
    for (const name of asked.names) {
      const read = current.reads.find((one) => one.name === name);
      if (read !== undefined) opened.set(name, read);
    }
    current = asked.evaluated;
  }
  return { ...current, raised: first.raised, refusals, reads: current.reads.map((read) => asRead(read, opened.get(read.name))) };
}

/** Left open, a variable looks as if it were given: what was found of it before stands. */
function asRead(read: EnvironmentRead, before: EnvironmentRead | undefined): EnvironmentRead {
  if (before === undefined) return read;
  return { ...read, provided: before.provided, required: read.required || before.provided === false };
}

function asksForFile(request: SettingsRequest, stopped: EvaluatedSettings, opened: readonly string[]): boolean {
  const environment = leftOpen(request.environment, opened);
  return passes(evaluateOnce({ ...request, environment, absentFiles: 'unknown' }), stopped);
}

interface Asked {
  readonly names: readonly string[];
  /** The evaluation with them left open. */
  readonly evaluated: EvaluatedSettings;
}

/** The variables without which (or with another value of which) the guard would not stop the evaluation: the missing ones, else the given ones. */
function askedFor(request: SettingsRequest, stopped: EvaluatedSettings, opened: readonly string[]): Asked | null {
  for (const provided of [false, true]) {
    const names = [...new Set(stopped.reads.filter((read) => read.provided === provided).map((read) => read.name))]
      .filter((name) => !opened.includes(name))
      .slice(-MAX_ASKED);
    const asked = fewest(request, stopped, opened, names);
    if (asked !== null) return asked;
  }
  return null;
}

/** The fewest of the names, the last read first, that let the evaluation pass when they are left open. */
function fewest(request: SettingsRequest, stopped: EvaluatedSettings, opened: readonly string[], names: readonly string[]): Asked | null {
  if (names.length === 0) return null;
  const attempt = (left: readonly string[]): EvaluatedSettings | null => {
    const evaluated = evaluateOnce({ ...request, environment: leftOpen(request.environment, [...opened, ...left]) });
    return passes(evaluated, stopped) ? evaluated : null;
  };
  let best = attempt(names);
  if (best === null) return null;
  let needed = names;
  for (const name of names) {
    if (needed.length === 1) break;
    const fewer = needed.filter((one) => one !== name);
    const evaluated = attempt(fewer);
    if (evaluated !== null) {
      needed = fewer;
      best = evaluated;
    }
  }
  return { names: needed, evaluated: best };
}

function passes(now: EvaluatedSettings, stopped: EvaluatedSettings): boolean {
  if (!now.stopped) return true;
  const [before] = stopped.refusals;
  const [after] = now.refusals;
  return after !== undefined && before !== undefined && (after.at.file !== before.at.file || after.at.start !== before.at.start);
}

function leftOpen(environment: Environment, names: readonly string[]): Environment {
  const variables = new Map<string, Value<string>>(environment.variables);
  for (const name of names) variables.set(name, unknown('missing-env', { step: 'env', name, state: 'absent' }, [name]));
  return { ...environment, variables };
}

/** Marks the reads of variables that are given and without which the module would not load. */
function withCounterfactuals(request: SettingsRequest, told: EvaluatedSettings): EvaluatedSettings {
  const { environment } = request;
  if (environment.closed !== true) return told;
  const candidates = new Set<string>();
  for (const read of told.reads) if (!read.required && environment.variables.has(read.name)) candidates.add(read.name);
  for (const read of told.reads) if (read.required) candidates.delete(read.name);
  let asked = 0;
  const raisesWithout = (names: readonly string[]): boolean => {
    asked++;
    const variables = new Map(environment.variables);
    for (const name of names) variables.delete(name);
    return evaluateOnce({ ...request, environment: { ...environment, variables } }).raised !== null;
  };
  // Without all of them at once nothing raises in most projects; otherwise the halves are asked.
  const requiredOf = (names: readonly string[]): readonly string[] => {
    if (names.length === 0 || asked >= MAX_ASKED * 2 || !raisesWithout(names)) return [];
    if (names.length === 1) return names;
    const half = names.length >> 1;
    return [...requiredOf(names.slice(0, half)), ...requiredOf(names.slice(half))];
  };
  const required = new Set(requiredOf([...candidates]));
  if (required.size === 0) return told;
  return { ...told, reads: told.reads.map((read) => (required.has(read.name) ? { ...read, required: true } : read)) };
}
