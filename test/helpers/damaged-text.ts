import fc from 'fast-check';
import type { Span } from '../../src/core/span.ts';

/** What a parser is fed to ask whether it is total. */
export interface Damage {
  /** Texts that it reads. */
  readonly samples: readonly string[];
  /** Fragments of the syntax, to be thrown together and into the samples. */
  readonly pieces: readonly string[];
  /** Fragments thrown together, at most. */
  readonly most: number;
  /** Put before the fragments. */
  readonly prefix?: string;
}

/** Any text at all, fragments thrown together, and samples with a hole or a fragment somewhere. */
export function damagedTexts({ samples, pieces, most, prefix = '' }: Damage): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom(...pieces), { maxLength: most }).map((all) => `${prefix}${all.join('')}`),
    fc.tuple(fc.constantFrom(...samples), fc.nat(), fc.nat({ max: 9 }), fc.constantFrom(...pieces)).map(([text, at, drop, piece]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + piece + text.slice(place + drop);
    }),
  );
}

/** Every span that stands anywhere within a document. */
export function spansWithin(document: unknown): readonly Span[] {
  const found: Span[] = [];
  const stack: unknown[] = [document];
  const seen = new Set<unknown>();
  for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
    if (typeof one !== 'object' || one === null || seen.has(one)) continue;
    seen.add(one);
    if ('start' in one && 'end' in one && 'file' in one)
      found.push({ file: String(one.file), start: Number(one.start), end: Number(one.end) });
    else stack.push(...(one instanceof Map ? [...one.values()] : Object.values(one)).filter((value) => value !== undefined));
  }
  return found;
}
