import type { Data } from '../core/data.ts';
import { defaultOrigin } from '../core/origin.ts';
import { unknown, type Value } from '../core/value.ts';
import type { SourceTree } from '../files/tree.ts';
import { lookupVariable } from './environment.ts';
import { runModule, runScript } from './evaluate-settings.ts';
import { exportSlot } from './export.ts';
import type { Environment, Raised, SettingsRequest } from './model.ts';
import type { Run } from './run.ts';
import { startRun } from './start.ts';

/** Other Python files that a process runs: wsgi.py, asgi.py, manage.py, celery.py, gunicorn.conf.py. */
export interface EntryRequest {
  readonly tree: SourceTree;
  readonly file: string;
  /** Folders of the tree on sys.path; the first is the working directory. */
  readonly importRoots: readonly string[];
  readonly environment: Environment;
  readonly python?: string | null;
  readonly argv?: readonly string[];
}

/** What a file's module-level names hold after it has run. */
export interface EvaluatedNames {
  /** Every name that does not start with an underscore, lower-case ones included. */
  readonly names: ReadonlyMap<string, Value<Data>>;
  /** False when names may be set that are not listed. */
  readonly complete: boolean;
  readonly raised: Raised | null;
  /** Project files that ran, in order. */
  readonly files: readonly string[];
}

const VARIABLE = 'DJANGO_SETTINGS_MODULE';

function requestFor(entry: EntryRequest, module: string): SettingsRequest {
  const django = { from: null, before: null, exact: null, origin: defaultOrigin('nothing') };
  return {
    tree: entry.tree,
    module,
    importRoots: entry.importRoots,
    environment: entry.environment,
    django,
    python: entry.python ?? null,
    argv: entry.argv ?? ['gunicorn'],
    assumeMissing: true,
  };
}

/** The dotted name under which a file is imported from the first root that holds it; undefined when none can. */
function moduleName(file: string, importRoots: readonly string[]): string | undefined {
  for (const root of importRoots) {
    const inside = root === '' ? file : file.startsWith(`${root}/`) ? file.slice(root.length + 1) : undefined;
    const name = inside
      ?.replace(/\.py$/, '')
      .replace(/\/__init__$/, '')
      .replaceAll('/', '.');
    if (name !== undefined && /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(name)) return name;
  }
  return undefined;
}

/** The settings module that a process which runs this file ends up with. `manage.py` runs as a script, everything else is imported with its packages. */
export function settingsModuleFor(entry: EntryRequest): Value<string> {
  const script = /(^|\/)manage\.py$/.test(entry.file);
  const name = script ? undefined : moduleName(entry.file, entry.importRoots);
  const run = startRun(requestFor(entry, name ?? '__main__'));
  const outcome = name === undefined ? runScript(run, entry.file, '__main__') : runModule(run, name);
  const value = settingsVariable(run);
  if (value.kind === 'unknown' && outcome.raised !== null) return unknown('raised', value.origin, [VARIABLE]);
  return value;
}

function settingsVariable(run: Run): Value<string> {
  const absent = unknown('missing-env', defaultOrigin('nothing'), [VARIABLE]);
  const slot = lookupVariable(run, VARIABLE, { file: '', start: 0, end: 0 });
  const value = exportSlot(slot, '', run.path, () => absent);
  const textOf = (one: Value<Data>): Value<string> => {
    if (one.kind === 'conditional')
      return { kind: 'conditional', cases: one.cases.map((each) => ({ when: each.when, then: settled(textOf(each.then)) })) };
    if (one.kind === 'unknown') return one;
    return typeof one.value === 'string'
      ? { kind: 'known', value: one.value, origin: one.origin }
      : unknown('unsupported-syntax', one.origin, [VARIABLE]);
  };
  const settled = (one: Value<string>) => (one.kind === 'conditional' ? absent : one);
  return textOf(value);
}

/** Runs a configuration file such as gunicorn.conf.py and tells what its names hold. */
export function evaluateNames(entry: EntryRequest): EvaluatedNames {
  const run = startRun(requestFor(entry, '__config__'));
  const { frame, raised, stopped } = runScript(run, entry.file, '__config__');
  const names = new Map<string, Value<Data>>();
  for (const [name, slot] of frame?.scope.state.names ?? []) {
    if (name.startsWith('_') || name.startsWith(' ') || slot.k === 'absent') continue;
    const value = exportSlot(slot, name, run.path, () => unknown('raised', defaultOrigin('nothing')));
    names.set(name, stopped === null ? value : unknown('limit', stopped.origin));
  }
  const complete = frame !== null && frame.scope.state.open === null && raised === null && stopped === null;
  return { names, complete, raised, files: run.files };
}
