import { textOrigin } from '../core/origin.ts';
import { known, originOf, unknown, type Value } from '../core/value.ts';
import type { SourceTree } from '../files/tree.ts';
import { type ConfDialect, lastConfEntry, parseServerConf } from '../syntax/server-conf/index.ts';
import { textOf } from './command/command.ts';
import type { Process, Store } from './model.ts';
import { repositoryFile } from './path-map.ts';

/** What sets an option of a store: null when nothing does, so that the default of the server holds. */
export type StoreOption = (name: string) => Value<string> | null;

/** Looks one option up where the server takes it from: its command line, its configuration file, the variables of its image. */
export function storeOptions(kind: Store['kind'], process: Process, tree: SourceTree): StoreOption {
  switch (kind) {
    case 'redis':
      return redisOptions(process, tree);
    case 'postgresql':
      return postgresOptions(process, tree);
    case 'pgbouncer':
      return poolerOptions(process, tree);
    default:
      return () => notRead(process);
  }
}

function notRead({ at }: Process): Value<string> {
  return unknown('third-party', textOrigin(at, 'how it is configured is not known'), [], 'str');
}

/** Images whose entrypoint is known to start the server with the words of the command, and to set nothing by itself. */
const OFFICIAL: Readonly<Record<'redis' | 'postgresql', RegExp>> = {
  redis: /^(docker\.io\/)?(library\/)?(redis|valkey\/valkey)(?=[:@]|$)/,
  postgresql: /^(docker\.io\/)?(library\/)?(postgres|postgis\/postgis|pgvector\/pgvector)(?=[:@]|$)/,
};

/** Words after the program: [] when the image starts its own command, null when they are not known. */
function wordsOf({ command, image }: Process, kind: 'redis' | 'postgresql', program: RegExp): readonly (string | null)[] | null {
  const isOfficial = image?.reference?.kind === 'known' && OFFICIAL[kind].test(image.reference.value);
  if (!isOfficial) return null;
  if (command.kind !== 'known') return command.kind === 'unknown' && command.why === 'third-party' ? [] : null;
  const [first] = command.value.map(textOf);
  return typeof first === 'string' && /^-|\.conf$/.test(first) ? command.value.map(textOf) : wordsAfter(program, command);
}

/** Words after the program that the command names itself, in whatever image. */
function wordsAfter(program: RegExp, command: Process['command']): readonly (string | null)[] | null {
  const [first = null, ...rest] = command.kind === 'known' ? command.value.map(textOf) : [];
  return first !== null && program.test(first) ? rest : null;
}

type File = { readonly path: string } | 'none' | 'elsewhere';

/** An option of a file that the repository shows; another file, or one with includes, may say anything. */
function inFile(file: File, dialect: ConfDialect, tree: SourceTree, process: Process, section: string | null = null): StoreOption {
  if (file === 'none') return () => null;
  const read = file === 'elsewhere' ? null : tree.read(file.path);
  if (file === 'elsewhere' || read === null || !read.ok) return () => notRead(process);
  const document = parseServerConf(file.path, read.text, dialect);
  return (name) => {
    const entry = lastConfEntry(document, name, section);
    if (document.includes.length > 0 || document.rejected.length > 0) return notRead(process);
    return entry === null ? null : known(entry.value, textOrigin(entry.span));
  };
}

function fileAt(path: string, process: Process, tree: SourceTree): File {
  const file = repositoryFile(process.paths, path);
  return file !== null && tree.kindOf(file) === 'file' ? { path: file } : 'elsewhere';
}

const UNREADABLE = '\0';

const REDIS_SERVER = /(^|\/)(redis|valkey)-server$/;

/** `redis-server [FILE] --key value …`: words are joined by blanks before Redis reads them, so that one word may hold key and value. */
function redisOptions(process: Process, tree: SourceTree): StoreOption {
  const whole = wordsOf(process, 'redis', REDIS_SERVER);
  const words = whole ?? wordsAfter(REDIS_SERVER, process.command);
  if (words === null) return () => notRead(process);
  const [first] = words;
  const path = typeof first === 'string' && !first.startsWith('-') ? first : null;
  const options = (path === null ? words : words.slice(1)).map((word) => word ?? UNREADABLE).join(' ');
  const given = new Map(
    ` ${options}`.split(/\s--/).flatMap((one) => {
      const [, key = '', value = ''] = /^(\S+)\s*(.*)$/.exec(one.trim()) ?? [];
      return key === '' ? [] : [[key.toLowerCase(), value.trim()] as const];
    }),
  );
  // Another image may bring a configuration of its own, unless the command names one.
  const file = path !== null ? fileAt(path, process, tree) : whole === null ? 'elsewhere' : 'none';
  const ofFile = inFile(file, 'redis', tree, process);
  return (name) => {
    const value = given.get(name);
    if (value?.includes(UNREADABLE) || given.has(UNREADABLE)) return notRead(process);
    return value === undefined ? ofFile(name) : known(value.replace(/^(["'])(.*)\1$/, '$2'), textOrigin(process.commandAt));
  };
}

/** `postgres -c key=value --key=value -N 200`; the file in the data folder sets nothing that is asked for, unless one is mounted over it. */
function postgresOptions(process: Process, tree: SourceTree): StoreOption {
  const words = wordsOf(process, 'postgresql', /(^|\/)postgres$/);
  const seeded = process.mounts.items.some(({ target }) => target.startsWith('/docker-entrypoint-initdb.d'));
  if (words === null || words.includes(null) || seeded || process.mounts.complete !== true) return () => notRead(process);
  const given = postgresWords(words.flatMap((word) => word ?? []));
  const mounted = process.mounts.items.find(({ target }) => /\/postgresql(\.auto)?\.conf$/.test(target))?.target;
  const path = given.get('config_file') ?? mounted;
  const ofFile = inFile(path === undefined ? 'none' : fileAt(path, process, tree), 'postgresql', tree, process);
  return (name) => {
    const value = given.get(name);
    return value === undefined ? ofFile(name) : known(value, textOrigin(process.commandAt));
  };
}

function postgresWords(words: readonly string[]): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  words.forEach((word, index) => {
    const setting = word === '-c' ? words[index + 1] : /^(?:-c|--)(.+=.*)$/.exec(word)?.[1];
    const [, key = '', value = ''] = /^([\w.-]+)=(.*)$/.exec(setting ?? '') ?? [];
    if (key !== '') given.set(key.replaceAll('-', '_').toLowerCase(), value);
    const connections = word === '-N' ? words[index + 1] : /^-N(\d+)$/.exec(word)?.[1];
    if (connections !== undefined) given.set('max_connections', connections);
  });
  return given;
}

/** How the images of PgBouncer take their configuration: from a file where one is mounted, else from variables. */
const POOLERS: readonly {
  readonly image: RegExp;
  readonly file: string;
  readonly variable: (name: string) => string;
  readonly fixed: ReadonlyMap<string, string>;
}[] = [
  {
    // https://github.com/edoburu/docker-pgbouncer/blob/master/entrypoint.sh
    image: /(^|\/)edoburu\/pgbouncer(?=[:@]|$)/,
    file: '/etc/pgbouncer/pgbouncer.ini',
    variable: (name) => name.toUpperCase(),
    fixed: new Map([['ignore_startup_parameters', 'extra_float_digits']]),
  },
  {
    // https://github.com/bitnami/containers/tree/main/bitnami/pgbouncer
    image: /(^|\/)(bitnami|bitnamilegacy)\/pgbouncer(?=[:@]|$)/,
    file: '/bitnami/pgbouncer/conf/pgbouncer.ini',
    variable: (name) => `PGBOUNCER_${name.toUpperCase()}`,
    fixed: new Map([['ignore_startup_parameters', 'extra_float_digits']]),
  },
];

function poolerOptions(process: Process, tree: SourceTree): StoreOption {
  const reference = process.image?.reference;
  const name = reference?.kind === 'known' ? reference.value : '';
  const image = POOLERS.find((one) => one.image.test(name));
  const path = image?.file ?? '/etc/pgbouncer/pgbouncer.ini';
  const place = process.paths.locate(path);
  const isMounted = place.in === 'volume' || (place.in === 'container' && place.repository !== null);
  if (isMounted) return inFile(fileAt(path, process, tree), 'pgbouncer', tree, process, 'pgbouncer');
  if (image === undefined || process.mounts.complete !== true || process.command.kind === 'known') return () => notRead(process);
  const { variables, closed } = process.environment;
  return (option) => {
    const variable = image.variable(option);
    const value = variables.get(variable);
    const fixed = image.fixed.get(option);
    if (value?.kind === 'known' && value.value !== '') return value;
    if (value !== undefined && value.kind !== 'known')
      return value.kind === 'conditional' ? unknown('opaque-env', originOf(value), [variable], 'str') : value;
    if (closed !== true || variables.has(`${variable}_FILE`)) return notRead(process);
    return fixed === undefined ? null : known(fixed, textOrigin(process.at, 'as the image sets it'));
  };
}
