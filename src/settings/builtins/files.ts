import { mayRaise } from '../raise.ts';
import { insideTry, lift, originAt, type Run, unknownAt } from '../run.ts';
import { listFrom, viewFrom, withItems } from '../values/iterate.ts';
import { type CallArgs, known, type ListObj, none, type Site, str, type Val } from '../values/object.ts';
import { replaceState, writeList } from '../values/state.ts';
import { encoded } from './codecs.ts';
import { onList } from './list-methods.ts';
import { arg, builtin, isLeftOut, pathArg, textArg } from './native.ts';
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
    if (!mode.includes('b'))
      return fileObject(run, hasEncoding(args) ? str(v, origin) : unknownAt(run, 'unsupported-syntax', at, { type: 'str' }), at);
    const bytes = encoded(v, 'utf-8');
    return fileObject(run, bytes === undefined ? unknownAt(run, 'unsupported-syntax', at) : known({ t: 'bytes', v: bytes }, origin), at);
  });
}

/** Files are read as UTF-8, which is what a server's locale says too. */
function hasEncoding(args: CallArgs): boolean {
  const given = arg(args, 3, 'encoding');
  if (isLeftOut(given)) return true;
  return /^(utf[-_]?8(-sig)?|ascii)$/i.test(textArg(given) ?? '');
}

/** A file that is written to: nothing comes back from it. */
function written(run: Run, at: Site): Val {
  return known({ t: 'native', cls: 'file', attr: (name) => builtin(name, () => unknownAt(run, 'host', at)) }, originAt(at));
}

/** An open file: its lines are given once, however they are asked for. */
export function fileObject(run: Run, content: Val, at: Site): Val {
  const { obj } = content.k === 'known' ? content : { obj: undefined };
  const text = obj?.t === 'str' || obj?.t === 'bytes' ? obj.v : undefined;
  const part = (v: string): Val =>
    content.k === 'known' && obj?.t === 'bytes'
      ? { ...content, obj: { t: 'bytes', v } }
      : content.k === 'known'
        ? str(v, content.origin, content.secret)
        : content;
  const gap = (): Val => ({ ...unknownAt(run, 'host', at, { type: 'str' }), many: true });
  const lines = viewFrom(
    run,
    text === undefined
      ? [gap()]
      : text
          .split(/(?<=\n)/)
          .filter((one) => one !== '')
          .map(part),
  );
  const rest = (use: (items: readonly Val[]) => Val): Val => withItems(run, known(lines, originAt(at)), at, use);
  const joined = (items: readonly Val[]): Val => {
    if (text === undefined) return content.k === 'unk' ? { ...content, key: '' } : content;
    return part(items.map((one) => (one.k === 'known' && (one.obj.t === 'str' || one.obj.t === 'bytes') ? one.obj.v : '')).join(''));
  };
  const attr = (name: string): Val | undefined => {
    switch (name) {
      case 'read':
        return builtin(name, (args) => (args.pos.length === 0 ? rest(joined) : unknownAt(run, 'unsupported-syntax', at)));
      case 'readlines':
        return builtin(name, (args) =>
          args.pos.length === 0 ? rest((items) => known(listFrom(run, items), originAt(at))) : unknownAt(run, 'unsupported-syntax', at),
        );
      case 'readline':
        return builtin(name, (args) =>
          args.pos.length === 0 ? nextLine(run, lines, part(''), at) : unknownAt(run, 'unsupported-syntax', at),
        );
      case 'close':
      case '__enter__':
      case '__exit__':
        return builtin(name, () => none(originAt(at)));
      case 'seek':
      case 'tell':
        return builtin(name, () => {
          replaceState(run.journal, lines.cell, { k: 'list', items: [gap()], alternatives: null });
          return unknownAt(run, 'unsupported-syntax', at);
        });
      default:
        return undefined;
    }
  };
  return known({ t: 'native', cls: 'file', iterate: () => known(lines, originAt(at)), attr }, originAt(at));
}

function nextLine(run: Run, lines: ListObj, end: Val, at: Site): Val {
  return onList(run, known(lines, originAt(at)), lines, at, () => {
    const [first] = lines.cell.state.items;
    if (first === undefined) return end;
    if (first.k === 'unk' && first.many) return { ...first, many: false, key: '' };
    writeList(run.journal, lines.cell).items.shift();
    return first;
  });
}
