import type { Data } from '../core/data.ts';
import { MAX_STEPS } from '../core/limits.ts';
import { isSecretName } from '../core/secret.ts';
import type { Span } from '../core/span.ts';
import { unknown, type Value } from '../core/value.ts';
import type { InputProblem } from '../files/tree.ts';
import { leaveUnchosen, loadConfiguration } from './calls/configurations/modules.ts';
import { isAssignedBehindDynaconf } from './calls/dynaconf/modules.ts';
import { djangoDefault } from './django/defaults.ts';
import { lookupVariable } from './environment.ts';
import { exportSlot, exportUnknown } from './export.ts';
import { executeFile, loadModule, locate } from './imports/imports.ts';
import type { EnvironmentRead, EvaluatedSettings, Raised, SettingsRequest } from './model.ts';
import { type Control, closeControl, DeadEnd, LimitHit, openControl, PyError, type Run, spanOf, unknownAt } from './run.ts';
import { startRun } from './start.ts';
import { type ModuleFrame, type ModuleObj, type ReadRecord, type Site, type Slot, str, type Unk } from './values/object.ts';
import { shownPath } from './values/paths.ts';
import type { ScopeState } from './values/state.ts';

/** Evaluates one settings module under one environment as it is. */
export function evaluateOnce(request: SettingsRequest): EvaluatedSettings {
  const run = startRun(request);
  const found = locate(run, request.module);
  const file = found.kind === 'file' ? found.file : null;
  nameModule(run);
  const outcome = runModule(run, request.module);
  const module = run.modules.get(request.module);
  const top = topOf(run, file, outcome.frame);
  const state = outcome.module?.scope?.state ?? outcome.frame?.scope.state;
  if (outcome.stopped !== null) run.problems.push(stoppedAt(run, top));
  const settings = state === undefined ? new Map<string, Value<Data>>() : exportSettings(run, state, outcome.stopped ?? outcome.parted);
  const open =
    state?.open ??
    outcome.module?.open ??
    (module === undefined && outcome.raised === null ? unknownAt(run, 'missing-file', { ...top }) : null);
  const because =
    outcome.stopped !== null
      ? 'the evaluation met a limit'
      : outcome.raised !== null
        ? 'the evaluation ends in an exception'
        : open === null
          ? null
          : reasonOf(open);
  return {
    module: request.module,
    file,
    settings,
    complete: because === null ? true : { because, at: open?.origin.step === 'text' ? open.origin.at : top },
    raised: run.firstMissing === null ? outcome.raised : raisedFrom(run.firstMissing),
    stopped: outcome.raised !== null,
    refusals: outcome.raised?.meant === true ? [{ ...outcome.raised, variables: [], asksForFile: false }] : [],
    files: run.files,
    reads: exportReads(run),
    problems: run.problems,
    assignments: run.assignments,
    top,
    createsDirectories: run.creates,
  };
}

/** Django loads the module that this variable names, so it names this one, be it set outside or by a setdefault before. */
function nameModule(run: Run): void {
  const { module, environment } = run.request;
  if (environment.variables.has('DJANGO_SETTINGS_MODULE')) return;
  run.environ.state.names.set(
    'DJANGO_SETTINGS_MODULE',
    str(module, { step: 'env', name: 'DJANGO_SETTINGS_MODULE', state: 'given', from: 'Django' }),
  );
}

/** Where an evaluation gives up as a whole, nothing of the module is judged: that must be seen. */
function stoppedAt(run: Run, top: Span): InputProblem {
  const why = run.steps > MAX_STEPS ? `takes more than ${MAX_STEPS} steps` : 'nests deeper than can be followed';
  const message = `Evaluating \`${run.request.module}\` ${why}, so none of its settings is judged: compute such values outside the settings.`;
  return { id: 'input/limit', file: top.file, at: top.start, message };
}

/** How running one file ended. */
export interface Outcome {
  readonly module: ModuleObj | undefined;
  readonly frame: ModuleFrame | null;
  readonly raised: Raised | null;
  readonly stopped: Unk | null;
  /** It ended in an exception on several paths: what had been set by then differs from one to the other. */
  readonly parted: Unk | null;
}

/** Runs a module to its end, to the exception it ends in, or to a limit. */
export function runModule(run: Run, name: string): Outcome {
  return runTop(run, name, (site) => {
    let module: ModuleObj | undefined;
    const parts = name.split('.');
    for (let i = 1; i <= parts.length; i++) module = loadModule(run, parts.slice(0, i).join('.'), site);
    const wanted = className(run);
    if (module === undefined || name !== run.request.module) return module;
    const top = { ...site, file: module.file ?? '' };
    if (wanted === undefined) leaveUnchosen(run, module, top);
    else loadConfiguration(run, module, wanted, top);
    return module;
  });
}

/** The class of django-configurations that is asked for. */
function className(run: Run): string | undefined {
  if (run.request.className !== undefined) return run.request.className;
  const slot = lookupVariable(run, 'DJANGO_CONFIGURATION', { file: '', start: 0, end: 0 });
  return slot.k === 'known' && slot.obj.t === 'str' && slot.obj.v !== '' ? slot.obj.v : undefined;
}

/** Runs a file as a script or configuration, outside any package. */
export function runScript(run: Run, file: string, name: string): Outcome {
  return runTop(run, name, (site) => (run.request.tree.kindOf(file) === 'file' ? executeFile(run, name, file, false, site) : undefined));
}

function runTop(run: Run, name: string, load: (site: Site) => ModuleObj | undefined): Outcome {
  const site = { file: '', start: 0, end: 0 };
  let raised: Raised | null = null;
  let stopped: Unk | null = null;
  let parted: Unk | null = null;
  let module: ModuleObj | undefined;
  const control = openControl(run, 'top');
  // Modules that fail are dropped from sys.modules as in Python; what they had set so far is still told.
  const watch = new Map(run.modules);
  const modules = run.modules;
  const set = modules.set.bind(modules);
  modules.set = (key, value) => {
    watch.set(key, value);
    return set(key, value);
  };
  try {
    module = load(site);
    if (module === undefined)
      raised = { type: 'ModuleNotFoundError', message: `No module named '${name}'`, at: spanOf(site), meant: false };
  } catch (error) {
    if (error instanceof PyError) raised = raisedFrom(error);
    else if (error instanceof DeadEnd) raised = firstRaised(control);
    else if (error instanceof LimitHit || error instanceof RangeError) stopped = unknownAt(run, 'limit', site);
    else throw error;
  }
  if (raised !== null && control.pending.length > 0) parted = unknownAt(run, 'raised', site);
  finish(run, control);
  const seen = watch.get(name);
  return { module: module ?? seen?.obj, frame: seen?.frame ?? null, raised, stopped, parted };
}

function finish(run: Run, control: Control): void {
  control.pending.length = 0;
  const { path } = run;
  closeControl(run, control, true);
  run.path = path;
}

function firstRaised(control: Control): Raised | null {
  for (const pending of control.pending) if (pending.escape.kind === 'raise') return raisedFrom(pending.escape.error);
  return null;
}

function raisedFrom(error: PyError): Raised {
  const base = { type: error.type, message: shownPath(error.message), at: spanOf(error.site), meant: error.meant };
  return error.variable === null ? base : { ...base, variable: error.variable };
}

function topOf(run: Run, file: string | null, frame: ModuleFrame | null): Span {
  const first = frame?.source.body[0];
  const path = file ?? run.request.module.replaceAll('.', '/');
  return first === undefined ? { file: path, start: 0, end: 0 } : { file: path, start: first.start, end: first.end };
}

function reasonOf(open: Unk): string {
  switch (open.why) {
    case 'third-party':
      return 'a package outside the repository may set any name';
    case 'missing-file':
      return 'a file that is not in the repository may set any name';
    default:
      return 'code that is not understood may set any name';
  }
}

const SETTING = /^[A-Z][A-Z0-9_]*$/;

function isSettingName(name: string): boolean {
  return SETTING.test(name) || (name === name.toUpperCase() && /^[^\W\d_]/u.test(name));
}

function exportSettings(run: Run, state: ScopeState, stopped: Unk | null): ReadonlyMap<string, Value<Data>> {
  const settings = new Map<string, Value<Data>>();
  for (const [name, slot] of state.names) {
    if (!isSettingName(name) || slot.k === 'absent') continue;
    const hole = stopped ?? (isAssignedBehindDynaconf(run, name) ? unknownAt(run, 'third-party', { file: '', start: 0, end: 0 }) : null);
    settings.set(name, hole === null ? exportSetting(run, name, slot) : exportUnknown(hole));
  }
  return settings;
}

function exportSetting(run: Run, name: string, slot: Slot): Value<Data> {
  return exportSlot(
    slot,
    name,
    run.path,
    () => djangoDefault(name, run.request.django) ?? unknown('raised', { step: 'default', of: 'Django' }),
  );
}

function exportReads(run: Run): readonly EnvironmentRead[] {
  const reads = new Map<string, EnvironmentRead>();
  for (const one of run.reads) {
    const key = `${one.name}@${one.at.file}:${one.at.start}`;
    const old = reads.get(key);
    if (old?.required && !one.required) continue;
    reads.set(key, exportRead(run, one));
  }
  return [...reads.values()];
}

function exportRead(run: Run, one: ReadRecord): EnvironmentRead {
  const fallback =
    one.fallback === null
      ? null
      : exportSlot(one.fallback, isSecretName(one.name) ? one.name : '', run.path, () =>
          unknown('raised', { step: 'default', of: 'nothing' }),
        );
  return { name: one.name, library: one.library, required: one.required, provided: one.provided, fallback, at: one.at };
}
