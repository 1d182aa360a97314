import type { Span } from '../../core/span.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import { type Shlexed, shlexSplit } from '../../syntax/shell/shlex.ts';
import { isNull, itemsOf } from '../../syntax/yaml/index.ts';
import type { YamlNode, YamlScalar } from '../../syntax/yaml/node.ts';
import { lastAt } from './layers.ts';
import { type ServiceReader, scalarPlaces, scalarText, textIn } from './scalar.ts';

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

function wordsOf(reader: ServiceReader, node: YamlNode, feeds: string): readonly Value<string>[] {
  if (node.kind === 'scalar') return textWords(reader, node, feeds);
  return itemsOf(node).map((item) => scalarText(reader, item, feeds) ?? known('', { step: 'text', at: item.span }));
}

/** The tool interpolates before it splits; where a variable is not known only its own word is not. */
function textWords(reader: ServiceReader, node: YamlScalar, feeds: string): readonly Value<string>[] {
  const whole = scalarText(reader, node, feeds);
  if (whole === null) return [];
  if (node.hole) return [whole];
  const { file } = node.span;
  const written = shlexSplit(node.text, file, scalarPlaces(reader, node));
  if (whole.kind !== 'known') {
    const plain = written.ok && !/\$\{[^}]*[\s;&|<>][^}]*\}/.test(node.text);
    return plain ? written.words.flatMap((word) => templateWord(reader, node, word, feeds)) : [whole];
  }
  const split = shlexSplit(whole.value, file);
  if (!split.ok) return [unknown('unsupported-syntax', whole.origin, [], 'str')];
  const same = split.words.length === written.words.length;
  return split.words.map((word, index) =>
    known(word.text, { step: 'text', at: (same ? written.words[index]?.span : undefined) ?? node.span }),
  );
}

/** `--name=${X}` whose value is not known stands as two words, which mean the same to every option parser. */
function templateWord(reader: ServiceReader, node: YamlScalar, word: Shlexed['words'][number], feeds: string): readonly Value<string>[] {
  const value = textIn(reader, word.text, node, word.span, feeds);
  const option = value.kind === 'known' ? undefined : /^(--[\w-]+)=/.exec(word.text)?.[1];
  return option === undefined ? [value] : [known(option, { step: 'text', at: word.span }), value];
}
