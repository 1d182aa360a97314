import { builtinName } from '../builtins/builtins.ts';
import { strOf } from '../builtins/format.ts';
import { arg, builtin, PYTHON, pathArg, textArg, typeObject } from '../builtins/native.ts';
import { stripText } from '../builtins/str-methods.ts';
import { lookupVariable, readAs } from '../environment.ts';
import { callUnknown, callWith } from '../expressions/call.ts';
import { contains, identical } from '../expressions/comparison.ts';
import { choose } from '../expressions/truth.ts';
import { behind, envFileAt, fileVariables, folderOf, invalid, searchUpwards } from '../imports/libraries.ts';
import { exceptionClass, raise } from '../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { listFrom, viewFrom } from '../values/iterate.ts';
import { type CallArgs, known, none, type Site, str, tuple, type Val } from '../values/object.ts';
import type { ModelledModule } from './registry.ts';

/** python-decouple 3.8. */

type Repository = ReadonlyMap<string, Val>;

const TRUE_WORDS = new Set(['y', 'yes', 't', 'true', 'on', '1']);
const FALSE_WORDS = new Set(['n', 'no', 'f', 'false', 'off', '0']);

function envRepository(run: Run, file: string, site: Site): Repository {
  const data = new Map<string, Val>();
  for (const one of fileVariables(run, file, 'decouple', site)) if (one.value !== null) data.set(one.name, one.value);
  return data;
}

/** The [settings] section as ConfigParser reads plain lines; anything finer makes the key unknown. */
function iniRepository(run: Run, file: string, site: Site): Repository {
  const read = run.request.tree.read(file);
  const data = new Map<string, Val>();
  if (!read.ok) return data;
  let inside = false;
  let offset = 0;
  for (const line of read.text.split('\n')) {
    const header = /^\[([^\]]+)\]/.exec(line);
    const pair = /^([^\s=:#;[][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line);
    if (header !== null) inside = header[1] === 'settings';
    else if (inside && pair !== null) {
      const [, key = '', value = ''] = pair;
      const at = { file, start: offset, end: offset + line.length };
      const plain = !value.includes('%') && !/\s[;#]/.test(value);
      data.set(
        key.toLowerCase(),
        plain
          ? str(value, { step: 'env', name: key, state: 'given', at, from: file })
          : unknownAt(run, 'unsupported-syntax', site, { type: 'str', names: [key] }),
      );
    } else if (inside && /^\s+\S/.test(line)) data.clear();
    offset += line.length + 1;
  }
  return data;
}

function found(run: Run, folder: string, site: Site): { readonly data: Repository; readonly ini: boolean } {
  const file = searchUpwards(run, folder, ['settings.ini', '.env']);
  if (file === undefined) return { data: new Map(), ini: false };
  const ini = file.endsWith('settings.ini');
  return { data: ini ? iniRepository(run, file, site) : envRepository(run, file, site), ini };
}

function booleanCast(run: Run, value: Val, name: string, site: Site): Val {
  return lift(
    run,
    strOf(run, value, site),
    (one) => {
      const text = one.obj.t === 'str' ? one.obj.v.toLowerCase() : '';
      const origin = originAt(site, undefined, one.origin);
      if (text === '') return known({ t: 'bool', v: false }, origin);
      if (TRUE_WORDS.has(text)) return known({ t: 'bool', v: true }, origin);
      if (FALSE_WORDS.has(text)) return known({ t: 'bool', v: false }, origin);
      return invalid(run, 'ValueError', name, site);
    },
    (one) => ({ ...one, type: 'bool', truth: null, env: null, key: one.key === '' ? '' : `decouple.bool(${one.key})` }),
  );
}

function isBool(run: Run, cast: Val): boolean {
  const wanted = builtinName(run, 'bool');
  return cast.k === 'known' && wanted?.k === 'known' && identical(cast.obj, wanted.obj) === true;
}

function get(run: Run, data: Repository, ini: boolean, args: CallArgs, site: Site): Val {
  const option = arg(args, 0, 'option') ?? none(originAt(site));
  const otherwise = arg(args, 1, 'default');
  const cast = arg(args, 2, 'cast');
  if (args.open !== null) return callUnknown(run, args.open, args, site);
  return lift(run, option, (one) => {
    const name = one.obj.t === 'str' ? one.obj.v : '';
    const slot = behind(lookupVariable(run, name, site), data.get(ini ? name.toLowerCase() : name));
    const value = readAs(
      run,
      {
        name,
        library: 'python-decouple',
        site,
        fallback: otherwise === undefined ? null : () => otherwise,
        error: 'UndefinedValueError',
        message: `${name} not found. Declare it as envvar or define a default value.`,
      },
      slot,
    );
    if (cast === undefined || (value.k === 'unk' && value.why === 'missing-env')) return value;
    return lift(
      run,
      value,
      (each) => castOne(run, each, cast, name, site),
      (each) => castOne(run, each, cast, name, site),
    );
  });
}

function castOne(run: Run, value: Val, cast: Val, name: string, site: Site): Val {
  return isBool(run, cast) ? booleanCast(run, value, name, site) : callWith(run, cast, [value], site);
}

function config(run: Run, data: Repository, ini: boolean): Val {
  return known(
    {
      t: 'native',
      cls: 'decouple.Config',
      call: (args, at) => get(run, data, ini, args, at),
      attr: (name) => (name === 'get' ? builtin('get', (args, at) => get(run, data, ini, args, at)) : undefined),
    },
    PYTHON,
  );
}

/** Finds its file at the first call, from the folder of the calling file upwards. */
function autoConfig(run: Run, start: string | null): Val {
  let loaded: { readonly data: Repository; readonly ini: boolean } | undefined;
  const call = (args: CallArgs, at: Site): Val => {
    loaded ??= found(run, start ?? folderOf(at.file), at);
    return get(run, loaded.data, loaded.ini, args, at);
  };
  return known({ t: 'native', cls: 'decouple.AutoConfig', call }, PYTHON);
}

/** What shlex makes of plain text: no quotes, escapes or comments. */
function csv(run: Run, options: CallArgs): Val {
  const cast = arg(options, 0, 'cast') ?? builtinName(run, 'str');
  const delimiter = options.pos[1] === undefined && !options.kw.has('delimiter') ? ',' : textArg(arg(options, 1, 'delimiter'));
  const strip = options.pos[2] === undefined && !options.kw.has('strip') ? ' \t\n\r\v\f' : textArg(arg(options, 2, 'strip'));
  const post = arg(options, 3, 'post_process') ?? builtinName(run, 'list');
  const call = (args: CallArgs, at: Site): Val =>
    lift(
      run,
      args.pos[0] ?? none(originAt(at)),
      (one) => {
        if (post === undefined || cast === undefined) return unknownAt(run, 'dynamic-call', at);
        if (one.obj.t === 'none') return callWith(run, post, [], at);
        if (one.obj.t !== 'str') return raise(run, 'AttributeError', 'Csv needs a text', at);
        if (delimiter === undefined || strip === undefined || /["'\\#]/.test(one.obj.v))
          return unknownAt(run, 'unsupported-syntax', at, { type: 'list' });
        const items = splitAt(one.obj.v, delimiter).map((part) =>
          callWith(run, cast, [str(stripText(part, strip, 'both'), originAt(at, undefined, one.origin), one.secret)], at),
        );
        const isList = post.k === 'known' && post.obj.t === 'builtin' && post.obj.name === 'list';
        return isList
          ? known(listFrom(run, items), originAt(at, undefined, one.origin))
          : callWith(run, post, [known(viewFrom(run, items), originAt(at))], at);
      },
      (one) => {
        const kind = post?.k === 'known' && post.obj.t === 'builtin' ? post.obj.name : '';
        return { ...one, type: kind === 'list' ? 'list' : null, truth: null, env: null, key: '' };
      },
    );
  return known({ t: 'native', cls: 'decouple.Csv', call }, PYTHON);
}

function choices(run: Run, options: CallArgs, site: Site): Val {
  const flat = arg(options, 0, 'flat') ?? known(tuple([]), originAt(site));
  const cast = arg(options, 1, 'cast') ?? builtinName(run, 'str');
  if (options.pos[2] !== undefined || options.kw.has('choices')) return unknownAt(run, 'unsupported-syntax', site);
  const call = (args: CallArgs, at: Site): Val => {
    const value = cast === undefined ? none(originAt(at)) : callWith(run, cast, [args.pos[0] ?? none(originAt(at))], at);
    return choose(
      run,
      contains(run, flat, value, at),
      at,
      'the value is one of the choices',
      () => value,
      () => raise(run, 'ValueError', 'Value not in list', at),
    );
  };
  return known({ t: 'native', cls: 'decouple.Choices', call }, PYTHON);
}

function repositoryEnv(run: Run, args: CallArgs, at: Site): Val {
  return lift(run, args.pos[0] ?? none(originAt(at)), (one) => {
    const path = pathArg(one);
    const file = path === undefined ? undefined : envFileAt(run, path);
    if (file === null) return raise(run, 'FileNotFoundError', `No such file or directory: '${path}'`, at);
    if (file === undefined) return unknownAt(run, 'missing-file', at);
    const data = envRepository(run, file, at);
    return known(
      {
        t: 'native',
        cls: 'decouple.RepositoryEnv',
        attr: (name) => (name === 'data' ? unknownAt(run, 'unsupported-syntax', at) : undefined),
        ...repositoryMark(data),
      },
      originAt(at),
    );
  });
}

const repositories = new WeakMap<object, Repository>();

function repositoryMark(data: Repository): { readonly contains: (key: Val, at: Site) => Val } {
  const marked = { contains: (_key: Val, at: Site): Val => none(originAt(at)) };
  repositories.set(marked.contains, data);
  return marked;
}

function makeConfig(run: Run, args: CallArgs, at: Site): Val {
  const repository = args.pos[0] ?? args.kw.get('repository');
  if (repository?.k !== 'known' || repository.obj.t !== 'native' || repository.obj.contains === undefined)
    return callUnknown(run, unknownAt(run, 'dynamic-call', at), args, at);
  const data = repositories.get(repository.obj.contains);
  return data === undefined ? unknownAt(run, 'dynamic-call', at) : config(run, data, false);
}

export function decoupleModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const undefinedValue = exceptionClass('UndefinedValueError');
  return {
    decouple: {
      open: true,
      names: {
        config: () => autoConfig(run, null),
        AutoConfig: () =>
          typeObject('AutoConfig', (args, at) => {
            const path = arg(args, 0, 'search_path');
            if (path === undefined || (path.k === 'known' && path.obj.t === 'none')) return autoConfig(run, null);
            const text = pathArg(path);
            const folder = text === undefined ? undefined : envFolder(run, text);
            return folder === undefined ? unknownAt(run, 'missing-file', at) : autoConfig(run, folder);
          }),
        Config: () => typeObject('Config', (args, at) => makeConfig(run, args, at)),
        RepositoryEnv: () => typeObject('RepositoryEnv', (args, at) => repositoryEnv(run, args, at)),
        RepositoryEmpty: () =>
          typeObject('RepositoryEmpty', (_args, at) =>
            known({ t: 'native', cls: 'decouple.RepositoryEmpty', ...repositoryMark(new Map()) }, originAt(at)),
          ),
        Csv: () => typeObject('Csv', (args) => csv(run, args)),
        Choices: () => typeObject('Choices', (args, at) => choices(run, args, at)),
        UndefinedValueError: () => (undefinedValue === undefined ? none(PYTHON) : known(undefinedValue, PYTHON)),
        strtobool: () => builtin('strtobool', (args, at) => booleanCast(run, args.pos[0] ?? none(originAt(at)), 'value', at)),
      },
    },
  };
}

function envFolder(run: Run, path: string): string | undefined {
  const probe = envFileAt(run, `${path}/.env`);
  if (probe === undefined) return undefined;
  const clean = path.replace(/^<ROOT>\/?/, '');
  return clean === path && !path.startsWith('<ROOT>') ? undefined : clean.replace(/\/+$/, '');
}

/** The parts of a text between any of some characters, empty ones left out. */
function splitAt(text: string, delimiters: string): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && !delimiters.includes(text.charAt(at))) continue;
    if (at > from) parts.push(text.slice(from, at));
    from = at + 1;
  }
  return parts;
}
