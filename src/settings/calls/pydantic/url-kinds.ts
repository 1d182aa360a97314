import type { UrlKind } from './types.ts';

/** The URL classes of pydantic 1.10 and 2.14. `userRequired`, `hostRequired` and `tldRequired` count in pydantic 1 only. */
export function urlKinds(home: string): readonly UrlKind[] {
  const kind = (name: string, schemes: readonly string[] | null, more: Partial<UrlKind> = {}): UrlKind => ({
    home,
    name,
    schemes,
    many: false,
    hostRequired: true,
    defaultHost: null,
    defaultPort: null,
    defaultPath: null,
    userRequired: false,
    tldRequired: false,
    ...more,
  });
  const postgres = ['asyncpg', 'pg8000', 'psycopg', 'psycopg2', 'psycopg2cffi', 'py-postgresql', 'pygresql'];
  return [
    kind('AnyUrl', null),
    kind('AnyHttpUrl', ['http', 'https']),
    kind('HttpUrl', ['http', 'https'], { tldRequired: true }),
    kind('PostgresDsn', ['postgres', 'postgresql', ...postgres.map((driver) => `postgresql+${driver}`)], {
      many: true,
      userRequired: true,
    }),
    kind('AmqpDsn', ['amqp', 'amqps'], { hostRequired: false }),
    kind('RedisDsn', ['redis', 'rediss'], { hostRequired: false, defaultHost: 'localhost', defaultPort: '6379', defaultPath: '/0' }),
  ];
}

/** Those that only pydantic 2 has, or has with other schemes. */
export function newUrlKinds(home: string): readonly UrlKind[] {
  const drivers = ['mysqlconnector', 'aiomysql', 'asyncmy', 'mysqldb', 'pymysql', 'cymysql', 'pyodbc'];
  const [base] = urlKinds(home);
  if (base === undefined) return [];
  return [{ ...base, name: 'MySQLDsn', schemes: ['mysql', ...drivers.map((driver) => `mysql+${driver}`)], defaultPort: '3306' }];
}
