import type { Data } from '../core/data.ts';
import { type Origin, placeOf, stepsOf } from '../core/origin.ts';
import type { Span } from '../core/span.ts';
import type { Value } from '../core/value.ts';

/** A value inside a list or dict that is decided somewhere else than the container. */
export interface Part {
  /** As Python would reach it: `['default']['NAME']`. */
  readonly path: string;
  /** The names of the keys on the way, the setting's own first: a secret is known by its name. */
  readonly keys: readonly string[];
  readonly value: Value<Data>;
}

const MAX_PARTS = 40;
const MAX_DEPTH = 8;

/** The parts of a value that have a story of their own: a variable gives them, another statement put them there, or they are not known. */
export function partsOf(name: string, value: Value<Data>): readonly Part[] {
  if (value.kind !== 'known') return [];
  const [first] = stepsOf(value.origin);
  const whole = first?.step === 'text' ? first.at : undefined;
  const parts: Part[] = [];
  collect({ path: '', keys: [name], value }, whole, parts, 0);
  return parts;
}

function collect(one: Part, whole: Span | undefined, parts: Part[], depth: number): void {
  if (parts.length >= MAX_PARTS || depth > MAX_DEPTH) return;
  const { value } = one;
  const inner = value.kind === 'known' ? membersOf(one, value.value) : [];
  for (const member of inner) collect(member, whole, parts, depth + 1);
  if (one.path !== '' && inner.length === 0 && hasOwnStory(value, whole)) parts.push(one);
}

function membersOf(one: Part, data: Data): readonly Part[] {
  if (data === null || typeof data !== 'object' || !('kind' in data)) return [];
  switch (data.kind) {
    case 'dict':
      return data.entries.flatMap(({ key, value }) =>
        typeof key === 'string' ? [{ path: `${one.path}['${key}']`, keys: [...one.keys, key], value }] : [],
      );
    case 'list':
    case 'tuple':
      return data.items.map((value, i) => ({ path: `${one.path}[${i}]`, keys: one.keys, value }));
    default:
      return [];
  }
}

function hasOwnStory(value: Value<Data>, whole: Span | undefined): boolean {
  const origins: readonly Origin[] = value.kind === 'conditional' ? value.cases.map(({ then }) => then.origin) : [value.origin];
  return origins.some((origin) => {
    if (stepsOf(origin).some(({ step }) => step === 'env')) return true;
    const at = placeOf(origin);
    return at !== undefined && (whole === undefined || at.file !== whole.file || at.start < whole.start || at.end > whole.end);
  });
}
