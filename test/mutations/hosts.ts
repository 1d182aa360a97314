import { add, base, type Mutation, nginx, setting } from './edits.ts';

const HOSTS = 'ALLOWED_HOSTS = ["library.example", "www.library.example"]';
const ORIGINS = 'CSRF_TRUSTED_ORIGINS = ["https://library.example", "https://www.library.example"]';

/** Hosts, origins, cookies and headers: who may ask, and who is believed. */
export const MUTATIONS: readonly Mutation[] = [
  { name: 'hosts as text', edits: setting(HOSTS, 'ALLOWED_HOSTS = "library.example"'), expect: ['settings/allowed-hosts-is-string'] },
  {
    name: 'a host with a scheme',
    edits: setting(HOSTS, 'ALLOWED_HOSTS = ["library.example", "www.library.example", "https://shelf.example"]'),
    expect: ['settings/allowed-hosts-never-match'],
  },
  {
    name: 'an origin with a slash',
    edits: setting(ORIGINS, 'CSRF_TRUSTED_ORIGINS = ["https://library.example", "https://www.library.example", "https://shop.example/"]'),
    expect: ['settings/csrf-origin-never-matches'],
  },
  {
    name: 'origins of everybody',
    edits: setting(ORIGINS, 'CSRF_TRUSTED_ORIGINS = ["https://library.example", "https://www.library.example", "https://*.com"]'),
    expect: ['settings/csrf-origin-wildcard-too-broad'],
  },
  {
    name: 'an origin over plain HTTP',
    edits: setting(ORIGINS, 'CSRF_TRUSTED_ORIGINS = ["https://library.example", "https://www.library.example", "http://shop.example"]'),
    expect: ['settings/csrf-origin-over-http'],
  },
  {
    name: 'the header as it travels',
    edits: setting('"HTTP_X_FORWARDED_PROTO", "https"', '"X-Forwarded-Proto", "https"'),
    expect: ['settings/proxy-ssl-header-malformed'],
  },
  {
    name: 'an exemption with a slash',
    edits: setting('r"^health/$"', 'r"^/health/$"'),
    expect: ['settings/redirect-exempt-never-matches'],
  },
  {
    name: 'SameSite=None in clear',
    edits: [...setting('SESSION_COOKIE_SECURE = True', 'SESSION_COOKIE_SAMESITE = "None"')],
    expect: ['settings/samesite-none-without-secure', 'settings/session-cookie-over-http'],
  },
  { name: 'SameSite misspelt', edits: add('SESSION_COOKIE_SAMESITE = "Lex"'), expect: ['settings/samesite-invalid'] },
  {
    name: 'a short HSTS',
    edits: setting('SECURE_HSTS_SECONDS = 31536000', 'SECURE_HSTS_SECONDS = 600'),
    expect: ['settings/hsts-too-short'],
  },
  {
    name: 'tokens before sessions',
    edits: [
      ...add('CSRF_USE_SESSIONS = True'),
      ...base('    "django.contrib.sessions.middleware.SessionMiddleware",\n', ''),
      ...base(
        '    "django.middleware.csrf.CsrfViewMiddleware",\n',
        '    "django.middleware.csrf.CsrfViewMiddleware",\n    "django.contrib.sessions.middleware.SessionMiddleware",\n',
      ),
    ],
    expect: ['settings/csrf-sessions-middleware-order'],
  },
  {
    name: 'a cookie that breaks its name',
    edits: add('SESSION_COOKIE_NAME = "__Host-id"\nSESSION_COOKIE_PATH = "/library/"'),
    expect: ['settings/cookie-prefix-violated'],
  },
  { name: 'silenced', edits: add('SILENCED_SYSTEM_CHECKS = ["security.W009"]'), expect: ['settings/security-checks-silenced'] },
  {
    name: 'a public name is missing',
    edits: setting(HOSTS, 'ALLOWED_HOSTS = ["library.example"]'),
    expect: ['settings/allowed-hosts-miss-public-name'],
  },
  { name: 'the host of anybody', edits: add('USE_X_FORWARDED_HOST = True'), expect: ['settings/forwarded-host-trusted'] },
  { name: 'the port of anybody', edits: add('USE_X_FORWARDED_PORT = True'), expect: ['settings/forwarded-port-trusted'] },
  {
    name: 'HSTS twice',
    edits: nginx(
      'proxy_pass http://library;',
      'proxy_pass http://library;\n            add_header Strict-Transport-Security "max-age=60" always;',
    ),
    expect: ['settings/hsts-sent-twice'],
  },
  {
    name: 'a backend that lets all in',
    edits: add('AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.AllowAllUsersModelBackend"]'),
    expect: ['settings/auth-backend-trusts-proxy-user'],
  },
];
