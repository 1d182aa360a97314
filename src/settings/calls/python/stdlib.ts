import { arg, builtin, PYTHON, textArg, typeObject } from '../../builtins/native.ts';
import { callUnknown } from '../../expressions/call.ts';
import { exceptionClass, mayRaise, raise } from '../../raise.ts';
import { insideTry, lift, originAt, type Run, unknownAt } from '../../run.ts';
import { type CallArgs, int, type Known, known, none, type Site, str, type Val } from '../../values/object.ts';
import type { ModelledModule, ModuleTable } from '../registry.ts';
import { addressModules } from './addresses.ts';
import { datetimeNames } from './datetimes.ts';
import { LOG_LEVELS } from './log-levels.ts';
import { textModules } from './stdlib-texts.ts';

/** What else settings use of Python's library: each function is exact, or unknown for the reason that it is. */

function quiet(names: string): ModuleTable {
  return Object.fromEntries(names.split(' ').map((name) => [name, () => builtin(name, (_args, at) => none(originAt(at)))]));
}

function exceptions(names: Readonly<Record<string, string>>): ModuleTable {
  return Object.fromEntries(
    Object.entries(names).map(([name, of]) => {
      const cls = exceptionClass(of);
      return [name, () => (cls === undefined ? none(PYTHON) : known(cls, PYTHON))];
    }),
  );
}

/** Members of enumerations of numbers, which are numbers. */
function numbers(table: Readonly<Record<string, number>>): ModuleTable {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, () => int(value, PYTHON)]));
}

/** The folder for temporary files: the first of three variables, else /tmp, where nothing but an operating system stands. */
function temporaryFolder(run: Run, at: Site): Val {
  const unknown = () => unknownAt(run, 'host', at, { type: 'str', key: 'tempfile.gettempdir' });
  if (run.request.host !== 'bare' || run.request.environment.closed !== true) return unknown();
  const isGiven = ['TMPDIR', 'TEMP', 'TMP'].some(
    (name) => run.request.environment.variables.has(name) || run.environ.state.names.has(name),
  );
  const isPatched = run.natives.get('tempfile')?.patched?.state.names.has('tempdir') === true;
  return isGiven || isPatched || run.environ.state.open !== null ? unknown() : str('/tmp', originAt(at));
}

function temporary(run: Run): ModelledModule {
  const random = (name: string) => () => builtin(name, (_args, at) => unknownAt(run, 'random', at));
  return {
    open: true,
    names: {
      gettempdir: () => builtin('gettempdir', (_args, at) => temporaryFolder(run, at)),
      mkdtemp: () => builtin('mkdtemp', (_args, at) => unknownAt(run, 'random', at, { type: 'str' })),
      mkstemp: random('mkstemp'),
      NamedTemporaryFile: random('NamedTemporaryFile'),
      TemporaryDirectory: random('TemporaryDirectory'),
      TemporaryFile: random('TemporaryFile'),
    },
  };
}

/** inspect.getfile of the frame that runs, or of a module. */
function sourceFile(run: Run, args: CallArgs, at: Site): Val {
  const value = arg(args, 0, 'object');
  if (value === undefined) return raise(run, 'TypeError', 'missing an object', at);
  return lift(run, value, (one) => {
    if (one.obj.t === 'native' && one.obj.cls === FRAME && one.obj.text !== undefined) return str(one.obj.text, originAt(at));
    const file = one.obj.t === 'module' ? one.obj.scope?.state.names.get('__file__') : undefined;
    return file?.k === 'known' ? file : unknownAt(run, 'dynamic-call', at, { type: 'str' });
  });
}

const FRAME = 'frame';

/** The frame of the code that asks, which knows its file. */
function currentFrame(run: Run, at: Site): Val {
  const file = run.frame.module.scope.state.names.get('__file__');
  const text = file?.k === 'known' && file.obj.t === 'str' ? file.obj.v : undefined;
  // Code that exec runs has another file than the module whose names it sees.
  if (text === undefined || !text.endsWith(`/${run.frame.module.file}`)) return unknownAt(run, 'dynamic-call', at);
  return known({ t: 'native', cls: FRAME, text, truth: true }, originAt(at));
}

function levelName(run: Run, args: CallArgs, at: Site): Val {
  const value = arg(args, 0, 'level');
  if (value === undefined) return callUnknown(run, unknownAt(run, 'dynamic-call', at), args, at);
  return lift(run, value, (one) => {
    if (one.obj.t === 'str') {
      const level = Object.hasOwn(LOG_LEVELS, one.obj.v) ? LOG_LEVELS[one.obj.v] : undefined;
      return level === undefined ? unknownAt(run, 'dynamic-call', at) : int(level, originAt(at, undefined, one.origin));
    }
    const { obj } = one;
    const name = obj.t === 'int' ? NAMES_OF_LEVELS.find((each) => LOG_LEVELS[each] === Number(obj.v)) : undefined;
    return name === undefined ? unknownAt(run, 'dynamic-call', at, { type: 'str' }) : str(name, originAt(at));
  });
}

const NAMES_OF_LEVELS = ['CRITICAL', 'ERROR', 'WARNING', 'INFO', 'DEBUG', 'NOTSET'];

/** The facilities of logging.handlers.SysLogHandler, by their numbers in syslog.h. */
const FACILITIES = 'KERN USER MAIL DAEMON AUTH SYSLOG LPR NEWS UUCP CRON AUTHPRIV FTP NTP SECURITY CONSOLE SOLCRON'.split(' ');

function sysLogHandler(): Val {
  const facilities = new Map(FACILITIES.map((name, i) => [`LOG_${name}`, i]));
  for (let i = 0; i < 8; i++) facilities.set(`LOG_LOCAL${i}`, 16 + i);
  return typeObject(
    'SysLogHandler',
    (_args, at) => known({ t: 'native', cls: 'logging.handlers.SysLogHandler' }, originAt(at)),
    (name) => {
      const number = facilities.get(name);
      return number === undefined ? undefined : int(number, PYTHON);
    },
  );
}

/** Rounding to a whole number. */
function whole(run: Run, name: string, round: (value: number) => number): Known {
  return builtin(name, (args, at) => {
    const value = args.pos[0];
    if (value === undefined || args.open !== null) return callUnknown(run, unknownAt(run, 'dynamic-call', at), args, at);
    return lift(run, value, (one) => {
      if (one.obj.t === 'int') return int(one.obj.v, originAt(at, undefined, one.origin));
      if (one.obj.t === 'bool') return int(one.obj.v ? 1 : 0, originAt(at));
      const rounded = one.obj.t === 'float' ? round(one.obj.v) : Number.NaN;
      return Number.isSafeInteger(rounded)
        ? int(rounded, originAt(at, undefined, one.origin))
        : unknownAt(run, 'dynamic-call', at, { type: 'int' });
    });
  });
}

/** The version of an installed distribution: Django's own, where one release is pinned. */
function versionOf(run: Run, args: CallArgs, at: Site): Val {
  const name = textArg(arg(args, 0, 'distribution_name'));
  const { exact } = run.request.django;
  if (name?.toLowerCase() === 'django' && exact !== null && exact.split('.').length > 2) return str(exact, originAt(at));
  if (name?.toLowerCase() !== 'django' && insideTry(run))
    mayRaise(
      run,
      'PackageNotFoundError',
      `No package metadata was found for ${name ?? 'a distribution'}`,
      at,
      `metadata:${name ?? at.start}`,
    );
  return unknownAt(run, 'third-party', at, { type: 'str' });
}

/** contextlib.suppress, which the `with` statement asks for by this name. */
export const SUPPRESS = 'contextlib.suppress';

function strToBool(run: Run, args: CallArgs, at: Site): Val {
  return lift(run, args.pos[0] ?? none(originAt(at)), (one) => {
    if (one.obj.t !== 'str') return raise(run, 'AttributeError', 'the value has no attribute lower', at, one.read?.name ?? null);
    const text = one.obj.v.toLowerCase();
    const origin = originAt(at, undefined, one.origin);
    if (['y', 'yes', 't', 'true', 'on', '1'].includes(text)) return int(1, origin);
    if (['n', 'no', 'f', 'false', 'off', '0'].includes(text)) return int(0, origin);
    return raise(run, 'ValueError', 'the text stands for no truth value', at, one.read?.name ?? null);
  });
}

export function stdlibModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const host = (name: string, type: 'str' | 'int' | 'list') => () => builtin(name, (_args, at) => unknownAt(run, 'host', at, { type }));
  const table = (names: ModuleTable): ModelledModule => ({ open: true, names });
  return {
    ...addressModules(run),
    ...textModules(run),
    tempfile: temporary(run),
    datetime: table(datetimeNames(run)),
    inspect: table({
      currentframe: () => builtin('currentframe', (_args, at) => currentFrame(run, at)),
      getfile: () => builtin('getfile', (args, at) => sourceFile(run, args, at)),
      getsourcefile: () => builtin('getsourcefile', (args, at) => sourceFile(run, args, at)),
    }),
    logging: table({ getLevelName: () => builtin('getLevelName', (args, at) => levelName(run, args, at)) }),
    'logging.handlers': table({ SysLogHandler: sysLogHandler }),
    contextlib: table({
      suppress: () => builtin(SUPPRESS, (args, at) => callUnknown(run, unknownAt(run, 'unsupported-syntax', at), args, at)),
    }),
    math: table({
      floor: () => whole(run, 'floor', Math.floor),
      ceil: () => whole(run, 'ceil', Math.ceil),
      trunc: () => whole(run, 'trunc', Math.trunc),
      inf: () => known({ t: 'float', v: Number.POSITIVE_INFINITY }, PYTHON),
      pi: () => known({ t: 'float', v: Math.PI }, PYTHON),
    }),
    platform: table({
      node: host('node', 'str'),
      machine: host('machine', 'str'),
      release: host('release', 'str'),
      python_version: host('python_version', 'str'),
      platform: host('platform', 'str'),
      python_implementation: host('python_implementation', 'str'),
    }),
    socket: table({
      gethostname: host('gethostname', 'str'),
      getfqdn: host('getfqdn', 'str'),
      gethostbyname: host('gethostbyname', 'str'),
      ...exceptions({ error: 'OSError', gaierror: 'gaierror', herror: 'herror', timeout: 'TimeoutError' }),
      ...numbers({ SOCK_STREAM: 1, SOCK_DGRAM: 2, AF_INET: 2, AF_INET6: 10, AF_UNIX: 1 }),
    }),
    subprocess: table({
      ...exceptions({ CalledProcessError: 'CalledProcessError', SubprocessError: 'SubprocessError', TimeoutExpired: 'TimeoutExpired' }),
      ...numbers({ PIPE: -1, STDOUT: -2, DEVNULL: -3 }),
    }),
    ssl: table(numbers({ CERT_NONE: 0, CERT_OPTIONAL: 1, CERT_REQUIRED: 2 })),
    traceback: table(quiet('print_exc print_stack print_exception')),
    mimetypes: table(quiet('init')),
    pprint: table(quiet('pprint pp')),
    getpass: table({ getuser: host('getuser', 'str') }),
    site: table({ getsitepackages: host('getsitepackages', 'list'), addsitedir: quietOpen(run) }),
    'importlib.metadata': table({
      version: () => builtin('version', (args, at) => versionOf(run, args, at)),
      ...exceptions({ PackageNotFoundError: 'PackageNotFoundError' }),
    }),
    'distutils.util': table({ strtobool: () => builtin('strtobool', (args, at) => strToBool(run, args, at)) }),
  };
}

/** site.addsitedir puts folders on sys.path that its .pth files name: imports are not known after it. */
function quietOpen(run: Run): () => Val {
  return () =>
    builtin('addsitedir', (_args, at) => {
      run.rootsUnknown = true;
      return none(originAt(at));
    });
}
