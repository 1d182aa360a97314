import type { Run } from '../../run.ts';
import { setItem } from '../../values/containers.ts';
import { dictFrom } from '../../values/iterate.ts';
import { type DictObj, type Site, str, unk } from '../../values/object.ts';
import { since } from '../releases.ts';

/** dj-database-url 0.5 to 3.1: the engines of its schemes, with the first release that has them. */
const ROWS: readonly (readonly [scheme: string, engine: string, since?: string])[] = [
  ['postgres', 'django.db.backends.postgresql'],
  ['postgresql', 'django.db.backends.postgresql'],
  ['pgsql', 'django.db.backends.postgresql'],
  ['postgis', 'django.contrib.gis.db.backends.postgis'],
  ['mysql', 'django.db.backends.mysql'],
  ['mysql2', 'django.db.backends.mysql'],
  ['mysqlgis', 'django.contrib.gis.db.backends.mysql'],
  ['mysql-connector', 'mysql.connector.django'],
  ['mssql', 'sql_server.pyodbc'],
  ['mssqlms', 'mssql', '1.0'],
  ['spatialite', 'django.contrib.gis.db.backends.spatialite'],
  ['sqlite', 'django.db.backends.sqlite3'],
  ['oracle', 'django.db.backends.oracle'],
  ['oraclegis', 'django.contrib.gis.db.backends.oracle'],
  ['redshift', 'django_redshift_backend'],
  ['cockroach', 'django_cockroachdb', '1.0'],
  ['timescale', 'timescale.db.backends.postgresql', '1.2'],
  ['timescalegis', 'timescale.db.backends.postgis', '1.2'],
];

const SITE: Site = { file: '', start: 0, end: 0 };
const LIBRARY = { step: 'default', of: 'dj-database-url' } as const;
const tables = new WeakMap<Run, DictObj>();

/** The table, which code may change; an engine that hangs on the release is unknown. */
export function engineTable(run: Run): DictObj {
  const old = tables.get(run);
  if (old !== undefined) return old;
  const made = dictFrom(run, [], SITE);
  for (const [scheme, engine, from] of ROWS) {
    const has = from === undefined ? true : since(run, 'dj-database-url', from);
    if (has === false) continue;
    const plain = engine === 'django.db.backends.postgresql' ? postgres(run) : engine;
    const doubt = unk('third-party', LIBRARY, { type: 'str', key: `dj-database-url:${scheme}` });
    setItem(run, made, str(scheme, LIBRARY), has === undefined || plain === null ? doubt : str(plain, LIBRARY), SITE);
  }
  tables.set(run, made);
  return made;
}

/** Before 1.0 the engine had its old name, and in 1.0 below Django 2: these are not told apart. */
function postgres(run: Run): string | null {
  const { exact, before } = run.request.django;
  const isOld = exact !== null ? Number(exact.split('.')[0]) < 2 : before !== null && /^(0|1)\.|^2(\.0)*$/.test(before);
  return since(run, 'dj-database-url', isOld ? '1.2' : '1.0') === true ? 'django.db.backends.postgresql' : null;
}
