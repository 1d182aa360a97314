import { describe, expect, it } from 'vitest';
import { COMPOSE, DOCKERFILE, deployment, project } from './projects.ts';

/** What an option of the one store of a deployment is set to: null for nothing, "?" for unknown. */
async function optionOf(name: string, service: string, files: Readonly<Record<string, string>> = {}): Promise<string | null> {
  const found = await deployment(
    { ...project(), Dockerfile: DOCKERFILE, 'docker-compose.yml': `${COMPOSE}  store:\n${service}`, ...files },
    'docker-compose.yml',
  );
  const value = found.stores[0]?.option(name);
  if (value === undefined) throw new Error('no store was found');
  return value === null ? null : value.kind === 'known' ? value.value : '?';
}

const redis = (more = '') => `    image: redis:7.4\n${more}`;
const postgres = (more = '') => `    image: postgres:16\n${more}`;
const edoburu = (more = '') => `    image: edoburu/pgbouncer:v1.23.1-p3\n${more}`;
const bitnami = (more = '') => `    image: bitnami/pgbouncer:1.23.1\n${more}`;

describe('Redis', () => {
  it.each([
    [null, redis()],
    [null, redis('    command: redis-server --appendonly yes\n')],
    ['256mb', redis('    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru\n')],
    ['256mb', redis('    command: ["--maxmemory 256mb"]\n')],
    ['?', redis('    command: redis-server --maxmemory ${MEMORY}\n')],
    ['?', redis('    command: redis-server /etc/redis.conf\n')],
    ['?', redis('    command: ./start\n')],
    ['?', '    image: example/redis:7\n'],
  ])('maxmemory is %s', async (wanted, service) => {
    expect(await optionOf('maxmemory', service)).toBe(wanted);
  });

  it('reads a file that is mounted, which its command line overrides', async () => {
    const service = (more = '') =>
      redis(`    command: redis-server /etc/redis.conf${more}\n    volumes: ["./redis.conf:/etc/redis.conf"]\n`);
    const files = { 'redis.conf': 'maxmemory 1gb\n' };
    expect(await optionOf('maxmemory', service(), files)).toBe('1gb');
    expect(await optionOf('maxmemory', service(' --maxmemory 2gb'), files)).toBe('2gb');
    expect(await optionOf('maxmemory', service(), { 'redis.conf': 'maxmemory 1gb\ninclude /etc/more.conf\n' })).toBe('?');
  });
});

describe('PostgreSQL', () => {
  it.each([
    [null, postgres()],
    ['200', postgres('    command: postgres -c max_connections=200\n')],
    ['200', postgres('    command: -cmax_connections=200\n')],
    ['200', postgres('    command: postgres --max-connections=200\n')],
    ['200', postgres('    command: ["postgres", "-N", "200"]\n')],
    ['?', postgres('    command: postgres -c config_file=/etc/postgresql.conf\n')],
    ['?', postgres('    volumes: ["./init:/docker-entrypoint-initdb.d"]\n')],
    ['?', '    image: timescale/timescaledb-ha:pg16\n'],
  ])('max_connections is %s', async (wanted, service) => {
    expect(await optionOf('max_connections', service)).toBe(wanted);
  });

  it('reads a file that is mounted', async () => {
    const service = postgres('    volumes: ["./postgresql.conf:/var/lib/postgresql/data/postgresql.conf"]\n');
    expect(await optionOf('max_connections', service, { 'postgresql.conf': 'max_connections = 300 # many\n' })).toBe('300');
  });
});

describe('PgBouncer', () => {
  it.each([
    [null, 'pool_mode', edoburu()],
    ['transaction', 'pool_mode', edoburu('    environment:\n      POOL_MODE: transaction\n')],
    ['?', 'pool_mode', edoburu('    env_file: .env\n')],
    ['extra_float_digits', 'ignore_startup_parameters', edoburu()],
    ['transaction', 'pool_mode', bitnami('    environment:\n      PGBOUNCER_POOL_MODE: transaction\n')],
    [null, 'pool_mode', bitnami('    environment:\n      POOL_MODE: transaction\n')],
    ['?', 'pool_mode', '    image: example/pgbouncer:1\n'],
  ])('%s for %s', async (wanted, name, service) => {
    expect(await optionOf(name, service)).toBe(wanted);
  });

  it('reads a file instead of variables where one is mounted', async () => {
    const service = edoburu('    environment:\n      POOL_MODE: session\n    volumes: ["./pgbouncer.ini:/etc/pgbouncer/pgbouncer.ini"]\n');
    const files = { 'pgbouncer.ini': '[databases]\n* = host=db\n[pgbouncer]\npool_mode = transaction\n' };
    expect(await optionOf('pool_mode', service, files)).toBe('transaction');
    expect(await optionOf('pool_mode', service)).toBe('?');
  });
});
