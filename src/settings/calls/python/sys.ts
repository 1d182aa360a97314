import { builtin, PYTHON, pathArg } from '../../builtins/native.ts';
import { workingFolder } from '../../builtins/path-methods.ts';
import { raiseMeant } from '../../raise.ts';
import { originAt, type Run, unknownAt } from '../../run.ts';
import { listFrom, viewFrom } from '../../values/iterate.ts';
import { bool, int, known, none, type Site, str, tuple, type Val } from '../../values/object.ts';
import { treePath } from '../../values/paths.ts';
import type { ModelledModule } from '../registry.ts';

function addRoot(run: Run, path: Val | undefined, first: boolean): void {
  const text = pathArg(path);
  const folder = text === undefined ? undefined : treePath(text, workingFolder(run));
  if (folder === undefined) {
    run.rootsUnknown = text === undefined;
    return;
  }
  if (first) {
    run.rootsBehind.delete(folder);
    run.importRoots = [folder, ...run.importRoots.filter((one) => one !== folder)];
  } else if (!run.importRoots.includes(folder)) {
    run.rootsBehind.add(folder);
    run.importRoots = [...run.importRoots, folder];
  }
}

function searchPath(run: Run): Val {
  return known(
    {
      t: 'native',
      cls: 'sys.path',
      attr: (name) => {
        if (name === 'append') return builtin(name, (args, at) => done(at, () => addRoot(run, args.pos[0], false)));
        if (name === 'insert') return builtin(name, (args, at) => done(at, () => addRoot(run, args.pos[1], true)));
        if (name === 'extend') return builtin(name, (args, at) => done(at, () => extend(run, args.pos[0])));
        return undefined;
      },
      getItem: (_key, at) => unknownAt(run, 'host', at),
      setItem: () => undefined,
      contains: (_key, at) => unknownAt(run, 'host', at, { type: 'bool' }),
      iterate: (at) => known(viewFrom(run, [{ ...unknownAt(run, 'host', at), many: true }]), originAt(at)),
      binary: (op, other, _reflected, at) => {
        if (op !== '+') return undefined;
        extend(run, other);
        return unknownAt(run, 'host', at);
      },
    },
    PYTHON,
  );
}

function extend(run: Run, items: Val | undefined): void {
  if (items?.k === 'known' && items.obj.t === 'list') for (const item of items.obj.cell.state.items) addRoot(run, item, false);
  else run.rootsUnknown = true;
}

function done(at: Site, act: () => void): Val {
  act();
  return none(originAt(at));
}

function versionInfo(run: Run): Val {
  const { python } = run.request;
  if (python === null) {
    // Every supported Python is a 3; anything finer is not pinned.
    return known(
      {
        t: 'native',
        cls: 'sys.version_info',
        attr: (name, at) => (name === 'major' ? int(3, PYTHON) : unknownAt(run, 'host', at, { type: 'int' })),
        getItem: (key, at) => (key.k === 'known' && key.obj.t === 'int' && key.obj.v === 0n ? int(3, PYTHON) : unknownAt(run, 'host', at)),
      },
      PYTHON,
    );
  }
  const [major = 3, minor, micro] = python.split('.').map(Number);
  const origin = { step: 'default', of: `Python ${python}` } as const;
  const number = (one: number | undefined): Val =>
    one === undefined ? unknownAt(run, 'host', { file: '', start: 0, end: 0 }, { type: 'int' }) : int(one, origin);
  return known(
    {
      ...tuple([int(major, origin), number(minor), number(micro), str('final', origin), int(0, origin)]),
      fields: ['major', 'minor', 'micro', 'releaselevel', 'serial'],
    },
    origin,
  );
}

/** sys, platform and what asks for the machine. */
export function sysModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const host = (type: 'str' | 'int') => () => builtin('host', (_args, at) => unknownAt(run, 'host', at, { type }));
  const anyHost = (name: string): Val => builtin(name, (_args, at) => unknownAt(run, 'host', at));
  return {
    sys: {
      open: true,
      names: {
        argv: () =>
          known(
            listFrom(
              run,
              run.request.argv.map((one) => str(one, PYTHON)),
            ),
            PYTHON,
          ),
        path: () => searchPath(run),
        version_info: () => versionInfo(run),
        version: () => unknownAt(run, 'host', { file: '', start: 0, end: 0 }, { type: 'str', key: 'sys.version' }),
        platform: () => str('linux', PYTHON),
        maxsize: () => int(9223372036854775807n, PYTHON),
        byteorder: () => str('little', PYTHON),
        modules: () => modules(run),
        exit: () => builtin('exit', (args, at) => raiseMeant(run, 'SystemExit', 'sys.exit() was called', at, args.pos)),
        stdout: () => stream(),
        stderr: () => stream(),
        dont_write_bytecode: () => bool(false, PYTHON),
        flags: () => unknownAt(run, 'host', { file: '', start: 0, end: 0 }, { key: 'sys.flags' }),
        exc_info: () => builtin('exc_info', (_args, at) => unknownAt(run, 'unsupported-syntax', at)),
        getdefaultencoding: () => builtin('getdefaultencoding', () => str('utf-8', PYTHON)),
      },
    },
    platform: { open: true, names: { system: () => builtin('system', () => str('Linux', PYTHON)) }, any: anyHost },
    socket: { open: true, names: {}, any: anyHost },
    multiprocessing: { open: true, names: { cpu_count: host('int') } },
    getpass: { open: true, names: {}, any: anyHost },
    psutil: { open: true, names: {}, any: anyHost },
  };
}

function stream(): Val {
  return known({ t: 'native', cls: 'stream', attr: (name) => builtin(name, (_args, at) => none(originAt(at))) }, PYTHON);
}

function modules(run: Run): Val {
  return known(
    {
      t: 'native',
      cls: 'sys.modules',
      getItem: (key, at) => {
        const name = key.k === 'known' && key.obj.t === 'str' ? key.obj.v : undefined;
        const module = name === undefined ? undefined : run.modules.get(name);
        return module === undefined ? unknownAt(run, 'dynamic-call', at) : known(module.obj, originAt(at));
      },
      contains: (key, at) => {
        const name = key.k === 'known' && key.obj.t === 'str' ? key.obj.v : undefined;
        if (name !== undefined && run.modules.has(name)) return bool(true, originAt(at));
        return name !== undefined && isTestRunner(name) && !testsRun(run)
          ? bool(false, originAt(at))
          : unknownAt(run, 'dynamic-call', at, { type: 'bool' });
      },
      setItem: () => undefined,
    },
    PYTHON,
  );
}

/** Modules that only a run of tests loads: asking for them is asking whether tests run. */
function isTestRunner(name: string): boolean {
  return /^(_pytest|pytest|pytest_django|nose|nose2)$/.test(name);
}

function testsRun(run: Run): boolean {
  return [...run.modules.keys()].some(isTestRunner) || run.request.argv.some((one) => /py\.?test|nose/.test(one));
}
