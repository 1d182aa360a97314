import { textOrigin } from '../../core/origin.ts';
import { type Known, known, type Unknown, unknown, type Value } from '../../core/value.ts';
import type { ShellPart, ShellVariable, ShellWord } from './script.ts';

/** What a variable is when the word is expanded; null: definitely not set. */
export type ShellLookup = (name: string) => Value<string> | null;

type Settled = Known<string> | Unknown;

/**
 * The words that the shell makes of one: none for an empty unquoted variable, several when an unquoted value has blanks.
 * Unknown when something in it is not known, a substitution, or a glob.
 */
export function expandWord(word: ShellWord, lookup: ShellLookup): Value<readonly string[]> {
  const origin = textOrigin(word.span);
  let words: readonly string[] = [];
  let open = false;
  for (const fragment of word.parts.flatMap((part) => fragmentsOf(part, lookup, false))) {
    const { value } = fragment;
    if (value.kind !== 'known') return value;
    const joined: Joined | undefined = fragment.quoted ? append(value.value, words, open) : splitBlanks(value.value, words, open);
    if (joined === undefined) return unknown('host', origin, [], 'str');
    words = joined.words;
    open = joined.open;
  }
  return known(words, origin);
}

/** A run of text that is split at blanks or not. */
interface Fragment {
  readonly value: Settled;
  readonly quoted: boolean;
}

/** Literals are never split, but for those in the operand of an unquoted `${V:-…}`. */
function fragmentsOf(part: ShellPart, lookup: ShellLookup, inOperand: boolean): readonly Fragment[] {
  if (part.kind === 'literal') return [{ value: partValue(part, lookup), quoted: part.quoted || !inOperand }];
  if (part.kind !== 'variable' || part.quoted) return [{ value: partValue(part, lookup), quoted: part.kind !== 'other' && part.quoted }];
  const taken = takenOperand(part, lookup);
  return taken === undefined
    ? [{ value: variableValue(part, lookup), quoted: false }]
    : taken.parts.flatMap((one) => fragmentsOf(one, lookup, true));
}

/** The operand of `${V:-…}` or `${V:+…}` when that is what the variable stands for. */
function takenOperand({ name, operation }: ShellVariable, lookup: ShellLookup): ShellWord | undefined {
  if (operation?.kind !== 'default' || operation.operator.endsWith('?')) return undefined;
  const value = lookup(name);
  if (!NAME.test(name) || (value !== null && value.kind !== 'known')) return undefined;
  const present = value !== null && !(operation.operator.startsWith(':') && value.value === '');
  return present === operation.operator.endsWith('+') ? operation.operand : undefined;
}

/** The words so far; `open` when the next text goes on with the last. */
interface Joined {
  readonly words: readonly string[];
  readonly open: boolean;
}

function append(text: string, before: readonly string[], open: boolean): Joined {
  const last = before[before.length - 1];
  return { words: open && last !== undefined ? [...before.slice(0, -1), last + text] : [...before, text], open: true };
}

/** Field splitting by blanks; undefined when a file name pattern comes of it. */
function splitBlanks(text: string, before: readonly string[], open: boolean): Joined | undefined {
  if (/[*?[]/.test(text)) return undefined;
  const fields = text.split(/[ \t\n]+/);
  const words = [...before];
  for (const [i, field] of fields.entries()) {
    const last = words.length - 1;
    if (i === 0 && open) words[last] = (words[last] ?? '') + field;
    else if (field !== '') words.push(field);
  }
  const ended = /[ \t\n]$/.test(text);
  return { words, open: text === '' ? open : !ended };
}

function partValue(part: ShellPart, lookup: ShellLookup): Settled {
  switch (part.kind) {
    case 'literal':
      return known(part.text, textOrigin(part.span));
    case 'variable':
      return variableValue(part, lookup);
    case 'command':
      return unknown('dynamic-call', textOrigin(part.span), [], 'str');
    case 'other':
      return unknown('host', textOrigin(part.span), [], 'str');
  }
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

function variableValue(part: ShellVariable, lookup: ShellLookup): Settled {
  const origin = textOrigin(part.span);
  const { operation } = part;
  if (!NAME.test(part.name) || operation?.kind === 'other') return unknown('unsupported-syntax', origin, [part.name], 'str');
  const value = lookup(part.name);
  if (value?.kind === 'conditional') return unknown('opaque-env', origin, [part.name], 'str');
  if (operation === null) return value ?? known('', origin);
  if (value?.kind === 'unknown') return value;
  const present = value !== null && !(operation.operator.startsWith(':') && value.value === '');
  const kind = operation.operator.slice(-1);
  if (kind === '+') return present ? expandText(operation.operand, lookup) : known('', origin);
  if (present && value !== null) return value;
  return kind === '?' ? raised(part) : expandText(operation.operand, lookup);
}

function raised(part: ShellVariable): Unknown {
  return unknown('raised', textOrigin(part.span), [part.name], 'str');
}

/** The text of a word where the shell does not split: the value of an assignment, the operand of `:-`. */
export function expandText(word: ShellWord, lookup: ShellLookup): Known<string> | Unknown {
  let text = '';
  for (const part of word.parts) {
    const value = partValue(part, lookup);
    if (value.kind !== 'known') return value;
    text += value.value;
  }
  return known(text, textOrigin(word.span));
}
