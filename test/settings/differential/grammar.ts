/** How productions are written, see `expand.ts` for the holes. */

/** What an expression of the grammar is worth: programs are typed, so that most of them run to their end. */
export const TYPES = [
  'int',
  'float',
  'bool',
  'str',
  'optstr',
  'strs',
  'ints',
  'dict',
  'counts',
  'conf',
  'tuple',
  'set',
  'path',
  'any',
] as const;
export type Type = (typeof TYPES)[number];

export function isType(name: string | undefined): name is Type {
  return TYPES.some((type) => type === name);
}

export interface Production {
  /** The construct whose share of known values it counts for. */
  readonly tag: string;
  readonly text: string;
  /** The library that it needs. */
  readonly library: string | null;
}

/** A line each: `tag | text`, or `tag @library | text`. */
export function lines(text: string): readonly Production[] {
  return text
    .split('\n')
    .filter((line) => line.includes(' | '))
    .map((line) => production(line.slice(0, line.indexOf(' | ')), line.slice(line.indexOf(' | ') + 3)));
}

/** Blocks, each under a line `--- tag` or `--- tag @library`. */
export function blocks(text: string): readonly Production[] {
  return text
    .split(/^--- /m)
    .slice(1)
    .map((block) => production(block.slice(0, block.indexOf('\n')), block.slice(block.indexOf('\n') + 1).trimEnd()));
}

function production(head: string, text: string): Production {
  const [tag = '', library = null] = head.trim().split(/\s*@/);
  return { tag, text, library };
}
