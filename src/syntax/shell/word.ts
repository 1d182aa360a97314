import type { Assignment, CommandExpansionPart, ParameterExpansionPart, ParsedScript, Word, WordPart } from 'unbash';
import type { ShellOperation, ShellPart, ShellScript, ShellVariable, ShellWord } from './script.ts';
import { type Source, spanOf } from './source.ts';

/** Turns the script of a command substitution into ours; handed in because scripts hold words and words hold scripts. */
export type ConvertScript = (script: ParsedScript, source: Source) => ShellScript;

/** What the conversion of one script shares. */
export interface WordContext {
  readonly source: Source;
  readonly convertScript: ConvertScript;
}

export function convertWord(word: Word, context: WordContext): ShellWord {
  const parts = tildeFirst(word, context) ?? partsOf(word, context);
  return finished(parts, spanOf(context.source, word.pos, word.end));
}

function finished(parts: readonly ShellPart[], span: ShellWord['span']): ShellWord {
  const literal = parts.every((part) => part.kind === 'literal') ? parts.map((part) => ('text' in part ? part.text : '')).join('') : null;
  return { parts, span, literal };
}

/** A word of a body or list of parts, such as that of a heredoc. */
export function wordOfParts(
  parts: readonly WordPart[] | undefined,
  text: string,
  from: number,
  to: number,
  context: WordContext,
): ShellWord {
  const span = spanOf(context.source, from, to);
  if (parts === undefined) return finished([{ kind: 'literal', text, quoted: true, span }], span);
  return finished(
    parts.flatMap((part) => convertPart(part, true, context)),
    span,
  );
}

/** `export NAME=value`: the assignment is an argument of the command, so it becomes a word. */
export function wordOfAssignment(one: Assignment, context: WordContext): ShellWord {
  const span = spanOf(context.source, one.pos, one.end);
  if (one.value.type === 'ArrayValue' || one.index !== undefined) return finished([other(one.text, 'unread', one, context)], span);
  const head = `${one.name}${one.append ? '+=' : '='}`;
  const name: ShellPart = { kind: 'literal', text: head, quoted: false, span: spanOf(context.source, one.pos, one.pos + head.length) };
  return finished([name, ...convertWord(one.value, context).parts], span);
}

function partsOf(word: Word, context: WordContext): readonly ShellPart[] {
  if (word.parts !== undefined) return word.parts.flatMap((part) => convertPart(part, false, context));
  if (word.pos >= word.end) return [];
  const quoted = word.text !== word.value;
  return [{ kind: 'literal', text: word.value, quoted, span: spanOf(context.source, word.pos, word.end) }];
}

function tildeFirst(word: Word, context: WordContext): readonly ShellPart[] | undefined {
  return word.text.startsWith('~') ? [other(word.text, 'tilde', word, context)] : undefined;
}

interface Place {
  readonly pos: number;
  readonly end: number;
}

function other(text: string, what: Extract<ShellPart, { kind: 'other' }>['what'], at: Place, context: WordContext): ShellPart {
  return { kind: 'other', text, what, span: spanOf(context.source, at.pos, at.end) };
}

function convertPart(part: WordPart, quoted: boolean, context: WordContext): readonly ShellPart[] {
  const span = spanOf(context.source, part.pos, part.end);
  switch (part.type) {
    case 'Literal':
      return [{ kind: 'literal', text: part.value, quoted: quoted || part.text !== part.value, span }];
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [{ kind: 'literal', text: part.value, quoted: true, span }];
    case 'DoubleQuoted':
    case 'LocaleString':
      if (part.parts.length === 0) return [{ kind: 'literal', text: '', quoted: true, span }];
      return part.parts.flatMap((inner) => convertPart(inner, true, context));
    case 'SimpleExpansion':
      return [{ kind: 'variable', name: part.text.slice(1), quoted, span, operation: null }];
    case 'ParameterExpansion':
      return [variable(part, quoted, context)];
    case 'CommandExpansion':
      return [{ kind: 'command', script: inner(part, context), quoted, span }];
    case 'ArithmeticExpansion':
      return [other(part.text, 'arithmetic', part, context)];
    case 'ProcessSubstitution':
      return [other(part.text, 'process', part, context)];
    case 'Glob':
    case 'ExtendedGlob':
      return [other(part.text, 'glob', part, context)];
    case 'BraceExpansion':
      return [other(part.text, 'brace', part, context)];
  }
}

function variable(part: ParameterExpansionPart, quoted: boolean, context: WordContext): ShellVariable {
  const span = spanOf(context.source, part.pos, part.end);
  return { kind: 'variable', name: part.parameter, quoted, span, operation: operationOf(part, context) };
}

function operationOf(part: ParameterExpansionPart, context: WordContext): ShellOperation | null {
  const { operation } = part;
  if (part.prefix !== undefined || part.index !== undefined) return { kind: 'other', text: part.text };
  if (operation === undefined) return null;
  if (operation.type !== 'Default') return { kind: 'other', text: part.text };
  return { kind: 'default', operator: operation.operator, operand: convertWord(operation.operand, context) };
}

/** Positions in backquotes with escapes count in a text of their own: all of it then stands where the backquotes stand. */
function inner(part: CommandExpansionPart, context: WordContext): ShellScript | null {
  const { script } = part;
  if (script === undefined) return null;
  if (script.source === undefined) return context.convertScript(script, context.source);
  const start = context.source.place(part.pos);
  return context.convertScript(script, { text: script.source, file: context.source.file, place: () => start });
}
