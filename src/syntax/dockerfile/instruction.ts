import type { CommandLine, CopyInstruction, EnvInstruction, Flag, Heredoc, Instruction, Text } from './document.ts';
import { type Joined, piecesIn, spanIn, textIn } from './lines.ts';
import { flagsIn, jsonItems, plainWords, quotedWords, textOf, type Word } from './words.ts';

/** A fault for which buildkit refuses the file, in words. */
export interface Refused {
  readonly refused: string;
}

/** What the makers below share. `rest` is where the arguments begin in the joined text, flags taken off. */
export interface Parts {
  readonly joined: Joined;
  readonly rest: number;
  readonly flags: readonly Flag[];
  readonly heredocs: readonly Heredoc[];
  readonly escape: string;
  readonly base: { readonly keywordSpan: Instruction['span']; readonly span: Instruction['span'] };
}

/** Takes keyword and flags apart; undefined for a line without a keyword. */
export function partsOf(joined: Joined, escapeChar: string): (Omit<Parts, 'heredocs' | 'base'> & { readonly keyword: string }) | undefined {
  const keyword = /^\S+/.exec(joined.text)?.[0];
  if (keyword === undefined) return undefined;
  return { keyword, joined, escape: escapeChar, ...flagsIn(joined, keyword.length) };
}

/** Makes an instruction of one keyword, or says why buildkit would not. */
export type Maker = (parts: Parts) => Instruction | Refused;

const MAKERS: Readonly<Record<Instruction['kind'], Maker>> = {
  ARG: arg,
  ENV: env,
  RUN: (parts) => withCommand(parts, (command) => ({ kind: 'RUN', ...parts.base, command, flags: parts.flags, heredocs: parts.heredocs })),
  CMD: (parts) => withCommand(parts, (command) => ({ kind: 'CMD', ...parts.base, command })),
  ENTRYPOINT: (parts) => withCommand(parts, (command) => ({ kind: 'ENTRYPOINT', ...parts.base, command })),
  COPY: (parts) => copy(parts, 'COPY'),
  ADD: (parts) => copy(parts, 'ADD'),
  WORKDIR: (parts) => withRest(parts, (path) => ({ kind: 'WORKDIR', ...parts.base, path })),
  USER: (parts) => withRest(parts, (user) => ({ kind: 'USER', ...parts.base, user })),
  STOPSIGNAL: (parts) => withRest(parts, (signal) => ({ kind: 'STOPSIGNAL', ...parts.base, signal })),
  EXPOSE: (parts) => withItems(wordTexts(parts), (items) => ({ kind: 'EXPOSE', ...parts.base, items })),
  VOLUME: (parts) => withItems(listOf(parts), (items) => ({ kind: 'VOLUME', ...parts.base, items })),
  SHELL: shell,
  HEALTHCHECK: healthcheck,
  LABEL: (parts) => withRest(parts, (rest) => ({ kind: 'LABEL', ...parts.base, rest })),
  MAINTAINER: (parts) => withRest(parts, (rest) => ({ kind: 'MAINTAINER', ...parts.base, rest })),
  ONBUILD: (parts) => withRest(parts, (rest) => ({ kind: 'ONBUILD', ...parts.base, rest })),
};

/** The instruction of a keyword in upper case; undefined for an unknown one (FROM is the parser's own). */
export function makerOf(keyword: string): Maker | undefined {
  const kind = Object.keys(MAKERS).find((one): one is Instruction['kind'] => one === keyword);
  if (kind === undefined || FLAGGED.has(kind)) return kind === undefined ? undefined : MAKERS[kind];
  return (parts) => (parts.flags.length > 0 ? { refused: `${kind} takes no flags.` } : MAKERS[kind](parts));
}

/** Which flags these take depends on the release; the others take none. */
const FLAGGED: ReadonlySet<Instruction['kind']> = new Set(['RUN', 'COPY', 'ADD', 'HEALTHCHECK']);

const NO_STRINGS: Refused = { refused: 'A JSON array of a command may hold strings only.' };

function restOf(parts: Parts): Text {
  return textIn(parts.joined, parts.rest, parts.joined.text.length);
}

function withRest(parts: Parts, make: (rest: Text) => Instruction): Instruction | Refused {
  const rest = restOf(parts);
  return rest.text === '' ? { refused: 'The instruction needs an argument.' } : make(rest);
}

/** A JSON array is exec form; everything else, single quotes and trailing commas too, is a shell line. */
function commandAt(parts: Parts, from: number): CommandLine | 'invalid' {
  const items = jsonItems(parts.joined, from);
  if (items === 'invalid') return items;
  if (items !== null) return { form: 'exec', argv: items, pieces: [] };
  const line = textIn(parts.joined, from, parts.joined.text.length);
  const at = from + parts.joined.text.slice(from).length - parts.joined.text.slice(from).trimStart().length;
  return { form: 'shell', argv: line.text === '' ? [] : [line], pieces: piecesIn(parts.joined, at, at + line.text.length) };
}

function withCommand(parts: Parts, make: (command: CommandLine) => Instruction): Instruction | Refused {
  const command = commandAt(parts, parts.rest);
  return command === 'invalid' ? NO_STRINGS : make(command);
}

function wordTexts(parts: Parts): readonly Text[] {
  return plainWords(parts.joined.text, parts.rest).map((word) => textOf(parts.joined, word));
}

function listOf(parts: Parts): readonly Text[] | 'invalid' {
  return jsonItems(parts.joined, parts.rest) ?? wordTexts(parts);
}

function withItems(items: readonly Text[] | 'invalid', make: (items: readonly Text[]) => Instruction): Instruction | Refused {
  if (items === 'invalid') return NO_STRINGS;
  return items.length === 0 ? { refused: 'The instruction needs an argument.' } : make(items);
}

function arg(parts: Parts): Instruction | Refused {
  const words = quotedWords(parts.joined.text, parts.rest, parts.escape);
  if (words.length === 0) return { refused: 'ARG needs a name.' };
  const args = words.map((word) => {
    const equals = word.text.indexOf('=');
    const name = equals === -1 ? word.text : word.text.slice(0, equals);
    return { name, default: equals === -1 ? null : valueIn(parts, word, equals), span: spanIn(parts.joined, word.start, word.end) };
  });
  return args.some((one) => one.name === '') ? { refused: 'ARG needs a name before `=`.' } : { kind: 'ARG', ...parts.base, args };
}

function valueIn(parts: Parts, word: Word, equals: number): Text {
  return textOf(parts.joined, { text: word.text.slice(equals + 1), start: word.start + equals + 1, end: word.end });
}

function env(parts: Parts): Instruction | Refused {
  const words = quotedWords(parts.joined.text, parts.rest, parts.escape);
  const [first] = words;
  if (first === undefined) return { refused: 'ENV needs a name and a value.' };
  if (!first.text.includes('=')) return legacyEnv(parts);
  const entries: EnvInstruction['entries'][number][] = [];
  for (const word of words) {
    const equals = word.text.indexOf('=');
    if (equals === -1) return { refused: 'Every word of ENV must be of the form NAME=value.' };
    if (equals === 0) return { refused: 'ENV needs a name before `=`.' };
    const span = spanIn(parts.joined, word.start, word.end);
    entries.push({ name: word.text.slice(0, equals), value: valueIn(parts, word, equals), span, legacy: false });
  }
  return { kind: 'ENV', ...parts.base, entries };
}

function legacyEnv(parts: Parts): Instruction | Refused {
  const whole = restOf(parts);
  const match = /^(\S+)[\t\v\f\r ]+([\s\S]+)$/.exec(whole.text);
  if (match === null) return { refused: 'ENV needs a name and a value.' };
  const [, name = '', value = ''] = match;
  const end = parts.joined.text.trimEnd().length;
  const at = end - value.length;
  return { kind: 'ENV', ...parts.base, entries: [{ name, value: textIn(parts.joined, at, end), span: whole.span, legacy: true }] };
}

/** A source that is a heredoc: its quotes are closed. */
const HEREDOC = /^0?<<-?(?:[^<"'\\]|\\.|"[^"<]*"|'[^'<]*')+$/;

function copy(parts: Parts, kind: CopyInstruction['kind']): Instruction | Refused {
  const items = listOf(parts);
  if (items === 'invalid') return NO_STRINGS;
  const target = items[items.length - 1];
  if (target === undefined || items.length < 2) return { refused: `${kind} needs a source and a target.` };
  const sources = items.slice(0, -1).filter((one) => !HEREDOC.test(one.text));
  const flag = (name: string) => parts.flags.find((one) => one.name === name);
  const from = flag('from');
  return {
    kind,
    ...parts.base,
    sources,
    target,
    from: from === undefined ? null : { text: from.value, span: from.span },
    chown: flag('chown')?.value ?? null,
    chmod: flag('chmod')?.value ?? null,
    flags: parts.flags,
    heredocs: parts.heredocs,
  };
}

function shell(parts: Parts): Instruction | Refused {
  const items = jsonItems(parts.joined, parts.rest);
  if (items === null || items === 'invalid' || items.length === 0) return { refused: 'SHELL takes a JSON array of strings.' };
  return { kind: 'SHELL', ...parts.base, argv: items };
}

function healthcheck(parts: Parts): Instruction | Refused {
  const [type] = plainWords(parts.joined.text, parts.rest);
  const { flags, base } = parts;
  if (type?.text.toUpperCase() === 'NONE') return { kind: 'HEALTHCHECK', ...base, command: null, flags };
  if (type?.text.toUpperCase() !== 'CMD') return { refused: 'HEALTHCHECK needs CMD or NONE.' };
  const command = commandAt(parts, type.end);
  if (command === 'invalid') return NO_STRINGS;
  return command.argv.length === 0 ? { refused: 'HEALTHCHECK CMD needs a command.' } : { kind: 'HEALTHCHECK', ...base, command, flags };
}
