import { type Answer, type Context, type Data, defineRule, type Report } from '../../src/rule.ts';
import { installed } from '../shared/code/installed-apps.ts';
import { type Code, type MiddlewareClass, SECURITY, SESSION } from '../shared/requests/middleware.ts';
import {
  AUTHENTICATION,
  before,
  COMMON,
  CONDITIONAL_GET,
  FETCH_FROM_CACHE,
  GZIP,
  holdsClass,
  LOCALE,
  MESSAGES,
  misplaced,
  placeOfClass,
  REMOTE_USER,
  UPDATE_CACHE,
} from '../shared/requests/middleware-places.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { and, not, or } from '../shared/values/answer.ts';
import { isAtLeast } from '../shared/values/release.ts';

const AUTH_CLASS = "'django.contrib.auth.middleware.AuthenticationMiddleware'";
const SESSION_CLASS = "'django.contrib.sessions.middleware.SessionMiddleware'";
const MESSAGE_CLASS = "'django.contrib.messages.middleware.MessageMiddleware'";
const stack = (...classes: readonly string[]) =>
  `MIDDLEWARE = [\n${classes.map((one) => `    ${one},\n`.replace(/ MARK,\n$/, ', # !\n')).join('')}]\n`;
const django = (name: string) => `'django.middleware.${name}'`;
const marked = (one: string) => `${one} MARK`;

interface Order {
  readonly first: MiddlewareClass;
  readonly second: MiddlewareClass;
  /** Why the second one needs the first before it. */
  readonly message: string;
  readonly severity?: Report['severity'] & string;
  readonly because?: string;
  /** The second fails without the first at all. */
  readonly required?: boolean;
  /** Whether it matters here; absent: always. */
  readonly matters?: (code: Code) => Answer;
}

const NO_ERROR = 'no request fails by it';

const ORDERS: readonly Order[] = [
  {
    first: SESSION,
    second: AUTHENTICATION,
    message: '`AuthenticationMiddleware` runs without `SessionMiddleware` before it: every request ends in an error.',
    required: true,
  },
  {
    first: SESSION,
    second: MESSAGES,
    message: '`MessageMiddleware` runs without `SessionMiddleware` before it: every request ends in an error.',
    required: true,
    matters: storesInSession,
  },
  {
    first: AUTHENTICATION,
    second: REMOTE_USER,
    message: '`RemoteUserMiddleware` runs without `AuthenticationMiddleware` before it: every request ends in an error.',
    required: true,
  },
  {
    first: UPDATE_CACHE,
    second: SESSION,
    message:
      "`UpdateCacheMiddleware` stands below `SessionMiddleware`: pages are cached before they are marked as one visitor's own, and served to others.",
  },
  {
    first: LOCALE,
    second: FETCH_FROM_CACHE,
    message:
      '`FetchFromCacheMiddleware` stands above `LocaleMiddleware`: it looks for pages before the language is known, and serves them in the wrong one.',
    severity: 'warning',
    because: NO_ERROR,
  },
  {
    first: SECURITY,
    second: COMMON,
    message:
      '`SecurityMiddleware` stands below `CommonMiddleware`: redirects that add a slash or `www.` go out over plain HTTP and without its headers.',
    severity: 'note',
    because: 'it concerns such redirects alone',
  },
  {
    first: GZIP,
    second: CONDITIONAL_GET,
    message:
      '`GZipMiddleware` stands below `ConditionalGetMiddleware`: it adds random bytes, so no entity tag is ever the same and nothing is answered 304.',
    severity: 'warning',
    because: NO_ERROR,
    matters: ({ settings }) => isAtLeast(settings.django, '4.2'),
  },
];

export default defineRule({
  id: 'settings/middleware-order',
  title: 'Middleware in an order that breaks features',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Authentication before sessions fails on each request; the other wrong orders show pages of one visitor to others, or switch off caching and security headers for some responses.',
  fix: 'Follow the documented order: Security, (WhiteNoise), UpdateCache, GZip, Session, Locale, Common, Csrf, Authentication, Messages, XFrameOptions, FetchFromCache.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/middleware/#middleware-ordering'],
  cwe: ['CWE-696'],
  examples: {
    bad: [
      { 'settings.py': stack(marked(AUTH_CLASS), SESSION_CLASS) },
      { 'settings.py': stack(marked(AUTH_CLASS)) },
      { 'settings.py': stack(marked(MESSAGE_CLASS), SESSION_CLASS) },
      { 'settings.py': stack(SESSION_CLASS, marked("'django.contrib.auth.middleware.RemoteUserMiddleware'"), AUTH_CLASS) },
      { 'settings.py': stack(marked(SESSION_CLASS), django('cache.UpdateCacheMiddleware'), django('cache.FetchFromCacheMiddleware')) },
      { 'settings.py': stack(marked(django('cache.FetchFromCacheMiddleware')), django('locale.LocaleMiddleware')) },
      { 'settings.py': stack(marked(django('common.CommonMiddleware')), django('security.SecurityMiddleware')) },
      {
        'settings.py': stack(marked(django('http.ConditionalGetMiddleware')), django('gzip.GZipMiddleware')),
        'requirements.txt': 'Django==5.2.8\n',
      },
      {
        'settings.py': stack(marked("'shop.middleware.Login'"), SESSION_CLASS),
        'shop/middleware.py':
          'from django.contrib.auth.middleware import AuthenticationMiddleware as Base\n\n\nclass Login(Base):\n    pass\n',
      },
    ],
    good: [
      {
        'settings.py': stack(
          django('security.SecurityMiddleware'),
          SESSION_CLASS,
          django('common.CommonMiddleware'),
          AUTH_CLASS,
          MESSAGE_CLASS,
        ),
      },
      {
        'settings.py': stack(
          django('security.SecurityMiddleware'),
          django('cache.UpdateCacheMiddleware'),
          django('gzip.GZipMiddleware'),
          SESSION_CLASS,
          django('locale.LocaleMiddleware'),
          django('cache.FetchFromCacheMiddleware'),
        ),
      },
      { 'settings.py': `MESSAGE_STORAGE = 'django.contrib.messages.storage.cookie.CookieStorage'\n${stack(MESSAGE_CLASS)}` },
      { 'settings.py': stack(django('common.CommonMiddleware'), django('locale.LocaleMiddleware')) },
      { 'settings.py': stack(django('csrf.CsrfViewMiddleware'), SESSION_CLASS) },
      {
        'settings.py': stack("'shop.middleware.Sessions'", AUTH_CLASS),
        'shop/middleware.py':
          'from django.contrib.sessions.middleware import SessionMiddleware\n\n\nclass Sessions(SessionMiddleware):\n    pass\n',
      },
    ],
    undecided: [
      { 'settings.py': stack("'user_sessions.middleware.SessionMiddleware'", AUTH_CLASS) },
      { 'settings.py': `from elsewhere import FIRST\n\nMIDDLEWARE = FIRST + [${AUTH_CLASS}]\n` },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    for (const order of ORDERS) judge(order, { settings, repository }, ctx);
  },
});

function judge(order: Order, code: Code, ctx: Context): void {
  const { first, second, message, severity, because } = order;
  const matters = order.matters?.(code) ?? 'yes';
  if (matters === 'no') return;
  ctx.expectAll(
    [code.settings.get('MIDDLEWARE'), code.settings.get('INSTALLED_APPS')],
    (middleware, apps) => or(not(matters), not(isWrong(order, middleware, apps, code))),
    ([middleware]) => ({
      ...placeOfClass(middleware, second, code),
      message,
      subject: `MIDDLEWARE ${second.path} ${first.path}`,
      ...(severity === undefined ? {} : { severity, ...(because === undefined ? {} : { because }) }),
    }),
  );
}

/** That a class is missing altogether is what `settings/admin-requirements-missing` says where the admin asks for it. */
function isWrong({ first, second, required }: Order, middleware: Data | undefined, apps: Data | undefined, code: Code): Answer {
  if (required !== true) return misplaced(middleware, first, second, code);
  const admin = installed(apps, 'django.contrib.admin', code);
  return and(not(before(middleware, first, second, code)), or(holdsClass(middleware, first, code), not(admin)));
}

/** Messages are kept in a cookie and the session, or in one of them. */
function storesInSession({ settings }: Code): Answer {
  const storage = settings.get('MESSAGE_STORAGE');
  if (storage.kind !== 'known' || typeof storage.value !== 'string') return 'maybe';
  return /^django\.contrib\.messages\.storage\.(fallback|session)\./.test(storage.value) ? 'yes' : 'no';
}
