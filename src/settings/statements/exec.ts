import type { placeOf } from '../../core/origin.ts';
import { parsePython } from '../../syntax/python/index.ts';
import { workingFolder } from '../builtins/path-methods.ts';
import { callUnknown, withFrame } from '../expressions/call.ts';
import { evaluate } from '../expressions/evaluate.ts';
import { openScope } from '../imports/imports.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { type CallArgs, known, none, type ScopeChain, type Site, type Val } from '../values/object.ts';
import { treePath } from '../values/paths.ts';
import { runBody } from './execute.ts';

/** exec(text): the statements run in the current module, or in a dict that is not followed. */
export function execCode(run: Run, args: CallArgs, at: Site): Val {
  const [code, scope] = args.pos;
  const own = scope === undefined || (scope.k === 'known' && scope.obj.t === 'native' && scope.obj.cls === 'globals');
  if (code === undefined) return none(originAt(at));
  if (!own) return callUnknown(run, unknownAt(run, 'dynamic-call', at), args, at);
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

/** The project file whose text is executed, when it was read by open().read(). */
function fileOf(run: Run, origin: Parameters<typeof placeOf>[0]): string | undefined {
  const note = origin.step === 'text' ? origin.note : undefined;
  const path = note?.startsWith('read from ') ? note.slice('read from '.length) : undefined;
  return path === undefined ? undefined : treePath(path, workingFolder(run));
}

/** eval(text) of one expression. */
export function evalText(run: Run, args: CallArgs, at: Site): Val {
  const [code] = args.pos;
  if (code === undefined || args.pos.length > 1) return callUnknown(run, unknownAt(run, 'unsupported-syntax', at), args, at);
  return lift(run, code, (one) => {
    if (one.obj.t !== 'str') return unknownAt(run, 'unsupported-syntax', at);
    const { module } = parsePython(at.file, one.obj.v.trim());
    const [stmt] = module.body;
    if (!module.valid || module.body.length !== 1 || stmt?.kind !== 'expr') return unknownAt(run, 'unsupported-syntax', at);
    const value = withFrame(run, { ...run.frame, module: { ...run.frame.module, source: module } }, () =>
      evaluate(run, stmt.value, run.frame.chain),
    );
    return value.k === 'known' ? known(value.obj, originAt(at), value.secret) : value;
  });
}
