import type { Span } from '../../core/span.ts';
import type { Substitution } from '../model.ts';
import type { ServiceReader } from './scalar.ts';

/** Where a text stands, and the key it ends in. */
interface Place {
  readonly reader: Pick<ServiceReader, 'source' | 'substitutions'>;
  /** The scalar in its file. */
  readonly within: Span;
  readonly at: Span;
  readonly feeds: string;
}

/** An operand ends at the first brace, so that one with a template in it is cut short and shows its `$`. */
const SUBSTITUTION = /\$(?:\$|([_a-z][_a-z0-9]*)|\{([_a-z][_a-z0-9]*)(?:(:?[-+?])([^}]*))?\})/gi;

/** The variables that compose puts into a text, those met before in the same place left out. */
export function substitutionsIn(text: string, { reader, within, at, feeds }: Place): readonly Substitution[] {
  if (!text.includes('$')) return [];
  const { variables, closed } = reader.source.interpolation(at.file);
  const source = reader.source.text(within.file).slice(within.start, within.end);
  const literal = text.replace(SUBSTITUTION, '').length;
  const found: Substitution[] = [];
  let from = 0;
  for (const [whole, bare, braced, operator = null, operand = ''] of text.matchAll(SUBSTITUTION)) {
    const index = source.indexOf(whole, from);
    if (index !== -1) from = index + whole.length;
    const name = bare ?? braced;
    if (name === undefined) continue;
    const start = within.start + index;
    const place = index === -1 ? within : { file: within.file, start, end: start + whole.length };
    const before = reader.substitutions.some((one) => one.at.start === place.start && one.at.file === place.file && one.feeds === feeds);
    const given = variables.has(name) ? 'yes' : closed ? 'no' : 'maybe';
    if (!before) found.push({ name, operator, operand, braced: bare === undefined, literal, given, at: place, feeds });
  }
  return found;
}
