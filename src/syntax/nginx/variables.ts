import type { NginxVariable } from './directive.ts';

const VARIABLE = /\\.|\$\{([A-Za-z0-9_]+)\}|\$([A-Za-z0-9_]+)/g;

/** The `$name` and `${name}` in an argument's text, in order. */
export function variablesOf(text: string): readonly NginxVariable[] {
  const found: NginxVariable[] = [];
  for (const one of text.matchAll(VARIABLE)) {
    const name = one[1] ?? one[2];
    if (name !== undefined) found.push({ name, braced: one[1] !== undefined, at: one.index });
  }
  return found;
}
