import type { Random } from '../differential/random.ts';
import { type Case, call, chance, pick, quoted } from './case.ts';
import { DATABASES, urlText } from './urls.ts';

const OPTIONS = [
  '',
  '',
  '',
  'conn_max_age=600',
  'conn_max_age=None',
  'ssl_require=True',
  'ssl_require=False',
  'conn_health_checks=True',
  'disable_server_side_cursors=True',
  'test_options={"NAME": "t"}',
  'test_options={}',
  'engine="my.engine"',
  'engine="django.db.backends.oracle"',
  'engine=""',
  'engine=None',
  'conn_max_age=60, conn_health_checks=True, ssl_require=not DEBUG',
  'ssl_require="yes"',
] as const;

/** dj-database-url: `config` and `parse` with all their arguments, and what code adds to the dict. */
export function djDatabaseUrlCase(random: Random): Case {
  const url = () => quoted(urlText(random, DATABASES));
  const read = () =>
    pick(random, [
      () =>
        call(
          'dj_database_url.config',
          pick(random, ['', '"DB"', 'env="DB"']),
          chance(random, 60) ? `default=${url()}` : pick(random, ['', 'default=None', 'default=""']),
          pick(random, OPTIONS),
        ),
      () => call('dj_database_url.parse', url(), pick(random, OPTIONS)),
      () =>
        call(
          'dj_database_url.parse',
          pick(random, [url(), 'os.environ.get("DB")']),
          pick(random, ['', '', 'None, 60', '"e.e", 5, True, True', 'None, 1, False, False, True']),
        ),
    ])();
  const after = pick(random, [
    '',
    '',
    'X0["CONN_MAX_AGE"] = 5',
    'X0["OPTIONS"] = {"a": 1}',
    'X0.update(ATOMIC_REQUESTS=True)',
    'X1 = X0.get("ENGINE")',
    'X1 = X0["NAME"]',
    'X1 = "sqlite" in X0["ENGINE"]',
    'X1 = bool(X0)',
    'X1 = {**X0, "TEST": {}}',
    'X1 = sorted(X0)',
    'X0.setdefault("OPTIONS", {})',
  ]);
  const before = pick(random, [
    '',
    '',
    '',
    '',
    'dj_database_url.SCHEMES["postgres"] = "tenants.engine"',
    'dj_database_url.register("unknown", "my.backend")',
  ]);
  const text = ['import os', 'import dj_database_url', 'DEBUG = os.environ.get("DEBUG") == "1"', before, `X0 = ${read()}`, after];
  const environment: Record<string, string> = {};
  for (const name of ['DATABASE_URL', 'DB']) if (chance(random, 50)) environment[name] = urlText(random, DATABASES);
  if (chance(random, 30)) environment['DEBUG'] = '1';
  return { files: { 'settings.py': `${text.join('\n')}\n` }, environment };
}
