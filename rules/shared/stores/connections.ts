import type { Data, Process, SettingsFacts, Span, Value } from '../../../src/rule.ts';
import { isMapping } from '../values/data.ts';
import { databasesOf, isPostgres } from './databases.ts';

/** Connections that the processes of one evaluation certainly may hold at once to one host: what is not known counts as the least. */
export interface Holders {
  readonly process: Process;
  readonly connections: number;
  /** They are kept between requests, by CONN_MAX_AGE or a pool. */
  readonly kept: boolean;
  readonly at: Span;
}

export function holdersOf(settings: SettingsFacts, host: string): readonly Holders[] {
  return databasesOf(settings).flatMap((database) => {
    const [name, engine, age, pool] = [
      database.get('HOST'),
      database.get('ENGINE'),
      database.get('CONN_MAX_AGE'),
      database.get('OPTIONS', 'pool'),
    ];
    const isHere = name.kind === 'known' && name.value === host && engine.kind === 'known' && isPostgres(engine.value) === 'yes';
    if (!isHere || age.kind !== 'known' || pool.kind !== 'known') return [];
    const isPool = pool.value === true || isMapping(pool.value);
    const kept = isPool || age.value === null || (typeof age.value === 'number' && age.value !== 0);
    return settings.processes.flatMap((process) => {
      const { processes, threads } = concurrency(process);
      const each = isPool ? pooledBy(pool.value, threads) : threads;
      const connections = atLeast(process.replicas, 1) * processes * each;
      return connections === 0 ? [] : [{ process, connections, kept, at: process.commandAt }];
    });
  });
}

/** Processes of the system and threads in each: Django keeps a connection for every thread. */
function concurrency(process: Process): { readonly processes: number; readonly threads: number } {
  const { server, taskQueue } = process;
  if (server !== null) {
    const threaded = server.interface === 'wsgi' && server.workerClass.kind === 'known' && server.workerClass.value === 'gthread';
    return { processes: atLeast(server.workers, 1), threads: threaded ? atLeast(server.threads, 1) : 1 };
  }
  return { processes: taskQueue?.software === 'celery' ? children(process) : 0, threads: 1 };
}

/** Celery starts as many children as it is told, else as the machine has CPUs; beat and other pools keep one. */
function children({ command, role }: Process): number {
  if (role !== 'worker' || command.kind !== 'known') return 1;
  const words = command.value.map((word) => (word.kind === 'known' ? word.value : ''));
  if (words.some((word) => /^(-P|--pool)/.test(word) && !/prefork/.test(word))) return 1;
  const at = words.findIndex((word) => word === '-c' || word === '--concurrency');
  const text =
    at === -1 ? words.map((word) => /^(?:-c|--concurrency=)(\d+)$/.exec(word)?.[1]).find((one) => one !== undefined) : words[at + 1];
  return /^\d+$/.test(text ?? '') ? Number(text) : 1;
}

/** psycopg_pool opens four at once unless told otherwise, and more for threads that wait, up to its maximum. */
function pooledBy(pool: Data | undefined, threads: number): number {
  const numberAt = (key: string) => {
    const found = isMapping(pool) ? pool.entries.find((entry) => entry.key === key)?.value : undefined;
    return found?.kind === 'known' && typeof found.value === 'number' ? found.value : null;
  };
  const least = numberAt('min_size') ?? 4;
  const most = Math.max(numberAt('max_size') ?? least, least);
  return Math.max(least, Math.min(most, threads));
}

function atLeast(value: Value<number>, otherwise: number): number {
  return value.kind === 'known' ? value.value : otherwise;
}

export function total(holders: readonly Holders[]): number {
  return holders.reduce((sum, { connections }) => sum + connections, 0);
}

/** "`web` 24, `worker` 8": who holds how many, the largest first. */
export function shares(holders: readonly Holders[]): string {
  return largestFirst(holders)
    .map(({ process, connections }) => `\`${process.name}\` ${connections}`)
    .join(', ');
}

export function largestFirst(holders: readonly Holders[]): readonly Holders[] {
  return [...holders].sort((a, b) => b.connections - a.connections);
}
