import { type Data, Secret } from '../../../src/rule.ts';

/** A text as a regular expression that matches only itself. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Whether a value is a text, secret or not, that a pattern matches. */
export function matchesText(value: Data | undefined, pattern: RegExp): boolean {
  return value instanceof Secret ? value.matches(pattern) : typeof value === 'string' && pattern.test(value);
}
