import { both } from '../core/guard.ts';
import { originAt, PyError, type Run, setAside, unknownAt } from './run.ts';
import { type ClassObj, type InstanceObj, known, type Site, str, tuple, type Unk, unk, type Val } from './values/object.ts';
import { newCell, type ScopeState } from './values/state.ts';

/** Built-in exceptions and those of the modelled libraries: name → base. */
const BASES: Readonly<Record<string, string>> = {
  Exception: 'BaseException',
  SystemExit: 'BaseException',
  KeyboardInterrupt: 'BaseException',
  GeneratorExit: 'BaseException',
  ArithmeticError: 'Exception',
  ZeroDivisionError: 'ArithmeticError',
  OverflowError: 'ArithmeticError',
  AssertionError: 'Exception',
  AttributeError: 'Exception',
  FrozenInstanceError: 'AttributeError',
  EOFError: 'Exception',
  ImportError: 'Exception',
  ModuleNotFoundError: 'ImportError',
  LookupError: 'Exception',
  IndexError: 'LookupError',
  KeyError: 'LookupError',
  NameError: 'Exception',
  UnboundLocalError: 'NameError',
  OSError: 'Exception',
  FileNotFoundError: 'OSError',
  FileExistsError: 'OSError',
  IsADirectoryError: 'OSError',
  NotADirectoryError: 'OSError',
  PermissionError: 'OSError',
  ConnectionError: 'OSError',
  TimeoutError: 'OSError',
  RuntimeError: 'Exception',
  NotImplementedError: 'RuntimeError',
  RecursionError: 'RuntimeError',
  StopIteration: 'Exception',
  SyntaxError: 'Exception',
  TypeError: 'Exception',
  ValueError: 'Exception',
  UnicodeError: 'ValueError',
  UnicodeDecodeError: 'UnicodeError',
  Warning: 'Exception',
  UserWarning: 'Warning',
  DeprecationWarning: 'Warning',
  PendingDeprecationWarning: 'Warning',
  RuntimeWarning: 'Warning',
  FutureWarning: 'Warning',
  ResourceWarning: 'Warning',
  ImportWarning: 'Warning',
  SyntaxWarning: 'Warning',
  BytesWarning: 'Warning',
  UnicodeWarning: 'Warning',
  MemoryError: 'Exception',
  BufferError: 'Exception',
  ImproperlyConfigured: 'Exception',
  AppRegistryNotReady: 'Exception',
  UndefinedValueError: 'Exception',
  JSONDecodeError: 'ValueError',
  EnvError: 'ValueError',
  EnvValidationError: 'EnvError',
  EnvNotSetError: 'EnvValidationError',
  EnvSealedError: 'TypeError',
  ParserConflictError: 'ValueError',
  ValidationError: 'ValueError',
  SettingsError: 'ValueError',
  PydanticImportError: 'ImportError',
  ConfigurationError: 'Exception',
  ParseError: 'ValueError',
  UnknownSchemeError: 'ValueError',
  NoOptionError: 'Exception',
  NoSectionError: 'Exception',
  ParsingError: 'Exception',
  MissingSectionHeaderError: 'ParsingError',
  DuplicateOptionError: 'Exception',
  DuplicateSectionError: 'Exception',
  InterpolationSyntaxError: 'Exception',
  InterpolationMissingOptionError: 'Exception',
  InterpolationDepthError: 'Exception',
  SubprocessError: 'Exception',
  CalledProcessError: 'SubprocessError',
  TimeoutExpired: 'SubprocessError',
  PackageNotFoundError: 'ModuleNotFoundError',
  gaierror: 'OSError',
  herror: 'OSError',
};

const MODULES: Readonly<Record<string, string>> = {
  ImproperlyConfigured: 'django.core.exceptions',
  AppRegistryNotReady: 'django.core.exceptions',
  UndefinedValueError: 'decouple',
  SubprocessError: 'subprocess',
  CalledProcessError: 'subprocess',
  TimeoutExpired: 'subprocess',
  PackageNotFoundError: 'importlib.metadata',
  gaierror: 'socket',
  herror: 'socket',
  FrozenInstanceError: 'dataclasses',
  JSONDecodeError: 'json',
  EnvError: 'environs',
  EnvValidationError: 'environs',
  EnvNotSetError: 'environs',
  EnvSealedError: 'environs',
  ParserConflictError: 'environs',
  ConfigurationError: 'envparse',
  ParseError: 'dj_database_url',
  UnknownSchemeError: 'dj_database_url',
  ValidationError: 'pydantic_core._pydantic_core',
  SettingsError: 'pydantic_settings.exceptions',
  PydanticImportError: 'pydantic.errors',
};

const made = new Map<string, ClassObj>();

/** The class of a known exception, by its bare name. */
export function exceptionClass(name: string): ClassObj | undefined {
  const old = made.get(name);
  if (old !== undefined) return old;
  const base = BASES[name];
  if (base === undefined && name !== 'BaseException') return undefined;
  const parent = base === undefined ? undefined : exceptionClass(base);
  const state: ScopeState = { k: 'scope', names: new Map(), open: null };
  const mro: ClassObj[] = [];
  const cls: ClassObj = {
    t: 'class',
    name,
    module: MODULES[name] ?? 'builtins',
    bases: parent === undefined ? [] : [parent],
    open: null,
    scope: { state, epoch: -1 },
    mro,
    native: true,
  };
  mro.push(cls, ...(parent?.mro ?? []));
  made.set(name, cls);
  return cls;
}

/** Builds an exception without raising it. */
export function makeError(
  run: Run,
  type: string,
  message: string,
  site: Site,
  variable: string | null = null,
  meant = false,
  args: readonly Val[] | null = null,
): PyError {
  const cls = exceptionClass(type) ?? exceptionClass('Exception');
  if (cls === undefined) throw new Error('the exception hierarchy is broken');
  // Our messages are for people; only some are what Python itself says.
  const exact = args ?? (VERBATIM.has(type) || (type === 'KeyError' && variable !== null) ? [str(message, originAt(site))] : null);
  const held: Val = exact === null ? unk('dynamic-call', originAt(site)) : known(tuple(exact), originAt(site));
  const names = new Map<string, Val>([['args', held]]);
  const attrs = newCell<ScopeState>(run.journal, { k: 'scope', names, open: null });
  const instance: InstanceObj = { t: 'instance', cls, attrs };
  return new PyError(known(instance, originAt(site)), type, message, site, variable, meant);
}

/** Exceptions whose message is Python's own. */
const VERBATIM: ReadonlySet<string> = new Set(['NameError', 'ModuleNotFoundError']);

/** Raises with what the exception holds in Python. */
export function raiseHolding(run: Run, type: string, args: readonly Val[], site: Site, message = ''): never {
  throw makeError(run, type, message, site, null, false, args);
}

/** Raises what the project itself asks for: `assert`, `sys.exit()`. */
export function raiseMeant(run: Run, type: string, message: string, site: Site, args: readonly Val[] | null = null): never {
  throw makeError(run, type, message, site, null, true, args);
}

/** Raises as Python would. */
export function raise(run: Run, type: string, message: string, site: Site, variable: string | null = null): never {
  throw makeError(run, type, message, site, variable);
}

/**
 * It may raise or not, and nothing tells which: with a handler around, both happen; without one it did not raise, or nothing would
 * run on. With a `key`, all places of that key raise together or not at all.
 */
export function mayRaise(run: Run, type: string, message: string, site: Site, key?: string): void {
  const guard = { on: 'text' as const, key: key ?? freshPlace(run, site), text: message, holds: true };
  const raised = both(run.path, [guard]);
  const went = both(run.path, [{ ...guard, holds: false }]);
  if (went === undefined) raise(run, type, message, site);
  if (raised === undefined) return;
  run.path = raised;
  const error = makeError(run, type, message, site);
  setAside(run, { kind: 'raise', error });
  run.path = went;
}

function freshPlace(run: Run, site: Site): string {
  const place = `raise:${site.file}:${site.start}`;
  const count = run.counters.get(place) ?? 0;
  run.counters.set(place, count + 1);
  return `${place}#${count}`;
}

/** An exception of which nothing is known: any handler may catch it. */
export function unknownError(run: Run): PyError {
  const site = { file: run.frame.module.file, start: 0, end: 0 };
  const error = makeError(run, 'Exception', 'an exception of unknown type', site);
  if (error.exc.obj.t !== 'instance') return error;
  const mro: ClassObj[] = [];
  const open: ClassObj = { ...error.exc.obj.cls, name: UNKNOWN_ERROR, open: unk('dynamic-call', originAt(site)), mro };
  mro.push(open);
  return new PyError({ ...error.exc, obj: { ...error.exc.obj, cls: open } }, 'Exception', error.message, error.site, null);
}

export const UNKNOWN_ERROR = 'an exception of unknown type';

/** Both go on: the path that raised, set aside, and the one that did not. */
export function setAsideUnknown(run: Run): void {
  const count = run.counters.get('doubt') ?? 0;
  run.counters.set('doubt', count + 1);
  const guard = { on: 'text' as const, key: `doubt:${count}`, text: 'something that is not understood raises', holds: true };
  const { path } = run;
  run.path = [...path, guard];
  setAside(run, { kind: 'raise', error: unknownError(run) });
  run.path = [...path, { ...guard, holds: false }];
}

export function unsupported(run: Run, what: string, site: Site): Unk {
  return unknownAt(run, 'unsupported-syntax', { ...site }, { key: `${what}:${site.file}:${site.start}` });
}
