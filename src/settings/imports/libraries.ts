import { type Origin, textOrigin } from '../../core/origin.ts';
import { isSecretName } from '../../core/secret.ts';
import type { Span } from '../../core/span.ts';
import { type DotenvDialect, type DotenvEntry, type DotenvOptions, expandDotenv, parseDotenv } from '../../syntax/dotenv/index.ts';
import { resolved, workingFolder } from '../builtins/path-methods.ts';
import { lookupVariable } from '../environment.ts';
import { absentOnBareHost } from '../host.ts';
import { raise } from '../raise.ts';
import { type Run, unknownAt } from '../run.ts';
import { type Site, type Slot, str, unk, type Val } from '../values/object.ts';
import { treePath } from '../values/paths.ts';
import { conditional, writeScope } from '../values/state.ts';

/** What the environment libraries share: looking for env files, reading them, and the texts that count as true. */

/** The folder of a file of the tree. */
export function folderOf(file: string): string {
  const at = file.lastIndexOf('/');
  return at === -1 ? '' : file.slice(0, at);
}

/** The first of some files that exists in a folder or above it, up to the root of the tree. */
export function searchUpwards(run: Run, folder: string, names: readonly string[]): string | undefined {
  let at: string | undefined = folder;
  while (at !== undefined) {
    for (const name of names) {
      const path: string = at === '' ? name : `${at}/${name}`;
      if (run.request.tree.kindOf(path) === 'file') return path;
    }
    at = at === '' ? undefined : folderOf(at);
  }
  return undefined;
}

/** A path of the evaluated code as a file of the tree: its path, null where nothing stands, undefined where the tree cannot tell. */
export function envFileAt(run: Run, path: string): string | null | undefined {
  const file = treePath(path, workingFolder(run));
  if (file === undefined) return absentOnBareHost(run, resolved(run, path)) ? null : undefined;
  return run.request.tree.kindOf(file) === 'file' ? file : null;
}

export interface FileVariable {
  readonly name: string;
  /** Null: the key stands there without a value. */
  readonly value: Val | null;
  readonly at: Span;
  /** Releases of python-dotenv read this line in different ways. */
  readonly doubtful: boolean;
}

/** The variables of an env file as one library reads them. */
export function fileVariables(
  run: Run,
  file: string,
  dialect: DotenvDialect,
  site: Site,
  options: DotenvOptions & { readonly override?: boolean; readonly interpolate?: boolean } = {},
): readonly FileVariable[] {
  const read = run.request.tree.read(file);
  if (!read.ok) {
    run.problems.push(read.problem);
    return [];
  }
  const document = parseDotenv(file, read.text, dialect, options);
  const lookup = (name: string): string | null | undefined => {
    const slot = lookupVariable(run, name, site);
    if (slot.k === 'absent') return null;
    return slot.k === 'known' && slot.obj.t === 'str' ? slot.obj.v : undefined;
  };
  const entries = options.interpolate === false ? document.entries.map((one) => ({ ...one, expand: false })) : document.entries;
  // Where a quote ends decides what all that follows is.
  let lost = false;
  return expandDotenv(entries, lookup, dialect, options.override === undefined ? {} : { override: options.override }).map(
    ({ key, entry, result }) => {
      const origin: Origin = { step: 'env', name: key, state: 'given', at: entry.valueSpan, from: file, via: textOrigin(entry.keySpan) };
      lost ||= dialect === 'python-dotenv' && hasBackslash(entry);
      const secret = isSecretName(key);
      if (result.kind === 'absent') return { name: key, value: null, at: entry.keySpan, doubtful: false };
      const value =
        result.kind === 'known'
          ? str(result.value, origin, secret)
          : unk('opaque-env', origin, { names: [key], type: 'str', key: `env:${key}`, secret });
      return { name: key, value, at: entry.keySpan, doubtful: lost || (dialect === 'python-dotenv' && isBareComment(entry, read.text)) };
    },
  );
}

/** A comment in place of a value. */
function isBareComment(entry: DotenvEntry, text: string): boolean {
  return entry.value === '' && entry.raw === '' && text[entry.valueSpan.end] === '#';
}

/** A backslash before a backslash or before the closing quote. */
function hasBackslash(entry: DotenvEntry): boolean {
  return entry.quote !== 'none' && /\\\\|\\$/.test(entry.raw.slice(1, -1));
}

/** A file that the tree does not hold may set any variable, also those that are given when it overrides them. */
export function openEnvironment(run: Run, site: Site, overrides: boolean | undefined): void {
  const why = unknownAt(run, 'missing-file', site, { type: 'str' });
  const state = writeScope(run.journal, run.environ);
  state.open = why;
  if (overrides === false) return;
  for (const name of new Set([...run.request.environment.variables.keys(), ...state.names.keys()]))
    state.names.set(name, { ...why, names: [name], key: '', env: null });
}

/** What is found in the environment first and in a file after it. */
export function behind(slot: Slot, file: Val | undefined): Slot {
  if (file === undefined) return slot;
  if (slot.k === 'absent') return file;
  if (slot.k !== 'cond') return slot;
  return conditional(slot.cases.map((one) => ({ when: one.when, then: one.then.k === 'absent' ? file : one.then })));
}

/** The exception of a value that a cast refuses. */
export function invalid(run: Run, type: string, name: string, site: Site): never {
  return raise(run, type, `The value of ${name} cannot be converted.`, site, name);
}
