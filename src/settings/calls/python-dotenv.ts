import { ROOT } from '../../core/data.ts';
import { arg, boolArg, builtin, isLeftOut, PYTHON, pathArg, textArg } from '../builtins/native.ts';
import { workingFolder } from '../builtins/path-methods.ts';
import { lookupVariable } from '../environment.ts';
import { envFileAt, type FileVariable, fileVariables, folderOf, openEnvironment, searchUpwards } from '../imports/libraries.ts';
import { raise } from '../raise.ts';
import { lift, originAt, type Run, readSlot, unknownAt } from '../run.ts';
import { setItem } from '../values/containers.ts';
import { dictFrom, entryValue } from '../values/iterate.ts';
import { bool, type CallArgs, known, none, type Site, str, type Val } from '../values/object.ts';
import { writeScope } from '../values/state.ts';
import { hasRoot } from '../values/text.ts';
import type { ModelledModule } from './registry.ts';
import { since } from './releases.ts';

/** python-dotenv 0.15 to 1.2. */

const NO_ARGUMENTS: CallArgs = { pos: [], kw: new Map(), open: null };

function find(run: Run, args: CallArgs, at: Site): Val {
  const name = args.pos[0] === undefined && !args.kw.has('filename') ? '.env' : textArg(arg(args, 0, 'filename'));
  const raises = boolArg(arg(args, 1, 'raise_error_if_not_found'), false);
  const useCwd = boolArg(arg(args, 2, 'usecwd'), false);
  const plain = name !== undefined && name !== '' && !name.startsWith('/') && !name.split('/').includes('..') && !hasRoot(name);
  if (!plain || raises === undefined || useCwd === undefined || args.open !== null)
    return unknownAt(run, 'missing-file', at, { type: 'str' });
  const file = searchUpwards(run, useCwd ? workingFolder(run) : folderOf(at.file), [name]);
  if (file === undefined && raises) return raise(run, 'OSError', 'File not found', at);
  return str(file === undefined ? '' : `${ROOT}/${file}`, originAt(at));
}

/** The env file that a call names; null where there is none. */
function fileOf(run: Run, path: Val | undefined, at: Site, use: (file: string | null | undefined) => Val): Val {
  const isNone = isLeftOut(path);
  const given = isNone ? find(run, NO_ARGUMENTS, at) : path;
  return lift(
    run,
    given,
    (one) => {
      const text = pathArg(one);
      if (text !== '') return use(text === undefined ? undefined : envFileAt(run, text));
      // Once an empty path was looked up like an absent one.
      if (isNone || since(run, 'python-dotenv', '0.21') === true) return use(null);
      return use(pathArg(find(run, NO_ARGUMENTS, at)) === '' ? null : undefined);
    },
    () => use(undefined),
  );
}

const DISABLING = new Set(['1', 'true', 't', 'yes', 'y']);

/** Since 1.2 a variable turns loading off. */
function isDisabled(run: Run, at: Site): boolean | undefined {
  const slot = lookupVariable(run, 'PYTHON_DOTENV_DISABLED', at);
  if (slot.k === 'absent' || slot.k === 'cond' || since(run, 'python-dotenv', '1.2') === false) return false;
  if (slot.k !== 'known' || slot.obj.t !== 'str') return undefined;
  return DISABLING.has(slot.obj.v.toLowerCase()) ? since(run, 'python-dotenv', '1.2') : false;
}

function load(run: Run, args: CallArgs, at: Site): Val {
  const override = boolArg(arg(args, 3, 'override'), false);
  const interpolate = boolArg(arg(args, 4, 'interpolate'), true);
  const disabled = isDisabled(run, at);
  if (disabled === true) return bool(false, originAt(at));
  const stream = arg(args, 1, 'stream');
  const isFile = isLeftOut(stream);
  if (!isFile || override === undefined || interpolate === undefined || disabled === undefined || args.open !== null)
    return opened(run, at, args.open === null ? override : undefined);
  return fileOf(run, arg(args, 0, 'dotenv_path'), at, (file) => {
    if (file === undefined) return opened(run, at, override);
    const last = new Map<string, Val | null>();
    const variables = file === null ? [] : fileVariables(run, file, 'python-dotenv', at, { override, interpolate });
    for (const one of variables) last.set(one.name, allReleases(run, one, at));
    for (const [name, value] of last) {
      if (value === null) continue;
      const slot = lookupVariable(run, name, at);
      if (override || slot.k === 'absent') storeFile(run, name, value);
      else if (slot.k === 'cond') {
        const kept = readSlot(run, slot, () => value);
        writeScope(run.journal, run.environ).names.set(name, kept);
      }
    }
    // Older releases said that they had loaded something in any case.
    if (last.size === 0 && since(run, 'python-dotenv', '0.21') !== true) return unknownAt(run, 'unsupported-syntax', at, { type: 'bool' });
    return bool(last.size > 0, originAt(at));
  });
}

/** What releases before 1.2.2 read in another way: a comment in place of a value, a backslash before a quote. */
function allReleases(run: Run, one: FileVariable, at: Site): Val | null {
  if (!one.doubtful || since(run, 'python-dotenv', '1.2.2') === true) return one.value;
  return unknownAt(run, 'unsupported-syntax', at, { type: 'str', names: [one.name] });
}

/** A file that the tree does not hold may set any variable that is not set. */
function opened(run: Run, at: Site, overrides: boolean | undefined): Val {
  openEnvironment(run, at, overrides);
  return unknownAt(run, 'missing-file', at, { type: 'bool' });
}

/** Keeps the origin in the file: that is where the value stands. */
export function storeFile(run: Run, name: string, value: Val): void {
  writeScope(run.journal, run.environ).names.set(name, value);
}

function values(run: Run, args: CallArgs, at: Site): Val {
  const interpolate = boolArg(arg(args, 3, 'interpolate'), true);
  if (args.kw.has('stream') || args.pos[1] !== undefined || interpolate === undefined || args.open !== null)
    return unknownAt(run, 'missing-file', at, { type: 'dict' });
  return fileOf(run, arg(args, 0, 'dotenv_path'), at, (file) => {
    if (file === undefined) return unknownAt(run, 'missing-file', at, { type: 'dict' });
    const dict = dictFrom(run, [], at);
    if (file !== null)
      for (const one of fileVariables(run, file, 'python-dotenv', at, { override: true, interpolate }))
        setItem(run, dict, str(one.name, originAt(at)), allReleases(run, one, at) ?? none(originAt(at)), at);
    return known(dict, originAt(at));
  });
}

/** get_key(path, name) */
function oneKey(run: Run, args: CallArgs, at: Site): Val {
  const all = values(run, { pos: args.pos.slice(0, 1), kw: new Map(), open: args.open }, at);
  const name = arg(args, 1, 'key_to_get');
  if (all.k !== 'known' || all.obj.t !== 'dict' || name?.k !== 'known' || name.obj.t !== 'str' || args.kw.size > 0)
    return unknownAt(run, 'missing-file', at);
  return entryValue(run, all.obj, `s:${name.obj.v}`, () => none(originAt(at)));
}

export function dotenvModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const names = {
    load_dotenv: () => builtin('load_dotenv', (args: CallArgs, at: Site) => load(run, args, at)),
    find_dotenv: () => builtin('find_dotenv', (args: CallArgs, at: Site) => find(run, args, at)),
    get_key: () => builtin('get_key', (args: CallArgs, at: Site) => oneKey(run, args, at)),
    dotenv_values: () => builtin('dotenv_values', (args: CallArgs, at: Site) => values(run, args, at)),
    read_dotenv: () => builtin('read_dotenv', (_args: CallArgs, at: Site) => opened(run, at, undefined)),
    __version__: () => str('1', PYTHON),
  };
  return { dotenv: { open: true, names }, 'dotenv.main': { open: true, names } };
}
