import { nearest } from '../check/nearest.ts';

/** " Did you mean X?" for a misspelt name, or nothing. Knows names by their last part ("debug-enabled") and by any long part. */
export function didYouMean(typed: string, known: readonly string[]): string {
  const within = typed.length < 4 ? [] : known.filter((one) => one.includes(typed)).sort((a, b) => a.length - b.length);
  const name = known.find((one) => one.endsWith(`/${typed}`)) ?? nearest(typed, known) ?? within[0] ?? null;
  return name === null ? '' : ` Did you mean ${name}?`;
}
