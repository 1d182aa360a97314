import type { Data } from '../core/data.ts';

type Defaults = Readonly<Record<string, Data>>;

const NOTHING: Data = { kind: 'dict', entries: [], complete: true };
const NO_ITEMS: Data = { kind: 'list', items: [], complete: true };

/** What Django fills in for keys that a project leaves out of a dict of dicts; the same in every release that has the key. */
const PER_ALIAS: Readonly<Record<string, Defaults>> = {
  // django/db/utils.py, ConnectionHandler.configure_settings
  DATABASES: {
    ATOMIC_REQUESTS: false,
    AUTOCOMMIT: true,
    CONN_HEALTH_CHECKS: false,
    CONN_MAX_AGE: 0,
    DISABLE_SERVER_SIDE_CURSORS: false,
    ENGINE: 'django.db.backends.dummy',
    HOST: '',
    NAME: '',
    OPTIONS: NOTHING,
    PASSWORD: '',
    PORT: '',
    TIME_ZONE: null,
    USER: '',
  },
  // django/core/cache/backends/base.py
  CACHES: { KEY_PREFIX: '', LOCATION: '', OPTIONS: NOTHING, TIMEOUT: 300, VERSION: 1 },
  // django/core/files/storage/handler.py
  STORAGES: { OPTIONS: NOTHING },
  // django/core/mail/handler.py
  MAILERS: { BACKEND: 'django.core.mail.backends.smtp.EmailBackend', OPTIONS: NOTHING },
};

/** django/template/utils.py, EngineHandler.templates */
const PER_ENGINE: Defaults = { APP_DIRS: false, DIRS: NO_ITEMS, OPTIONS: NOTHING };

/** The default of a key within a setting, `['default', 'CONN_MAX_AGE']` of DATABASES; undefined when Django fills in nothing. */
export function nestedDefault(name: string, path: readonly (string | number)[]): Data | undefined {
  const [alias, key] = path;
  if (path.length !== 2 || typeof key !== 'string') return undefined;
  const defaults = typeof alias === 'number' ? (name === 'TEMPLATES' ? PER_ENGINE : undefined) : PER_ALIAS[name];
  return defaults !== undefined && Object.hasOwn(defaults, key) ? defaults[key] : undefined;
}
