import { initialVariable } from './environment.ts';
import type { SettingsRequest } from './model.ts';
import { setAsideUnknown } from './raise.ts';
import type { Run } from './run.ts';
import type { ModuleFrame, ScopeChain } from './values/object.ts';
import { newCell, newJournal, type ScopeState } from './values/state.ts';

/** The state in which an evaluation starts. */
export function startRun(request: SettingsRequest): Run {
  const journal = newJournal();
  const scope = newCell<ScopeState>(journal, { k: 'scope', names: new Map(), open: null });
  const module: ModuleFrame = {
    name: '',
    file: '',
    scope,
    source: { file: '', text: '', body: [], comments: [], valid: true },
    isPackage: false,
  };
  const chain: ScopeChain = { scope, kind: 'module', parent: null };
  const run: Run = {
    request,
    journal,
    path: [],
    steps: 0,
    statement: 0,
    doubted: -1,
    depth: 0,
    membersLeft: null,
    controls: [],
    modules: new Map(),
    parsed: new Map(),
    natives: new Map(),
    environ: newCell<ScopeState>(journal, { k: 'scope', names: new Map(), open: null, initial: (name) => initialVariable(run, name) }),
    djangoSettings: newCell<ScopeState>(journal, { k: 'scope', names: new Map(), open: null }),
    firstOutside: null,
    reads: [],
    files: [],
    problems: [],
    assignments: new Map(),
    creates: [],
    counters: new Map(),
    written: new Set(),
    importRoots: request.importRoots,
    rootsUnknown: false,
    rootsBehind: new Set(request.importRoots.slice(1)),
    frame: { module, chain, name: '', yielded: null, caller: null, handling: [] },
    firstMissing: null,
    maybe: setAsideUnknown,
    incomplete: null,
  };
  return run;
}
