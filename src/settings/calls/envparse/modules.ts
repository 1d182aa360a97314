import { isSecretName } from '../../../core/secret.ts';
import { builtinName } from '../../builtins/builtins.ts';
import { toFloat } from '../../builtins/casts.ts';
import { arg, boolArg, builtin, isNone, PYTHON, pathArg, typeObject } from '../../builtins/native.ts';
import { workingFolder } from '../../builtins/path-methods.ts';
import { stripText } from '../../builtins/str-methods.ts';
import { lookupVariable, readAs } from '../../environment.ts';
import { callUnknown, callWith } from '../../expressions/call.ts';
import { equal, identical } from '../../expressions/comparison.ts';
import { envFileAt, folderOf, searchUpwards } from '../../imports/libraries.ts';
import { exceptionClass, raise } from '../../raise.ts';
import { lift, originAt, PyError, type Run, unknownAt } from '../../run.ts';
import { setItem } from '../../values/containers.ts';
import { dictFrom, viewFrom } from '../../values/iterate.ts';
import { bool, type CallArgs, type Known, known, none, type Obj, type Site, str, type Unk, type Val } from '../../values/object.ts';
import { treePath } from '../../values/paths.ts';
import { writeScope } from '../../values/state.ts';
import { keep } from '../django-environ/files.ts';

import { loads } from '../python/json.ts';
import { parseUrl, urlObject } from '../python/urls.ts';
import type { ModelledModule } from '../registry.ts';
import { since } from '../releases.ts';
import { envparseLines } from './file.ts';

/** envparse 0.2.0, read from `envparse.py`. */

const PARAMS = ['var', 'default', 'cast', 'subcast', 'force', 'preprocessor', 'postprocessor'];
const TRUE_WORDS = new Set(['true', 'on', 'ok', 'y', 'yes', '1']);

type Schema = ReadonlyMap<string, Val>;

/** One question to the environment. */
interface Asked {
  readonly run: Run;
  readonly name: string;
  readonly otherwise: Val | undefined;
  readonly cast: Val;
  readonly subcast: Val | undefined;
  readonly force: boolean;
  readonly before: Val | undefined;
  readonly after: Val | undefined;
  readonly site: Site;
}

function isBuiltin(run: Run, cast: Val, name: string): boolean {
  const wanted = builtinName(run, name);
  return cast.k === 'known' && wanted?.k === 'known' && identical(cast.obj, wanted.obj) === true;
}

/** `None` given is like nothing given. */
function given(value: Val | undefined): Val | undefined {
  return isNone(value) ? undefined : value;
}

function ask(run: Run, schema: Schema, args: CallArgs, site: Site, forced: Val | undefined): Val {
  if (args.open !== null) return callUnknown(run, args.open, args, site);
  const most = forced === undefined ? PARAMS.length : 1;
  if (args.pos.length > most || [...args.kw.keys()].some((name) => !PARAMS.includes(name) || (forced !== undefined && name === 'cast')))
    return raise(run, 'TypeError', 'got other arguments than it takes', site);
  const at = (name: string): Val | undefined => args.kw.get(name) ?? args.pos[PARAMS.indexOf(name)];
  const force = boolArg(at('force'), false);
  return lift(run, at('var') ?? none(originAt(site)), (one) => {
    if (one.obj.t !== 'str' || force === undefined) return unknownAt(run, 'unsupported-syntax', site);
    const own = schemaEntry(schema.get(one.obj.v));
    if (own === undefined) return unknownAt(run, 'unsupported-syntax', site, { names: [one.obj.v] });
    const cast = given(forced ?? at('cast')) ?? own.cast ?? builtinName(run, 'str');
    if (cast?.k !== 'known') return unknownAt(run, 'dynamic-call', site, { names: [one.obj.v] });
    return read({
      run,
      name: one.obj.v,
      otherwise: at('default') ?? own.otherwise,
      cast,
      subcast: given(at('subcast')) ?? own.subcast,
      force,
      before: given(at('preprocessor')),
      after: given(at('postprocessor')),
      site,
    });
  });
}

interface Entry {
  readonly cast?: Val;
  readonly subcast?: Val;
  readonly otherwise?: Val;
}

/** A mapping gives cast, subcast and default; anything else is the cast. */
function schemaEntry(value: Val | undefined): Entry | undefined {
  if (value === undefined) return {};
  if (value.k !== 'known') return undefined;
  if (value.obj.t !== 'dict') return { cast: value };
  const { entries, open } = value.obj.cell.state;
  const slot = (key: string) => entries.get(`s:${key}`)?.value;
  const [cast, subcast, otherwise] = [slot('cast'), slot('subcast'), slot('default')];
  if (open !== null || [cast, subcast, otherwise].some((one) => one?.k === 'cond' || one?.k === 'absent')) return undefined;
  return {
    ...(cast === undefined || cast.k === 'absent' ? {} : { cast }),
    ...(subcast === undefined || subcast.k === 'absent' ? {} : { subcast }),
    ...(otherwise === undefined || otherwise.k === 'absent' ? {} : { otherwise }),
  };
}

function read(asked: Asked): Val {
  const { run, name, otherwise, site } = asked;
  // A default is finished where it is asked for; what the environment holds is finished afterwards.
  const done = new Set<Obj>();
  const note = (value: Val): Val => {
    for (const one of value.k === 'cond' ? value.cases.map((each) => each.then) : [value]) if (one.k === 'known') done.add(one.obj);
    return value;
  };
  const value = readAs(
    run,
    {
      name,
      library: 'envparse',
      site,
      fallback: otherwise === undefined ? null : () => note(finish(asked, otherwise)),
      error: 'ConfigurationError',
      message: `Environment variable '${name}' not set.`,
    },
    lookupVariable(run, name, site),
  );
  return lift(
    run,
    value,
    (one) => (done.has(one.obj) ? one : finish(asked, one)),
    (one) => (one.key === `env:${name}` && one.why !== 'missing-env' ? finish(asked, one) : one),
  );
}

/** Casts what differs from the default, between the two processors. */
function finish(asked: Asked, value: Val): Val {
  const { run, site, before, after } = asked;
  return lift(
    run,
    value,
    (one) => {
      // A text that names another variable is looked up with more arguments than the lookup takes.
      if (one.obj.t === 'str' && one.obj.v.startsWith('{{')) return raise(run, 'TypeError', 'takes fewer positional arguments', site);
      const ready = before === undefined ? one : callWith(run, before, [one], site);
      const cast = castUnlessDefault(asked, ready);
      return after === undefined ? cast : callWith(run, after, [cast], site);
    },
    (one) =>
      before === undefined && after === undefined ? castUnlessDefault(asked, one) : unknownAt(run, one.why, site, { names: one.names }),
  );
}

function castUnlessDefault(asked: Asked, value: Val): Val {
  const { run, otherwise, site } = asked;
  return lift(
    run,
    value,
    (one) => {
      const same = otherwise === undefined || asked.force ? false : otherwise.k === 'known' ? equal(run, one, otherwise, site) : undefined;
      if (same === undefined) return unknownAt(run, 'dynamic-call', site, { names: [asked.name] });
      return same ? one : castKnown(asked, one);
    },
    (one) => castText(asked, one),
  );
}

/** A text that is not known: it may be the default's, which is not cast. */
function castText(asked: Asked, one: Unk): Val {
  const { run, cast, otherwise } = asked;
  if (isBuiltin(run, cast, 'str')) return one;
  const other = { ...one, truth: null, env: null, key: '', type: null };
  if (otherwise !== undefined && !asked.force && (otherwise.k !== 'known' || otherwise.obj.t === 'str')) return other;
  for (const type of ['bool', 'int', 'float', 'list', 'dict'] as const) {
    if (isBuiltin(run, cast, type)) return { ...other, type, key: one.key === '' ? '' : `envparse.${type}(${one.key})` };
  }
  return other;
}

function castKnown(asked: Asked, one: Known): Val {
  const { run, cast, site } = asked;
  if (isBuiltin(run, cast, 'bool')) {
    if (one.obj.t !== 'str') return raise(run, 'AttributeError', "object has no attribute 'lower'", site);
    return bool(TRUE_WORDS.has(one.obj.v.toLowerCase()), originAt(site, undefined, one.origin));
  }
  if (isBuiltin(run, cast, 'float')) return floating(run, one, site);
  if (isBuiltin(run, cast, 'list') || isBuiltin(run, cast, 'tuple')) {
    if (one.obj.t !== 'str') return raise(run, 'AttributeError', "object has no attribute 'split'", site);
    const parts = one.obj.v.split(',').filter((part) => part !== '');
    return configured(asked, () =>
      callWith(
        run,
        cast,
        [
          known(
            viewFrom(
              run,
              parts.map((part) => item(asked, one, part)),
            ),
            originAt(site, undefined, one.origin),
          ),
        ],
        site,
      ),
    );
  }
  if (isBuiltin(run, cast, 'dict')) return mapping(asked, one);
  return configured(asked, () => callWith(run, cast, [one], site));
}

function item(asked: Asked, from: Known, part: string): Val {
  const value = str(stripText(part, null, 'both'), originAt(asked.site, undefined, from.origin), from.secret);
  return asked.subcast === undefined ? value : callWith(asked.run, asked.subcast, [value], asked.site);
}

/** Every sign but digits, commas and points is dropped, the minus too. */
function floating(run: Run, one: Known, site: Site): Val {
  if (one.obj.t !== 'str') return raise(run, 'TypeError', 'expected string or bytes-like object', site);
  if (/[^\x00-\x7f]/.test(one.obj.v)) return unknownAt(run, 'unsupported-syntax', site, { type: 'float' });
  const parts = one.obj.v.replace(/[^\d,.]/g, '').split(/[,.]/);
  const text = parts.length === 1 ? (parts[0] ?? '') : `${parts.slice(0, -1).join('')}.${parts[parts.length - 1]}`;
  return toFloat(run, str(text, one.origin), site);
}

function mapping(asked: Asked, one: Known): Val {
  const { run, site } = asked;
  if (one.obj.t !== 'str') return raise(run, 'AttributeError', "object has no attribute 'split'", site);
  const dict = dictFrom(run, [], site);
  for (const pair of one.obj.v === '' ? [] : one.obj.v.split(',')) {
    const [key, value, ...more] = pair.split('=');
    if (key === undefined || value === undefined || more.length > 0) return raise(run, 'ValueError', 'not a pair', site, asked.name);
    setItem(run, dict, str(stripText(key, null, 'both'), originAt(site)), item(asked, one, value), site);
  }
  return known(dict, originAt(site, undefined, one.origin));
}

/** A ValueError of the cast becomes the library's own exception. */
function configured(asked: Asked, body: () => Val): Val {
  const valueError = exceptionClass('ValueError');
  try {
    return body();
  } catch (error) {
    if (error instanceof PyError && valueError !== undefined && exceptionClass(error.type)?.mro.includes(valueError))
      return raise(asked.run, 'ConfigurationError', `The value of ${asked.name} cannot be converted.`, asked.site, asked.name);
    throw error;
  }
}

/** Env.read_envfile: the file, or one of its name in a folder above. */
function readFile(run: Run, args: CallArgs, at: Site): Val {
  const opened = (): Val => {
    writeScope(run.journal, run.environ).open = unknownAt(run, 'missing-file', at, { type: 'str' });
    return none(originAt(at));
  };
  if (args.open !== null) return opened();
  const path = given(arg(args, 0, 'path')) ?? str(`<ROOT>/${folderOf(at.file) === '' ? '' : `${folderOf(at.file)}/`}.env`, originAt(at));
  return lift(
    run,
    path,
    (one) => {
      const text = pathArg(one);
      const file = text === undefined ? undefined : (envFileAt(run, text) ?? above(run, text));
      if (file === undefined) return opened();
      if (file !== null) load(run, file, args, at);
      return none(originAt(at));
    },
    () => opened(),
  );
}

function above(run: Run, path: string): string | null | undefined {
  const inTree = treePath(path, workingFolder(run));
  if (inTree === undefined) return undefined;
  return searchUpwards(run, folderOf(folderOf(inTree)), [inTree.slice(inTree.lastIndexOf('/') + 1)]) ?? null;
}

function load(run: Run, file: string, args: CallArgs, at: Site): void {
  const found = run.request.tree.read(file);
  if (!found.ok) {
    run.problems.push(found.problem);
    return;
  }
  const { lines, raises } = envparseLines(found.text);
  for (const line of lines) {
    const span = { file, start: line.start, end: line.end };
    const origin = { step: 'env' as const, name: line.name, state: 'given' as const, at: span, from: file };
    keep(run, line.name, str(line.value, origin, isSecretName(line.name)), false, at);
  }
  if (raises) raise(run, 'ValueError', 'No closing quotation', at);
  for (const [name, value] of args.kw) if (name !== 'path') keep(run, name, value, false, at);
}

function shortcuts(run: Run): Readonly<Record<string, () => Val | undefined>> {
  const named = (name: string) => () => builtinName(run, name);
  return {
    bool: named('bool'),
    dict: named('dict'),
    float: named('float'),
    int: named('int'),
    list: named('list'),
    set: named('set'),
    str: named('str'),
    tuple: named('tuple'),
    json: () => builtin('loads', (args, at) => loads(run, args.pos[0] ?? none(originAt(at)), at)),
    url: () =>
      builtin('urlparse', (args, at) =>
        lift(run, args.pos[0] ?? none(originAt(at)), (one) => {
          const url = one.obj.t === 'str' ? parseUrl(one.obj.v) : undefined;
          if (url === null) return raise(run, 'ValueError', 'the URL is not valid', at, one.read?.name ?? null);
          return url === undefined ? unknownAt(run, 'unsupported-syntax', at) : urlObject(run, url, one, at);
        }),
      ),
  };
}

function envObject(run: Run, schema: Schema): Val {
  const casts = shortcuts(run);
  return known(
    {
      t: 'native',
      cls: 'envparse.Env',
      truth: true,
      call: (args, at) => ask(run, schema, args, at, undefined),
      attr: (name) => {
        const cast = Object.hasOwn(casts, name) ? casts[name]?.() : undefined;
        if (cast !== undefined) return builtin(name, (args, at) => ask(run, schema, args, at, cast));
        if (name === 'read_envfile') return builtin(name, (args, at) => readFile(run, args, at));
        return undefined;
      },
    },
    PYTHON,
  );
}

export function envparseModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const open = (): Val | undefined =>
    since(run, 'envparse', '0.2') === false
      ? unknownAt(run, 'third-party', { file: '', start: 0, end: 0 }, { key: 'envparse' })
      : undefined;
  const failure = exceptionClass('ConfigurationError');
  return {
    envparse: {
      open: true,
      names: {
        env: () => open() ?? envObject(run, new Map()),
        Env: () =>
          open() ??
          typeObject(
            'envparse.Env',
            (args, at) => {
              if (args.pos.length > 0) return raise(run, 'TypeError', 'Env() takes keyword arguments only', at);
              return args.open === null ? envObject(run, args.kw) : callUnknown(run, args.open, args, at);
            },
            (name) => (name === 'read_envfile' ? builtin(name, (args, at) => readFile(run, args, at)) : undefined),
          ),
        ConfigurationError: () => (failure === undefined ? none(PYTHON) : known(failure, PYTHON)),
      },
    },
  };
}
