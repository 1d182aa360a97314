import type { Collection, Data } from '../../core/data.ts';
import { compareRelease } from '../../core/guard.ts';
import { defaultOrigin } from '../../core/origin.ts';
import { bindValue, byDefault, casesOf, known, mapValue, originOf, unknown, type Value } from '../../core/value.ts';
import type { Environment } from '../../settings/model.ts';
import { shlexSplit } from '../../syntax/shell/shlex.ts';
import { textOf } from '../command/command.ts';
import { DEFAULTS, usual } from '../defaults/defaults.ts';
import { lookUp, withVariable } from '../environment.ts';
import type { Bind, Command, OptionSource, Server } from '../model.ts';
import { resolvePath } from '../shell/state.ts';
import { bindsOf, parseAddress } from './bind.ts';
import type { EvaluatedFile, ServerContext } from './context.ts';
import { GUNICORN_OPTIONS } from './gunicorn-options.ts';
import { allOptions, lastOption, type ParsedOptions, parseOptions } from './options.ts';
import { fromVariable, type Raw, toBoolean, toCount, toDecimal, toList, toText } from './values.ts';

const TABLE = DEFAULTS.gunicorn;
const OF = TABLE.of;

/** Everything that configures one gunicorn, strongest first. */
interface Sources {
  readonly line: ParsedOptions;
  /** GUNICORN_CMD_ARGS; unknown when it may be set to anything. */
  readonly variable: ParsedOptions | Value<string>;
  readonly file: ConfigFile;
  readonly environment: Environment;
  /** Before 23 only IPv4's loopback was believed. */
  readonly trusts: Value<readonly string[]>;
}

type ConfigFile =
  | { readonly kind: 'none' }
  | { readonly kind: 'evaluated'; readonly path: string; readonly evaluated: EvaluatedFile }
  | { readonly kind: 'unknown'; readonly path: string | null; readonly reason: Value<never> };

/** The effective configuration of a gunicorn command line: defaults < file < GUNICORN_CMD_ARGS < command line. */
export function gunicornServer(command: Command, context: ServerContext): Server {
  const sources = sourcesOf(command, context);
  const threads = setting(
    sources,
    'threads',
    toCount,
    (text) => toDecimal(text),
    () => usual(TABLE, 'threads'),
  );
  const workerClass = effectiveClass(
    setting(sources, 'worker_class', classOf, classOf, () => usual(TABLE, 'worker_class')),
    threads,
  );
  const number = (name: string, otherwise: () => Value<number>) => setting(sources, name, toCount, (text) => toDecimal(text), otherwise);
  const path = sources.file.kind === 'none' ? null : sources.file.path;
  return {
    software: 'gunicorn',
    interface: interfaceOf(workerClass),
    app: applicationOf(sources),
    binds: bindsFor(sources),
    workers: number('workers', () => fromVariable(sources.environment, 'WEB_CONCURRENCY', toDecimal, () => usual(TABLE, 'workers'))),
    threads,
    workerClass,
    timeout: number('timeout', () => usual(TABLE, 'timeout')),
    maxRequests: number('max_requests', () => usual(TABLE, 'max_requests')),
    maxRequestsJitter: number('max_requests_jitter', () => usual(TABLE, 'max_requests_jitter')),
    forwardedAllowIps: setting(sources, 'forwarded_allow_ips', addresses, addresses, () =>
      fromVariable(sources.environment, 'FORWARDED_ALLOW_IPS', addresses, () => sources.trusts),
    ),
    preload: setting(sources, 'preload_app', toBoolean, toBoolean, () => usual(TABLE, 'preload_app')),
    accessLog: setting<string | null>(sources, 'accesslog', toText, toText, () => usual(TABLE, 'accesslog')),
    errorLog: setting<string | null>(sources, 'errorlog', toText, toText, () => usual(TABLE, 'errorlog')),
    reload: setting(sources, 'reload', toBoolean, toBoolean, () => usual(TABLE, 'reload')),
    daemon: setting(sources, 'daemon', toBoolean, toBoolean, () => usual(TABLE, 'daemon')),
    option: (name) => optionAnywhere(sources, name),
    sources: (name) => sourcesOfOption(sources, name),
    configFile: path,
  };
}

/** Settings whose default stands in a variable, which gunicorn reads before anything else. */
const VARIABLES: ReadonlyMap<string, string> = new Map([
  ['workers', 'WEB_CONCURRENCY'],
  ['forwarded_allow_ips', 'FORWARDED_ALLOW_IPS'],
]);

function optionAnywhere(sources: Sources, name: string): Value<string> | null {
  return sourcesOfOption(sources, name).at(-1)?.value ?? null;
}

function sourcesOfOption(sources: Sources, name: string): readonly OptionSource[] {
  const variable = VARIABLES.get(name);
  const found: readonly { readonly from: OptionSource['from']; readonly value: Value<string> | null }[] = [
    { from: 'variable', value: variable === undefined ? null : lookUp(sources.environment, variable) },
    { from: 'file', value: textInFile(sources.file, name) },
    { from: 'arguments', value: fromOptions(sources.variable, name) },
    { from: 'command', value: lastOption(sources.line, name) },
  ];
  return found.flatMap(({ from, value }) => (value === null ? [] : [{ from, value }]));
}

/** What the configuration file sets, in the words of the command line. */
function textInFile(file: ConfigFile, name: string): Value<string> | null {
  const read = fromFile<Data>(
    file,
    name,
    (raw) => raw,
    () => byDefault(null, OF),
  );
  if (read.kind === 'known' && read.value === null) return null;
  return bindValue(read, (one): Value<string> => {
    const { value } = one;
    if (typeof value === 'string') return known(value.trim(), one.origin);
    if (typeof value === 'number' || typeof value === 'boolean') return known(String(value), one.origin);
    return mapValue(toList(read, false), (texts) => texts.join(','));
  });
}

function addresses(raw: Raw): Value<readonly string[]> {
  return toList(raw, true);
}

function sourcesOf(command: Command, context: ServerContext): Sources {
  const line = parseOptions(command.argv.slice(1), GUNICORN_OPTIONS);
  const variable = variableOf(command.environment);
  const release = context.release?.(OF) ?? null;
  return {
    line,
    variable,
    file: configFileOf(command, context, line, variable),
    environment: command.environment,
    trusts:
      release !== null && compareRelease(release, '23') < 0
        ? usual(TABLE, 'forwarded_allow_ips_before_23')
        : usual(TABLE, 'forwarded_allow_ips'),
  };
}

function variableOf(environment: Environment): ParsedOptions | Value<string> {
  const value = lookUp(environment, 'GUNICORN_CMD_ARGS');
  if (value === null) return parseOptions([], GUNICORN_OPTIONS);
  if (value.kind !== 'known') return value;
  const split = shlexSplit(value.value, '', 0, 'python');
  if (!split.ok) return unknown('raised', value.origin, [], 'str');
  return parseOptions(
    split.words.map((word) => known(word.text, value.origin)),
    GUNICORN_OPTIONS,
  );
}

function isParsed(variable: Sources['variable']): variable is ParsedOptions {
  return 'options' in variable;
}

/** What a source of options says of a setting: a value, nothing (null), or that it cannot be known. */
function fromOptions(options: Sources['variable'], name: string): Value<string> | null {
  if (!isParsed(options)) return options.kind === 'unknown' ? options : unknown('limit', originOf(options));
  if (options.refused !== null && options.options.length === 0) return null;
  return lastOption(options, name);
}

function setting<T>(
  sources: Sources,
  name: string,
  ofFile: (raw: Raw) => Value<T>,
  ofText: (text: Value<string>) => Value<T>,
  otherwise: () => Value<T>,
): Value<T> {
  const refusal = sources.line.refused;
  const given = lastOption(sources.line, name) ?? fromOptions(sources.variable, name);
  if (given !== null) return ofText(given);
  if (refusal !== null) return unknown('raised', defaultOrigin(OF));
  return fromFile(sources.file, name, ofFile, otherwise);
}

function fromFile<T>(file: ConfigFile, name: string, read: (raw: Raw) => Value<T>, otherwise: () => Value<T>): Value<T> {
  if (file.kind === 'none') return otherwise();
  if (file.kind === 'unknown') return file.reason;
  const { names, complete, raised } = file.evaluated;
  if (raised !== null) return unknown('raised', { step: 'text', at: raised.at });
  const value = names.get(name);
  if (value !== undefined) return read(value);
  return complete === true ? otherwise() : unknown('dynamic-call', { step: 'text', at: complete.at, note: complete.because });
}

/** `-c FILE`, else ./gunicorn.conf.py. A relative path is seen from the folder in which the process starts. */
function configFileOf(command: Command, context: ServerContext, line: ParsedOptions, variable: Sources['variable']): ConfigFile {
  const named = lastOption(line, 'config') ?? fromOptions(variable, 'config');
  const written = named === null ? './gunicorn.conf.py' : textOf(named)?.replace(/^file:/, '');
  const origin = originOf(named ?? command.workdir);
  if (written === undefined || written.startsWith('python:'))
    return unreadFile(null, origin, 'the configuration is a module or its name is not known');
  const full = resolvePath(textOf(command.workdir), written);
  const path = full === null ? null : context.locate(full);
  if (path === null || context.tree.kindOf(path) !== 'file') {
    if (named === null) return full === null ? absentDefault(context, origin) : { kind: 'none' };
    return unreadFile(null, origin, `${written} is not in the repository`);
  }
  if (context.evaluate === null) return unreadFile(path, origin, `${path} is not evaluated`);
  return { kind: 'evaluated', path, evaluated: context.evaluate(path, command.environment) };
}

/** Where the process starts is not known: the default file matters only when the repository has one somewhere. */
function absentDefault(context: ServerContext, origin: ReturnType<typeof originOf>): ConfigFile {
  const some = context.tree.files.some((one) => /(^|\/)gunicorn\.conf\.py$/.test(one.path));
  return some ? unreadFile(null, origin, 'whether it finds gunicorn.conf.py is not known') : { kind: 'none' };
}

function unreadFile(path: string | null, origin: ReturnType<typeof originOf>, note: string): ConfigFile {
  const via = origin.step === 'text' ? { step: 'text' as const, at: origin.at, note } : origin;
  const reason: Value<never> = { kind: 'unknown', why: 'missing-file', names: [], origin: via };
  return { kind: 'unknown', path, reason };
}

function classOf(raw: Raw): Value<string> {
  return bindValue(raw, (one) => {
    const value: Data = one.value;
    if (typeof value === 'string') return known(value.trim(), one.origin);
    const named = typeof value === 'object' && value !== null && 'kind' in value && 'name' in value ? value.name : null;
    return named === null ? unknown('raised', one.origin) : known(named, one.origin);
  });
}

/** More than one thread turns the plain worker into the threaded one, and no other. */
function effectiveClass(workerClass: Value<string>, threads: Value<number>): Value<string> {
  return bindValue(workerClass, (one) => {
    if (one.value !== 'sync') return one;
    return bindValue(threads, (count) =>
      count.value > 1 ? known('gthread', one.origin.step === 'default' ? count.origin : one.origin) : one,
    );
  });
}

const WSGI_WORKERS =
  /^(sync|gthread|gevent(_wsgi|_pywsgi)?|eventlet|tornado|ggevent|gaiohttp|meinheld.*|egg:gunicorn#(sync|gthread|gevent|eventlet))$/;

function interfaceOf(workerClass: Value<string>): Server['interface'] {
  const kinds = casesOf(workerClass).map(({ then }) => (then.kind === 'known' ? interfaceOfClass(then.value) : 'unknown'));
  const [first = 'unknown'] = kinds;
  return kinds.every((one) => one === first) ? first : 'unknown';
}

function interfaceOfClass(name: string): Server['interface'] {
  if (/uvicorn|asgi/i.test(name)) return 'asgi';
  return WSGI_WORKERS.test(name) || name.startsWith('gunicorn.workers.') ? 'wsgi' : 'unknown';
}

function applicationOf(sources: Sources): Value<string> {
  const [first] = sources.line.operands;
  if (first !== undefined) return first;
  if (sources.line.unread !== null) return unknown('opaque-env', originOf(sources.line.unread.word));
  const none = (): Value<string | null> => unknown('raised', defaultOrigin(OF));
  const named = fromFile<string | null>(sources.file, 'wsgi_app', toText, none);
  return bindValue(named, (one) => (one.value === null ? unknown('raised', one.origin) : known(one.value, one.origin)));
}

function bindsFor(sources: Sources): Collection<Bind> {
  const read = (text: string, origin: Parameters<typeof parseAddress>[1]) => parseAddress(text, origin);
  const given = allOptions(sources.line, 'bind');
  if (given.values.length > 0 || given.hidden !== null) return bindsOf(given.values, given.hidden, read);
  const { variable } = sources;
  if (!isParsed(variable)) return bindsOf([], variable, read);
  const added = allOptions(variable, 'bind');
  if (added.values.length > 0 || added.hidden !== null) return bindsOf(added.values, added.hidden, read);
  const list = fromFile<readonly string[]>(
    sources.file,
    'bind',
    (raw) => toList(raw, false),
    () => defaultBind(sources.environment),
  );
  if (list.kind !== 'known')
    return bindsOf(
      [],
      mapValue(list, () => ''),
      read,
    );
  return bindsOf(
    list.value.map((text) => known(text, list.origin)),
    null,
    read,
  );
}

function defaultBind(environment: Environment): Value<readonly string[]> {
  return fromVariable<readonly string[]>(
    environment,
    'PORT',
    (port) => mapValue(port, (text) => [`0.0.0.0:${text}`]),
    () => mapValue(usual(TABLE, 'bind'), (address) => [address]),
  );
}

/** The environment in which gunicorn loads the application: `-e NAME=value` and `raw_env` come on top. */
export function gunicornEnvironment(command: Command, context: ServerContext): Environment {
  const sources = sourcesOf(command, context);
  const lines = [sources.line, ...(isParsed(sources.variable) ? [sources.variable] : [])].map((one) => allOptions(one, 'raw_env').values);
  const ofFile = fromFile<readonly string[]>(
    sources.file,
    'raw_env',
    (raw) => toList(raw, false),
    () => byDefault([], OF),
  );
  const pairs =
    lines.find((one) => one.length > 0) ?? (ofFile.kind === 'known' ? ofFile.value.map((text) => known(text, ofFile.origin)) : []);
  let { environment } = command;
  for (const pair of pairs) {
    const equals = pair.kind === 'known' ? pair.value.indexOf('=') : -1;
    if (pair.kind !== 'known' || equals <= 0) continue;
    environment = withVariable(environment, pair.value.slice(0, equals), { ...pair, value: pair.value.slice(equals + 1) });
  }
  return environment;
}
