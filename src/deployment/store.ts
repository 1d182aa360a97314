import type { Answer } from '../core/data.ts';
import type { SourceTree } from '../files/tree.ts';
import { textOf } from './command/command.ts';
import { lookUp } from './environment.ts';
import type { Process, Store } from './model.ts';
import { storeOptions } from './store-options.ts';

const KINDS: readonly (readonly [RegExp, Store['kind']])[] = [
  [/^(postgres|postgresql|postgis|timescaledb(-ha)?|pgvector)$/, 'postgresql'],
  [/^(mysql|mariadb|percona)$/, 'mysql'],
  [/^(redis|valkey|redis-stack(-server)?|keydb|dragonfly)$/, 'redis'],
  [/^memcached$/, 'memcached'],
  [/^rabbitmq$/, 'rabbitmq'],
  [/^(mongo|mongodb)$/, 'mongodb'],
  [/^(elasticsearch|opensearch)$/, 'elasticsearch'],
  [/^pgbouncer$/, 'pgbouncer'],
];

/** The store that a process is, by its image; null when it is none. */
export function storeOf(process: Process, tree: SourceTree): Store | null {
  const kind = KINDS.find(([pattern]) => pattern.test(process.image?.base ?? ''))?.[1];
  return kind === undefined
    ? null
    : { kind, name: process.name, process, authenticated: authenticated(kind, process), option: storeOptions(kind, process, tree) };
}

function authenticated(kind: Store['kind'], process: Process): Answer {
  switch (kind) {
    case 'postgresql':
      if (equals(process, 'POSTGRES_HOST_AUTH_METHOD', 'trust') || equals(process, 'ALLOW_EMPTY_PASSWORD', 'yes')) return 'no';
      return gives(process, 'POSTGRES_PASSWORD', 'POSTGRES_PASSWORD_FILE', 'POSTGRESQL_PASSWORD');
    case 'mysql':
      if (['yes', '1', 'true'].some((value) => equals(process, 'MYSQL_ALLOW_EMPTY_PASSWORD', value))) return 'no';
      return gives(
        process,
        'MYSQL_ROOT_PASSWORD',
        'MARIADB_ROOT_PASSWORD',
        'MYSQL_PASSWORD',
        'MARIADB_PASSWORD',
        'MYSQL_ROOT_PASSWORD_FILE',
      );
    case 'redis':
      return redisAuthenticated(process);
    case 'memcached':
      return 'no';
    case 'rabbitmq':
      return 'yes';
    case 'mongodb':
      return gives(process, 'MONGO_INITDB_ROOT_USERNAME', 'MONGO_INITDB_ROOT_USERNAME_FILE', 'MONGODB_ROOT_PASSWORD') === 'yes'
        ? 'yes'
        : unsetMeans(process, 'no');
    case 'elasticsearch':
      return equals(process, 'xpack.security.enabled', 'false') ? 'no' : 'maybe';
    case 'pgbouncer':
      return 'maybe';
  }
}

function equals(process: Process, name: string, text: string): boolean {
  const value = process.environment.variables.get(name);
  return value?.kind === 'known' && value.value.toLowerCase() === text;
}

/** Listed with any value but the empty one counts: who names a password variable sets it somewhere. */
function gives(process: Process, ...names: readonly string[]): Answer {
  for (const name of names) {
    const value = process.environment.variables.get(name);
    if (value !== undefined && !(value.kind === 'known' && value.value === '')) return 'yes';
  }
  return 'maybe';
}

function unsetMeans(process: Process, answer: Answer): Answer {
  return process.environment.closed === true || process.image?.build == null ? answer : 'maybe';
}

/** Redis asks for a password when told on its command line or in a configuration file. */
function redisAuthenticated(process: Process): Answer {
  const password = lookUp(process.environment, 'REDIS_PASSWORD');
  const official =
    process.image?.reference?.kind === 'known' &&
    /^([\w.-]+\/library\/|library\/)?(redis|valkey\/valkey|valkey):?/.test(process.image.reference.value);
  if (process.command.kind !== 'known')
    return official && process.command.kind === 'unknown' && process.command.why === 'third-party' ? 'no' : 'maybe';
  const words = process.command.value.map(textOf);
  const at = words.findIndex((word) => word === '--requirepass' || word?.startsWith('requirepass') === true);
  if (at !== -1) return words[at + 1] === '' ? 'no' : 'yes';
  const reads = words.some((word) => word === null || /\.conf$/.test(word) || word.includes('aclfile'));
  if (reads || (!official && password !== null)) return 'maybe';
  return official || words[0]?.endsWith('-server') === true ? 'no' : 'maybe';
}
