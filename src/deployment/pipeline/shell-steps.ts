import type { Span } from '../../core/span.ts';
import type { Value } from '../../core/value.ts';
import type { Environment } from '../../settings/model.ts';
import type { Condition, JobStep } from '../model.ts';
import { opened, scriptEffects } from './effects.ts';
import { plainStep } from './parts.ts';
import { joinedTexts, type PipelineContext, type PlacedText } from './script.ts';

/** How the lines of one script are run. */
export interface ShellStart {
  readonly name: string | null;
  /** The variables that the definition gives, for rules about secrets. */
  readonly variables: ReadonlyMap<string, Value<string>>;
  readonly environment: Environment;
  /** Relative to the checkout, null when it is not known. */
  readonly workdir: string | null;
  readonly condition: Condition | null;
  readonly failureAllowed: Span | null;
}

export interface ShellSteps {
  readonly steps: readonly JobStep[];
  readonly environment: Environment;
}

/**
 * Runs lines that one shell gets one after the other: a step for each run of lines of one file. What a line in another file
 * leaves in its shell is not followed: folder and environment are then not known.
 */
export function shellSteps(lines: readonly PlacedText[], start: ShellStart, context: PipelineContext): ShellSteps {
  const groups: PlacedText[][] = [];
  for (const line of lines) {
    const last = groups.at(-1);
    if (last !== undefined && last[0]?.at.file === line.at.file) last.push(line);
    else groups.push([line]);
  }
  const steps: JobStep[] = [];
  let { environment, workdir } = start;
  for (const group of groups) {
    const script = joinedTexts(group);
    if (script === null) continue;
    const file = script.at.file;
    const conditional = start.condition !== null;
    const commands = context.run({ text: script.text, place: script.place, file, environment, workdir, conditional });
    const { name, variables, condition, failureAllowed } = start;
    const step = {
      ...plainStep(script.at),
      name,
      variables,
      condition,
      failureAllowed,
      commands,
      script: { text: script.text, at: script.at },
    };
    steps.push(step);
    const folder = workdir;
    ({ environment } = scriptEffects(step, environment, (path) => (folder === null ? null : context.read(path, folder))));
    if (/\b(export|source|set -a)\b|^\s*\./m.test(script.text))
      environment = opened(environment, 'a script before it sets variables', script.at);
    if (/\b(cd|pushd)\b/.test(script.text)) workdir = null;
  }
  return { steps, environment };
}
