/** How far the next character is looked for: escapes, quotes and indentation are shorter. */
const MAX_GAP = 1000;

/**
 * Finds where the characters of a text that was unquoted, unescaped or folded stand in its source: each one at the next
 * equal character, white space matching any white space. `from` and `to` bound the source. Offsets never decrease.
 */
export function alignment(text: string, source: string, from: number, to: number): (index: number) => number {
  const offsets: number[] = [];
  let at = from;
  for (const char of text) {
    const end = Math.min(to, at + MAX_GAP);
    let next = at;
    while (next < end && !sameCharacter(char, source[next] ?? '')) next++;
    const isFound = next < end;
    if (isFound) at = next;
    for (let i = 0; i < char.length; i++) offsets.push(Math.max(from, Math.min(at + i, to - 1)));
    if (isFound) at += char.length;
  }
  return (index) => (index >= offsets.length ? Math.min(at, to) : (offsets[Math.max(0, index)] ?? from));
}

function sameCharacter(a: string, b: string): boolean {
  return a[0] === b || (/\s/.test(a) && /\s/.test(b));
}
