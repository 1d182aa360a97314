import { add, BASE, base, type Edit, type Mutation, nginx, setting } from './edits.ts';

const OPTIONS = '        "OPTIONS": {\n';
const option = (line: string): readonly Edit[] => base(OPTIONS, `${OPTIONS}            ${line}\n`);
const explicit = {
  file: BASE,
  find: OPTIONS,
  replace: `${OPTIONS}            "loaders": ["django.template.loaders.filesystem.Loader"],\n`,
};
const release = (pinned: string): Edit => ({ file: 'requirements.txt', find: 'Django==5.2.8', replace: pinned });
const app = (name: string): Edit => ({ file: BASE, find: '    "loans",\n', replace: `    "loans",\n    "${name}",\n` });
const AUTH = '    "django.contrib.auth.middleware.AuthenticationMiddleware",\n';

const CSP: Edit = {
  file: BASE,
  find: '    "django.middleware.clickjacking.XFrameOptionsMiddleware",\n',
  replace: '    "django.middleware.clickjacking.XFrameOptionsMiddleware",\n    "csp.middleware.CSPMiddleware",\n',
};

export const MUTATIONS: readonly Mutation[] = [
  { name: 'no autoescaping', edits: option('"autoescape": False,'), expect: ['settings/template-autoescape-off'] },
  { name: 'template debug', edits: option('"debug": True,'), expect: ['settings/template-debug-enabled'] },
  {
    name: 'loaders without a cache',
    edits: [explicit, { file: BASE, find: '        "APP_DIRS": True,\n', replace: '' }],
    expect: ['settings/template-loaders-uncached'],
  },
  {
    name: 'loaders beside APP_DIRS',
    edits: option('"loaders": [("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])],'),
    expect: ['settings/template-loaders-with-app-dirs'],
  },
  {
    name: 'string_if_invalid of None',
    edits: option('"string_if_invalid": None,'),
    expect: ['settings/template-string-if-invalid-not-text'],
  },
  {
    name: 'language with underscore',
    edits: add('LANGUAGES = [("en", "English"), ("pt_BR", "Portuguese")]'),
    expect: ['settings/language-code-invalid'],
  },
  { name: 'default language not listed', edits: add('LANGUAGES = [("es", "Spanish")]'), expect: ['settings/language-code-not-listed'] },
  {
    name: 'language without translations',
    edits: base('LANGUAGE_CODE = "en-us"', 'LANGUAGE_CODE = "zh-tw"'),
    expect: ['settings/language-code-without-translations'],
  },
  {
    name: 'site as text',
    edits: [app('django.contrib.sites'), ...add('SITE_ID = os.environ.get("SITE_ID", "1")')],
    expect: ['settings/site-id-invalid'],
  },
  {
    name: 'pickled sessions',
    edits: [release('Django==4.2.26'), ...add('SESSION_SERIALIZER = "django.contrib.sessions.serializers.PickleSerializer"')],
    expect: ['dependencies/django-end-of-life', 'settings/session-serializer-pickle'],
  },
  {
    name: 'weak hasher',
    edits: add('PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]'),
    expect: ['settings/password-hasher-weak'],
  },
  {
    name: 'hasher without its library',
    edits: [
      { file: 'requirements.txt', find: 'redis==6.4.0\n', replace: 'redis==6.4.0\nasgiref==3.10.0\nsqlparse==0.5.3\n' },
      ...add('PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]'),
    ],
    expect: ['settings/password-hasher-library-missing'],
  },
  {
    name: 'cache backend that is gone',
    edits: setting('django.core.cache.backends.redis.RedisCache', 'django.core.cache.backends.memcached.MemcachedCache'),
    expect: ['settings/dotted-path-removed'],
  },
  { name: 'no password validators', edits: add('AUTH_PASSWORD_VALIDATORS = []'), expect: ['settings/password-validators-missing'] },
  {
    name: 'short passwords',
    edits: base('MinimumLengthValidator"}', 'MinimumLengthValidator", "OPTIONS": {"min_length": 4}}'),
    expect: ['settings/password-validators-weak'],
  },
  {
    name: 'security below common',
    edits: [
      { file: BASE, find: '    "django.middleware.security.SecurityMiddleware",\n', replace: '' },
      {
        file: BASE,
        find: '    "django.middleware.csrf.CsrfViewMiddleware",\n',
        replace: '    "django.middleware.security.SecurityMiddleware",\n    "django.middleware.csrf.CsrfViewMiddleware",\n',
      },
    ],
    expect: ['settings/middleware-order'],
  },
  {
    name: 'admin without messages',
    edits: base('                "django.contrib.messages.context_processors.messages",\n', ''),
    expect: ['settings/admin-requirements-missing'],
  },
  {
    name: 'policy without its middleware',
    edits: [release('Django==6.0.1'), ...add('SECURE_CSP = {"default-src": ["\'self\'"]}')],
    expect: ['settings/csp-without-effect'],
  },
  {
    name: 'policy that allows everything',
    edits: [CSP, ...add('CSP_DEFAULT_SRC = ["*"]')],
    expect: ['settings/csp-allows-unsafe-scripts'],
  },
  {
    name: 'policies of Django and of the proxy',
    edits: [
      CSP,
      ...add('CSP_DEFAULT_SRC = ["\'self\'"]'),
      ...nginx(
        'proxy_read_timeout 40s;',
        'proxy_read_timeout 40s;\n            add_header Content-Security-Policy "default-src \'self\'" always;',
      ),
    ],
    expect: ['settings/csp-from-two-sources'],
  },
  { name: 'no such time zone', edits: base('TIME_ZONE = "UTC"', 'TIME_ZONE = "Europe/Madird"'), expect: ['settings/time-zone-invalid'] },
  { name: 'any number of fields', edits: add('DATA_UPLOAD_MAX_NUMBER_FIELDS = None'), expect: ['settings/upload-limits-disabled'] },
  {
    name: 'no folder for uploads on their way',
    edits: add('FILE_UPLOAD_TEMP_DIR = "/srv/uploads/tmp"'),
    expect: ['settings/upload-temp-dir-missing'],
  },
  { name: 'errors past the error page', edits: add('DEBUG_PROPAGATE_EXCEPTIONS = True'), expect: ['settings/exceptions-propagated'] },
  {
    name: 'application by another name',
    edits: base('"library.wsgi.application"', '"library.wsgi.app"'),
    expect: ['settings/wsgi-application-not-found'],
  },
  {
    name: 'primary keys left to the default',
    edits: base('DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"\n', ''),
    expect: ['settings/auto-field-not-set'],
  },
  {
    name: 'login required too early',
    edits: base(AUTH, `    "django.contrib.auth.middleware.LoginRequiredMiddleware",\n${AUTH}`),
    expect: ['settings/login-required-middleware-order'],
  },
];
