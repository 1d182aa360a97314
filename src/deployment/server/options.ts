import { known, unknown, type Value } from '../../core/value.ts';

/** The options that a program knows, by how they take their value. */
export interface OptionTable {
  /** "-w --workers" → they take a value; the name is that of the long form unless it says otherwise with "=name". */
  readonly valued: readonly string[];
  /** They take none. "--no-x" turns off the flag "x" when it is written "--x/--no-x". */
  readonly flags: readonly string[];
  /** argparse accepts any unambiguous beginning of a long option. */
  readonly abbreviations: boolean;
}

interface Known {
  readonly name: string;
  readonly takes: boolean;
  readonly on: boolean;
}

interface Option {
  readonly name: string;
  readonly value: Value<string>;
  /** Position among the words: what stands after a word that cannot be read wins over what that word may be. */
  readonly at: number;
}

/** A command line sorted into options and operands. */
export interface ParsedOptions {
  readonly options: readonly Option[];
  readonly operands: readonly Value<string>[];
  /** The last word that is not known and may be any option; null when there is none. */
  readonly unread: { readonly word: Value<string>; readonly at: number } | null;
  /** Why the program refuses the line. */
  readonly refused: string | null;
}

interface Table {
  readonly byName: ReadonlyMap<string, Known>;
  readonly abbreviations: boolean;
}

export function optionTable({ valued, flags, abbreviations }: OptionTable): Table {
  const byName = new Map<string, Known>();
  for (const line of valued) addOption(byName, line, true);
  for (const line of flags) addOption(byName, line, false);
  return { byName, abbreviations };
}

function addOption(byName: Map<string, Known>, line: string, takes: boolean): void {
  const [forms = '', given] = line.split('=');
  const spellings = forms.split(' ');
  const long = spellings.find((one) => one.startsWith('--')) ?? forms;
  const name = given ?? long.split('/')[0]?.replace(/^-+/, '') ?? '';
  for (const spelling of spellings) {
    const [on = '', off] = spelling.split('/');
    byName.set(on, { name, takes, on: true });
    if (off !== undefined) byName.set(off, { name, takes, on: false });
  }
}

/** Reads the words after the program's name. */
export function parseOptions(words: readonly Value<string>[], table: Table): ParsedOptions {
  const options: Option[] = [];
  const operands: Value<string>[] = [];
  const unread: { readonly word: Value<string>; readonly at: number }[] = [];
  let refused: string | null = null;
  let rest = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined) break;
    if (word.kind !== 'known') unread.push({ word, at });
    else if (rest || !word.value.startsWith('-') || word.value === '-') operands.push(word);
    else if (word.value === '--') rest = true;
    else {
      const found = optionAt(word, words[at + 1], table);
      if (found === null) refused ??= `it knows no option ${word.value.split('=')[0]}`;
      else {
        options.push(...found.options.map((one) => ({ ...one, at })));
        if (found.missing) refused ??= `the option ${word.value} has no value`;
        if (found.tookNext) at++;
      }
    }
  }
  return { options, ...withoutOperand(operands, unread), refused };
}

/** Where no word names the application, a single word that is not known does: without one the program would not start. */
function withoutOperand(operands: readonly Value<string>[], unread: readonly { readonly word: Value<string>; readonly at: number }[]) {
  const [only] = unread;
  if (operands.length === 0 && unread.length === 1 && only !== undefined) return { operands: [only.word], unread: null };
  return { operands, unread: unread.at(-1) ?? null };
}

interface Found {
  readonly options: readonly Omit<Option, 'at'>[];
  readonly tookNext: boolean;
  readonly missing: boolean;
}

function optionAt(word: Value<string> & { readonly kind: 'known' }, next: Value<string> | undefined, table: Table): Found | null {
  const text = word.value;
  const equals = text.startsWith('--') ? text.indexOf('=') : -1;
  const option = lookup(equals === -1 ? text : text.slice(0, equals), table);
  if (option !== null) {
    if (!option.takes)
      return { options: [{ name: option.name, value: known(String(option.on), word.origin) }], tookNext: false, missing: false };
    if (equals !== -1)
      return { options: [{ name: option.name, value: { ...word, value: text.slice(equals + 1) } }], tookNext: false, missing: false };
    return next === undefined
      ? { options: [], tookNext: false, missing: true }
      : { options: [{ name: option.name, value: next }], tookNext: true, missing: false };
  }
  return text.startsWith('--') ? null : bundled(word, next, table);
}

/** `-w4`, `-Rw 4`. */
function bundled(word: Value<string> & { readonly kind: 'known' }, next: Value<string> | undefined, table: Table): Found | null {
  const options: Omit<Option, 'at'>[] = [];
  for (let at = 1; at < word.value.length; at++) {
    const option = table.byName.get(`-${word.value[at]}`);
    if (option === undefined) return null;
    if (option.takes) {
      const value = word.value.slice(at + 1).replace(/^=/, '');
      if (value !== '') return { options: [...options, { name: option.name, value: { ...word, value } }], tookNext: false, missing: false };
      return next === undefined
        ? { options, tookNext: false, missing: true }
        : { options: [...options, { name: option.name, value: next }], tookNext: true, missing: false };
    }
    options.push({ name: option.name, value: known(String(option.on), word.origin) });
  }
  return { options, tookNext: false, missing: false };
}

function lookup(text: string, table: Table): Known | null {
  const exact = table.byName.get(text);
  if (exact !== undefined || !table.abbreviations || !text.startsWith('--')) return exact ?? null;
  const fitting = [...table.byName].filter(([name]) => name.startsWith(text));
  const [first] = fitting;
  return fitting.length === 1 && first !== undefined ? first[1] : null;
}

/** The value that counts of an option given perhaps several times; null when it is not given. */
export function lastOption(parsed: ParsedOptions, name: string): Value<string> | null {
  const last = parsed.options.filter((one) => one.name === name).at(-1);
  if (parsed.unread !== null && (last === undefined || last.at < parsed.unread.at)) return hidden(parsed.unread.word);
  return last?.value ?? null;
}

/** All values of an option that adds up, and whether a word that is not known may add more. */
export function allOptions(
  parsed: ParsedOptions,
  name: string,
): { readonly values: readonly Value<string>[]; readonly hidden: Value<string> | null } {
  const values = parsed.options.filter((one) => one.name === name).map((one) => one.value);
  return { values, hidden: parsed.unread === null ? null : hidden(parsed.unread.word) };
}

function hidden(word: Value<string>): Value<string> {
  if (word.kind === 'conditional') return unknown('limit', { step: 'default', of: 'its conditions' });
  return word.kind === 'unknown' ? word : unknown('unsupported-syntax', word.origin, [], 'str');
}
