import { compareRelease } from '../../../core/guard.ts';
import { PYTHON } from '../../builtins/native.ts';
import type { Run } from '../../run.ts';
import { type ClassObj, unk } from '../../values/object.ts';
import { newCell, type ScopeState } from '../../values/state.ts';
import { type Generation, setModel } from './types.ts';

/** BaseModel and BaseSettings, made once a run, and what tells which pydantic the project uses. */
interface Home {
  readonly classes: Map<string, ClassObj>;
  readonly seen: Set<Generation>;
}
const HOMES = new WeakMap<Run, Home>();

function homeOf(run: Run): Home {
  const old = HOMES.get(run);
  if (old !== undefined) return old;
  const made: Home = { classes: new Map(), seen: new Set() };
  HOMES.set(run, made);
  return made;
}

/** Notes a name that only one generation has. */
export function noteGeneration(run: Run, generation: Generation): void {
  homeOf(run).seen.add(generation);
}

/** The generation that the package files settle. */
export function generationPinned(run: Run): Generation | null {
  const { packages } = run.request;
  const range = packages?.range('pydantic');
  const low = range?.exact ?? range?.from ?? null;
  const high = range?.exact ?? range?.before ?? null;
  if (low !== null && compareRelease(low, '2') >= 0) return 2;
  if (high !== null && compareRelease(high, '2') <= 0 && range?.exact !== '2') return 1;
  return packages?.has('pydantic-settings') === 'yes' ? 2 : null;
}

/** Whether a release or a later one is installed; null when package files do not say. */
export function isFrom(run: Run, name: 'pydantic' | 'pydantic-settings', release: string): boolean | null {
  const range = run.request.packages?.range(name) ?? null;
  const low = range?.exact ?? range?.from ?? null;
  if (low !== null && compareRelease(low, release) >= 0) return true;
  if (range?.exact != null) return false;
  const high = range?.before ?? null;
  return high !== null && compareRelease(high, release) <= 0 ? false : null;
}

/** The generation that package files or the names in use prove; null while nothing does, or they contradict each other. */
export function generationSeen(run: Run): Generation | null {
  const pinned = generationPinned(run);
  if (pinned !== null) return pinned;
  const [only, other] = homeOf(run).seen;
  return only !== undefined && other === undefined ? only : null;
}

export function baseClass(run: Run, module: string, name: string, generation: Generation | null, parent: ClassObj | null): ClassObj {
  const { classes } = homeOf(run);
  const key = `${module}.${name}`;
  const old = classes.get(key);
  if (old !== undefined) return old;
  const mro: ClassObj[] = [];
  const cls: ClassObj = {
    t: 'class',
    name,
    module,
    bases: parent === null ? [] : [parent],
    // What it has of its own is asked for by name; the rest is not known.
    open: unk('third-party', PYTHON),
    scope: newCell<ScopeState>(run.journal, { k: 'scope', names: new Map(), open: null }),
    mro,
    native: false,
  };
  mro.push(cls, ...(parent?.mro ?? []));
  setModel(cls, {
    cls,
    generation,
    isSettings: name === 'BaseSettings',
    fields: new Map(),
    config: new Map(),
    validators: new Map(),
    roots: new Map(),
    computed: [],
    open: null,
  });
  classes.set(key, cls);
  return cls;
}
