import { type Random, randomFrom } from '../differential/random.ts';

/** One settings module, the files beside it and its environment. */
export interface Case {
  readonly files: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  /** The class of django-configurations whose attributes are the settings. */
  readonly class?: string;
  /** The names to compare, when not all of the module. */
  readonly names?: readonly string[];
}

export type Generator = (random: Random) => Case;

export function caseFrom(make: Generator, seed: number): Case {
  return make(randomFrom(seed));
}

export function pick<T>(random: Random, options: readonly [T, ...T[]]): T {
  return options[random.next(options.length)] ?? options[0];
}

export function chance(random: Random, percent: number): boolean {
  return random.next(100) < percent;
}

/** Each option with a chance of its own, joined. */
export function some(random: Random, percent: number, options: readonly string[]): string {
  return options.filter(() => chance(random, percent)).join(', ');
}

/** A text as a literal of Python. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(/\u007f/g, '\\u007f');
}

/** `f(a, b)` without the arguments that are empty. */
export function call(name: string, ...args: readonly string[]): string {
  return `${name}(${args.filter((one) => one !== '').join(', ')})`;
}

export function environment(
  random: Random,
  names: readonly string[],
  values: readonly [string, ...string[]],
  percent: number,
): Record<string, string> {
  return Object.fromEntries(names.filter(() => chance(random, percent)).map((name) => [name, pick(random, values)]));
}
