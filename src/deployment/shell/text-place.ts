import type { Span } from '../../core/span.ts';
import { originOf, type Value } from '../../core/value.ts';
import type { SourceTree } from '../../files/tree.ts';
import type { ShellPlace } from '../../syntax/shell/script.ts';
import { alignment } from './alignment.ts';

/** Where a text of commands stands. */
export interface TextPlace {
  readonly file: string;
  readonly place: ShellPlace;
}

/** Where the characters of a word stand that is itself a text of commands: quotes, escapes and folding may lie between them. */
export function placeOfWord(tree: SourceTree, word: Value<string>, fallback: Span): TextPlace {
  const origin = originOf(word);
  const at = origin.step === 'text' ? origin.at : fallback;
  return placeWithin(tree, at, word.kind === 'known' ? word.value : '');
}

/** The same for a text that was put together from what stands in a span. */
export function placeWithin(tree: SourceTree, at: Span, text: string): TextPlace {
  const read = tree.kindOf(at.file) === 'file' ? tree.read(at.file) : null;
  if (read?.ok) return { file: at.file, place: alignment(text, read.text, at.start, at.end) };
  const offset = at.start + (at.end - at.start === text.length ? 0 : 1);
  return { file: at.file, place: (index) => Math.max(at.start, Math.min(offset + index, at.end - 1)) };
}
