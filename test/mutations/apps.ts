import { add, type Edit, image, type Mutation } from './edits.ts';

const CORS = 'INSTALLED_APPS = [*INSTALLED_APPS, "corsheaders"]\nMIDDLEWARE = ["corsheaders.middleware.CorsMiddleware", *MIDDLEWARE]';
/** Uploads in a bucket that nothing opens, and that keeps what is there. */
const S3 = 'STORAGES["default"] = {"BACKEND": "storages.backends.s3.S3Storage"}\nAWS_STORAGE_BUCKET_NAME = "library"';
const JWT =
  'REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}\nfrom datetime import timedelta\nJWT = "rest_framework_simplejwt"';
/** One more package. */
const requires = (line: string): Edit => ({ file: 'requirements.txt', find: 'redis==6.4.0\n', replace: `redis==6.4.0\n${line}\n` });
const API =
  'INSTALLED_APPS += ["rest_framework"]\nREST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"], ';
const OPEN_VIEW: Edit = {
  file: 'loans/api.py',
  replace: 'from rest_framework import viewsets\n\n\nclass LoanViewSet(viewsets.ModelViewSet):\n    queryset = None\n',
};
const LOGIN: Edit = { file: 'loans/api.py', replace: 'from rest_framework.authtoken.views import obtain_auth_token\n' };
const ALLAUTH = 'INSTALLED_APPS += ["allauth", "allauth.account"]';
const AXES =
  'INSTALLED_APPS += ["axes"]\nMIDDLEWARE += ["axes.middleware.AxesMiddleware"]\nAUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]';

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'every origin with the cookies of the visitor',
    edits: add(`${CORS}\nCORS_ALLOW_ALL_ORIGINS = True\nCORS_ALLOW_CREDENTIALS = True`),
    expect: ['apps/cors-all-origins-with-credentials'],
  },
  { name: 'every origin', edits: add(`${CORS}\nCORS_ALLOW_ALL_ORIGINS = True`), expect: ['apps/cors-all-origins'] },
  {
    name: 'an origin pattern with open dots',
    edits: add(`${CORS}\nCORS_ALLOWED_ORIGIN_REGEXES = [r"^https://app.library.example$"]`),
    expect: ['apps/cors-regex-too-loose'],
  },
  {
    name: 'an origin of the own machine',
    edits: add(`${CORS}\nCORS_ALLOWED_ORIGINS = ["http://localhost:5173"]`),
    expect: ['apps/cors-development-origin'],
  },
  {
    name: 'CORS without its middleware',
    edits: add('INSTALLED_APPS = [*INSTALLED_APPS, "corsheaders"]'),
    expect: ['apps/cors-middleware-missing'],
  },
  {
    name: 'CORS after the common middleware',
    edits: add('INSTALLED_APPS = [*INSTALLED_APPS, "corsheaders"]\nMIDDLEWARE = [*MIDDLEWARE, "corsheaders.middleware.CorsMiddleware"]'),
    expect: ['apps/cors-middleware-missing'],
  },
  {
    name: 'CORS settings that nothing reads',
    edits: add('CORS_ALLOWED_ORIGINS = ["https://shelves.library.example"]'),
    expect: ['apps/cors-settings-without-app'],
  },
  {
    name: 'the debug toolbar',
    edits: add('INSTALLED_APPS += ["debug_toolbar"]'),
    expect: ['apps/debug-toolbar-in-production'],
  },
  { name: 'a profiler', edits: add('INSTALLED_APPS += ["silk"]'), expect: ['apps/development-app-in-production'] },
  {
    name: 'uploads that everybody may read',
    edits: add(`${S3}\nAWS_S3_FILE_OVERWRITE = False\nAWS_QUERYSTRING_AUTH = False`),
    expect: ['apps/s3-media-public'],
  },
  { name: 'uploads that replace each other', edits: add(S3), expect: ['apps/s3-uploads-overwritten'] },
  {
    name: 'a store whose certificate nobody checks',
    edits: add(`${S3}\nAWS_S3_FILE_OVERWRITE = False\nAWS_S3_VERIFY = False`),
    expect: ['apps/s3-transport-insecure'],
  },
  {
    name: 'a bucket that no storage uses',
    edits: add('INSTALLED_APPS += ["storages"]\nAWS_STORAGE_BUCKET_NAME = "library"'),
    expect: ['apps/storages-app-without-backend'],
  },
  {
    name: 'a signing key in the source',
    edits: add(`${JWT}\nSIMPLE_JWT = {"SIGNING_KEY": "k7v2m9x4q8w1z5c3b6n0p-f7d2s9a4g8h1j5l3r6t0y"}`),
    expect: ['apps/jwt-signing-key-weak'],
  },
  {
    name: 'tokens for a year',
    edits: add(`${JWT}\nSIMPLE_JWT = {"REFRESH_TOKEN_LIFETIME": timedelta(days=365)}`),
    expect: ['apps/jwt-lifetime-too-long'],
  },
  {
    name: 'allauth without its middleware',
    edits: [...add(ALLAUTH), requires('django-allauth==65.3.1')],
    expect: ['apps/allauth-middleware-missing'],
  },
  {
    name: 'allauth with plain links',
    edits: [
      ...add(`${ALLAUTH}\nMIDDLEWARE += ["allauth.account.middleware.AccountMiddleware"]\nACCOUNT_DEFAULT_HTTP_PROTOCOL = "http"`),
      requires('django-allauth==65.3.1'),
    ],
    expect: ['apps/allauth-plain-http-links'],
  },
  {
    name: 'axes switched off',
    edits: [...add(`${AXES}\nAXES_ENABLED = False`), requires('django-axes==8.0.0')],
    expect: ['apps/axes-misconfigured'],
  },
  {
    name: 'a policy for django-csp 3',
    edits: [...add('MIDDLEWARE += ["csp.middleware.CSPMiddleware"]\nCSP_DEFAULT_SRC = ("\'self\'",)'), requires('django-csp==4.0')],
    expect: ['apps/csp-settings-ignored'],
  },
  {
    name: 'limits in the database cache',
    edits: [
      ...add('CACHES["default"] = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}'),
      { file: 'loans/limits.py', replace: 'from django_ratelimit.decorators import ratelimit\n' },
    ],
    expect: ['apps/ratelimit-cache-not-shared'],
  },
  {
    name: 'OAuth over plain HTTP',
    edits: image('PYTHONUNBUFFERED=1 \\', 'PYTHONUNBUFFERED=1 OAUTHLIB_INSECURE_TRANSPORT=1 \\'),
    expect: ['apps/oauth-over-http'],
  },
  { name: 'an open API', edits: [...add(`${API}}`), OPEN_VIEW], expect: ['apps/drf-permissions-open'] },
  {
    name: 'an API login without a limit',
    edits: [...add(`${API}"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}`), LOGIN],
    expect: ['apps/drf-throttling-missing'],
  },
  {
    name: 'throttles that believe the client',
    edits: add(
      `${API}"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"], "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"]}`,
    ),
    expect: ['apps/proxy-count-missing'],
  },
  {
    name: 'pages that nothing splits',
    edits: add(`${API}"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"], "PAGE_SIZE": 20}`),
    expect: ['apps/drf-pagination-missing'],
  },
  {
    name: 'a schema for everybody',
    edits: [
      ...add(`${API}"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}\nINSTALLED_APPS += ["drf_spectacular"]`),
      { file: 'loans/docs.py', replace: 'from drf_spectacular.views import SpectacularAPIView\n' },
    ],
    expect: ['apps/api-schema-public'],
  },
  {
    name: 'an API that takes passwords with every call',
    edits: [
      ...add(
        'INSTALLED_APPS += ["rest_framework"]\nREST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}',
      ),
      OPEN_VIEW,
    ],
    expect: ['apps/drf-basic-authentication'],
  },
];
