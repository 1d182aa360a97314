/** Columns of prose in the text report. */
const WIDTH = 110;

/** Breaks prose into lines. `head` starts the first; the others are indented by `indent` columns (the head's width without colour codes). */
export function wrap(head: string, indent: number, prose: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of prose.split(/\s+/).filter((one) => one !== '')) {
    if (line !== '' && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines.map((one, index) => (index === 0 ? head : ' '.repeat(indent)) + one);
}
