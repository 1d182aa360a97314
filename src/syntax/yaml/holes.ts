/** A template hole: `{{ … }}`, `{% … %}` or `{# … #}`, its delimiters included. */
export interface Hole {
  readonly kind: '{{' | '{%' | '{#';
  readonly start: number;
  readonly end: number;
}

const CLOSING = { '{{': '}}', '{%': '%}', '{#': '#}' } as const;
const MAX_HOLE = 4000;

/**
 * Answers whether a hole starts at an offset. Asked with rising offsets it is linear in the text, whatever the text is.
 * `${{ … }}` of GitHub Actions is text, not a hole.
 */
export function holeFinder(text: string): (at: number) => Hole | undefined {
  const next = { '{{': -1, '{%': -1, '{#': -1 };
  return (at) => {
    const kind = text.slice(at, at + 2);
    if ((kind !== '{{' && kind !== '{%' && kind !== '{#') || (kind === '{{' && text.charAt(at - 1) === '$')) return undefined;
    if (next[kind] < at + 2) {
      const found = text.indexOf(CLOSING[kind], at + 2);
      next[kind] = found === -1 ? Number.POSITIVE_INFINITY : found;
    }
    const end = next[kind] + 2;
    return end - at > MAX_HOLE ? undefined : { kind, start: at, end };
  };
}

/** All holes of a text, in order. */
export function holesOf(text: string): readonly Hole[] {
  const holeAt = holeFinder(text);
  const holes: Hole[] = [];
  for (let at = text.indexOf('{'); at !== -1; at = text.indexOf('{', at)) {
    const hole = holeAt(at);
    if (hole) holes.push(hole);
    at = hole?.end ?? at + 1;
  }
  return holes;
}
