import { ROOT } from '../../core/data.ts';
import { arg, boolArg, builtin, PYTHON, pathArg, textArg } from '../builtins/native.ts';
import { workingFolder } from '../builtins/path-methods.ts';
import { lookupVariable } from '../environment.ts';
import { envFileAt, fileVariables, folderOf, searchUpwards } from '../imports/libraries.ts';
import { lift, originAt, type Run, readSlot, unknownAt } from '../run.ts';
import { setItem } from '../values/containers.ts';
import { dictFrom } from '../values/iterate.ts';
import { bool, type CallArgs, known, none, type Site, str, type Val } from '../values/object.ts';
import { writeScope } from '../values/state.ts';
import type { ModelledModule } from './registry.ts';

/** python-dotenv 1.2. */

function find(run: Run, args: CallArgs, at: Site): Val {
  const name = args.pos[0] === undefined && !args.kw.has('filename') ? '.env' : textArg(arg(args, 0, 'filename'));
  const useCwd = boolArg(arg(args, 2, 'usecwd'), false);
  if (name === undefined || useCwd === undefined || name.includes('/')) return unknownAt(run, 'missing-file', at, { type: 'str' });
  const file = searchUpwards(run, useCwd ? workingFolder(run) : folderOf(at.file), [name]);
  return str(file === undefined ? '' : `${ROOT}/${file}`, originAt(at));
}

/** The env file that a call names; null where there is none. */
function fileOf(run: Run, path: Val | undefined, at: Site, use: (file: string | null | undefined) => Val): Val {
  const given =
    path === undefined || (path.k === 'known' && path.obj.t === 'none') ? find(run, { pos: [], kw: new Map(), open: null }, at) : path;
  return lift(
    run,
    given,
    (one) => {
      const text = pathArg(one);
      if (text === '') {
        // An empty path is looked up like an absent one.
        const again = find(run, { pos: [], kw: new Map(), open: null }, at);
        const found = pathArg(again);
        return use(found === undefined ? undefined : found === '' ? null : envFileAt(run, found));
      }
      return use(text === undefined ? undefined : envFileAt(run, text));
    },
    () => use(undefined),
  );
}

function load(run: Run, args: CallArgs, at: Site): Val {
  const override = boolArg(arg(args, 3, 'override'), false);
  if (args.kw.has('stream') || args.pos[1] !== undefined || override === undefined || args.open !== null) return opened(run, at);
  return fileOf(run, arg(args, 0, 'dotenv_path'), at, (file) => {
    if (file === undefined) return opened(run, at);
    if (file === null) return bool(false, originAt(at));
    const last = new Map<string, Val | null>();
    for (const one of fileVariables(run, file, 'python-dotenv', at, { override })) last.set(one.name, one.value);
    for (const [name, value] of last) {
      if (value === null) continue;
      const slot = lookupVariable(run, name, at);
      if (override || slot.k === 'absent') storeFile(run, name, value);
      else if (slot.k === 'cond') {
        const kept = readSlot(run, slot, () => value);
        writeScope(run.journal, run.environ).names.set(name, kept);
      }
    }
    return bool(last.size > 0, originAt(at));
  });
}

/** A file that the tree does not hold may set any variable that is not set. */
function opened(run: Run, at: Site): Val {
  writeScope(run.journal, run.environ).open = unknownAt(run, 'missing-file', at, { type: 'str' });
  return unknownAt(run, 'missing-file', at, { type: 'bool' });
}

/** Keeps the origin in the file: that is where the value stands. */
export function storeFile(run: Run, name: string, value: Val): void {
  writeScope(run.journal, run.environ).names.set(name, value);
}

function values(run: Run, args: CallArgs, at: Site): Val {
  if (args.kw.has('stream') || args.open !== null) return unknownAt(run, 'missing-file', at, { type: 'dict' });
  return fileOf(run, arg(args, 0, 'dotenv_path'), at, (file) => {
    if (file === undefined) return unknownAt(run, 'missing-file', at, { type: 'dict' });
    const dict = dictFrom(run, [], at);
    if (file !== null)
      for (const one of fileVariables(run, file, 'python-dotenv', at, { override: true }))
        setItem(run, dict, str(one.name, originAt(at)), one.value ?? none(originAt(at)), at);
    return known(dict, originAt(at));
  });
}

export function dotenvModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const names = {
    load_dotenv: () => builtin('load_dotenv', (args: CallArgs, at: Site) => load(run, args, at)),
    find_dotenv: () => builtin('find_dotenv', (args: CallArgs, at: Site) => find(run, args, at)),
    dotenv_values: () => builtin('dotenv_values', (args: CallArgs, at: Site) => values(run, args, at)),
    read_dotenv: () => builtin('read_dotenv', (_args: CallArgs, at: Site) => opened(run, at)),
    __version__: () => str('1', PYTHON),
  };
  return { dotenv: { open: true, names }, 'dotenv.main': { open: true, names } };
}
