/** A class, function or package of Django that settings name, and the releases that have it. */
export interface DottedPath {
  /** First release with it; null when every release since 2.2 had it until `removed`. */
  readonly added: string | null;
  /** First release without it. */
  readonly removed: string | null;
  /** What takes its place; null when nothing does. */
  readonly instead: string | null;
}

const from = (added: string): DottedPath => ({ added, removed: null, instead: null });
const until = (removed: string, instead: string | null = null): DottedPath => ({ added: null, removed, instead });
const between = (added: string, removed: string, instead: string): DottedPath => ({ added, removed, instead });

const HASHER = 'django.contrib.auth.hashers.PBKDF2PasswordHasher';

/**
 * Paths that came or went between 2.2 and 6.1, read from the sources of each release; `django.db.backends.postgresql_psycopg2` is not
 * among them, since Django still takes it for its new name (`load_backend` in django/db/utils.py).
 */
export const VERSIONED: Readonly<Record<string, DottedPath>> = {
  'django.contrib.auth.backends.BaseBackend': from('3.0'),
  'django.core.cache.backends.memcached.MemcachedCache': until('4.1', 'django.core.cache.backends.memcached.PyMemcacheCache'),
  'django.core.cache.backends.memcached.PyMemcacheCache': from('3.2'),
  'django.core.cache.backends.redis.RedisCache': from('4.0'),
  'django.forms.renderers.DjangoDivFormRenderer': between('4.1', '6.0', 'django.forms.renderers.DjangoTemplates'),
  'django.forms.renderers.Jinja2DivFormRenderer': between('4.1', '6.0', 'django.forms.renderers.Jinja2'),
  'django.contrib.auth.middleware.LoginRequiredMiddleware': from('5.1'),
  'django.middleware.csp.ContentSecurityPolicyMiddleware': from('6.0'),
  'django.contrib.auth.hashers.CryptPasswordHasher': until('5.0', HASHER),
  'django.contrib.auth.hashers.SHA1PasswordHasher': until('5.1', HASHER),
  'django.contrib.auth.hashers.ScryptPasswordHasher': from('4.0'),
  'django.contrib.auth.hashers.UnsaltedMD5PasswordHasher': until('5.1', HASHER),
  'django.contrib.auth.hashers.UnsaltedSHA1PasswordHasher': until('5.1', HASHER),
  'django.contrib.sessions.serializers.PickleSerializer': until('5.0', 'django.contrib.sessions.serializers.JSONSerializer'),
  'django.contrib.staticfiles.storage.CachedStaticFilesStorage': until(
    '3.1',
    'django.contrib.staticfiles.storage.ManifestStaticFilesStorage',
  ),
  'django.core.files.storage.InMemoryStorage': from('4.2'),
  'django.core.files.storage.base.Storage': from('4.2'),
  'django.core.files.storage.filesystem.FileSystemStorage': from('4.2'),
  'django.core.files.storage.memory.InMemoryStorage': from('4.2'),
  'django.tasks.backends.dummy.DummyBackend': from('6.0'),
  'django.tasks.backends.immediate.ImmediateBackend': from('6.0'),
  'django.template.context_processors.csp': from('6.0'),
};

const PROCESSORS = Object.fromEntries(
  ['csrf', 'debug', 'i18n', 'tz', 'static', 'media', 'request'].map((name) => [
    `django.core.context_processors.${name}`,
    until('1.10', `django.template.context_processors.${name}`),
  ]),
);

/** Gone before 2.2, and still met in projects that were upgraded: the release notes of each name them. */
export const OLD: Readonly<Record<string, DottedPath>> = {
  ...PROCESSORS,
  'django.core.context_processors.auth': until('1.4', 'django.contrib.auth.context_processors.auth'),
  'django.contrib.auth.middleware.SessionAuthenticationMiddleware': until('2.0'),
  'django.middleware.transaction.TransactionMiddleware': until('1.8', 'ATOMIC_REQUESTS in DATABASES'),
  'django.template.loaders.eggs.Loader': until('1.9'),
  'django.utils.log.NullHandler': until('1.9', 'logging.NullHandler'),
  'django.contrib.comments': until('1.8', 'django-contrib-comments'),
  'django.contrib.formtools': until('1.8', 'django-formtools'),
  'django.contrib.localflavor': until('1.6', 'django-localflavor'),
  'django.contrib.markup': until('1.6'),
  'django.contrib.webdesign': until('1.10'),
};

export function dottedPath(path: string): DottedPath | null {
  const table = Object.hasOwn(VERSIONED, path) ? VERSIONED : OLD;
  return Object.hasOwn(table, path) ? (table[path] ?? null) : null;
}
