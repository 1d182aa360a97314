import type { placeOf } from '../../core/origin.ts';
import { parsePython } from '../../syntax/python/index.ts';
import { pathArg, textArg } from '../builtins/native.ts';
import { workingFolder } from '../builtins/path-methods.ts';
import { callUnknown, withFrame } from '../expressions/call.ts';
import { evaluate } from '../expressions/evaluate.ts';
import { executeIn, openScope } from '../imports/imports.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { setItem } from '../values/containers.ts';
import { dictFrom } from '../values/iterate.ts';
import { type CallArgs, type DictObj, known, none, type ScopeChain, type Site, type Slot, str, type Val } from '../values/object.ts';
import { treePath } from '../values/paths.ts';
import { type Cell, newCell, type ScopeState, writeMap } from '../values/state.ts';
import { runBody } from './execute.ts';

/** exec(text): the statements run in the current module, or in a dict that is not followed. */
export function execCode(run: Run, args: CallArgs, at: Site): Val {
  const [code, scope] = args.pos;
  const own = scope === undefined || (scope.k === 'known' && scope.obj.t === 'native' && scope.obj.cls === 'globals');
  if (code === undefined) return none(originAt(at));
  if (!own || (args.pos[2] !== undefined && !isNames(args.pos[2])))
    return inDicts(run, code, scope, args, at) ?? callUnknown(run, unknownAt(run, 'dynamic-call', at), args, at);
  let chain: ScopeChain = run.frame.chain;
  if (scope !== undefined) while (chain.parent !== null) chain = chain.parent;
  return lift(
    run,
    code,
    (one) => {
      if (one.obj.t !== 'str' && one.obj.t !== 'bytes') {
        openScope(run, chain.scope, unknownAt(run, 'dynamic-call', at));
        return none(originAt(at));
      }
      const file = fileOf(run, one.origin) ?? at.file;
      const { module } = parsePython(file, one.obj.v);
      if (file !== at.file && !run.files.includes(file)) run.files.push(file);
      const frame = { ...run.frame, module: { ...run.frame.module, file, source: module }, chain };
      withFrame(run, frame, () => runBody(run, module.body, chain));
      return none(originAt(at));
    },
    (one) => {
      openScope(run, chain.scope, one);
      return one;
    },
  );
}

/** What globals() gives, and locals() where it is the same. */
function isNames(value: Val): boolean {
  return value.k === 'known' && value.obj.t === 'native' && value.obj.cls === 'globals';
}

/** exec(text, globals, locals) with dicts of the project: they hold what the statements bind. */
function inDicts(run: Run, code: Val, globals: Val | undefined, args: CallArgs, at: Site): Val | undefined {
  const locals = args.pos[2];
  const outer = dictOf(globals);
  const inner = locals === undefined ? undefined : dictOf(locals);
  if (
    outer === undefined ||
    (locals !== undefined && inner === undefined) ||
    code.k !== 'known' ||
    (code.obj.t !== 'str' && code.obj.t !== 'bytes')
  )
    return undefined;
  const file = fileOf(run, code.origin) ?? at.file;
  const { module } = parsePython(file, code.obj.v);
  if (!module.valid) return undefined;
  if (file !== at.file && !run.files.includes(file)) run.files.push(file);
  const globalChain: ScopeChain = { scope: scopeFrom(run, outer), kind: 'module', parent: null };
  const chain: ScopeChain = inner === undefined ? globalChain : { scope: scopeFrom(run, inner), kind: 'class', parent: globalChain };
  const frame = { ...run.frame, module: { ...run.frame.module, file, source: module, scope: globalChain.scope }, chain };
  withFrame(run, frame, () => runBody(run, module.body, chain));
  store(run, outer, globalChain.scope, at);
  setItem(run, outer, str('__builtins__', originAt(at)), unknownAt(run, 'unsupported-syntax', at), at);
  if (inner !== undefined) store(run, inner, chain.scope, at);
  return none(originAt(at));
}

function dictOf(value: Val | undefined): DictObj | undefined {
  if (value?.k !== 'known' || value.obj.t !== 'dict') return undefined;
  return value.obj.cell.state.open === null ? value.obj : undefined;
}

function scopeFrom(run: Run, dict: DictObj): Cell<ScopeState> {
  const names = new Map<string, Slot>();
  for (const entry of dict.cell.state.entries.values()) if (entry.key.obj.t === 'str') names.set(entry.key.obj.v, entry.value);
  return newCell<ScopeState>(run.journal, { k: 'scope', names, open: null });
}

function store(run: Run, dict: DictObj, scope: Cell<ScopeState>, at: Site): void {
  const state = writeMap(run.journal, dict.cell);
  for (const [name, slot] of scope.state.names) {
    if (name.startsWith(' ')) continue;
    if (slot.k === 'absent') state.entries.delete(`s:${name}`);
    else state.entries.set(`s:${name}`, { key: str(name, originAt(at)), value: slot });
  }
  if (scope.state.open !== null) state.open = scope.state.open;
}

/** The project file whose text is executed, when it was read by open().read(). */
function fileOf(run: Run, origin: Parameters<typeof placeOf>[0]): string | undefined {
  const note = origin.step === 'text' ? origin.note : undefined;
  const path = note?.startsWith('read from ') ? note.slice('read from '.length) : undefined;
  return path === undefined ? undefined : treePath(path, workingFolder(run));
}

/** eval(text) of one expression. */
export function evalText(run: Run, args: CallArgs, at: Site): Val {
  const [code] = args.pos;
  if (code === undefined) return callUnknown(run, unknownAt(run, 'unsupported-syntax', at), args, at);
  const chain = args.pos.length === 1 ? run.frame.chain : chainOf(run, args);
  if (chain === undefined) return callUnknown(run, unknownAt(run, 'unsupported-syntax', at), args, at);
  return lift(run, code, (one) => {
    if (one.obj.t !== 'str') return unknownAt(run, 'unsupported-syntax', at);
    const { module } = parsePython(at.file, one.obj.v.trim());
    const [stmt] = module.body;
    if (!module.valid || module.body.length !== 1 || stmt?.kind !== 'expr') return unknownAt(run, 'unsupported-syntax', at);
    const value = withFrame(run, { ...run.frame, module: { ...run.frame.module, source: module } }, () => evaluate(run, stmt.value, chain));
    return value.k === 'known' ? known(value.obj, originAt(at), value.secret) : value;
  });
}

/** The dicts that eval() looks names up in. */
function chainOf(run: Run, args: CallArgs): ScopeChain | undefined {
  const [, globals, locals] = args.pos;
  const outer = dictOf(globals);
  const inner = locals === undefined ? undefined : dictOf(locals);
  if (outer === undefined || (locals !== undefined && inner === undefined)) return undefined;
  const globalChain: ScopeChain = { scope: scopeFrom(run, outer), kind: 'module', parent: null };
  return inner === undefined ? globalChain : { scope: scopeFrom(run, inner), kind: 'class', parent: globalChain };
}

/** runpy.run_path(file): what a file of the project binds, as a dict. */
export function runPath(run: Run, args: CallArgs, at: Site): Val {
  const path = pathArg(args.pos[0]);
  const file = path === undefined ? undefined : treePath(path, workingFolder(run));
  if (file === undefined || args.pos.length > 1 || args.kw.has('init_globals') || run.request.tree.kindOf(file) !== 'file')
    return callUnknown(run, unknownAt(run, 'dynamic-call', at), args, at);
  const scope = newCell<ScopeState>(run.journal, { k: 'scope', names: new Map(), open: null });
  const name = textArg(args.kw.get('run_name')) ?? '<run_path>';
  scope.state.names.set('__name__', str(name, originAt(at)));
  scope.state.names.set('__file__', str(path ?? file, originAt(at)));
  executeIn(run, file, scope, { ...run.frame.module, name }, at);
  const dict = dictFrom(run, [], at);
  store(run, dict, scope, at);
  for (const more of ['__builtins__', '__cached__', '__doc__', '__loader__', '__package__', '__spec__'])
    if (!scope.state.names.has(more)) setItem(run, dict, str(more, originAt(at)), unknownAt(run, 'unsupported-syntax', at), at);
  return known(dict, originAt(at));
}
