import { MAX_PATTERN_TEXT } from '../../core/limits.ts';
import type { DotenvDialect, DotenvEntry } from './document.ts';
import { type Expanded, expandTemplate, joined, type Lookup } from './template.ts';

/** One variable as the reader ends up with it. */
export interface DotenvVariable {
  readonly key: string;
  readonly entry: DotenvEntry;
  /** `absent`: the key has no value (python-dotenv's None) or is taken over from the caller, who has none. */
  readonly result: Expanded | { readonly kind: 'absent' };
}

export interface ExpandOptions {
  /** python-dotenv: `override=True` (and dotenv_values) prefer the file's own earlier values to the environment's. */
  readonly override?: boolean;
}

/**
 * The variables that a file defines, in order, later definitions of a key included. `lookup` answers for the
 * environment around the file: for compose its interpolation variables, for the rest the process's own.
 */
export function expandDotenv(
  entries: readonly DotenvEntry[],
  lookup: Lookup,
  dialect: DotenvDialect,
  options: ExpandOptions = {},
): readonly DotenvVariable[] {
  const seen = new Map<string, string | undefined>();
  const own = dialect === 'python-dotenv' && options.override === true;
  const inside: Lookup = (name) => {
    if (own) return seen.has(name) ? seen.get(name) : lookup(name);
    const given = lookup(name);
    return given === null && seen.has(name) ? seen.get(name) : given;
  };
  const variables = entries.map((entry) => {
    const result = resultOf(entry, inside, dialect);
    if (result.kind !== 'absent') seen.set(entry.key, textOf(result));
    else if (dialect === 'python-dotenv') seen.set(entry.key, '');
    return { key: entry.key, entry, result };
  });
  return dialect === 'compose' ? variables.filter(({ key, result }) => key !== '' || result.kind === 'error') : variables;
}

/** undefined, the unknown, also for an error: compose stops there, so nothing later is looked at. */
function textOf(result: DotenvVariable['result']): string | undefined {
  return result.kind === 'known' ? result.value : undefined;
}

function resultOf(entry: DotenvEntry, lookup: Lookup, dialect: DotenvDialect): DotenvVariable['result'] {
  if (entry.doubt !== null) return { kind: 'unknown', names: [] };
  if (entry.value === null) return dialect === 'compose' ? inherited(entry.key, lookup) : { kind: 'absent' };
  if (!entry.expand) return { kind: 'known', value: entry.value };
  if (entry.value.length > MAX_PATTERN_TEXT) return { kind: 'unknown', names: [] };
  return dialect === 'compose' ? expandTemplate(entry.value, lookup) : expandPosix(entry.value, lookup);
}

function inherited(key: string, lookup: Lookup): DotenvVariable['result'] {
  const value = lookup(key);
  if (value === undefined) return { kind: 'unknown', names: [key] };
  return value === null ? { kind: 'absent' } : { kind: 'known', value };
}

const POSIX = /\$\{([^}:]*)(?::-([^}]*))?\}/g;

/** python-dotenv: only `${NAME}` and `${NAME:-default}`, the default taken as it stands and only when NAME is not set. */
function expandPosix(text: string, lookup: Lookup): Expanded {
  const parts: Expanded[] = [];
  let done = 0;
  for (const found of text.matchAll(POSIX)) {
    parts.push({ kind: 'known', value: text.slice(done, found.index) });
    const value = lookup(found[1] ?? '');
    if (value === undefined) parts.push({ kind: 'unknown', names: [found[1] ?? ''] });
    else parts.push({ kind: 'known', value: value ?? found[2] ?? '' });
    done = found.index + found[0].length;
  }
  parts.push({ kind: 'known', value: text.slice(done) });
  return joined(parts);
}
