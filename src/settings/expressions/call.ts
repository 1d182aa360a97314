import { MAX_CALL_DEPTH } from '../../core/limits.ts';
import { positional } from '../builtins/native.ts';
import { managerOf } from '../calls/python/contextlib.ts';
import { raise } from '../raise.ts';
import {
  type CallFrame,
  closeControl,
  DeadEnd,
  forkValues,
  keepChanges,
  lift,
  openControl,
  originAt,
  PyError,
  type Run,
  resumed,
  setAside,
  step,
  unknownAt,
} from '../run.ts';
import { runBody } from '../statements/execute.ts';
import { taintMentioned } from '../statements/havoc.ts';
import { generatorFrom } from '../statements/iteration.ts';
import { localNames } from '../statements/local-names.ts';
import { setItem, taint } from '../values/containers.ts';
import { dictFrom, entryValue } from '../values/iterate.ts';
import {
  type CallArgs,
  type DictObj,
  type FuncObj,
  type Known,
  known,
  none,
  type ScopeChain,
  type Site,
  str,
  tuple,
  type Unk,
  unk,
  type Val,
} from '../values/object.ts';
import { newCell, type ScopeState } from '../values/state.ts';
import { keyOf } from '../values/text.ts';
import { evaluate } from './evaluate.ts';
import { bind, lookupClass } from './instances.ts';
import { instantiate } from './instantiate.ts';

/** func(*args, **kwargs) */
export function callValue(run: Run, func: Val, args: CallArgs, site: Site): Val {
  step(run);
  return lift(
    run,
    func,
    (one) => callKnown(run, one, args, site),
    (one) => callUnknown(run, one, args, site),
  );
}

/** Nothing is known of what is called: what it was given may have been changed. */
export function callUnknown(run: Run, func: Unk, args: CallArgs, site: Site): Unk {
  const result = unknownAt(run, func.why, site, { names: func.names });
  for (const one of args.pos) taint(run, one, result);
  for (const one of args.kw.values()) taint(run, one, result);
  return result;
}

function callKnown(run: Run, func: Known, args: CallArgs, site: Site): Val {
  const obj = func.obj;
  switch (obj.t) {
    case 'builtin':
      return secretly(args, obj.call(args, site));
    case 'func':
      return callFunction(run, obj, args, site);
    case 'bound':
      return callKnown(run, known(obj.func, func.origin), { ...args, pos: [obj.self, ...args.pos] }, site);
    case 'class':
      return instantiate(run, obj, args, site);
    case 'native':
      return obj.call === undefined
        ? callUnknown(run, unknownAt(run, 'dynamic-call', site), args, site)
        : secretly(args, obj.call(args, site));
    case 'instance': {
      const method = lookupClass(obj.cls, '__call__');
      if (method?.k === 'known' && method.obj.t === 'func') return callValue(run, bind(func, method.obj), args, site);
      return callUnknown(run, unknownAt(run, 'dynamic-call', site), args, site);
    }
    case 'tuple':
      if (obj.cls !== null) return callUnknown(run, unknownAt(run, 'dynamic-call', site), args, site);
      return raise(run, 'TypeError', 'object is not callable', site);
    case 'none':
    case 'str':
    case 'bytes':
    case 'int':
    case 'float':
    case 'bool':
    case 'list':
    case 'dict':
    case 'set':
      return raise(run, 'TypeError', 'object is not callable', site);
    default:
      return callUnknown(run, unknownAt(run, 'dynamic-call', site), args, site);
  }
}

/** Text made from a secret argument is secret. */
function secretly(args: CallArgs, result: Val): Val {
  if (result.k === 'cond' || (result.k === 'known' && result.obj.t !== 'str') || result.secret) return result;
  return args.pos.some((one) => one.k !== 'cond' && one.secret) ? { ...result, secret: true } : result;
}

/** A function that remembers: the same arguments give the same object. */
function callRemembering(run: Run, func: FuncObj, memo: DictObj, args: CallArgs, site: Site): Val {
  const plain: FuncObj = { ...func, memo: undefined };
  const pairs = [...args.kw].flatMap(([name, value]): readonly Val[] => [str(name, originAt(site)), value]);
  const key = known(tuple([known(tuple(args.pos), originAt(site)), known(tuple(pairs), originAt(site))]), originAt(site));
  const id = keyOf(key.obj);
  if (id === null || args.open !== null) return callFunction(run, plain, args, site);
  return entryValue(run, memo, id, () => {
    const value = callFunction(run, plain, args, site);
    setItem(run, memo, key, value, site);
    return value;
  });
}

function callFunction(run: Run, func: FuncObj, args: CallArgs, site: Site): Val {
  if (func.memo !== undefined) return callRemembering(run, func, func.memo, args, site);
  if (run.depth >= MAX_CALL_DEPTH) return callUnknown(run, unknownAt(run, 'limit', site), args, site);
  if (func.opaque !== null) return callUnknown(run, unknownAt(run, 'unsupported-syntax', site), args, site);
  const scope = newCell<ScopeState>(run.journal, { k: 'scope', names: new Map(), open: null });
  bindParams(run, func, args, scope.state.names, site);
  const chain: ScopeChain = { scope, kind: 'function', parent: func.env, locals: localNames(func.params, func.body) };
  const frame: CallFrame = { module: func.module, chain, name: func.name, yielded: null, caller: run.frame, handling: [] };
  if (!func.generator) return withFrame(run, frame, () => bodyResult(run, func, chain, site));
  const generate = (emit: (value: Val) => Val): Val =>
    withFrame(run, { ...frame, yielded: emit, caller: run.frame }, () => bodyResult(run, func, chain, site));
  const mayDo = (why: Unk) => taintMentioned(run, func.body, why, func.env, 0);
  const made = known({ ...generatorFrom(run, generate, unk('dynamic-call', originAt(site))), mayDo }, originAt(site));
  return func.manages === true ? managerOf(run, made, site) : made;
}

export function withFrame<T>(run: Run, frame: CallFrame, body: () => T): T {
  const before = run.frame;
  run.frame = frame;
  run.depth++;
  try {
    return body();
  } finally {
    run.frame = before;
    run.depth--;
  }
}

function isBody(body: FuncObj['body']): body is Extract<FuncObj['body'], readonly unknown[]> {
  return Array.isArray(body);
}

function bodyResult(run: Run, func: FuncObj, chain: ScopeChain, site: Site): Val {
  const { body } = func;
  if (!isBody(body)) return evaluate(run, body, chain);
  const control = openControl(run, 'call');
  let value: Val = none(originAt(site));
  let reached = true;
  try {
    const left = runBody(run, body, chain);
    if (left?.kind === 'return') value = left.value;
  } catch (error) {
    if (error instanceof PyError && control.pending.length === 0) {
      keepChanges(run, control);
      throw error;
    }
    if (error instanceof PyError) {
      run.controls.length = run.controls.indexOf(control) + 1;
      setAside(run, { kind: 'raise', error });
      reached = false;
    } else if (error instanceof DeadEnd) reached = false;
    else throw error;
  }
  const endings = closeControl(run, control, reached);
  if (endings === null) return value;
  if (endings.length === 0) throw new DeadEnd();
  return forkValues(
    run,
    resumed(run, endings, ({ escape: how }) => (how?.kind === 'return' ? how.value : value)),
  );
}

function bindParams(run: Run, func: FuncObj, args: CallArgs, names: Map<string, Val | { readonly k: 'absent' }>, site: Site): void {
  if (args.open !== null) {
    for (const param of func.params) names.set(param.name, { ...args.open, key: '', truth: null, env: null, type: null, many: false });
    return;
  }
  let next = 0;
  const used = new Set<string>();
  for (const [i, param] of func.params.entries()) {
    if (param.kind === 'args') {
      names.set(param.name, known(tuple(args.pos.slice(next)), originAt(site)));
      next = args.pos.length;
      continue;
    }
    if (param.kind === 'kwargs') {
      const rest = [...args.kw].filter(([name]) => !func.params.some((one) => one.name === name && one.kind !== 'positional-only'));
      for (const [name] of rest) used.add(name);
      names.set(param.name, known(dictFrom(run, rest, site), originAt(site)));
      continue;
    }
    const byPosition = param.kind === 'keyword-only' ? undefined : args.pos[next];
    if (byPosition !== undefined) {
      next++;
      names.set(param.name, byPosition);
      continue;
    }
    const byName = param.kind === 'positional-only' ? undefined : args.kw.get(param.name);
    if (byName !== undefined) used.add(param.name);
    const value = byName ?? func.defaults[i] ?? null;
    if (value === null) raise(run, 'TypeError', `${func.name}() missing a required argument: '${param.name}'`, site);
    names.set(param.name, value);
  }
  if (next < args.pos.length) raise(run, 'TypeError', `${func.name}() takes fewer positional arguments`, site);
  for (const name of args.kw.keys())
    if (!used.has(name)) raise(run, 'TypeError', `${func.name}() got an unexpected keyword argument '${name}'`, site);
}

export function callWith(run: Run, func: Val, args: readonly Val[], site: Site): Val {
  return callValue(run, func, positional(args), site);
}
