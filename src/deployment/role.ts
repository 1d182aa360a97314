import type { Value } from '../core/value.ts';
import { nameOf, textOf } from './command/command.ts';
import { managementOf } from './command/python.ts';
import type { Role, Server, TaskQueue } from './model.ts';

/** What tells the role of a process. */
export interface RoleSigns {
  readonly name: string;
  readonly server: Server | null;
  readonly taskQueue: TaskQueue | null;
  /** Base name of its image: "postgres". */
  readonly imageBase: string | null;
  /** Whether the image is built from a Dockerfile of the tree. */
  readonly built: boolean;
  /** Argument vector of the main command; null when it is not known. */
  readonly argv: readonly Value<string>[] | null;
}

const BASES: readonly (readonly [RegExp, Role])[] = [
  [/^(nginx|nginx-unprivileged|caddy|traefik|haproxy|httpd|apache|envoy|openresty|nginx-proxy|swag|jwilder.*)$/, 'proxy'],
  [/^(postgres|postgresql|postgis|timescaledb(-ha)?|pgvector|mysql|mariadb|percona|mongo|mongodb|pgbouncer|mssql|cockroach)$/, 'database'],
  [/^(redis|valkey|redis-stack(-server)?|keydb|dragonfly|memcached)$/, 'cache'],
  [/^(rabbitmq|kafka|nats|zookeeper|activemq.*)$/, 'broker'],
];

const PROXIES = new Set(['nginx', 'caddy', 'haproxy', 'traefik', 'apache2', 'httpd', 'apachectl', 'envoy']);

/** The role of a process: by what it runs, else by its image, else by its name. */
export function roleOf(signs: RoleSigns): Role {
  const { argv } = signs;
  if (signs.server !== null) return 'web';
  if (signs.taskQueue !== null) return argv?.some((word) => textOf(word) === 'beat') ? 'beat' : 'worker';
  if (argv !== null && PROXIES.has(nameOf(argv) ?? '')) return 'proxy';
  const byBase = BASES.find(([pattern]) => pattern.test(signs.imageBase ?? ''))?.[1];
  if (byBase !== undefined) return byBase;
  if (argv !== null) return managementOf(argv, { file: '', start: 0, end: 0 }) === null ? 'other' : 'task';
  return signs.built ? byName(signs.name) : 'other';
}

/** Only for an image of this repository whose command is not known. */
function byName(name: string): Role {
  if (/beat/i.test(name)) return 'beat';
  if (/worker|celery/i.test(name)) return 'worker';
  if (/nginx|proxy/i.test(name)) return 'proxy';
  return /^(web|django|backend|app|api|server)$/i.test(name) ? 'web' : 'other';
}
