/**
 * Finds where the characters of a text that was unquoted, unescaped or folded stand in its source: each one at the next
 * equal character, white space matching any white space. `from` and `to` bound the source. Offsets never decrease.
 */
export function alignment(text: string, source: string, from: number, to: number): (index: number) => number {
  const offsets: number[] = [];
  let at = from;
  for (const char of text) {
    let next = at;
    while (next < to && !sameCharacter(char, source[next] ?? '')) next++;
    if (next < to) at = next;
    for (let i = 0; i < char.length; i++) offsets.push(Math.min(at + i, to));
    if (next < to) at += char.length;
  }
  return (index) => (index >= offsets.length ? Math.min(at, to) : (offsets[Math.max(0, index)] ?? from));
}

function sameCharacter(a: string, b: string): boolean {
  return a[0] === b || (/\s/.test(a) && /\s/.test(b));
}
