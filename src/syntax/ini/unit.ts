import type { Span } from '../../core/span.ts';
import type { IniDocument, IniEntry } from './document.ts';
import { spanIn } from './joined.ts';
import { skipBlanks, splitWords, type UnitWord, wordAt } from './words.ts';

/** All assignments of a key in the sections of a name, in order. */
export function entriesOf(document: IniDocument, section: string, key: string): readonly IniEntry[] {
  return document.sections.filter(({ name }) => name === section).flatMap(({ entries }) => entries.filter((entry) => entry.key === key));
}

/** The assignments that count for a systemd option that takes a list: an empty one resets all before it. */
export function listEntries(document: IniDocument, section: string, key: string): readonly IniEntry[] {
  const entries = entriesOf(document, section, key);
  return entries.slice(entries.findLastIndex(({ value }) => value === '') + 1);
}

/** The assignment that counts for an option with one value: the last. */
export function lastEntry(document: IniDocument, section: string, key: string): IniEntry | null {
  return entriesOf(document, section, key).at(-1) ?? null;
}

/** One command line of ExecStart= and its like. */
export interface UnitCommand {
  readonly entry: IniEntry;
  /** The program and its arguments; with `@` the name it is told to have is in `argv0` and not here. */
  readonly argv: readonly UnitWord[];
  readonly argv0: UnitWord | null;
  readonly span: Span;
  /** `-`: failure is taken for success. */
  readonly ignoresFailure: boolean;
  /** `:`: variables are not substituted. */
  readonly literal: boolean;
  /** `+`, `!`, `!!`: runs with more rights than User= says. */
  readonly privileged: boolean;
}

export interface CommandList {
  readonly commands: readonly UnitCommand[];
  /** Why systemd ignores the whole assignment. */
  readonly error: string | null;
}

/** The commands of one assignment; `;` as a word of its own separates them. */
export function commandsOf(entry: IniEntry): CommandList {
  const text = entry.value ?? '';
  const commands: UnitCommand[] = [];
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    const words: UnitWord[] = [];
    const start = at;
    let end = at;
    while (at < text.length) {
      const separator = /^;(?=[ \t\n\r]|$)/.test(text.slice(at, at + 2)) && words.length > 0;
      if (separator) {
        at = skipBlanks(text, at + 1);
        break;
      }
      const escaped = /^\\;(?=[ \t\n\r]|$)/.test(text.slice(at, at + 3)) && words.length > 0;
      const found = escaped ? semicolon(entry, at) : wordAt(entry, at);
      if (found === null) return { commands: [], error: 'A quote is not closed and systemd ignores the line.' };
      words.push(found.word);
      end = found.next;
      at = skipBlanks(text, found.next);
    }
    const command = commandFrom(entry, words, spanIn(entry.keySpan.file, entry.pieces, start, end));
    if (command === null) return { commands, error: 'The command has no program and systemd ignores the line.' };
    commands.push(command);
  }
  return { commands, error: null };
}

function semicolon(entry: IniEntry, at: number): { readonly word: UnitWord; readonly next: number } {
  const span = spanIn(entry.keySpan.file, entry.pieces, at, at + 2);
  return { word: { text: ';', span, quoted: false, specifiers: [] }, next: at + 2 };
}

function commandFrom(entry: IniEntry, words: readonly UnitWord[], span: Span): UnitCommand | null {
  const [first, ...rest] = words;
  const prefix = /^[-@:+!|]*/.exec(first?.text ?? '')?.[0] ?? '';
  if (first === undefined || first.text === prefix) return null;
  const program: UnitWord = {
    ...first,
    text: first.text.slice(prefix.length),
    specifiers: first.specifiers.map((one) => ({ ...one, at: one.at - prefix.length })),
  };
  const named = prefix.includes('@');
  return {
    entry,
    argv: [program, ...(named ? rest.slice(1) : rest)],
    argv0: named ? (rest[0] ?? null) : null,
    span,
    ignoresFailure: prefix.includes('-'),
    literal: prefix.includes(':'),
    privileged: /[+!]/.test(prefix),
  };
}

/** One variable of Environment=. */
export interface UnitVariable {
  readonly name: string;
  /** Specifiers stay as written and are listed; systemd expands no variables here. */
  readonly value: string;
  readonly specifiers: UnitWord['specifiers'];
  readonly span: Span;
  readonly entry: IniEntry;
}

/** The assignments of one Environment= line; words that are none are dropped, as systemd does. */
export function environmentOf(entry: IniEntry): readonly UnitVariable[] {
  return splitWords(entry).words.flatMap((word) => {
    const found = /^([A-Za-z_][A-Za-z0-9_]*)=/.exec(word.text);
    if (found?.[1] === undefined) return [];
    const skipped = found[0].length;
    const specifiers = word.specifiers.map((one) => ({ ...one, at: one.at - skipped }));
    return [{ name: found[1], value: word.text.slice(skipped), specifiers, span: word.span, entry }];
  });
}
