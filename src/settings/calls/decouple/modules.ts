import { arg, builtin, isLeftOut, PYTHON, pathArg, typeObject } from '../../builtins/native.ts';
import { resolved } from '../../builtins/path-methods.ts';
import { lookupVariable, readAs } from '../../environment.ts';
import { callUnknown } from '../../expressions/call.ts';
import { behind, folderOf, searchUpwards } from '../../imports/libraries.ts';
import { exceptionClass, raise } from '../../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../../run.ts';
import { type CallArgs, known, none, type Site, str, type Val } from '../../values/object.ts';
import { treePath } from '../../values/paths.ts';
import type { ModelledModule } from '../registry.ts';
import { castOne, makeChoices, makeCsv, truthWord } from './casts.ts';
import {
  EMPTY,
  envRepository,
  iniRepository,
  makeRepository,
  openRepository,
  type Repository,
  type RepositoryKind,
  repositoryOf,
} from './files.ts';

/** python-decouple 3.8. */

const UNDEFINED = 'decouple.Undefined';

function isUndefined(value: Val | undefined): boolean {
  return value === undefined || (value.k === 'known' && value.obj.t === 'native' && value.obj.cls === UNDEFINED);
}

/** Config.get */
function get(run: Run, repository: Repository, args: CallArgs, site: Site): Val {
  if (args.open !== null) return callUnknown(run, args.open, args, site);
  const otherwise = arg(args, 1, 'default');
  const cast = arg(args, 2, 'cast');
  return lift(run, arg(args, 0, 'option') ?? none(originAt(site)), (one) => {
    if (one.obj.t !== 'str') return unknownAt(run, 'dynamic-call', site);
    const name = one.obj.v;
    const inEnvironment = lookupVariable(run, name, site);
    const mayBeAbsent = inEnvironment.k === 'absent' || inEnvironment.k === 'cond';
    const value = readAs(
      run,
      {
        name,
        library: 'python-decouple',
        site,
        fallback: otherwise === undefined || isUndefined(otherwise) ? null : () => otherwise,
        error: 'UndefinedValueError',
        message: `${name} not found. Declare it as envvar or define a default value.`,
      },
      behind(inEnvironment, mayBeAbsent ? repository.find(name, site) : undefined),
    );
    if (cast === undefined || isUndefined(cast) || (value.k === 'unk' && value.why === 'missing-env')) return value;
    const each = (inner: Val) => castOne(run, inner, cast, name, site);
    return lift(run, value, each, each);
  });
}

function config(run: Run, repository: Repository): Val {
  return known(
    {
      t: 'native',
      cls: 'decouple.Config',
      truth: true,
      call: (args, at) => get(run, repository, args, at),
      attr: (name) => (name === 'get' ? builtin('get', (args, at) => get(run, repository, args, at)) : undefined),
    },
    PYTHON,
  );
}

interface Found {
  readonly file: string | null;
  readonly repository: Repository;
}

function found(run: Run, folder: string, site: Site): Found {
  const file = searchUpwards(run, folder, ['settings.ini', '.env']);
  if (file === undefined) return { file: null, repository: EMPTY };
  return { file, repository: file.endsWith('settings.ini') ? iniRepository(run, file, site) : envRepository(run, file, site) };
}

/** Finds its file at the first call, from the folder of the calling file upwards; `start` is the folder it was told to search. */
function autoConfig(run: Run, start: string | null | undefined): Val {
  let loaded: Found | null = null;
  let assumed: Found | null = null;
  const load = (at: Site): Repository => {
    if (loaded !== null) return loaded.repository;
    if (start === undefined) return openRepository(unknownAt(run, 'missing-file', at));
    const here = found(run, start ?? folderOf(at.file), at);
    // On a branch that may not be taken another call may be the first one: that matters when it finds another file.
    if (assumed !== null && assumed.file !== here.file) return openRepository(unknownAt(run, 'missing-file', at));
    if (run.path.length === 0) loaded = here;
    else assumed = here;
    return here.repository;
  };
  const attr = (name: string, at: Site) =>
    name === 'get' ? raise(run, 'AttributeError', "'AutoConfig' object has no attribute 'get'", at) : undefined;
  return known({ t: 'native', cls: 'decouple.AutoConfig', truth: true, attr, call: (args, at) => get(run, load(at), args, at) }, PYTHON);
}

/** AutoConfig(search_path): undefined where the folder is not in the tree. */
function searchFolder(run: Run, path: Val | undefined): string | null | undefined {
  if (isLeftOut(path)) return null;
  const text = pathArg(path);
  if (text === '') return null;
  const full = text === undefined ? undefined : resolved(run, text);
  return full === undefined ? undefined : treePath(full, '');
}

function makeConfig(run: Run, args: CallArgs, at: Site): Val {
  const repository = repositoryOf(arg(args, 0, 'repository'));
  return repository === undefined ? callUnknown(run, unknownAt(run, 'dynamic-call', at), args, at) : config(run, repository);
}

export function decoupleModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const undefinedValue = exceptionClass('UndefinedValueError');
  const repository = (kind: RepositoryKind) => () =>
    typeObject(kind, (args, at) => {
      const source = arg(args, 0, 'source') ?? str(kind === 'RepositorySecret' ? '/run/secrets/' : '', originAt(at));
      return lift(run, source, (one) => makeRepository(run, kind, one, at));
    });
  return {
    decouple: {
      open: true,
      names: {
        config: () => autoConfig(run, null),
        AutoConfig: () => typeObject('AutoConfig', (args) => autoConfig(run, searchFolder(run, arg(args, 0, 'search_path')))),
        Config: () => typeObject('Config', (args, at) => makeConfig(run, args, at)),
        RepositoryEnv: repository('RepositoryEnv'),
        RepositoryIni: repository('RepositoryIni'),
        RepositorySecret: repository('RepositorySecret'),
        RepositoryEmpty: repository('RepositoryEmpty'),
        Csv: () => typeObject('Csv', (args, at) => makeCsv(run, args, at)),
        Choices: () => typeObject('Choices', (args, at) => makeChoices(run, args, at)),
        undefined: () => known({ t: 'native', cls: UNDEFINED, truth: true }, PYTHON),
        UndefinedValueError: () => (undefinedValue === undefined ? none(PYTHON) : known(undefinedValue, PYTHON)),
        strtobool: () =>
          builtin('strtobool', (args, at) =>
            lift(
              run,
              args.pos[0] ?? none(originAt(at)),
              (one) => truthWord(run, one, 'the argument', at),
              (one) => ({ ...one, type: 'bool', truth: null, env: null, key: one.key === '' ? '' : `decouple.bool(${one.key})` }),
            ),
          ),
      },
    },
  };
}
