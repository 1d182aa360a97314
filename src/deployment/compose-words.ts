import type { Span } from '../core/span.ts';
import { known, type Value } from '../core/value.ts';
import { isNull, itemsOf } from '../syntax/yaml/index.ts';
import type { YamlNode, YamlScalar } from '../syntax/yaml/node.ts';
import { lastAt } from './compose-layers.ts';
import { partSpan, type ServiceReader, scalarText, textIn } from './compose-scalar.ts';
import { type ShellSplit, splitWords } from './word-split.ts';

/** What a service says about `command` or `entrypoint`. */
export type ArgvSetting =
  /** It says nothing: the image's own holds. */
  | { readonly set: 'no' }
  /** A list, possibly empty: "" and [] are said too. */
  | { readonly set: 'yes'; readonly words: readonly Value<string>[]; readonly at: Span };

/** Reads `command` or `entrypoint`: a list as it stands, a text split as shells do, null as if nothing were said. */
export function argvSetting(reader: ServiceReader, key: 'command' | 'entrypoint'): ArgvSetting {
  const node = lastAt(reader.service.layers, key);
  if (node === undefined || isNull(node)) return { set: 'no' };
  return { set: 'yes', words: wordsOf(reader, node, `services.${reader.service.name}.${key}`), at: node.span };
}

export function wordsOf(reader: ServiceReader, node: YamlNode, feeds: string): readonly Value<string>[] {
  if (node.kind === 'scalar') return textWords(reader, node, feeds);
  return itemsOf(node).map((item) => scalarText(reader, item, feeds) ?? known('', { step: 'text', at: item.span }));
}

/** The tool interpolates before it splits; where a variable is not known only its own word is not. */
function textWords(reader: ServiceReader, node: YamlScalar, feeds: string): readonly Value<string>[] {
  const whole = scalarText(reader, node, feeds);
  if (whole === null) return [];
  if (node.hole) return [whole];
  const written = splitWords(node.text);
  if (whole.kind !== 'known') return written.flatMap((word) => templateWord(reader, node, word, feeds));
  const split = splitWords(whole.value);
  const same = split.length === written.length;
  return split.map((word, index) => {
    const place = same ? written[index] : undefined;
    return known(word.text, { step: 'text', at: place === undefined ? node.span : spanOf(reader, node, place) });
  });
}

/** `--name=${X}` whose value is not known stands as two words, which mean the same to every option parser. */
function templateWord(reader: ServiceReader, node: YamlScalar, word: ShellSplit, feeds: string): readonly Value<string>[] {
  const at = spanOf(reader, node, word);
  const value = textIn(reader, word.text, node, at, feeds);
  const option = value.kind === 'known' ? undefined : /^(--[\w-]+)=/.exec(word.text)?.[1];
  return option === undefined ? [value] : [known(option, { step: 'text', at }), value];
}

function spanOf(reader: ServiceReader, node: YamlScalar, word: ShellSplit): Span {
  return partSpan(reader, node, word.start, word.end);
}
