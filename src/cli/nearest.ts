import { nearest } from '../check/nearest.ts';

/** " Did you mean X?" for a misspelt name, or nothing. Knows names that the typed one is a part of ("debug-enabled"). */
export function didYouMean(typed: string, known: readonly string[]): string {
  const name = nearest(typed, known) ?? (typed.length < 4 ? null : (known.find((one) => one.includes(typed)) ?? null));
  return name === null ? '' : ` Did you mean ${name}?`;
}
