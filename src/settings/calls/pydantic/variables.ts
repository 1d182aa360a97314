import { ambientNames, lookupVariable, mayHoldMore, variableNames } from '../../environment.ts';
import { fileVariables } from '../../imports/libraries.ts';
import { type Run, unknownAt } from '../../run.ts';
import type { Site, Slot } from '../../values/object.ts';
import { ABSENT } from '../../values/object.ts';
import type { Options } from './config.ts';

/** One source of variables with the names folded as the class asks for it. */
export interface Variables {
  /** Under the folded name: the variable as it is written, and what it holds. */
  readonly entries: ReadonlyMap<string, { readonly variable: string; readonly slot: Slot }>;
  /** Looks at a name that is not listed. */
  readonly other: (folded: string, written: string) => { readonly variable: string; readonly slot: Slot };
  /** Whether one that is not listed may be set. */
  readonly open: boolean;
}

export function folded(options: Options, name: string): string {
  return options.caseSensitive ? name : name.toLowerCase();
}

/** The process environment. */
export function processVariables(run: Run, options: Options, site: Site): Variables {
  const entries = new Map<string, { readonly variable: string; readonly slot: Slot }>();
  for (const variable of variableNames(run)) {
    const slot = kept(run, options, lookupVariable(run, variable, site), site);
    if (slot.k === 'absent') continue;
    const name = folded(options, variable);
    const old = entries.get(name);
    // Which of two spellings comes last is a matter of the machine.
    entries.set(name, old === undefined ? { variable, slot } : { variable, slot: unknownAt(run, 'host', site, { names: [variable] }) });
  }
  const other = (name: string, written: string) => ({
    variable: options.caseSensitive ? name : written,
    slot: kept(run, options, lookupVariable(run, options.caseSensitive ? name : ambient(name), site), site),
  });
  return { entries, other, open: mayHoldMore(run) };
}

function ambient(name: string): string {
  return ambientNames().find((one) => one.toLowerCase() === name) ?? name.toUpperCase();
}

/** Names of the machine that begin with a prefix: what stands behind a nested name is not known then. */
export function ambientUnder(options: Options, prefix: string): boolean {
  return ambientNames().some((name) => folded(options, name).startsWith(prefix));
}

/** The env files, later ones over earlier ones. */
export function fileEntries(run: Run, options: Options, site: Site): Variables['entries'] {
  const entries = new Map<string, { readonly variable: string; readonly slot: Slot }>();
  for (const file of options.files) {
    // The file's own names first, folded afterwards: a name that is written twice keeps its first place.
    const own = new Map<string, Slot>();
    for (const one of fileVariables(run, file, 'python-dotenv', site, { override: true })) own.set(one.name, one.value ?? ABSENT);
    for (const [variable, slot] of own) {
      const value = kept(run, options, slot, site);
      if (value.k !== 'absent' || slot.k === 'absent') entries.set(folded(options, variable), { variable, slot: value });
    }
  }
  return entries;
}

/** `env_ignore_empty`: an empty text counts as not set. */
function kept(run: Run, options: Options, slot: Slot, site: Site): Slot {
  const isEmpty = slot.k === 'known' && slot.obj.t === 'str' && slot.obj.v === '';
  if (!isEmpty || options.ignoreEmpty === false) return slot;
  return options.ignoreEmpty ? ABSENT : unknownAt(run, 'unsupported-syntax', site);
}
