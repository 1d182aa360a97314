import type { Answer } from '../../../src/rule.ts';
import { or } from '../values/answer.ts';
import { type Modules, moduleFile } from './python-class.ts';
import { type Bound, type PythonModule, readPythonModule } from './python-module.ts';

/** Classes of Django that derive from another one that settings name, in 2.2 to 6.1. */
const DJANGO: Readonly<Record<string, readonly string[]>> = {
  'django.contrib.auth.middleware.PersistentRemoteUserMiddleware': ['django.contrib.auth.middleware.RemoteUserMiddleware'],
  'django.middleware.cache.CacheMiddleware': [
    'django.middleware.cache.UpdateCacheMiddleware',
    'django.middleware.cache.FetchFromCacheMiddleware',
  ],
  'django.contrib.auth.backends.AllowAllUsersModelBackend': ['django.contrib.auth.backends.ModelBackend'],
  'django.contrib.auth.backends.RemoteUserBackend': ['django.contrib.auth.backends.ModelBackend'],
  'django.contrib.auth.backends.AllowAllUsersRemoteUserBackend': ['django.contrib.auth.backends.RemoteUserBackend'],
  'django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher': ['django.contrib.auth.hashers.PBKDF2PasswordHasher'],
  'django.contrib.auth.hashers.BCryptPasswordHasher': ['django.contrib.auth.hashers.BCryptSHA256PasswordHasher'],
  'django.contrib.admin.apps.AdminConfig': ['django.contrib.admin.apps.SimpleAdminConfig'],
};

const DEEPEST = 12;

/** Where the code of the project defines a class, following imports, aliases and re-exports. */
export type Definition =
  | { readonly kind: 'class'; readonly bases: readonly string[] }
  | { readonly kind: 'function' }
  /** No module of the project holds it: the name by which Python would look for it. */
  | { readonly kind: 'outside'; readonly path: string }
  | { readonly kind: 'unclear' };

/**
 * Whether a class is another one or derives from it. `outside` answers for classes whose code is not in the repository;
 * what the code of the project says in a way that is not followed is 'maybe'.
 */
export function descends(path: string, wanted: string, code: Modules, outside: (path: string) => Answer = () => 'maybe'): Answer {
  return walk(path, { wanted, code, outside }, 0);
}

interface Question {
  readonly wanted: string;
  readonly code: Modules;
  readonly outside: (path: string) => Answer;
}

function walk(path: string, question: Question, depth: number): Answer {
  if (path === question.wanted) return 'yes';
  if (depth > DEEPEST) return 'maybe';
  if (path.startsWith('django.')) {
    const parents = Object.hasOwn(DJANGO, path) ? (DJANGO[path] ?? []) : [];
    return or('no', ...parents.map((parent) => walk(parent, question, depth + 1)));
  }
  const definition = definitionOf(path, question.code);
  switch (definition.kind) {
    case 'class':
      return or('no', ...definition.bases.map((base) => walk(base, question, depth + 1)));
    case 'outside':
      if (/^builtins\./.test(definition.path)) return 'no';
      return definition.path === path ? question.outside(path) : walk(definition.path, question, depth + 1);
    case 'function':
      return 'no';
    case 'unclear':
      return 'maybe';
  }
}

/** The class behind a dotted name. Bases come back as dotted names that can be asked for in turn. */
export function definitionOf(dotted: string, code: Modules): Definition {
  let path = dotted;
  for (let step = 0; step < DEEPEST; step++) {
    if (path.startsWith('django.') || path.startsWith('builtins.')) return { kind: 'outside', path };
    const place = placeOf(path, code);
    if (place === null) return { kind: 'outside', path };
    const { module, names, read } = place;
    const [name = '', ...rest] = names;
    const bound = read.bound.get(name);
    if (bound === undefined) {
      const next = elsewhere(place);
      if (next === null) return { kind: 'unclear' };
      path = next;
    } else if (bound.kind === 'alias') path = [aliased(bound, place), ...rest].join('.');
    else if (bound.kind !== 'class' || rest.length > 0) return bound.kind === 'function' ? bound : { kind: 'unclear' };
    else if (bound.bases === null) return { kind: 'unclear' };
    else return { kind: 'class', bases: bound.bases.map((base) => `${module}.${base}`) };
  }
  return { kind: 'unclear' };
}

/** The module of the project that a dotted name leads into, and the names that are left. */
interface Place {
  readonly module: string;
  readonly isPackage: boolean;
  readonly names: readonly string[];
  readonly read: PythonModule;
}

function placeOf(dotted: string, code: Modules): Place | null {
  const parts = dotted.split('.');
  for (let length = parts.length - 1; length > 0; length--) {
    const module = parts.slice(0, length).join('.');
    const found = moduleFile(module, code);
    if (found === null) continue;
    return { module, isPackage: found.file.endsWith('/__init__.py'), names: parts.slice(length), read: moduleOf(found, code) };
  }
  return null;
}

/** Rules ask of the same few modules again and again. */
const READ = new WeakMap<Modules['repository'], Map<string, PythonModule>>();

function moduleOf({ file, text }: { readonly file: string; readonly text: string }, { repository }: Modules): PythonModule {
  const known = READ.get(repository) ?? new Map<string, PythonModule>();
  READ.set(repository, known);
  const module = known.get(file) ?? readPythonModule(text);
  known.set(file, module);
  return module;
}

const BUILTINS = /^(object|type|Exception|BaseException|dict|list|str|int|tuple|set|super)$/;

/** Where a name comes from that the module does not bind itself. */
function elsewhere({ module, isPackage, names, read }: Place): string | null {
  const [only, ...more] = read.stars;
  if (only !== undefined) return more.length > 0 ? null : [absolute(only, module, isPackage), ...names].join('.');
  return BUILTINS.test(names[0] ?? '') && names.length === 1 ? `builtins.${names[0]}` : null;
}

function aliased({ module: from, path }: Extract<Bound, { kind: 'alias' }>, { module, isPackage }: Place): string {
  if (from === null) return `${module}.${path}`;
  return from === '' ? path : `${absolute(from, module, isPackage)}.${path}`;
}

/** `.base` in `shop.middleware` is `shop.base`. */
function absolute(written: string, module: string, isPackage: boolean): string {
  const dots = /^\.*/.exec(written)?.[0].length ?? 0;
  if (dots === 0) return written;
  const parts = module.split('.');
  const kept = parts.slice(0, parts.length - dots + (isPackage ? 1 : 0));
  return [...kept, ...(written.length > dots ? [written.slice(dots)] : [])].join('.');
}
