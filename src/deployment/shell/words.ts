import type { Span } from '../../core/span.ts';
import { bindValue, known, mapValue, originOf, unknown, type Value } from '../../core/value.ts';
import type { ShellOperation, ShellPart, ShellScript, ShellVariable, ShellWord } from '../../syntax/shell/script.ts';

/** What expansion asks of the shell around a word. */
export interface ShellScope {
  /** Null: definitely not set. */
  variable(name: string): Value<string> | null;
  /** `$1`, `$2` …; null when they are not known. */
  readonly args: readonly Value<string>[] | null;
  /** `${NAME:=word}` sets the variable. */
  assign(name: string, value: Value<string>): void;
  /** The output of a command substitution, for the few that tell where the script stands; null when it is not known. */
  output(script: ShellScript): Value<string> | null;
}

/** A piece of a word being built: `open` pieces may still be split at blanks. */
type Field = { readonly value: Value<string>; readonly open: boolean };

/** The words that a word becomes: none for an unquoted empty variable, several for `"$@"` and blanks in an unquoted one. */
export function expandWord(word: ShellWord, scope: ShellScope): readonly Value<string>[] {
  if (word.literal !== null) return [known(word.literal, { step: 'text', at: word.span })];
  const words: Value<string>[] = [];
  let current: { readonly value: Value<string>; readonly solid: boolean } | null = null;
  const finish = () => {
    if (current !== null && (current.solid || !isEmpty(current.value)))
      words.push(...(passesOn(word) ? [current.value] : withOption(current.value, word)));
    current = null;
  };
  for (const part of word.parts.map((one) => withoutGlob(one, word))) {
    fieldsOf(part, scope).forEach(({ value, open }, index) => {
      if (index > 0) finish();
      current = current === null ? { value, solid: !open } : { value: joined(current.value, value), solid: current.solid || !open };
    });
  }
  finish();
  return words;
}

/** `"$@"` and nothing else: whoever wants another word edits the command line that gave it. */
export function passesOn({ parts }: ShellWord): boolean {
  const [only] = parts;
  return parts.length === 1 && only?.kind === 'variable' && (only.name === '@' || only.name === '*') && only.operation === null;
}

/** A pattern that fits no file stays as it is, and no file is called `--allow=…`. */
function withoutGlob(part: ShellPart, word: ShellWord): ShellPart {
  const [first] = word.parts;
  const option = first?.kind === 'literal' && /^--?[\w-]+=?/.test(first.text);
  return option && part.kind === 'other' && part.what === 'glob'
    ? { kind: 'literal', text: part.text, quoted: false, span: part.span }
    : part;
}

/** `--name=$X` whose value is not known stands as two words, which mean the same to every option parser. */
function withOption(value: Value<string>, word: ShellWord): readonly Value<string>[] {
  const [first] = word.parts;
  const option = first?.kind === 'literal' && value.kind === 'unknown' ? /^(--[\w-]+)=/.exec(first.text)?.[1] : undefined;
  const at = word.span;
  return option === undefined ? [placed(value, at)] : [known(option, { step: 'text', at }), placed(value, at)];
}

function isEmpty(value: Value<string>): boolean {
  return value.kind === 'known' && value.value === '';
}

/** A word as one text: assignments and redirections do not split it. */
export function expandText(word: ShellWord, scope: ShellScope): Value<string> {
  if (word.literal !== null) return known(word.literal, { step: 'text', at: word.span });
  let text: Value<string> = known('', { step: 'text', at: word.span });
  for (const part of word.parts) {
    const fields = fieldsOf(part, scope, true);
    fields.forEach((field, index) => {
      text = joined(text, index === 0 ? field.value : mapValue(field.value, (one) => ` ${one}`));
    });
  }
  return placed(text, word.span);
}

function joined(a: Value<string>, b: Value<string>): Value<string> {
  if (a.kind === 'unknown' && b.kind === 'unknown') return { ...a, names: [...new Set([...a.names, ...b.names])] };
  return bindValue(a, (left) => mapValue(b, (right) => left.value + right));
}

/** A person edits the word; what was expanded in it is the step before. */
function placed(value: Value<string>, at: Span): Value<string> {
  const origin = originOf(value);
  const here =
    origin.step === 'text' && origin.at.file === at.file && origin.at.start === at.start
      ? origin
      : { step: 'text' as const, at, via: origin };
  if (value.kind === 'conditional') return value;
  return { ...value, origin: here };
}

function fieldsOf(part: ShellPart, scope: ShellScope, whole = false): readonly Field[] {
  switch (part.kind) {
    case 'literal':
      return [{ value: known(part.text, { step: 'text', at: part.span }), open: false }];
    case 'variable':
      return variableFields(part, scope, whole);
    case 'command':
      return [{ value: outputOf(part.script, part.span, scope), open: !part.quoted }];
    case 'other':
      return [{ value: otherValue(part.text, part.what, part.span), open: false }];
  }
}

function outputOf(script: ShellScript | null, at: Span, scope: ShellScope): Value<string> {
  const value = script === null ? null : scope.output(script);
  return value ?? unknown('host', { step: 'text', at, note: 'the output of a command' }, [], 'str');
}

function otherValue(text: string, what: string, at: Span): Value<string> {
  const origin = { step: 'text' as const, at };
  if (what === 'unread') return unknown('unsupported-syntax', origin, [], 'str');
  return unknown('host', { ...origin, note: `the shell expands ${text}` }, [], 'str');
}

function variableFields(part: ShellVariable, scope: ShellScope, whole: boolean): readonly Field[] {
  const { name, operation } = part;
  if ((name === '@' || name === '*') && operation === null) {
    if (scope.args === null) return [{ value: notKnown(part), open: true }];
    const fields = scope.args.map((value) => ({ value, open: false }));
    return fields.length > 0 ? fields : [{ value: known('', { step: 'text', at: part.span }), open: true }];
  }
  const value = variableValue(part, operation, scope);
  if (part.quoted || whole || value.kind !== 'known' || !/[ \t\n]/.test(value.value)) return [{ value, open: !part.quoted }];
  return splitAtBlanks(value.value).map((one) => ({ value: known(one, value.origin), open: true }));
}

function splitAtBlanks(text: string): readonly string[] {
  const words = text.split(/[ \t\n]+/);
  return words.some((word) => word !== '') ? words : [''];
}

function notKnown(part: ShellVariable): Value<string> {
  return unknown('host', { step: 'text', at: part.span }, [], 'str');
}

function variableValue(part: ShellVariable, operation: ShellOperation | null, scope: ShellScope): Value<string> {
  if (operation !== null && operation.kind === 'other')
    return unknown('unsupported-syntax', { step: 'text', at: part.span }, [part.name], 'str');
  const value = readVariable(part, scope);
  if (operation === null) return value ?? known('', { step: 'text', at: part.span, note: `${part.name} is not set` });
  const result = withDefault(value, operation.operator, () => expandText(operation.operand, scope), part);
  if (operation.operator.endsWith('=')) scope.assign(part.name, result);
  return result;
}

function readVariable(part: ShellVariable, scope: ShellScope): Value<string> | null {
  if (/^[1-9]\d*$/.test(part.name)) return scope.args === null ? notKnown(part) : (scope.args[Number(part.name) - 1] ?? null);
  if (part.name === '#' && scope.args !== null) return known(String(scope.args.length), { step: 'text', at: part.span });
  return /^[A-Za-z_]\w*$/.test(part.name) ? scope.variable(part.name) : notKnown(part);
}

function withDefault(value: Value<string> | null, operator: string, operand: () => Value<string>, part: ShellVariable): Value<string> {
  const colon = operator.startsWith(':');
  const kind = operator.at(-1);
  const absent = (): Value<string> => {
    if (kind === '+') return known('', { step: 'text', at: part.span });
    return kind === '?' ? unknown('raised', { step: 'text', at: part.span }, [part.name], 'str') : operand();
  };
  if (value === null) return absent();
  return bindValue(value, (one) => {
    if (colon && one.value === '') return absent();
    return kind === '+' ? operand() : one;
  });
}
