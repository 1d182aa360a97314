import { type DeclaredProduction, NOTHING_DECLARED } from '../check/result.ts';
import type { Config } from './config.ts';

/** How one key of the configuration file is read. */
export interface ReadKey {
  /** "a list of texts": what the value must be, for the error. */
  readonly expects: string;
  /** Null when the value is of another kind. */
  read(value: unknown): Partial<Config> | null;
}

function texts(into: (list: readonly string[]) => Partial<Config>): ReadKey {
  return {
    expects: 'a text or a list of texts',
    read(value) {
      const list: readonly unknown[] = Array.isArray(value) ? value : [value];
      return list.every((one) => typeof one === 'string') ? into(list) : null;
    },
  };
}

function text(into: (one: string) => Partial<Config>, pattern: RegExp, expects: string): ReadKey {
  return { expects, read: (value) => (typeof value === 'string' && pattern.test(value) ? into(value) : null) };
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textsIn(value: unknown): readonly string[] | null {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const found = list.filter((one) => typeof one === 'string' && one !== '');
  return found.length === list.length ? list.map(String) : null;
}

function declaredIn(value: unknown): DeclaredProduction | null {
  if (!isTable(value)) return null;
  let declared = NOTHING_DECLARED;
  for (const [key, given] of Object.entries(value)) {
    if (key === 'names') {
      if (!isTable(given)) return null;
      const names = new Map<string, string>();
      for (const [name, id] of Object.entries(given)) {
        if (typeof id !== 'string' || id === '') return null;
        names.set(id, name);
      }
      declared = { ...declared, names };
      continue;
    }
    const ids = textsIn(given);
    if (ids === null || (key !== 'only' && key !== 'add' && key !== 'exclude')) return null;
    declared = { ...declared, [key]: ids };
  }
  return declared;
}

/** Every key, by name; schema/config.schema.json says the same for editors. */
export const KEYS: Readonly<Record<string, ReadKey>> = {
  select: texts((select) => ({ select })),
  ignore: texts((ignore) => ({ ignore })),
  include: texts((include) => ({ include })),
  exclude: texts((exclude) => ({ exclude })),
  'fail-on': {
    expects: '"error", "warning", "note" or "never"',
    read: (value) => (value === 'error' || value === 'warning' || value === 'note' || value === 'never' ? { failOn: value } : null),
  },
  strict: { expects: 'true or false', read: (value) => (typeof value === 'boolean' ? { strict: value } : null) },
  settings: texts((settings) => ({ settings })),
  class: text((className) => ({ className }), /^[A-Za-z_]\w*$/, 'the name of a class'),
  path: texts((paths) => ({ paths })),
  'env-file': texts((envFiles) => ({ envFiles })),
  env: {
    expects: 'a table of texts',
    read(value) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
      const entries: [string, string][] = [];
      for (const [name, one] of Object.entries(value)) {
        if (typeof one !== 'string') return null;
        entries.push([name, one]);
      }
      return { env: new Map(entries) };
    },
  },
  cpus: {
    expects: 'a number above 0',
    read: (value) => (typeof value === 'number' && value > 0 && Number.isFinite(value) ? { cpus: value } : null),
  },
  deployments: {
    expects: 'a table with only, add or exclude (lists of ids as topology prints them) and names (a table of name = id)',
    read(value) {
      const deployments = declaredIn(value);
      return deployments === null ? null : { deployments };
    },
  },
  django: text((django) => ({ django }), /^\d+\.\d+(\.\d+)?$/, 'a release in quotes, like "5.2"'),
  python: text((python) => ({ python }), /^\d+\.\d+(\.\d+)?$/, 'a release in quotes, like "3.12"'),
};
