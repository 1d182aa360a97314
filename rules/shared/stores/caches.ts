import type { Answer, Data, SettingsFacts, Value } from '../../../src/rule.ts';
import { classText } from '../code/python-class.ts';
import type { Code } from '../requests/middleware.ts';
import { keysInAnyCase } from '../values/data.ts';

/** One entry of CACHES. */
export interface Cache {
  readonly alias: string;
  /** "CACHES.default": what findings are about. */
  readonly subject: string;
  get(...path: readonly string[]): Value<Data | undefined>;
}

export const LOCAL_MEMORY = 'django.core.cache.backends.locmem.LocMemCache';
export const DUMMY = 'django.core.cache.backends.dummy.DummyCache';
export const FILE_BASED = 'django.core.cache.backends.filebased.FileBasedCache';

/** The entries that CACHES has in some case, in order. */
export function cachesOf(settings: SettingsFacts): readonly Cache[] {
  return keysInAnyCase(settings.get('CACHES')).map((alias) => cacheOf(settings, alias));
}

export function cacheOf(settings: SettingsFacts, alias: string): Cache {
  return { alias, subject: `CACHES.${alias}`, get: (...path) => settings.get('CACHES', alias, ...path) };
}

/** Whether a backend keeps its entries in files: Django's class, or a subclass of the project. */
export function isFileBased(backend: Data | undefined, code: Code): Answer {
  if (backend === FILE_BASED) return 'yes';
  if (typeof backend !== 'string') return backend === undefined ? 'no' : 'maybe';
  const text = backend.startsWith('django.') ? null : classText(backend, code);
  if (text === null) return 'no';
  return /^class\s+\w+\s*\([^)]*\bFileBasedCache\b/.test(text) ? 'yes' : 'no';
}
