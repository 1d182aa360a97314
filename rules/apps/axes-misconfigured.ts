import { type Answer, type Context, type Data, defineRule, type Value } from '../../src/rule.ts';
import { type Is, installed, releaseIsAtLeast } from '../shared/code/packages.ts';
import { classText } from '../shared/code/python-class.ts';
import type { Code } from '../shared/requests/middleware.ts';
import { and, answer, not, or } from '../shared/values/answer.ts';
import { anyItem, asked, holds, isSequence, truth } from '../shared/values/data.ts';

const MIDDLEWARE = 'axes.middleware.AxesMiddleware';
const BACKEND = 'axes.backends.AxesStandaloneBackend';
/** axes/checks.py */
const UNFIT = /^django\.core\.cache\.backends\.(dummy\.DummyCache|locmem\.LocMemCache|filebased\.FileBasedCache)$/;

const PINNED = { 'requirements.txt': 'Django==5.2.8\ndjango-axes==8.0.0\n' };
const APPS = "INSTALLED_APPS = ['axes']\n";
const ON = `${APPS}MIDDLEWARE = ['${MIDDLEWARE}']\nAUTHENTICATION_BACKENDS = ['${BACKEND}', 'django.contrib.auth.backends.ModelBackend']\n`;
const CACHE = "AXES_HANDLER = 'axes.handlers.cache.AxesCacheHandler'\n";

export default defineRule({
  id: 'apps/axes-misconfigured',
  title: 'django-axes does not protect the login',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Nobody is locked out, or each process counts failed logins for itself: passwords can be guessed.',
  fix: 'AxesStandaloneBackend first in AUTHENTICATION_BACKENDS, AxesMiddleware last in MIDDLEWARE, and the database handler or a shared cache.',
  autofix: 'unsafe',
  links: [
    'https://django-axes.readthedocs.io/en/latest/2_installation.html',
    'https://django-axes.readthedocs.io/en/latest/4_configuration.html',
  ],
  cwe: ['CWE-307'],
  django: ['axes.W001', 'axes.W002', 'axes.W003'],
  examples: {
    bad: [
      {
        ...PINNED,
        'settings.py': `${APPS}MIDDLEWARE = ['${MIDDLEWARE}']\nAUTHENTICATION_BACKENDS = ['django.contrib.auth.backends.ModelBackend'] # !\n`,
      },
      { ...PINNED, 'settings.py': `${APPS}MIDDLEWARE = [] # !\nAUTHENTICATION_BACKENDS = ['${BACKEND}']\n` },
      { ...PINNED, 'settings.py': `${ON}AXES_ENABLED = False # !\n` },
      { ...PINNED, 'settings.py': `${ON}${CACHE}CACHES = {'default': {'BACKEND': 'django.core.cache.backends.locmem.LocMemCache'}} # !\n` },
      { ...PINNED, 'settings.py': `${ON}AXES_LOCKOUT_PARAMETERS = ['username'] # !\n` },
    ],
    good: [
      { ...PINNED, 'settings.py': ON },
      { ...PINNED, 'settings.py': `${ON}AXES_LOCKOUT_PARAMETERS = [['username', 'ip_address']]\n` },
      {
        ...PINNED,
        'settings.py': `${APPS}MIDDLEWARE = ['${MIDDLEWARE}']\nAUTHENTICATION_BACKENDS = ['accounts.Backend']\n`,
        'accounts.py': 'from axes.backends import AxesStandaloneBackend\n\n\nclass Backend(AxesStandaloneBackend):\n    pass\n',
      },
      {
        ...PINNED,
        'settings.py': `${ON}${CACHE}AXES_CACHE = 'logins'\nCACHES = {'default': {'BACKEND': 'django.core.cache.backends.locmem.LocMemCache'}, 'logins': {'BACKEND': 'django.core.cache.backends.redis.RedisCache', 'LOCATION': 'redis://redis'}}\n`,
      },
      { ...PINNED, 'settings.py': 'INSTALLED_APPS = []\nMIDDLEWARE = []\nAXES_ENABLED = False\n' },
      { 'requirements.txt': 'Django==3.2.25\ndjango-axes==4.5.4\n', 'settings.py': `${APPS}MIDDLEWARE = []\n` },
    ],
    undecided: [
      { ...PINNED, 'settings.py': `${APPS}MIDDLEWARE = ['${MIDDLEWARE}']\nAUTHENTICATION_BACKENDS = ['elsewhere.Backend']\n` },
      { ...PINNED, 'settings.py': `from elsewhere import flag\n\n${ON}AXES_ENABLED = flag()\n` },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    // Before 5.0 axes wrapped the login itself, without a backend or a middleware.
    if (releaseIsAtLeast(settings, 'django-axes', '5.0', '3.2') === 'no') return;
    const app = installed(settings, 'axes');
    const enabled = settings.get('AXES_ENABLED');
    const isOn = asked(enabled, (value) => ({ is: value === undefined ? 'yes' : truth(value) }) satisfies Is);
    ctx.expectAll(
      [isOn, app],
      (on, listed) => or(not(listed.is), on.is),
      () => ({ message: '`AXES_ENABLED` is off: nobody is locked out.', subject: 'AXES_ENABLED', django: [] }),
    );
    judgeBackend({ settings, repository }, { app, isOn }, ctx);
    ctx.expectAll(
      [asked(settings.get('MIDDLEWARE'), (list) => ({ is: hasMiddleware(list) }) satisfies Is), app, isOn],
      (middleware, listed, on) => or(not(and(listed.is, on.is)), middleware.is),
      () => ({
        message: '`AxesMiddleware` is not in `MIDDLEWARE`: who is locked out gets the plain answer of a failed login.',
        subject: 'MIDDLEWARE',
        django: ['axes.W002'],
        severity: 'note',
        because: 'logins are refused all the same',
      }),
    );
    judgeCache({ settings, repository }, { app, isOn }, ctx);
    ctx.expectAll(
      [settings.get('AXES_LOCKOUT_PARAMETERS'), app, isOn],
      (parameters, listed, on) => or(not(and(listed.is, on.is)), countsAddress(parameters)),
      () => ({
        message:
          '`AXES_LOCKOUT_PARAMETERS` holds no `ip_address`: anybody locks a user out, and who changes the other parameters is never locked out.',
        subject: 'AXES_LOCKOUT_PARAMETERS',
        django: ['axes.W006'],
        severity: 'note',
        because: 'logins are counted all the same',
      }),
    );
  },
});

interface State {
  readonly app: Value<Is>;
  readonly isOn: Value<Is>;
}

function judgeBackend(code: Code, { app, isOn }: State, ctx: Context): void {
  ctx.expectAll(
    [asked(code.settings.get('AUTHENTICATION_BACKENDS'), (list) => ({ is: hasBackend(list, code) }) satisfies Is), app, isOn],
    (backend, listed, on) => or(not(and(listed.is, on.is)), backend.is),
    () => ({
      message: '`AxesStandaloneBackend` is not in `AUTHENTICATION_BACKENDS`: failed logins are counted, but nobody is locked out.',
      subject: 'AUTHENTICATION_BACKENDS',
      django: ['axes.W003'],
    }),
  );
}

function judgeCache({ settings }: Code, { app, isOn }: State, ctx: Context): void {
  const alias = settings.get('AXES_CACHE');
  const name = alias.kind === 'known' && typeof alias.value === 'string' ? alias.value : 'default';
  if (alias.kind !== 'known') return;
  ctx.expectAll(
    [settings.get('CACHES', name, 'BACKEND'), settings.get('AXES_HANDLER'), app, isOn],
    (backend, handler, listed, on) =>
      or(not(and(listed.is, on.is)), answer(handler !== 'axes.handlers.cache.AxesCacheHandler'), not(isUnfit(backend))),
    () => ({
      message: `django-axes counts failed logins in the cache \`${name}\`, which each process has for itself or which keeps nothing.`,
      subject: `CACHES.${name}`,
      django: ['axes.W001'],
    }),
  );
}

function isUnfit(backend: Data | undefined): Answer {
  if (backend === undefined) return 'maybe';
  return typeof backend === 'string' ? answer(UNFIT.test(backend)) : 'maybe';
}

function hasMiddleware(list: Data | undefined): Answer {
  return anyItem(list, (item) => {
    if (item === MIDDLEWARE) return 'yes';
    return typeof item === 'string' && /axes/i.test(item) ? 'maybe' : 'no';
  });
}

/** The backend itself or a subclass, as the check of axes asks. */
function hasBackend(list: Data | undefined, code: Code): Answer {
  return anyItem(list, (item) => {
    if (typeof item !== 'string') return 'maybe';
    if (item === BACKEND || item === 'axes.backends.AxesBackend') return 'yes';
    if (/^(django|allauth|social_core|oauth2_provider|guardian|rules|mozilla_django_oidc|rest_framework|django_auth_ldap)\./.test(item))
      return 'no';
    const text = classText(item, code);
    if (text === null) return 'maybe';
    if (/^class\s+\w+\s*\([^)]*\bAxes\w*Backend\b/.test(text)) return 'yes';
    return /^class\s+\w+\s*(\(\s*(object|(\w+\.)?(ModelBackend|BaseBackend))?\s*\))?\s*:/.test(text) ? 'no' : 'maybe';
  });
}

function countsAddress(parameters: Data | undefined): Answer {
  if (!isSequence(parameters)) return parameters === undefined || parameters === null ? 'yes' : 'maybe';
  return anyItem(parameters, (one) => (one === 'ip_address' ? 'yes' : isSequence(one) ? holds(one, 'ip_address') : 'no'));
}
