import { ROOT } from '../../core/data.ts';
import { known as knownValue } from '../../core/value.ts';
import { callValue } from '../expressions/call.ts';
import { absentOnBareHost } from '../host.ts';
import { raise } from '../raise.ts';
import { liftAll, originAt, type Run, unknownAt } from '../run.ts';
import { listFrom, viewFrom } from '../values/iterate.ts';
import { bool, type CallArgs, type Known, known, none, type Site, str, tuple, type Val } from '../values/object.ts';
import { isAbsolute, joinPath, normalPath, osBasename, parentPath, purePath, shownPath, stemAndSuffix, treePath } from '../values/paths.ts';
import { builtinName } from './builtins.ts';
import { builtin, pathArg, textArg } from './native.ts';

/** The working directory of the evaluated code, as a path of the tree. */
export function workingFolder(run: Run): string {
  return run.request.importRoots[0] ?? '';
}

export type Answer = 'file' | 'directory' | 'nothing' | 'unknown';

/** What stands at a path of the evaluated code. */
function statPath(run: Run, path: string): Answer {
  const inTree = treePath(path, workingFolder(run));
  if (isWritten(run, inTree ?? OUTSIDE)) return 'unknown';
  if (inTree === undefined) return absentOnBareHost(run, resolved(run, path)) ? absentFile(run) : 'unknown';
  return run.request.tree.kindOf(inTree) ?? absentFile(run);
}

function absentFile(run: Run): Answer {
  return run.request.absentFiles ?? 'nothing';
}

/** Stands for every path outside of the tree among what the code has made. */
const OUTSIDE = ' ';

/** Whether the evaluated code may have made something at a path of the tree. */
function isWritten(run: Run, path: string): boolean {
  if (run.written.size === 0) return false;
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) if (run.written.has(at)) return true;
  return run.written.has('*');
}

/** Notes that the code makes a file or folder. */
export function noteWritten(run: Run, path: string | undefined): void {
  run.written.add(path === undefined ? '*' : (treePath(path, workingFolder(run)) ?? OUTSIDE));
}

/** exists / is_file / is_dir against the tree; what lies outside depends on the machine. */
export function existence(run: Run, path: string, want: 'any' | 'file' | 'directory', site: Site): Val {
  const answer = statPath(run, path);
  if (answer !== 'unknown') return bool(want === 'any' ? answer !== 'nothing' : answer === want, originAt(site));
  const guard = { on: 'file' as const, path: shownPath(path), exists: true };
  return unknownAt(run, 'host', site, { type: 'bool', key: `exists:${want}:${path}`, truth: want === 'any' ? guard : null });
}

function made(run: Run, path: string | undefined, self: Known, site: Site): Val {
  return path === undefined
    ? unknownAt(run, 'host', site)
    : known({ t: 'path', v: path }, originAt(site, undefined, self.origin), self.secret);
}

/** Attributes and methods of pathlib paths. */
export function pathAttribute(run: Run, self: Known, path: string, name: string, site: Site): Val | undefined {
  const text = (value: string | undefined) =>
    value === undefined ? unknownAt(run, 'host', site, { type: 'str' }) : str(value, originAt(site, undefined, self.origin));
  const base = osBasename(path === '.' ? '' : path);
  switch (name) {
    case 'parent':
      return made(run, parentPath(path), self, site);
    case 'parents':
      return parents(run, self, path, site);
    case 'name':
      return text(base);
    case 'stem':
      return text(base === undefined ? undefined : stemAndSuffix(base)[0]);
    case 'suffix':
      return text(base === undefined ? undefined : stemAndSuffix(base)[1]);
    case 'parts':
      if (path.startsWith(ROOT)) return unknownAt(run, 'host', site);
      return known(tuple(pathParts(path).map((part) => str(part, originAt(site)))), originAt(site));
    default: {
      const method = pathMethod(run, self, path, name);
      return method === undefined ? undefined : builtin(name, method);
    }
  }
}

function pathParts(path: string): readonly string[] {
  const lead = /^\/*/.exec(path)?.[0] ?? '';
  const names = path === '.' ? [] : path.split('/').filter((part) => part !== '');
  return lead === '' ? names : [lead, ...names];
}

function parents(run: Run, self: Known, path: string, site: Site): Val {
  return known(
    {
      t: 'native',
      cls: 'pathlib.parents',
      getItem: (key, at) => {
        const index = key.k === 'known' && key.obj.t === 'int' ? Number(key.obj.v) : -1;
        if (index < 0) return unknownAt(run, 'host', at);
        let one: string | undefined = path;
        for (let i = 0; i <= index && one !== undefined; i++) one = parentPath(one);
        return made(run, one, self, at);
      },
    },
    originAt(site),
  );
}

function pathMethod(run: Run, self: Known, path: string, name: string): ((args: CallArgs, at: Site) => Val) | undefined {
  switch (name) {
    case 'resolve':
      return (_args, at) => made(run, realPath(run, path), self, at);
    case 'absolute':
      return (_args, at) => made(run, joinPath(absoluteFolder(run), path), self, at);
    case 'exists':
      return (_args, at) => existence(run, path, 'any', at);
    case 'is_file':
      return (_args, at) => existence(run, path, 'file', at);
    case 'is_dir':
      return (_args, at) => existence(run, path, 'directory', at);
    case 'joinpath':
      return (args, at) =>
        liftAll(run, args.pos, (parts) => {
          const texts = parts.map(pathArg);
          if (texts.includes(undefined)) return raise(run, 'TypeError', 'expected str, bytes or os.PathLike object', at);
          return made(
            run,
            texts.reduce<string>((sofar, part) => joinPath(sofar, part ?? ''), path),
            self,
            at,
          );
        });
    case 'as_posix':
    case '__str__':
    case '__fspath__':
      return (_args, at) => str(path, originAt(at, undefined, self.origin), self.secret);
    case 'with_name':
    case 'with_suffix':
      return (args, at) => {
        const part = textArg(args.pos[0]);
        const base = osBasename(path);
        const parent = parentPath(path);
        if (part === undefined || base === undefined || parent === undefined) return unknownAt(run, 'host', at);
        if (base === '..') return unknownAt(run, 'unsupported-syntax', at);
        const refused = name === 'with_name' ? /\/|^\.?$/ : /\/|^\.$|^[^.]/;
        if (base === '' || base === '.' || refused.test(part)) return raise(run, 'ValueError', 'has an empty name', at);
        return made(run, joinPath(parent, name === 'with_name' ? part : stemAndSuffix(base)[0] + part), self, at);
      };
    case 'read_text':
      return (_args, at) => readText(run, path, at);
    case 'mkdir':
    case 'touch':
      return (_args, at) => {
        if (name === 'mkdir') run.creates.push(knownValue(path, originAt(at)));
        noteWritten(run, path);
        return none(originAt(at));
      };
    case 'write_text':
    case 'write_bytes':
    case 'unlink':
    case 'rename':
      return (_args, at) => {
        noteWritten(run, path);
        return unknownAt(run, 'host', at);
      };
    case 'open':
      return (args, at) => callValue(run, builtinName(run, 'open') ?? none(originAt(at)), { ...args, pos: [self, ...args.pos] }, at);
    case 'is_absolute':
      return (_args, at) => bool(isAbsolute(path), originAt(at));
    case 'expanduser':
      return (_args, at) => (path.startsWith('~') ? unknownAt(run, 'host', at) : self);
    case 'iterdir':
      return (_args, at) => {
        const folder = treePath(path, workingFolder(run));
        if (folder === undefined || run.request.tree.kindOf(folder) !== 'directory') return unknownAt(run, 'host', at);
        return known(viewFrom(run, [{ ...unknownAt(run, 'host', at), many: true }]), originAt(at));
      };
    case 'relative_to':
      return (args, at) => {
        const other = pathArg(args.pos[0]);
        if (other === undefined) return unknownAt(run, 'host', at);
        const from = purePath(other);
        if (path === from) return made(run, '.', self, at);
        return path.startsWith(`${from}/`) ? made(run, path.slice(from.length + 1), self, at) : unknownAt(run, 'host', at);
      };
    default:
      return undefined;
  }
}

function absoluteFolder(run: Run): string {
  const folder = workingFolder(run);
  return folder === '' ? ROOT : `${ROOT}/${folder}`;
}

/** os.path.abspath, which keeps a second leading slash. */
export function resolved(run: Run, path: string): string {
  return normalPath(joinPath(absoluteFolder(run), path));
}

/** os.path.realpath and Path.resolve */
export function realPath(run: Run, path: string): string {
  return resolved(run, path).replace(/^\/\//, '/');
}

/** The text of a project file, as `open(...).read()` gives it. */
export function readText(run: Run, path: string, site: Site): Val {
  const file = treePath(path, workingFolder(run));
  if (file === undefined) {
    if (statPath(run, path) !== 'nothing') return unknownAt(run, 'host', site, { type: 'str' });
    return raise(run, 'FileNotFoundError', `No such file or directory: '${path}'`, site);
  }
  if (isWritten(run, file)) return unknownAt(run, 'missing-file', site, { type: 'str' });
  const kind = run.request.tree.kindOf(file);
  if (kind === null && absentFile(run) === 'unknown') return unknownAt(run, 'missing-file', site, { type: 'str' });
  if (kind === null) return raise(run, 'FileNotFoundError', `No such file or directory: '${path}'`, site);
  if (kind === 'directory') return raise(run, 'IsADirectoryError', `Is a directory: '${path}'`, site);
  const read = run.request.tree.read(file);
  return read.ok ? str(read.text.replace(/\r\n?/g, '\n'), originAt(site)) : unknownAt(run, 'missing-file', site, { type: 'str' });
}

export function listing(run: Run, path: string, site: Site): Val {
  const folder = treePath(path, workingFolder(run));
  if (folder === undefined) return unknownAt(run, 'host', site, { type: 'list' });
  const kind = run.request.tree.kindOf(folder);
  if (kind === null) return raise(run, 'FileNotFoundError', `No such file or directory: '${path}'`, site);
  // The order of a directory listing depends on the file system, and ignored files may be missing here.
  const names = run.request.tree.list(folder).map((one): Val => str(one, originAt(site)));
  return names.length <= 1 ? known(listFrom(run, names), originAt(site)) : unknownAt(run, 'host', site, { type: 'list' });
}
