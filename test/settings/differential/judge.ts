import type { Data } from '../../../src/core/data.ts';
import { known, unknown, type Value } from '../../../src/core/value.ts';
import type { Environment, EvaluatedSettings } from '../../../src/settings/model.ts';
import { evaluateFiles, inWords } from '../../helpers/python.ts';
import { type Answer, holds, joined, type World } from './holds.ts';
import type { Program } from './program.ts';
import type { TrueRun } from './python-run.ts';

/** Where what we say is not what Python says. */
export interface Wrong {
  readonly kind: 'value' | 'present' | 'absent' | 'raised' | 'contradiction' | 'crash';
  readonly name: string;
  readonly text: string;
}

export interface Verdict {
  readonly wrong: readonly Wrong[];
  readonly ours: EvaluatedSettings | null;
  /** Python raised where we do not say so, having met something unknown before. */
  readonly undecidedRaise: boolean;
}

function environmentOf(program: Program): Environment {
  const variables = new Map<string, Value<string>>();
  const { given, hidden, open } = program.environments;
  for (const [name, value] of Object.entries(given))
    variables.set(name, known(value, { step: 'env', name, state: 'given', from: 'the test' }));
  for (const name of hidden) variables.set(name, unknown('opaque-env', { step: 'env', name, state: 'given', from: 'the test' }, [name]));
  return { variables, closed: open ? { because: 'the test says so' } : true };
}

/** Evaluates a program and holds it against the runs of Python. */
export function judged(program: Program, runs: readonly TrueRun[], version: string): Verdict {
  let ours: EvaluatedSettings;
  try {
    ours = evaluateFiles(program.files, environmentOf(program), {
      module: program.module,
      python: version,
      argv: program.argv,
      ...(program.className === null ? {} : { className: program.className }),
    });
  } catch (error) {
    return {
      wrong: [{ kind: 'crash', name: '', text: String(error instanceof Error ? error.stack : error) }],
      ours: null,
      undecidedRaise: false,
    };
  }
  const wrong: Wrong[] = [];
  let undecidedRaise = false;
  for (const [i, run] of runs.entries()) {
    if (run.raised?.type === 'Late' || run.raised?.type === 'MemoryError') continue;
    const world: World = { environment: program.environments.runs[i] ?? {}, argv: program.argv, python: version, files: program.files };
    if (!raisedAgrees(program, ours, run, wrong)) continue;
    if (run.raised !== null && ours.raised === null) {
      undecidedRaise = true;
      continue;
    }
    compareNames(ours, run, world, wrong);
  }
  return { wrong, ours, undecidedRaise };
}

function raisedAgrees(program: Program, ours: EvaluatedSettings, run: TrueRun, wrong: Wrong[]): boolean {
  if (ours.raised === null || ours.raised.message === 'an exception of unknown type') return true;
  const said = `we say ${ours.raised.type}: ${ours.raised.message}`;
  if (run.raised === null) wrong.push({ kind: 'raised', name: ours.raised.type, text: `${said}, Python ran through` });
  else if (run.raised.type !== ours.raised.type && program.environments.runs.length === 1 && everythingKnown(ours))
    wrong.push({ kind: 'raised', name: ours.raised.type, text: `${said}, Python ${run.raised.type}: ${run.raised.text}` });
  // Where something before is unknown, Python may have raised there already.
  else return everythingKnown(ours);
  return false;
}

function compareNames(ours: EvaluatedSettings, run: TrueRun, world: World, wrong: Wrong[]): void {
  const before = wrong.length;
  const answers: { readonly name: string; readonly ways: Answer }[] = [];
  for (const [name, own] of ours.settings) {
    const there = Object.hasOwn(run.names, name);
    const ways = holds(own, there ? run.names[name] : undefined, world);
    if (ways.length === 0)
      wrong.push({
        kind: there ? 'value' : 'present',
        name,
        text: `${name} is ${there ? JSON.stringify(run.names[name]) : 'not set'}, we say ${inWords(own)}`,
      });
    answers.push({ name, ways });
  }
  if (ours.complete === true)
    for (const name of Object.keys(run.names))
      if (!ours.settings.has(name))
        wrong.push({ kind: 'absent', name, text: `${name} is ${JSON.stringify(run.names[name])}, we say it is not set` });
  if (wrong.length > before) return;
  let all: Answer = [new Map()];
  for (const { name, ways } of answers) {
    all = joined(all, ways);
    if (all.length === 0) {
      wrong.push({
        kind: 'contradiction',
        name,
        text: `${name} and the settings before it hold only under conditions that exclude each other: ${inWords(ours.settings.get(name))}`,
      });
      return;
    }
  }
}

/** Whether nothing of a value is unknown; a condition does not count as unknown. */
export function isSettled(value: Value<Data>): boolean {
  if (value.kind === 'unknown') return false;
  if (value.kind === 'conditional') return value.cases.every((one) => isSettled(one.then));
  const data = value.value;
  if (typeof data !== 'object' || data === null || !('kind' in data)) return true;
  if (data.kind === 'list' || data.kind === 'tuple' || data.kind === 'set') return data.complete && data.items.every(isSettled);
  if (data.kind === 'dict') return data.complete && data.entries.every((entry) => isSettled(entry.value));
  return true;
}

function everythingKnown(ours: EvaluatedSettings): boolean {
  return (
    (ours.complete === true || ours.raised !== null) &&
    ours.settings.size > 0 &&
    [...ours.settings.values()].every((one) => one.kind === 'known' && isSettled(one))
  );
}
