import type { Span } from '../../core/span.ts';
import type { Value } from '../../core/value.ts';
import type { SourceTree } from '../../files/tree.ts';
import type { ShellCommand, ShellPart, ShellWord } from '../../syntax/shell/script.ts';
import { textOf } from '../command/command.ts';
import { placeOfWord, placeWithin, type TextPlace } from './text-place.ts';

/** What ssh runs on the other machine. */
export interface RemoteText {
  readonly text: string;
  readonly place: TextPlace;
}

/** Options of ssh that take a word. */
const SSH_VALUED = /^-[BbcDEeFIiJLlmOopQRSWw]$/;

/** The text of `ssh host "text"` and `ssh host <<EOF`; null when there is none. */
export function remoteText(
  tree: SourceTree,
  argv: readonly Value<string>[],
  source: ShellCommand | undefined,
  at: Span,
): RemoteText | null {
  let first = 1;
  while (first < argv.length && textOf(argv[first])?.startsWith('-') === true) first += SSH_VALUED.test(textOf(argv[first]) ?? '') ? 2 : 1;
  const body = source?.redirections.find((one) => one.heredoc !== null)?.heredoc?.body;
  if (body !== undefined) {
    const text = rawText(body);
    return { text, place: placeWithin(tree, body.span, text) };
  }
  const words = argv.slice(first + 1);
  if (words.length === 0) return null;
  const written = source?.words.slice(-words.length) ?? [];
  const text = words.map((word, index) => textOf(word) ?? rawText(written[index])).join(' ');
  const [only] = words;
  if (words.length === 1 && only?.kind === 'known') return { text, place: placeOfWord(tree, only, at) };
  const span = { ...at, start: written[0]?.span.start ?? at.start, end: written.at(-1)?.span.end ?? at.end };
  return { text, place: placeWithin(tree, span, text) };
}

/** The text of a word with its variables left in: the other machine knows as little of them as we do. */
function rawText(word: ShellWord | undefined): string {
  return word === undefined ? '' : (word.literal ?? word.parts.map(rawPart).join(''));
}

function rawPart(part: ShellPart): string {
  if (part.kind === 'literal' || part.kind === 'other') return part.text;
  return part.kind === 'variable' ? `\${${part.name}}` : '$(unknown)';
}
