import { ROOT } from '../../../core/data.ts';
import { known as knownValue } from '../../../core/value.ts';
import { arg, builtin, PYTHON, pathArg, textArg } from '../../builtins/native.ts';
import { existence, listing, noteWritten, realPath, resolved, workingFolder } from '../../builtins/path-methods.ts';
import { absentNone, lookupVariable, readVariable, recordRead, removeVariable, storeUnknown, storeVariable } from '../../environment.ts';
import { typeError } from '../../expressions/operators.ts';
import { raise } from '../../raise.ts';
import { forkCases, lift, liftAll, originAt, type Run, unknownAt } from '../../run.ts';
import { listFrom, viewFrom } from '../../values/iterate.ts';
import { bool, type CallArgs, known, none, type Site, str, tuple, type Val } from '../../values/object.ts';
import { normalPath, osBasename, osDirname, osJoin, splitExtension } from '../../values/paths.ts';
import type { ModelledModule } from '../registry.ts';

function variableName(run: Run, key: Val | undefined, site: Site, use: (name: string) => Val): Val {
  return lift(
    run,
    key ?? none(originAt(site)),
    (one) => (one.obj.t === 'str' ? use(one.obj.v) : raise(run, 'TypeError', 'str expected', site)),
    () => unknownAt(run, 'opaque-env', site, { type: 'str' }),
  );
}

function get(run: Run, args: CallArgs, site: Site, library: string): Val {
  const otherwise = arg(args, 1, 'default');
  return variableName(run, arg(args, 0, 'key'), site, (name) =>
    otherwise === undefined
      ? absentNone(run, name, library, site)
      : readVariable(run, { name, library, site, fallback: () => otherwise, error: '', message: '' }),
  );
}

function required(run: Run, key: Val, site: Site): Val {
  return variableName(run, key, site, (name) =>
    readVariable(run, { name, library: 'os.environ', site, fallback: null, error: 'KeyError', message: name }),
  );
}

function isSet(run: Run, key: Val, site: Site): Val {
  return variableName(run, key, site, (name) => {
    const slot = lookupVariable(run, name, site);
    recordRead(run, name, 'os.environ', site, slot).fallback = bool(false, originAt(site));
    if (slot.k !== 'cond')
      return slot.k === 'unk' && slot.why === 'host'
        ? unknownAt(run, 'host', site, { type: 'bool' })
        : bool(slot.k !== 'absent', originAt(site));
    return forkCases(run, slot.cases, (then) => bool(then.k !== 'absent', originAt(site)));
  });
}

function store(run: Run, key: Val, value: Val, site: Site): Val {
  return variableName(run, key, site, (name) =>
    lift(
      run,
      value,
      (one) => {
        if (one.obj.t !== 'str') return typeError(run, 'str expected', [one], site);
        storeVariable(run, name, one, site);
        return none(originAt(site));
      },
      (one) => {
        storeVariable(run, name, one, site);
        return one;
      },
    ),
  );
}

function environMethod(run: Run, name: string): Val | undefined {
  switch (name) {
    case 'get':
      return builtin('get', (args, at) => get(run, args, at, 'os.environ'));
    case 'setdefault':
      return builtin('setdefault', (args, at) =>
        variableName(run, args.pos[0], at, (key) => {
          const value = args.pos[1] ?? none(originAt(at));
          const isGiven = lookupVariable(run, key, at).k === 'known';
          const reading = { name: key, library: 'os.environ', site: at, fallback: () => value, error: '', message: '' };
          const now = readVariable(run, { ...reading, ensures: true });
          // Where it may be given, both the given value and the default are kept: reading it later is no different.
          if (!isGiven) storeVariable(run, key, now, at);
          return now;
        }),
      );
    case 'pop':
      return builtin('pop', (args, at) => {
        const value = args.pos.length > 1 ? get(run, args, at, 'os.environ') : required(run, args.pos[0] ?? none(originAt(at)), at);
        const key = textArg(args.pos[0]);
        if (key !== undefined) removeVariable(run, key);
        return value;
      });
    case 'update':
      return builtin('update', (args, at) => {
        for (const [key, value] of args.kw) store(run, str(key, originAt(at)), value, at);
        const [other] = args.pos;
        if (other === undefined) return none(originAt(at));
        return lift(
          run,
          other,
          (one) => {
            if (one.obj.t !== 'dict' || one.obj.cell.state.open !== null) {
              storeUnknown(run, unknownAt(run, 'opaque-env', at, { type: 'str' }));
              if (one.obj.t !== 'dict') return none(originAt(at));
            }
            for (const entry of one.obj.cell.state.entries.values()) if (entry.value.k !== 'absent') store(run, entry.key, entry.value, at);
            return none(originAt(at));
          },
          (one) => {
            storeUnknown(run, one);
            return one;
          },
        );
      });
    case 'copy':
    case 'items':
    case 'keys':
    case 'values':
      return builtin(name, (_args, at) =>
        name === 'copy' ? environ(run) : known(viewFrom(run, [{ ...unknownAt(run, 'opaque-env', at), many: true }]), originAt(at)),
      );
    default:
      return undefined;
  }
}

function environ(run: Run): Val {
  return known(
    {
      t: 'native',
      cls: 'os.environ',
      attr: (name) => environMethod(run, name),
      getItem: (key, at) => required(run, key, at),
      setItem: (key, value, at) => {
        store(run, key, value, at);
      },
      delItem: (key, at) => {
        const name = textArg(key);
        required(run, key, at);
        if (name !== undefined) removeVariable(run, name);
      },
      contains: (key, at) => isSet(run, key, at),
      iterate: (at) => known(viewFrom(run, [{ ...unknownAt(run, 'opaque-env', at, { type: 'str' }), many: true }]), originAt(at)),
    },
    PYTHON,
  );
}

/** A function of path texts; a path object becomes its text. */
function onPaths(run: Run, name: string, use: (paths: readonly string[], at: Site, secret: boolean) => Val): Val {
  return builtin(name, (args, at) =>
    liftAll(
      run,
      args.pos,
      (all) => {
        const texts = all.map(pathArg);
        const known = texts.flatMap((text) => (text === undefined ? [] : [text]));
        if (known.length !== texts.length) return typeError(run, 'expected str, bytes or os.PathLike object', all, at);
        return use(
          known,
          at,
          all.some((one) => one.secret),
        );
      },
      (one) => ({ ...one, truth: null, env: null, many: false, key: '' }),
    ),
  );
}

function textOr(run: Run, text: string | undefined, at: Site): Val {
  return text === undefined ? unknownAt(run, 'host', at, { type: 'str' }) : str(text, originAt(at));
}

function pathModule(run: Run): ModelledModule {
  const one = (name: string, change: (path: string) => string | undefined) => () =>
    onPaths(run, name, ([path = ''], at) => textOr(run, change(path), at));
  const check = (name: string, want: 'any' | 'file' | 'directory') => () =>
    onPaths(run, name, ([path = ''], at) => existence(run, path, want, at));
  return {
    open: true,
    names: {
      join: () => onPaths(run, 'join', (paths, at) => str(osJoin(paths), originAt(at))),
      dirname: one('dirname', osDirname),
      basename: one('basename', osBasename),
      abspath: one('abspath', (path) => resolved(run, path)),
      realpath: one('realpath', (path) => realPath(run, path)),
      normpath: one('normpath', normalPath),
      normcase: one('normcase', (path) => path),
      expanduser: one('expanduser', (path) => (path.startsWith('~') ? undefined : path)),
      expandvars: one('expandvars', (path) => (path.includes('$') ? undefined : path)),
      exists: check('exists', 'any'),
      lexists: check('lexists', 'any'),
      isfile: check('isfile', 'file'),
      isdir: check('isdir', 'directory'),
      isabs: () => onPaths(run, 'isabs', ([path = ''], at) => bool(path.startsWith('/') || path.startsWith(ROOT), originAt(at))),
      split: () =>
        onPaths(run, 'split', ([path = ''], at) => {
          const head = osDirname(path);
          const tail = osBasename(path);
          return head === undefined || tail === undefined
            ? unknownAt(run, 'host', at)
            : known(tuple([str(head, originAt(at)), str(tail, originAt(at))]), originAt(at));
        }),
      splitext: () =>
        onPaths(run, 'splitext', ([path = ''], at) =>
          known(tuple(splitExtension(path).map((part) => str(part, originAt(at)))), originAt(at)),
        ),
      relpath: () =>
        onPaths(run, 'relpath', ([path = '', from = '.'], at) => {
          const a = resolved(run, path);
          const b = resolved(run, from);
          return a !== undefined && b !== undefined && a.startsWith(`${b}/`)
            ? str(a.slice(b.length + 1), originAt(at))
            : a !== undefined && a === b
              ? str('.', originAt(at))
              : unknownAt(run, 'host', at, { type: 'str' });
        }),
      sep: () => str('/', PYTHON),
      pardir: () => str('..', PYTHON),
      curdir: () => str('.', PYTHON),
    },
  };
}

/** os and os.path. */
export function osModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const cwd = () => str(workingFolder(run) === '' ? ROOT : `${ROOT}/${workingFolder(run)}`, PYTHON);
  const quiet = (name: string) => () => builtin(name, (_args, at) => none(originAt(at)));
  const creating = (name: string) => () =>
    builtin(name, (args, at) => {
      const path = pathArg(args.pos[0]);
      noteWritten(run, path);
      run.creates.push(
        path === undefined ? { kind: 'unknown', why: 'dynamic-call', names: [], origin: originAt(at) } : knownValue(path, originAt(at)),
      );
      return none(originAt(at));
    });
  return {
    os: {
      open: true,
      names: {
        environ: () => environ(run),
        getenv: () => builtin('getenv', (args, at) => get(run, args, at, 'os.getenv')),
        getcwd: () => builtin('getcwd', cwd),
        sep: () => str('/', PYTHON),
        pathsep: () => str(':', PYTHON),
        linesep: () => str('\n', PYTHON),
        devnull: () => str('/dev/null', PYTHON),
        name: () => str('posix', PYTHON),
        curdir: () => str('.', PYTHON),
        pardir: () => str('..', PYTHON),
        makedirs: creating('makedirs'),
        mkdir: creating('mkdir'),
        putenv: quiet('putenv'),
        chmod: quiet('chmod'),
        umask: quiet('umask'),
        listdir: () =>
          builtin('listdir', (args, at) => {
            const path = args.pos.length === 0 ? '.' : pathArg(args.pos[0]);
            return path === undefined ? unknownAt(run, 'host', at, { type: 'list' }) : listing(run, path, at);
          }),
        urandom: () => builtin('urandom', (_args, at) => unknownAt(run, 'random', at)),
        cpu_count: () => builtin('cpu_count', (_args, at) => unknownAt(run, 'host', at, { type: 'int' })),
        geteuid: () => builtin('geteuid', (_args, at) => unknownAt(run, 'host', at, { type: 'int' })),
        getegid: () => builtin('getegid', (_args, at) => unknownAt(run, 'host', at, { type: 'int' })),
        getuid: () => builtin('getuid', (_args, at) => unknownAt(run, 'host', at, { type: 'int' })),
        getpid: () => builtin('getpid', (_args, at) => unknownAt(run, 'host', at, { type: 'int' })),
        uname: () => builtin('uname', (_args, at) => unknownAt(run, 'host', at)),
        fspath: () => onPaths(run, 'fspath', ([path = ''], at) => str(path, originAt(at))),
        walk: () => builtin('walk', (_args, at) => known(listFrom(run, [{ ...unknownAt(run, 'host', at), many: true }]), originAt(at))),
      },
    },
    'os.path': pathModule(run),
    posixpath: pathModule(run),
  };
}
