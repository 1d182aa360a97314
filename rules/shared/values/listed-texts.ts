import { type Data, type Origin, placeOf } from '../../../src/rule.ts';
import { isSequence } from './data.ts';

/** A text that certainly stands in a list, and where it was decided. */
export interface ListedText {
  readonly text: string;
  readonly origin: Origin;
}

/** The texts of a list that are known, in order, each with its own place. */
export function listedTexts(data: Data | undefined): readonly ListedText[] {
  if (!isSequence(data)) return [];
  return data.items.flatMap((item) =>
    item.kind === 'known' && typeof item.value === 'string' ? [{ text: item.value, origin: item.origin }] : [],
  );
}

/** The place of an item where it has one of its own, else that of the whole list. */
export function placeOfItem(item: ListedText | undefined, whole: Origin): Origin {
  return item !== undefined && placeOf(item.origin) !== undefined ? item.origin : whole;
}

/** "`a`, `b` and 3 more", so that a message stays one sentence. */
export function named(texts: readonly string[]): string {
  const [first = '', second, ...others] = texts.map((text) => `\`${text}\``);
  if (second === undefined) return first;
  return others.length === 0 ? `${first} and ${second}` : `${first}, ${second} and ${others.length} more`;
}
