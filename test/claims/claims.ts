/** What Django does at run time, executed once per release, and what we say of it. */
export interface Claim {
  /** Name of the executed claim. */
  readonly claim: string;
  /** The settings that show it. */
  readonly settings: string;
  readonly files?: Readonly<Record<string, string>>;
  /** The rule that tells the fault. */
  readonly rule: string;
  /** Releases on which it must be told; on the others the rule must be silent. Empty: the settings are fine, and the rule must see that. */
  readonly on: readonly Release[];
}

export type Release = keyof typeof RELEASES;

/** The releases that the claims were executed on. */
export const RELEASES = { '3.2': '3.2.25', '4.2': '4.2.30', '5.2': '5.2.19', '6.0': '6.0.10', '6.1': '6.1.3' } as const;

const ALL: readonly Release[] = ['3.2', '4.2', '5.2', '6.0', '6.1'];
const NONE: readonly Release[] = [];
const SINCE_4: readonly Release[] = ['4.2', '5.2', '6.0', '6.1'];
const SINCE_5: readonly Release[] = ['5.2', '6.0', '6.1'];
const BEFORE_6: readonly Release[] = ['3.2', '4.2', '5.2'];

const postgres = (more: string) => `DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', ${more}}}\n`;
const sqlite = (options: string) =>
  `DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': '/srv/db.sqlite3', 'OPTIONS': {${options}}}}\n`;
const templates = (more: string) => `TEMPLATES = [{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'DIRS': [], ${more}}]\n`;
const origins = (origin: string) =>
  `ALLOWED_HOSTS = ['example.com', '.example.com']\nMIDDLEWARE = ['django.middleware.csrf.CsrfViewMiddleware']\nCSRF_TRUSTED_ORIGINS = ['${origin}']\n`;
const staticApp = "INSTALLED_APPS = ['django.contrib.staticfiles']\nSTATIC_URL = '/static/'\nSTATIC_ROOT = '/srv/static'\n";
const exempt = (pattern: string) =>
  `MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\nSECURE_SSL_REDIRECT = True\nSECURE_REDIRECT_EXEMPT = ['${pattern}']\n`;
const logging = (body: string) => `LOGGING = {'version': 1, ${body}}\n`;
const session = "INSTALLED_APPS = ['django.contrib.sessions']\nMIDDLEWARE = ['django.contrib.sessions.middleware.SessionMiddleware']\n";

const CONSOLE = "'handlers': {'console': {'class': 'logging.StreamHandler'}}, 'root': {'handlers': ['console']}";
const MANIFEST = 'django.contrib.staticfiles.storage.ManifestStaticFilesStorage';

export const CLAIMS: readonly Claim[] = [
  // Database.
  {
    claim: 'pg_pool_with_conn_max_age',
    settings: postgres("'NAME': 'app', 'CONN_MAX_AGE': 60, 'OPTIONS': {'pool': True}"),
    rule: 'database/pool-with-persistent-connections',
    on: SINCE_5,
  },
  {
    claim: 'pg_pool_with_conn_max_age_None',
    settings: postgres("'NAME': 'app', 'CONN_MAX_AGE': None, 'OPTIONS': {'pool': True}"),
    rule: 'database/pool-with-persistent-connections',
    on: SINCE_5,
  },
  {
    claim: 'pg_pool_conn_max_age_0',
    settings: postgres("'NAME': 'app', 'CONN_MAX_AGE': 0, 'OPTIONS': {'pool': True}"),
    rule: 'database/pool-with-persistent-connections',
    on: NONE,
  },
  { claim: 'pg_name_empty', settings: postgres("'NAME': '', 'HOST': 'db'"), rule: 'database/name-empty', on: ALL },
  {
    claim: 'sqlite_transaction_mode_bad',
    settings: sqlite("'transaction_mode': 'bogus'"),
    rule: 'database/sqlite-transaction-mode-invalid',
    on: SINCE_5,
  },
  {
    claim: 'sqlite_transaction_mode_immediate',
    settings: sqlite("'transaction_mode': 'IMMEDIATE'"),
    rule: 'database/options-unsupported',
    on: ['3.2', '4.2'],
  },
  {
    claim: 'sqlite_init_command',
    settings: sqlite("'init_command': 'PRAGMA journal_mode=WAL;'"),
    rule: 'database/options-unsupported',
    on: ['3.2', '4.2'],
  },
  {
    claim: 'db_timezone_use_tz_false',
    settings: `USE_TZ = False\n${postgres("'NAME': 'app', 'TIME_ZONE': 'UTC'")}`,
    rule: 'database/time-zone-ignored',
    on: ALL,
  },
  {
    claim: 'databases_without_default',
    settings: "DATABASES = {'replica': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app'}}\n",
    rule: 'database/default-missing',
    on: ALL,
  },
  {
    claim: 'atomic_requests_string_port',
    settings: postgres("'NAME': 'app', 'HOST': 'db', 'CONN_MAX_AGE': '60'"),
    rule: 'database/max-age-is-string',
    on: ALL,
  },
  // Mail.
  {
    claim: 'mailers_smtp_without_host',
    settings: "MAILERS = {'default': {'BACKEND': 'django.core.mail.backends.smtp.EmailBackend', 'OPTIONS': {}}}\n",
    rule: 'email/mailers-host-missing',
    on: ['6.1'],
  },
  {
    claim: 'mailers_and_EMAIL_HOST',
    settings:
      "MAILERS = {'default': {'BACKEND': 'django.core.mail.backends.smtp.EmailBackend', 'OPTIONS': {'host': 'mail.example.com'}}}\nEMAIL_HOST = 'mail.example.com'\n",
    rule: 'email/mailers-conflict',
    on: ['6.1'],
  },
  {
    claim: 'mailers_and_DEFAULT_FROM_EMAIL',
    settings:
      "MAILERS = {'default': {'BACKEND': 'django.core.mail.backends.smtp.EmailBackend', 'OPTIONS': {'host': 'mail.example.com'}}}\nDEFAULT_FROM_EMAIL = 'shop@example.com'\n",
    rule: 'email/mailers-conflict',
    on: NONE,
  },
  {
    claim: 'email_tls_and_ssl',
    settings: "EMAIL_HOST = 'mail.example.com'\nEMAIL_USE_TLS = True\nEMAIL_USE_SSL = True\n",
    rule: 'email/tls-and-ssl-both-on',
    on: ALL,
  },
  {
    claim: 'admins_list_of_tuples',
    settings: "ADMINS = [('Ada', 'ada@example.com')]\n",
    rule: 'email/admin-addresses-malformed',
    on: NONE,
  },
  {
    claim: 'admins_list_of_strings',
    settings: "ADMINS = ['ada@example.com']\n",
    rule: 'email/admin-addresses-malformed',
    on: BEFORE_6,
  },
  // Hosts, headers and origins.
  {
    claim: 'proxy_header_3_items',
    settings: "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https', 'x')\n",
    rule: 'settings/proxy-ssl-header-malformed',
    on: ALL,
  },
  {
    claim: 'proxy_header_not_META_name',
    settings: "SECURE_PROXY_SSL_HEADER = ('X-Forwarded-Proto', 'https')\n",
    rule: 'settings/proxy-ssl-header-malformed',
    on: ALL,
  },
  {
    claim: 'proxy_header_ok',
    settings: "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')\n",
    rule: 'settings/proxy-ssl-header-malformed',
    on: NONE,
  },
  {
    claim: 'allowed_hosts_with_scheme',
    settings: "ALLOWED_HOSTS = ['https://example.com']\n",
    rule: 'settings/allowed-hosts-never-match',
    on: ALL,
  },
  {
    claim: 'allowed_hosts_with_port',
    settings: "ALLOWED_HOSTS = ['example.com:8000']\n",
    rule: 'settings/allowed-hosts-never-match',
    on: ALL,
  },
  {
    claim: 'allowed_hosts_with_space',
    settings: "ALLOWED_HOSTS = [' example.com']\n",
    rule: 'settings/allowed-hosts-never-match',
    on: ALL,
  },
  {
    claim: 'allowed_hosts_glob',
    settings: "ALLOWED_HOSTS = ['*.example.com']\n",
    rule: 'settings/allowed-hosts-never-match',
    on: ALL,
  },
  { claim: 'allowed_hosts_dot', settings: "ALLOWED_HOSTS = ['.example.com']\n", rule: 'settings/allowed-hosts-never-match', on: NONE },
  {
    claim: 'allowed_hosts_upper_case',
    settings: "ALLOWED_HOSTS = ['EXAMPLE.com']\n",
    rule: 'settings/allowed-hosts-never-match',
    on: NONE,
  },
  {
    claim: 'allowed_hosts_empty_string_split',
    settings: "ALLOWED_HOSTS = ''.split(',')\n",
    rule: 'settings/allowed-hosts-blank',
    on: ALL,
  },
  {
    claim: 'csrf_trusted_origin_trailing_slash',
    settings: origins('https://example.com/'),
    rule: 'settings/csrf-origin-never-matches',
    on: SINCE_4,
  },
  { claim: 'csrf_trusted_origin_exact', settings: origins('https://example.com'), rule: 'settings/csrf-origin-never-matches', on: NONE },
  { claim: 'csrf_trusted_origin_https_star', settings: origins('https://*'), rule: 'settings/csrf-origin-never-matches', on: SINCE_4 },
  {
    claim: 'csrf_trusted_origin_https_star_dot_com',
    settings: origins('https://*.example.com'),
    rule: 'settings/csrf-origin-never-matches',
    on: NONE,
  },
  {
    claim: 'csrf_origin_default_port',
    settings: origins('https://example.com:443'),
    rule: 'settings/csrf-origin-never-matches',
    on: SINCE_4,
  },
  { claim: 'csrf_origin_upper_case', settings: origins('https://Example.com'), rule: 'settings/csrf-origin-never-matches', on: SINCE_4 },
  { claim: 'redirect_exempt_leading_slash', settings: exempt('^/health/$'), rule: 'settings/redirect-exempt-never-matches', on: ALL },
  { claim: 'redirect_exempt_no_slash', settings: exempt('^health/$'), rule: 'settings/redirect-exempt-never-matches', on: NONE },
  // Cookies and keys.
  {
    claim: 'samesite_none_insecure_cookie',
    settings: `${session}SESSION_COOKIE_SAMESITE = 'None'\nSESSION_COOKIE_SECURE = False\n`,
    rule: 'settings/samesite-none-without-secure',
    on: ALL,
  },
  {
    claim: 'samesite_False_disables',
    settings: `${session}SESSION_COOKIE_SAMESITE = False\n`,
    rule: 'settings/samesite-disabled',
    on: ALL,
  },
  {
    claim: 'samesite_invalid',
    settings: `${session}SESSION_COOKIE_SAMESITE = 'Laxx'\n`,
    rule: 'settings/samesite-invalid',
    on: ALL,
  },
  {
    claim: 'debug_string_False',
    settings: "DEBUG = 'False'\n",
    rule: 'settings/debug-from-string',
    on: ALL,
  },
  { claim: 'secret_key_bytes_check', settings: "SECRET_KEY = b'0123456789'\n", rule: 'secrets/secret-key-is-bytes', on: ALL },
  {
    claim: 'password_hasher_removed_sha1',
    settings: "PASSWORD_HASHERS = ['django.contrib.auth.hashers.SHA1PasswordHasher']\n",
    rule: 'settings/dotted-path-removed',
    on: SINCE_5,
  },
  {
    claim: 'password_hasher_md5',
    settings: "INSTALLED_APPS = ['django.contrib.auth']\nPASSWORD_HASHERS = ['django.contrib.auth.hashers.MD5PasswordHasher']\n",
    rule: 'settings/password-hasher-weak',
    on: ALL,
  },
  {
    claim: 'no_password_validators',
    settings: "INSTALLED_APPS = ['django.contrib.auth']\nAUTH_PASSWORD_VALIDATORS = []\n",
    rule: 'settings/password-validators-missing',
    on: ALL,
  },
  // Files.
  {
    claim: 'storages_only_default_static_tag',
    settings: `${staticApp}STORAGES = {'default': {'BACKEND': 'django.core.files.storage.FileSystemStorage'}}\n`,
    rule: 'static/storages-incomplete',
    on: SINCE_4,
  },
  {
    claim: 'storages_only_staticfiles_default',
    settings: `${staticApp}STORAGES = {'staticfiles': {'BACKEND': '${MANIFEST}'}}\n`,
    rule: 'static/storages-incomplete',
    on: SINCE_4,
  },
  {
    claim: 'STATICFILES_STORAGE_effect',
    settings: `${staticApp}STATICFILES_STORAGE = '${MANIFEST}'\n`,
    rule: 'static/storage-setting-ignored',
    on: SINCE_5,
  },
  {
    claim: 'DEFAULT_FILE_STORAGE_effect',
    settings: "DEFAULT_FILE_STORAGE = 'django.core.files.storage.InMemoryStorage'\n",
    rule: 'static/storage-setting-ignored',
    on: SINCE_5,
  },
  {
    claim: 'media_url_equals_static_url',
    settings: `${staticApp}MEDIA_URL = '/static/'\nMEDIA_ROOT = '/srv/media'\n`,
    rule: 'static/media-mixed-with-static',
    on: ALL,
  },
  {
    claim: 'media_root_equals_static_root',
    settings: `${staticApp}MEDIA_URL = '/media/'\nMEDIA_ROOT = '/srv/static'\n`,
    rule: 'static/media-mixed-with-static',
    on: ALL,
  },
  {
    claim: 'file_upload_permissions_decimal',
    settings: 'FILE_UPLOAD_PERMISSIONS = 644\n',
    rule: 'static/upload-permissions-wrong',
    on: ALL,
  },
  // Templates, time and logs.
  {
    claim: 'templates_app_dirs_and_loaders',
    settings: templates("'APP_DIRS': True, 'OPTIONS': {'loaders': ['django.template.loaders.filesystem.Loader']}"),
    rule: 'settings/template-loaders-with-app-dirs',
    on: ALL,
  },
  {
    claim: 'templates_default_loaders_debug_false',
    settings: `DEBUG = False\n${templates("'APP_DIRS': True")}`,
    rule: 'settings/template-loaders-uncached',
    on: NONE,
  },
  { claim: 'time_zone_invalid', settings: "TIME_ZONE = 'Nope/Nope'\n", rule: 'settings/time-zone-invalid', on: ALL },
  {
    claim: 'logging_bad_handler_dir',
    settings: logging(
      "'disable_existing_loggers': False, 'handlers': {'f': {'class': 'logging.FileHandler', 'filename': '/nonexistent/z/app.log'}}, 'root': {'handlers': ['f']}",
    ),
    files: {
      Dockerfile: 'FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["gunicorn", "site.wsgi"]\n',
      'wsgi.py': "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n",
    },
    rule: 'logging/log-directory-missing',
    on: ALL,
  },
  { claim: 'logging_config_none', settings: 'DEBUG = False\nLOGGING_CONFIG = None\n', rule: 'logging/not-configured', on: NONE },
  { claim: 'logging_disable_existing_default', settings: logging(CONSOLE), rule: 'logging/existing-loggers-disabled', on: ALL },
  // Work outside requests.
  {
    claim: 'tasks_default_runs_inline',
    settings: "TASKS = {'default': {'BACKEND': 'django.tasks.backends.immediate.ImmediateBackend'}}\n",
    files: { 'shop/tasks.py': 'from django.tasks import task\n\n\n@task\ndef charge(order):\n    pass\n' },
    rule: 'tasks/tasks-run-in-web-process',
    on: ['6.0', '6.1'],
  },
];

/** Claims that no rule of ours is about, with the reason or the place that covers them. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  admins_flat_tuple:
    'the flat pair of texts is two addresses since 6.0, of which "Ada" is none: examples of email/admin-addresses-malformed',
  proxy_header_comma_list:
    'what a proxy sends, not what settings hold: proxies that append are judged by proxy/forwarded-proto-client-controlled',
  ssl_redirect_behind_tls_proxy_without_header: 'needs a proxy: examples of settings/proxy-ssl-header-missing',
  hsts_not_sent_without_proxy_header: 'needs a proxy: examples of settings/proxy-ssl-header-missing',
  csrf_origin_behind_tls_proxy_without_header: 'needs a proxy: examples of settings/csrf-origin-missing-behind-proxy',
  x_forwarded_host_spoof: 'needs a proxy: examples of settings/forwarded-host-trusted',
  manifest_missing_entry: 'needs a template: examples of static/manifest-entry-missing',
  static_url_none: 'examples of static/root-missing tell STATIC_ROOT; without STATIC_URL the start fails in development already',
  session_file_path_missing: 'no rule: Django refuses at the first request in development already',
  templates_default_loaders_debug_true: 'a matter of development',
  templates_unknown_key: 'no rule: Django refuses to start in development already',
  secret_key_missing_access: 'examples of environment/required-variable-missing and secrets/secret-key-weak',
  logging_default_console_when_debug_false: 'examples of logging/not-configured',
  hsts_seconds_string: 'works as a number does: examples of settings/hsts-missing',
  jinja2_missing: 'no rule: the start fails in development already',
  storages_unknown_key_top: 'examples of dependencies rules, which are not made yet',
  data_upload_default: "Django's defaults: src/settings/django/generated, made from Django itself",
  forms_urlfield_scheme: "Django's defaults: settings/removed-setting-ignored names FORMS_URLFIELD_ASSUME_HTTPS",
  DEFAULT_AUTO_FIELD_effective: "Django's defaults: no fault in production",
};
