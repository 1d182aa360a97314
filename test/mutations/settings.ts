import { add, base, type Mutation, setting } from './edits.ts';

export const MUTATIONS: readonly Mutation[] = [
  { name: 'DEBUG on', edits: setting('DEBUG = False', 'DEBUG = True'), expect: ['settings/debug-enabled'] },
  {
    name: 'DEBUG as text',
    edits: setting('DEBUG = False', 'DEBUG = os.environ.get("DEBUG", "False")'),
    expect: ['settings/debug-from-string'],
  },
  {
    name: 'DEBUG fails open',
    edits: setting('DEBUG = False', 'DEBUG = os.environ.get("DEBUG", "1") == "1"'),
    expect: ['settings/debug-defaults-to-true'],
  },
  { name: 'no hosts', edits: setting('["library.example", "www.library.example"]', '[]'), expect: ['settings/allowed-hosts-empty'] },
  { name: 'any host', edits: setting('["library.example", "www.library.example"]', '["*"]'), expect: ['settings/allowed-hosts-wildcard'] },
  {
    name: 'blank host',
    edits: setting('["library.example", "www.library.example"]', 'os.environ.get("HOSTS", "").split(",")'),
    expect: ['settings/allowed-hosts-blank'],
  },
  { name: 'session cookie in clear', edits: setting('SESSION_COOKIE_SECURE = True', ''), expect: ['settings/session-cookie-over-http'] },
  { name: 'CSRF cookie in clear', edits: setting('CSRF_COOKIE_SECURE = True', ''), expect: ['settings/csrf-cookie-over-http'] },
  {
    name: 'session cookie for scripts',
    edits: add('SESSION_COOKIE_HTTPONLY = False'),
    expect: ['settings/session-cookie-readable-by-scripts'],
  },
  { name: 'no SameSite', edits: add('SESSION_COOKIE_SAMESITE = None'), expect: ['settings/samesite-disabled'] },
  { name: 'no HSTS', edits: setting('SECURE_HSTS_SECONDS = 31536000', ''), expect: ['settings/hsts-missing'] },
  {
    name: 'HSTS without subdomains',
    edits: setting('SECURE_HSTS_INCLUDE_SUBDOMAINS = True', ''),
    expect: ['settings/hsts-too-short', 'settings/hsts-without-subdomains'],
  },
  { name: 'HSTS without preload', edits: setting('SECURE_HSTS_PRELOAD = True', ''), expect: ['settings/hsts-without-preload'] },
  { name: 'no redirect in Django', edits: setting('SECURE_SSL_REDIRECT = True', ''), expect: ['settings/https-redirect-off'] },
  {
    name: 'no proxy header',
    edits: setting('SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")', ''),
    expect: ['settings/proxy-ssl-header-missing'],
  },
  {
    name: 'no proxy header and no origins',
    edits: [
      ...setting('SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")', ''),
      ...setting('CSRF_TRUSTED_ORIGINS = ["https://library.example", "https://www.library.example"]', ''),
    ],
    expect: ['settings/proxy-ssl-header-missing'],
  },
  {
    name: 'no SecurityMiddleware',
    edits: base('    "django.middleware.security.SecurityMiddleware",\n', ''),
    expect: ['settings/security-middleware-missing'],
  },
  {
    name: 'no CSRF middleware',
    edits: base('    "django.middleware.csrf.CsrfViewMiddleware",\n', ''),
    expect: ['settings/csrf-middleware-missing'],
  },
  {
    name: 'no frame middleware',
    edits: base('    "django.middleware.clickjacking.XFrameOptionsMiddleware",\n', ''),
    expect: ['settings/clickjacking-middleware-missing'],
  },
  { name: 'framed by itself', edits: add('X_FRAME_OPTIONS = "SAMEORIGIN"'), expect: ['settings/frame-options-not-deny'] },
  { name: 'sniffing', edits: add('SECURE_CONTENT_TYPE_NOSNIFF = False'), expect: ['settings/content-type-sniffing-allowed'] },
  { name: 'no referrer policy', edits: add('SECURE_REFERRER_POLICY = None'), expect: ['settings/referrer-policy-missing'] },
  { name: 'wrong referrer policy', edits: add('SECURE_REFERRER_POLICY = "sometimes"'), expect: ['settings/referrer-policy-invalid'] },
  { name: 'wrong opener policy', edits: add('SECURE_CROSS_ORIGIN_OPENER_POLICY = "none"'), expect: ['settings/opener-policy-invalid'] },
  {
    name: 'origin without scheme',
    edits: setting('["https://library.example", "https://www.library.example"]', '["library.example"]'),
    expect: ['settings/csrf-origin-without-scheme'],
  },
  { name: 'removed setting', edits: add('USE_L10N = False'), expect: ['settings/removed-setting-ignored'] },
  {
    name: 'policy as text',
    edits: [...add('SECURE_CSP = "default-src self"'), { file: 'requirements.txt', find: 'Django==5.2.8', replace: 'Django==6.0.1' }],
    expect: ['settings/csp-not-a-dict'],
  },
  {
    name: 'nonce without its processor',
    edits: [
      ...add(
        'MIDDLEWARE += ["django.middleware.csp.ContentSecurityPolicyMiddleware"]\nSECURE_CSP = {"script-src": ["<CSP_NONCE_SENTINEL>"]}',
      ),
      { file: 'requirements.txt', find: 'Django==5.2.8', replace: 'Django==6.1.3' },
    ],
    expect: ['settings/csp-nonce-processor-missing'],
  },
  { name: 'no such failure view', edits: add('CSRF_FAILURE_VIEW = "loans.views.nowhere"'), expect: ['settings/csrf-failure-view-broken'] },
  { name: 'no such URLconf', edits: base('"library.urls"', '"library.nowhere"'), expect: ['settings/root-urlconf-not-found'] },
];
