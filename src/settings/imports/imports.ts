import { ROOT } from '../../core/data.ts';
import type { Guard } from '../../core/guard.ts';
import { MAX_CALL_DEPTH } from '../../core/limits.ts';
import { type Origin, textOrigin } from '../../core/origin.ts';
import type { ReadResult } from '../../files/tree.ts';
import { type ImportName, type ParsedPython, type PythonModule, parsePython, type Stmt } from '../../syntax/python/index.ts';
import { positional } from '../builtins/native.ts';
import { scopeDict } from '../builtins/scope-dict.ts';
import { mayTakeSettings } from '../calls/django-settings.ts';
import { nativeModule } from '../calls/registry.ts';
import { attributeOf } from '../expressions/attributes.ts';
import { callUnknown, callValue, withFrame } from '../expressions/call.ts';
import { siteOf } from '../expressions/evaluate.ts';
import { mayRaise, raise } from '../raise.ts';
import { insideTry, type LoadedModule, originAt, type Run, readSlot, unknownAt, unrepeatable } from '../run.ts';
import { bindName } from '../statements/binding.ts';
import { docOf } from '../statements/definitions.ts';
import { runBody } from '../statements/execute.ts';
import { itemsOf, listFrom } from '../values/iterate.ts';
import {
  ABSENT,
  type CallArgs,
  known,
  type ModuleFrame,
  type ModuleObj,
  none,
  type ScopeChain,
  type Site,
  type Slot,
  str,
  type Unk,
  unk,
  type Val,
  withOrigin,
} from '../values/object.ts';
import { type Cell, conditional, newCell, newJournal, type ScopeState, writeScope } from '../values/state.ts';
import { distributionsOf } from './distributions.ts';
import { djangoHas, installed } from './installed.ts';
import { isStandardModule, REMOVED_MODULES } from './stdlib-names.ts';

type Found =
  | { readonly kind: 'file'; readonly file: string; readonly isPackage: boolean; readonly root: string }
  | { readonly kind: 'namespace'; readonly folder: string; readonly root: string }
  | { readonly kind: 'none' };

/** Where a dotted name lies in the tree. */
export function locate(run: Run, name: string): Found {
  const relative = name.replaceAll('.', '/');
  let namespace: Found | undefined;
  for (const root of run.importRoots) {
    const base = root === '' ? relative : `${root}/${relative}`;
    if (run.request.tree.kindOf(`${base}/__init__.py`) === 'file')
      return { kind: 'file', file: `${base}/__init__.py`, isPackage: true, root };
    if (run.request.tree.kindOf(`${base}.py`) === 'file') return { kind: 'file', file: `${base}.py`, isPackage: false, root };
    if (run.request.tree.kindOf(base) === 'directory') namespace ??= { kind: 'namespace', folder: base, root };
  }
  return namespace ?? { kind: 'none' };
}

/** Parses a file of the tree, once. */
function sourceOf(run: Run, file: string): PythonModule | undefined {
  const old = run.parsed.get(file);
  if (old !== undefined) return old;
  const read = run.request.tree.read(file);
  if (!read.ok) {
    run.problems.push(read.problem);
    return undefined;
  }
  const { module, problems } = parsedOnce(file, read);
  run.problems.push(...problems);
  if (problems.some((one) => one.id === 'input/too-large')) return undefined;
  run.parsed.set(file, module);
  return module;
}

/** Trees of files by what was read of them: several evaluations of one project parse its files once. */
const PARSED = new WeakMap<ReadResult, ParsedPython>();

function parsedOnce(file: string, read: Extract<ReadResult, { readonly ok: true }>): ParsedPython {
  const old = PARSED.get(read);
  if (old !== undefined) return old;
  const parsed = parsePython(file, read.text);
  PARSED.set(read, parsed);
  return parsed;
}

/** Modules that are loaded before any project code runs, whatever lies on sys.path. */
export const EARLY: ReadonlySet<string> = new Set([
  'sys',
  'os',
  'os.path',
  'builtins',
  'time',
  'io',
  'posix',
  'errno',
  'site',
  'codecs',
  'abc',
  'stat',
  'django',
  're',
  'collections',
  'functools',
  'logging',
  'warnings',
  'types',
  'importlib',
  'itertools',
]);

/** Names of override modules that a project keeps out of its repository: not there, they are not installed either. */
const LOCAL_MODULE =
  /^(local|secret|private|dev|prod|production|development|test|site|user|custom|override)s?_?(settings?|config|conf|local|secrets?)s?$|^settings?_?(local|secret|private|dev|prod|production|override|user|site|custom)s?$|_settings_local$|^local$/i;

/**
 * What is installed comes before a folder that was appended to sys.path, or that is only presumed to stand there; and no file means
 * itself by another name.
 */
function isShadowed(run: Run, top: string): boolean {
  const where = locate(run, top);
  if (where.kind === 'none' || !run.rootsBehind.has(where.root)) return false;
  if (isStandardModule(top) || installed(run, top) === 'yes') return true;
  // A package that is put on sys.path as well comes after what is installed: its celery.py hides no celery.
  if (distributionsOf(top).length > 0 && run.request.tree.kindOf(`${where.root}/__init__.py`) === 'file') return true;
  return where.kind === 'file' && where.file === run.frame.module.file;
}

/** The module of a dotted name, executed when it belongs to the project; undefined when there is none. */
export function loadModule(run: Run, name: string, site: Site): ModuleObj | undefined {
  const old = run.modules.get(name);
  if (old !== undefined) return old.obj;
  const [top = name] = name.split('.');
  const found: Found = EARLY.has(top) || isShadowed(run, top) ? { kind: 'none' } : locate(run, name);
  const at = name.lastIndexOf('.');
  if (at !== -1 && found.kind !== 'none') {
    loadModule(run, name.slice(0, at), site);
    const again = run.modules.get(name);
    if (again !== undefined) return again.obj;
  }
  if (found.kind === 'file' && run.counters.has(unrepeatable(name))) return outside(run, name, unknownAt(run, 'dynamic-call', site));
  if (found.kind === 'file') return executeFile(run, name, found.file, found.isPackage, site);
  const native = nativeModule(run, name);
  if (native !== undefined && found.kind === 'none') {
    run.modules.set(name, { obj: native, frame: null, state: 'loaded' });
    return native;
  }
  if (found.kind === 'namespace') return emptyPackage(run, name, site);
  if (isStandardModule(name)) return outside(run, name, unk('dynamic-call', originAt(site), { key: `module:${name}` }));
  if (REMOVED_MODULES.has(top) || (at === -1 && LOCAL_MODULE.test(top) && !run.rootsUnknown)) return undefined;
  const parent = at === -1 ? undefined : run.modules.get(top);
  const inProject =
    at !== -1 &&
    (parent?.obj.file !== undefined && parent?.obj.file !== null ? true : !isShadowed(run, top) && locate(run, top).kind === 'file');
  if (inProject && !run.rootsUnknown) return undefined;
  mayTakeSettings(run, name);
  return outside(run, name, unk('third-party', originAt(site), { key: `module:${name}` }));
}

function emptyPackage(run: Run, name: string, _site: Site): ModuleObj {
  const scope = newCell<ScopeState>(run.journal, { k: 'scope', names: new Map(), open: null });
  const obj: ModuleObj = { t: 'module', name, file: null, scope, attr: null, open: null };
  run.modules.set(name, { obj, frame: null, state: 'loaded' });
  attach(run, name, obj);
  return obj;
}

function outside(run: Run, name: string, open: Unk): ModuleObj {
  const patched = newCell<ScopeState>(newJournal(), { k: 'scope', names: new Map(), open: null });
  const obj: ModuleObj = { t: 'module', name, file: null, scope: null, attr: null, open, patched };
  run.modules.set(name, { obj, frame: null, state: 'loaded' });
  return obj;
}

function attach(run: Run, name: string, obj: ModuleObj): void {
  const at = name.lastIndexOf('.');
  if (at === -1) return;
  const parent = run.modules.get(name.slice(0, at))?.obj;
  if (parent?.scope) writeScope(run.journal, parent.scope).names.set(name.slice(at + 1), known(obj, { step: 'default', of: 'Python' }));
}

function newModuleScope(run: Run, name: string, file: string, isPackage: boolean): Cell<ScopeState> {
  const origin: Origin = { step: 'default', of: 'Python' };
  const names = new Map<string, Slot>();
  names.set('__name__', str(name, origin));
  names.set('__file__', str(`${ROOT}/${file}`, origin));
  names.set('__doc__', none(origin));
  if (isPackage)
    names.set('__path__', known(listFrom(run, [str(`${ROOT}/${file.slice(0, Math.max(0, file.lastIndexOf('/')))}`, origin)]), origin));
  names.set('__package__', str(isPackage ? name : name.slice(0, Math.max(0, name.lastIndexOf('.'))), origin));
  return newCell<ScopeState>(run.journal, { k: 'scope', names, open: null });
}

/** Runs a file of the tree as a module of its own. */
export function executeFile(run: Run, name: string, file: string, isPackage: boolean, site: Site): ModuleObj {
  const scope = newModuleScope(run, name, file, isPackage);
  const obj: ModuleObj = { t: 'module', name, file, scope, attr: null, open: null };
  const source = run.depth >= MAX_CALL_DEPTH ? undefined : sourceOf(run, file);
  if (source === undefined) return outside(run, name, unknownAt(run, 'limit', site));
  const frame: ModuleFrame = { name, file, scope, source, isPackage };
  const doc = docOf(source.body);
  if (doc !== undefined) scope.state.names.set('__doc__', str(doc, { step: 'default', of: 'Python' }));
  else if (source.body[0]?.kind === 'expr' && source.body[0].value.kind === 'str')
    scope.state.names.set('__doc__', unknownAt(run, 'unsupported-syntax', site));
  const entry: LoadedModule = { obj, frame, state: 'loading' };
  run.modules.set(name, entry);
  if (!run.files.includes(file)) run.files.push(file);
  const chain: ScopeChain = { scope, kind: 'module', parent: null };
  try {
    withFrame(run, { module: frame, chain, name: '<module>', yielded: null, caller: run.frame, handling: [] }, () =>
      runBody(run, source.body, chain),
    );
    entry.state = 'loaded';
  } catch (error) {
    entry.state = 'failed';
    run.modules.delete(name);
    throw error;
  }
  attach(run, name, obj);
  return obj;
}

/** Runs a file's statements in a given scope: exec, include, execfile. */
export function executeIn(run: Run, file: string, scope: Cell<ScopeState>, module: ModuleFrame, site: Site): void {
  const source = run.depth >= MAX_CALL_DEPTH ? undefined : sourceOf(run, file);
  if (source === undefined) {
    openScope(run, scope, unknownAt(run, 'limit', site));
    return;
  }
  if (!run.files.includes(file)) run.files.push(file);
  const chain: ScopeChain = { scope, kind: 'module', parent: null };
  const frame: ModuleFrame = { ...module, file, scope, source };
  withFrame(run, { module: frame, chain, name: '<module>', yielded: null, caller: run.frame, handling: [] }, () =>
    runBody(run, source.body, chain),
  );
}

/** Something may have bound any name: what looks like a setting is unknown from here on. */
export function openScope(run: Run, scope: Cell<ScopeState>, why: Unk): void {
  const state = writeScope(run.journal, scope);
  const hole: Unk = { ...why, type: null, truth: null, env: null, key: '', many: false };
  for (const name of state.names.keys()) if (/^[A-Z]/.test(name)) state.names.set(name, hole);
  state.open = hole;
}

export function moduleAttribute(run: Run, module: ModuleObj, name: string, site: Site): Val | undefined {
  const slot = patchOf(module, name) ?? module.scope?.state.names.get(name);
  if (slot !== undefined && slot.k !== 'absent')
    return readSlot(run, slot, () => raise(run, 'AttributeError', `module '${module.name}' has no attribute '${name}'`, site));
  if (module.scope?.state.open) return { ...module.scope.state.open, key: `${module.name}.${name}` };
  if (name === '__dict__' && module.scope !== null) return scopeDict(run, module.scope, site);
  const own = module.attr?.(name);
  if (own !== undefined) return own;
  const last = module.scope?.state.names.get('__getattr__');
  if (last?.k === 'known' && last.obj.t === 'func' && !name.startsWith('__') && run.modules.get(`${module.name}.${name}`) === undefined)
    return callValue(run, last, positional([str(name, originAt(site))]), site);
  const submodule = run.modules.get(`${module.name}.${name}`) ?? undefined;
  if (submodule !== undefined) return known(submodule.obj, originAt(site));
  if (module.attr !== null && nativeModule(run, `${module.name}.${name}`) !== undefined) {
    const inner = loadModule(run, `${module.name}.${name}`, site);
    if (inner !== undefined) return known(inner, originAt(site));
  }
  return undefined;
}

/** import a.b as c */
export function importNames(run: Run, names: readonly ImportName[], chain: ScopeChain, stmt: Stmt): void {
  const site = siteOf(run, stmt);
  for (const one of names) {
    let module: ModuleObj | undefined;
    let prefix = '';
    let top: ModuleObj | undefined;
    for (const part of one.name.split('.')) {
      prefix = prefix === '' ? part : `${prefix}.${part}`;
      module = importOne(run, prefix, site);
      top ??= module;
    }
    const bound = one.as === null ? top : module;
    if (bound !== undefined) bindName(run, one.as ?? one.name.split('.')[0] ?? one.name, known(bound, originAt(site)), chain, stmt);
  }
}

/** A module that must exist; third-party ones may be missing where an except waits for that. */
function importOne(run: Run, name: string, site: Site): ModuleObj {
  const loaded = run.modules.has(name);
  const module = loadModule(run, name, site);
  if (module === undefined) return raise(run, 'ModuleNotFoundError', `No module named '${name}'`, site);
  // Loaded under the assumption that it is there, it is not there on the paths that go without.
  const assumed = `assumed:${name}`;
  if (!loaded && insideTry(run)) run.counters.set(assumed, 1);
  if (run.counters.has(assumed) ? insideTry(run) : !loaded && name.startsWith('django.')) mayBeMissing(run, module, site);
  return module;
}

/**
 * An import that fails only matters where something waits for that: without, the project would not run at all. Of Django alone it is
 * known for certain what a release has.
 */
function mayBeMissing(run: Run, module: ModuleObj, site: Site): void {
  if (module.file !== null || module.scope !== null) return;
  const answer = installed(run, module.name);
  const { key, text } = moduleGuard(module.name);
  if (answer === 'no') {
    run.modules.delete(module.name);
    raise(run, 'ModuleNotFoundError', text, site);
  }
  if (answer === 'maybe' && insideTry(run)) mayRaise(run, 'ModuleNotFoundError', text, site, key);
}

/** Holds where a module cannot be imported, wherever that is asked. */
export function moduleGuard(name: string): Extract<Guard, { readonly on: 'text' }> {
  return { on: 'text', key: `missing:${name}`, text: `No module named '${name}'`, holds: true };
}

function absoluteName(module: ModuleFrame, level: number, name: string): string | undefined {
  if (level === 0) return name;
  const parts = module.name.split('.');
  const keep = parts.length - level + (module.isPackage ? 1 : 0);
  if (keep <= 0) return undefined;
  return [...parts.slice(0, keep), ...(name === '' ? [] : [name])].join('.');
}

/** from x import … */
export function importFrom(run: Run, stmt: Extract<Stmt, { kind: 'from' }>, chain: ScopeChain): void {
  const site = siteOf(run, stmt);
  const name = absoluteName(run.frame.module, stmt.level, stmt.module);
  if (name === undefined) raise(run, 'ImportError', 'attempted relative import with no known parent package', site);
  let module: ModuleObj | undefined;
  let prefix = '';
  for (const part of name.split('.')) {
    prefix = prefix === '' ? part : `${prefix}.${part}`;
    module = importOne(run, prefix, site);
  }
  if (module === undefined) return;
  if (stmt.names === null) {
    importStar(run, module, chain, stmt);
    return;
  }
  for (const one of stmt.names) {
    const value = memberOf(run, module, one.name, site);
    bindImported(run, one.as ?? one.name, value, chain, stmt, `imported from ${module.name}`);
  }
}

/** What the code has set on a module outside the tree; where only some branches did, what the others read is not followed. */
function patchOf(module: ModuleObj, name: string): Slot | undefined {
  const slot = module.patched?.state.names.get(name);
  return slot?.k === 'cond' && slot.cases.some((one) => one.then.k === 'absent')
    ? unk('dynamic-call', { step: 'default', of: 'Python' }, { key: `patched:${module.name}.${name}` })
    : slot;
}

function memberOf(run: Run, module: ModuleObj, name: string, site: Site): Val {
  if (module.file === null && module.name.startsWith('django.') && patchOf(module, name) === undefined) needName(run, module, name, site);
  const slot = module.scope?.state.names.get(name);
  if (slot !== undefined && slot.k !== 'absent')
    return readSlot(run, slot, () => raise(run, 'ImportError', `cannot import name '${name}' from '${module.name}'`, site));
  const attr = attributeOf(run, known(module, originAt(site)), name, site);
  if (attr !== undefined) return attr;
  const full = `${module.name}.${name}`;
  if (module.file !== null || module.scope !== null) {
    const found = locate(run, full);
    if (found.kind === 'none') return raise(run, 'ImportError', `cannot import name '${name}' from '${module.name}'`, site);
  }
  const inner = loadModule(run, full, site);
  if (inner === undefined) return raise(run, 'ImportError', `cannot import name '${name}' from '${module.name}'`, site);
  if (inner.open !== null && inner.attr === null && module.open !== null) return { ...module.open, key: full, origin: originAt(site) };
  return known(inner, originAt(site));
}

function needName(run: Run, module: ModuleObj, name: string, site: Site): void {
  const answer = djangoHas(run, module.name, name);
  const text = `cannot import name '${name}' from '${module.name}'`;
  if (answer === 'no') raise(run, 'ImportError', text, site);
  if (answer === 'maybe' && insideTry(run)) mayRaise(run, 'ImportError', text, site, `missing:${module.name}.${name}`);
}

/** The import becomes the second step of the chain: the place that sets the value stays the first. */
function imported(origin: Origin, site: Site, note: string): Origin {
  const step = (via: Origin | undefined) => textOrigin({ file: site.file, start: site.start, end: site.end }, note, via);
  if (origin.step === 'text') return { ...origin, via: step(origin.via) };
  return origin;
}

function bindImported(run: Run, name: string, value: Val, chain: ScopeChain, stmt: Stmt, note: string): void {
  const site = siteOf(run, stmt);
  const kept = /^[A-Z]/.test(name) ? withOrigin(value, (origin) => imported(origin, site, note)) : value;
  writeScope(run.journal, chain.scope).names.set(name, kept);
}

function importStar(run: Run, module: ModuleObj, chain: ScopeChain, stmt: Stmt): void {
  const site = siteOf(run, stmt);
  if (module.scope === null) {
    const names = module.attr?.('__all__');
    if (module.open !== null && names === undefined) openScope(run, chain.scope, { ...module.open, origin: originAt(site) });
    else if (names?.k === 'known' && names.obj.t === 'tuple') {
      for (const one of names.obj.items) {
        const text = one.k === 'known' && one.obj.t === 'str' ? one.obj.v : '';
        const value = module.attr?.(text);
        if (value !== undefined) bindImported(run, text, value, chain, stmt, `imported by * from ${module.name}`);
      }
    }
    return;
  }
  const source = module.scope.state;
  if (source.open !== null) openScope(run, chain.scope, source.open);
  const listed = exported(run, module, site);
  const target = writeScope(run.journal, chain.scope);
  for (const [name, slot] of [...source.names]) {
    if (name.startsWith(' ') || slot.k === 'absent' || !(listed === undefined ? !name.startsWith('_') : listed.has(name))) continue;
    const old = target.names.get(name) ?? ABSENT;
    const value: Slot =
      slot.k === 'cond' && slot.cases.some((one) => one.then.k === 'absent')
        ? conditional(slot.cases.map((one) => ({ when: one.when, then: one.then.k === 'absent' ? old : one.then })))
        : slot;
    if (value.k !== 'absent' && !(value.k === 'cond' && value.cases.some((one) => one.then.k === 'absent')))
      bindImported(run, name, value, chain, stmt, `imported by * from ${module.name}`);
    else writeScope(run.journal, chain.scope).names.set(name, value);
  }
}

/** The names of `__all__`; undefined when the module has none. */
function exported(run: Run, module: ModuleObj, site: Site): ReadonlySet<string> | undefined {
  const all = module.scope?.state.names.get('__all__');
  if (all === undefined || all.k !== 'known') return undefined;
  const items = itemsOf(run, all, site);
  if (items === undefined) return undefined;
  const names = new Set<string>();
  for (const item of items) {
    if (item.k !== 'known' || item.obj.t !== 'str') return undefined;
    names.add(item.obj.v);
    if (!module.scope?.state.names.has(item.obj.v)) memberOf(run, module, item.obj.v, site);
  }
  return names;
}

/** importlib.import_module(name, package) */
export function importModule(run: Run, args: CallArgs, site: Site): Val {
  const name = args.pos[0] ?? args.kw.get('name');
  const anchor = args.pos[1] ?? args.kw.get('package');
  if (name?.k !== 'known' || name.obj.t !== 'str') {
    if (insideTry(run)) mayRaise(run, 'ModuleNotFoundError', 'No module of the name that is asked for', site);
    return callUnknown(run, unknownAt(run, 'dynamic-call', site), positional([]), site);
  }
  let full = name.obj.v;
  if (full.startsWith('.')) {
    if (anchor?.k !== 'known' || anchor.obj.t !== 'str') return unknownAt(run, 'dynamic-call', site);
    const level = /^\.+/.exec(full)?.[0].length ?? 0;
    const parts = anchor.obj.v.split('.');
    full = [...parts.slice(0, parts.length - level + 1), full.slice(level)].filter((part) => part !== '').join('.');
  }
  let module: ModuleObj | undefined;
  let prefix = '';
  for (const part of full.split('.')) {
    prefix = prefix === '' ? part : `${prefix}.${part}`;
    module = importOne(run, prefix, site);
  }
  return module === undefined ? unknownAt(run, 'dynamic-call', site) : known(module, originAt(site));
}
