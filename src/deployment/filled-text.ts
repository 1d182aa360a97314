/** Stands in a text for a part that is not known: a template hole, an expansion of the machine. No file holds it. */
export const HOLE = '\ue000';

/** A text put together from pieces of another one and from what was filled in; it remembers where its characters come from. */
export interface FilledText {
  readonly text: string;
  /** Offset in the original of a character of `text`; all of a filled part come from its start. */
  place(at: number): number;
}

/** Replaces every match of a global pattern; a HOLE is what no value is known for. */
export function filledText(original: string, pattern: RegExp, fill: (found: RegExpMatchArray) => string): FilledText {
  const parts: { readonly at: number; readonly from: number; readonly literal: boolean }[] = [];
  const texts: string[] = [];
  let length = 0;
  let done = 0;
  const add = (piece: string, from: number, literal: boolean) => {
    if (piece === '') return;
    parts.push({ at: length, from, literal });
    texts.push(piece);
    length += piece.length;
  };
  for (const found of original.matchAll(pattern)) {
    add(original.slice(done, found.index), done, true);
    add(fill(found), found.index, false);
    done = found.index + found[0].length;
  }
  add(original.slice(done), done, true);
  return {
    text: texts.join(''),
    place(at) {
      const part = parts.findLast((one) => one.at <= at);
      if (part === undefined) return at;
      return part.literal ? part.from + at - part.at : part.from;
    },
  };
}

/** Lines that a template engine takes become comments of the same length: what stands between them may be there. Blanks within a hole hold it together. */
export function withoutStatements(text: string): string {
  if (!text.includes('{{') && !text.includes('{%') && !text.includes('{#')) return text;
  return text
    .replace(/^[ \t]*\{[%#].*[%#]\}[ \t]*$/gm, (line) => ';'.padEnd(line.length))
    .replace(/\{\{[^{}\n]*\}\}/g, (hole) => hole.replace(/\s/g, '_'));
}

/** The name of a program that stands in a folder which a hole gives: `{{ venv }}/bin/gunicorn`; null when its own name has a hole. */
export function programBehindHole(word: string, isFirst: boolean): string | null {
  const name = word.slice(word.lastIndexOf('/') + 1);
  if (!/^(\{\{|\ue000)/.test(word) || /[{}\ue000]/.test(name)) return null;
  return name === 'manage.py' || (isFirst && !/\.\w+$/.test(name) && name !== '') ? name : null;
}
