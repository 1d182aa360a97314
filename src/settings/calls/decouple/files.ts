import { parseIni } from '../../../syntax/ini/index.ts';
import { pathArg } from '../../builtins/native.ts';
import { existence, readText, resolved } from '../../builtins/path-methods.ts';
import { envFileAt, fileVariables } from '../../imports/libraries.ts';
import { raise } from '../../raise.ts';
import { originAt, type Run, unknownAt } from '../../run.ts';
import { type Known, known, type NativeObj, type Site, str, type Unk, type Val } from '../../values/object.ts';
import { treePath } from '../../values/paths.ts';
import { since } from '../releases.ts';

/** python-decouple 3.8: where `config` looks behind the environment. */
export interface Repository {
  /** The value under a key, made when it is asked for: undefined when it has none. */
  readonly find: (key: string, site: Site) => Val | undefined;
}

export const EMPTY: Repository = { find: () => undefined };

/** A repository of which nothing is known: it may have any key. */
export function openRepository(why: Unk): Repository {
  return { find: (key) => ({ ...why, type: 'str', names: [key], key: `decouple:${key}` }) };
}

/** The variables of an env file, later lines win. */
export function envRepository(run: Run, file: string, site: Site): Repository {
  const data = new Map<string, Val>();
  for (const one of fileVariables(run, file, 'decouple', site))
    if (one.value !== null) data.set(one.name, ofAllReleases(run, one.value, one.name, site));
  return { find: (key) => data.get(key) };
}

/** Before 3.5 all quotes at both ends were cut, not one pair. */
function ofAllReleases(run: Run, value: Val, name: string, site: Site): Val {
  const nested = value.k === 'known' && value.obj.t === 'str' && /^['"]|['"]$/.test(value.obj.v);
  return nested && since(run, 'python-decouple', '3.5') !== true
    ? unknownAt(run, 'unsupported-syntax', site, { type: 'str', names: [name] })
    : value;
}

/** The section [settings] with what [DEFAULT] adds to it; names are compared in lower case. */
export function iniRepository(run: Run, file: string, site: Site): Repository {
  const read = run.request.tree.read(file);
  if (!read.ok) return openRepository(unknownAt(run, 'missing-file', site));
  const document = parseIni(file, read.text, 'config-parser');
  if (document.rejected !== null) return raise(run, 'ParsingError', document.rejected, site);
  const own = document.sections.filter((section) => section.name === 'settings');
  if (own.length === 0) return EMPTY;
  const values = new Map<string, { readonly text: string; readonly value: Val }>();
  for (const section of [...document.sections.filter((one) => one.name === 'DEFAULT'), ...own])
    for (const entry of section.entries)
      values.set(entry.key, {
        text: entry.value ?? '',
        value: str(entry.value ?? '', { step: 'env', name: entry.key, state: 'given', at: entry.valueSpan, from: file }),
      });
  return { find: (key, at) => interpolated(run, values, key.toLowerCase(), at) };
}

const MAX_INTERPOLATIONS = 10;

/** ConfigParser's `%(name)s` and `%%`. */
function interpolated(
  run: Run,
  values: ReadonlyMap<string, { readonly text: string; readonly value: Val }>,
  key: string,
  site: Site,
): Val | undefined {
  const entry = values.get(key);
  if (entry === undefined || !entry.text.includes('%')) return entry?.value;
  const expand = (text: string, depth: number): string => {
    if (depth > MAX_INTERPOLATIONS) return raise(run, 'InterpolationDepthError', 'interpolation nests too deep', site);
    return text.replace(/%(?:%|\(([^)]+)\)s|)/g, (all: string, name: string | undefined) => {
      if (all === '%%') return '%';
      if (name === undefined) return raise(run, 'InterpolationSyntaxError', "'%' must be followed by '%' or '('", site);
      const other = values.get(name.toLowerCase());
      if (other === undefined) return raise(run, 'InterpolationMissingOptionError', 'bad value substitution', site);
      return other.text.includes('%') ? expand(other.text, depth + 1) : other.text;
    });
  };
  const text = expand(entry.text, 1);
  return entry.value.k === 'known' ? { ...entry.value, obj: { t: 'str', v: text } } : entry.value;
}

/** A folder in which each file is a key. */
function secretRepository(run: Run, path: string, site: Site): Repository {
  const full = resolved(run, path);
  const folder = full === undefined ? undefined : treePath(full, '');
  if (full === undefined || folder === undefined) return openRepository(unknownAt(run, 'host', site));
  const there = existence(run, full, 'directory', site);
  if (there.k !== 'known' || there.obj.t !== 'bool') return openRepository(unknownAt(run, 'host', site));
  if (!there.obj.v) return raise(run, 'FileNotFoundError', `No such file or directory: '${path}'`, site);
  const names = new Set(run.request.tree.list(folder));
  return {
    find: (key, at) => {
      if (!names.has(key)) return undefined;
      const text = readText(run, `${full}/${key}`, at);
      return text.k === 'known'
        ? { ...text, secret: true, origin: { step: 'env', name: key, state: 'given', at: { file: `${folder}/${key}`, start: 0, end: 0 } } }
        : text;
    },
  };
}

const repositories = new WeakMap<NativeObj, Repository>();

/** The repository that an object of the library stands for. */
export function repositoryOf(value: Val | undefined): Repository | undefined {
  return value?.k === 'known' && value.obj.t === 'native' ? repositories.get(value.obj) : undefined;
}

export type RepositoryKind = 'RepositoryEnv' | 'RepositoryIni' | 'RepositorySecret' | 'RepositoryEmpty';

/** RepositoryEnv(source) and its siblings. */
export function makeRepository(run: Run, kind: RepositoryKind, source: Known, site: Site): Val {
  const path = pathArg(source);
  const repository =
    kind === 'RepositoryEmpty'
      ? EMPTY
      : path === undefined
        ? openRepository(unknownAt(run, 'missing-file', site))
        : read(run, kind, path, site);
  const obj: NativeObj = { t: 'native', cls: `decouple.${kind}`, truth: true };
  repositories.set(obj, repository);
  return known(obj, originAt(site));
}

function read(run: Run, kind: RepositoryKind, path: string, site: Site): Repository {
  if (kind === 'RepositorySecret') return secretRepository(run, path, site);
  const file = envFileAt(run, path);
  if (file === null) return raise(run, 'FileNotFoundError', `No such file or directory: '${path}'`, site);
  if (file === undefined) return openRepository(unknownAt(run, 'missing-file', site));
  return kind === 'RepositoryIni' ? iniRepository(run, file, site) : envRepository(run, file, site);
}
