import type { EnvStep } from '../core/origin.ts';
import type { Span } from '../core/span.ts';
import { bindValue, known, originOf, unknown, type Value } from '../core/value.ts';
import type { Environment } from '../settings/model.ts';

/** One source of variables: an ENV instruction, an env file, an `environment:` block, an inline assignment. */
export interface EnvironmentLayer {
  /** Null takes a variable away: `environment: [NAME]` that nothing gives. */
  readonly variables: ReadonlyMap<string, Value<string> | null>;
  /** Set when it may give more than it lists, to any name. */
  readonly opaque: Opaque | null;
}

export interface Opaque {
  readonly because: string;
  readonly at?: Span;
}

/** The environment of a process that nothing gives a variable. */
export const EMPTY_ENVIRONMENT: Environment = { variables: new Map(), closed: true };

export function layerOf(variables: Iterable<readonly [string, Value<string> | null]>, opaque: Opaque | null = null): EnvironmentLayer {
  return { variables: new Map(variables), opaque };
}

/** Lays sources over an environment, the last one on top. An opaque source may override whatever lies below it. */
export function withLayers(base: Environment, layers: readonly EnvironmentLayer[]): Environment {
  let environment = base;
  for (const layer of layers) environment = withLayer(environment, layer);
  return environment;
}

function withLayer(base: Environment, layer: EnvironmentLayer): Environment {
  const variables = new Map<string, Value<string>>();
  for (const [name, value] of base.variables) variables.set(name, layer.opaque === null ? value : veiled(name, value, layer.opaque));
  for (const [name, value] of layer.variables) {
    if (value === null) variables.delete(name);
    else variables.set(name, value);
  }
  return { variables, closed: base.closed === true && layer.opaque !== null ? layer.opaque : base.closed };
}

function veiled(name: string, value: Value<string>, opaque: Opaque): Value<string> {
  const origin: EnvStep = { step: 'env', name, state: 'given', from: opaque.because, via: originOf(value) };
  return unknown('opaque-env', origin, [name], 'str');
}

/** Puts one variable over an environment. */
export function withVariable(base: Environment, name: string, value: Value<string>): Environment {
  return { variables: new Map([...base.variables, [name, value]]), closed: base.closed };
}

export function withoutVariable(base: Environment, name: string): Environment {
  const variables = new Map(base.variables);
  variables.delete(name);
  return { variables, closed: base.closed };
}

/** An environment of which nothing is known: another machine, a platform. */
export function unknownEnvironment(because: string, at?: Span): Environment {
  return { variables: new Map(), closed: at === undefined ? { because } : { because, at } };
}

/** A variable that a text gives. `from` names the source in words: "compose.yaml, environment of web". */
export function givenBy(name: string, value: Value<string>, at: Span, from: string): Value<string> {
  return value.kind === 'conditional'
    ? bindValue(value, (one) => known(one.value, givenStep(name, at, from)))
    : { ...value, origin: givenStep(name, at, from) };
}

export function givenStep(name: string, at: Span, from: string): EnvStep {
  return { step: 'env', name, state: 'given', at, from };
}

/** What a variable is: a value, definitely not set (null), or unknown when an opaque source may give it. */
export function lookUp(environment: Environment, name: string): Value<string> | null {
  const value = environment.variables.get(name);
  if (value !== undefined) return value;
  if (environment.closed === true) return null;
  const { at, because } = environment.closed;
  const origin: EnvStep = { step: 'env', name, state: 'given', from: because, ...(at === undefined ? {} : { at }) };
  return unknown('opaque-env', origin, [name], 'str');
}
