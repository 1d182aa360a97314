import type { Origin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { SourceTree } from '../../files/tree.ts';
import { expandDotenv, expandTemplate, type Lookup, parseDotenv } from '../../syntax/dotenv/index.ts';
import { examplesOf } from '../env-file.ts';
import { givenStep } from '../environment.ts';

/** The variables that `${…}` and names without value see. They enter no container by themselves. */
export interface Interpolation {
  readonly variables: ReadonlyMap<string, Value<string>>;
  /** Whether a name that is not listed is not set: its env file was read. */
  readonly closed: boolean;
}

/** What a template became, and the variables in it that nothing gives although it has no default for them. */
export interface Interpolated {
  readonly value: Value<string>;
  readonly unset: readonly string[];
}

/** Reads the env files of a project: `.env` of its folder, or those a command names. Given variables win. */
export function readInterpolation(tree: SourceTree, files: readonly string[], given: ReadonlyMap<string, Value<string>>): Interpolation {
  const variables = new Map<string, Value<string>>();
  let closed = files.length > 0;
  for (const file of files) {
    const read = tree.kindOf(file) === 'file' ? tree.read(file) : null;
    if (read?.ok) addFile(variables, file, read.text, given);
    else {
      closed = false;
      for (const example of examplesOf(tree, file)) addExample(variables, tree, example, file);
    }
  }
  for (const [name, value] of given) variables.set(name, value);
  return { variables, closed };
}

function addFile(variables: Map<string, Value<string>>, file: string, text: string, given: ReadonlyMap<string, Value<string>>): void {
  const lookup = lookupIn({ variables: new Map([...variables, ...given]), closed: true });
  for (const { key, entry, result } of expandDotenv(parseDotenv(file, text, 'compose').entries, lookup, 'compose')) {
    const origin = givenStep(key, entry.valueSpan, file);
    if (result.kind === 'known') variables.set(key, known(result.value, origin));
    else if (result.kind !== 'absent')
      variables.set(key, unknown('missing-env', origin, result.kind === 'unknown' ? result.names : [key], 'str'));
  }
}

function addExample(variables: Map<string, Value<string>>, tree: SourceTree, example: string, file: string): void {
  const read = tree.read(example);
  if (!read.ok) return;
  for (const { key, keySpan } of parseDotenv(example, read.text, 'compose').entries) {
    variables.set(
      key,
      unknown('opaque-env', givenStep(key, keySpan, `${file}, which is absent (its names are those of ${example})`), [key], 'str'),
    );
  }
}

function lookupIn(interpolation: Interpolation): Lookup {
  return (name) => {
    const value = interpolation.variables.get(name);
    if (value === undefined) return null;
    return value.kind === 'known' ? value.value : undefined;
  };
}

const BARE = /\$(?:\$|([_a-z][_a-z0-9]*)|\{([_a-z][_a-z0-9]*)\})/gi;

/** Substitutes the variables of a text. A variable without default that nothing gives is empty, or unknown when its env file is absent. */
export function interpolate(text: string, at: Span, interpolation: Interpolation): Interpolated {
  if (!text.includes('$')) return { value: known(text, { step: 'text', at }), unset: [] };
  const asked = new Set<string>();
  const lookup = lookupIn(interpolation);
  const expanded = expandTemplate(text, (name) => {
    asked.add(name);
    return lookup(name);
  });
  const bare = new Set([...text.matchAll(BARE)].map((found) => found[1] ?? found[2]));
  const unset = [...asked].filter((name) => bare.has(name) && !interpolation.variables.has(name));
  return { value: resultOf(expanded, unset, asked, at, interpolation), unset };
}

function resultOf(
  expanded: ReturnType<typeof expandTemplate>,
  unset: readonly string[],
  asked: ReadonlySet<string>,
  at: Span,
  interpolation: Interpolation,
): Value<string> {
  const origin = originAt(at, asked, interpolation);
  if (expanded.kind === 'error') return unknown('missing-env', origin, expanded.variable === null ? [] : [expanded.variable], 'str');
  if (expanded.kind === 'unknown') return unknown('opaque-env', origin, expanded.names, 'str');
  return unset.length > 0 && !interpolation.closed ? unknown('missing-env', origin, unset, 'str') : known(expanded.value, origin);
}

function originAt(at: Span, asked: ReadonlySet<string>, interpolation: Interpolation): Origin {
  for (const name of asked) {
    const value = interpolation.variables.get(name);
    if (value !== undefined && value.kind !== 'conditional') return { step: 'text', at, via: value.origin };
  }
  return { step: 'text', at };
}

/** What a name without value becomes: null when it is definitely not set. */
export function inherited(name: string, at: Span, interpolation: Interpolation): Value<string> | null {
  const value = interpolation.variables.get(name);
  if (value !== undefined) return value.kind === 'conditional' ? value : { ...value, origin: { step: 'text', at, via: value.origin } };
  if (interpolation.closed) return null;
  return unknown('opaque-env', { step: 'text', at, note: 'handed over from whoever starts it' }, [name], 'str');
}
