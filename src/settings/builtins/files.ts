import { mayRaise } from '../raise.ts';
import { insideTry, lift, originAt, type Run, unknownAt } from '../run.ts';
import { listFrom, viewFrom } from '../values/iterate.ts';
import { type CallArgs, known, none, type Site, str, type Val } from '../values/object.ts';
import { arg, builtin, pathArg, textArg } from './native.ts';
import { noteWritten, readText } from './path-methods.ts';

/** open(path): project files are read from the tree; writing is ignored. */
export function openFile(run: Run, args: CallArgs, at: Site): Val {
  const path = args.pos[0] ?? args.kw.get('file') ?? none(originAt(at));
  const mode = textArg(arg(args, 1, 'mode')) ?? 'r';
  return lift(run, path, (one) => {
    const text = pathArg(one);
    if (/[wax+]/.test(mode)) {
      noteWritten(run, text);
      return written(run, at);
    }
    if (text === undefined) return unknownAt(run, 'host', at);
    const content = readText(run, text, at);
    if (content.k !== 'known' || content.obj.t !== 'str') {
      if (insideTry(run)) mayRaise(run, 'FileNotFoundError', `No such file or directory: '${text}'`, at);
      return fileObject(run, content, at);
    }
    const { v } = content.obj;
    const origin = originAt(at, `read from ${text}`);
    return fileObject(run, mode.includes('b') ? known({ t: 'bytes', v }, origin) : str(v, origin), at);
  });
}

/** A file that is written to: nothing comes back from it. */
function written(run: Run, at: Site): Val {
  return known({ t: 'native', cls: 'file', attr: (name) => builtin(name, () => unknownAt(run, 'host', at)) }, originAt(at));
}

function fileObject(run: Run, content: Val, at: Site): Val {
  const lines = (): Val => {
    if (content.k !== 'known' || content.obj.t !== 'str')
      return known(viewFrom(run, [{ ...unknownAt(run, 'host', at, { type: 'str' }), many: true }]), originAt(at));
    const parts = content.obj.v.split(/(?<=\n)/);
    return known(
      listFrom(
        run,
        parts.filter((part) => part !== '').map((part) => str(part, content.origin)),
      ),
      originAt(at),
    );
  };
  return known(
    {
      t: 'native',
      cls: 'file',
      iterate: lines,
      attr: (name) => {
        if (name === 'read') return builtin('read', (args) => (args.pos.length === 0 ? content : unknownAt(run, 'unsupported-syntax', at)));
        if (name === 'readlines') return builtin('readlines', lines);
        if (name === 'readline') {
          return builtin('readline', () =>
            lift(run, content, (one) =>
              one.obj.t === 'str' ? str(/^[^\n]*\n?/.exec(one.obj.v)?.[0] ?? '', one.origin) : unknownAt(run, 'unsupported-syntax', at),
            ),
          );
        }
        if (name === 'close' || name === '__enter__' || name === '__exit__') return builtin(name, () => none(originAt(at)));
        return undefined;
      },
    },
    originAt(at),
  );
}
