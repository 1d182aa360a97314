import { type Answer, type Context, casesOf, type Data, defineRule, type Value } from '../../src/rule.ts';
import { installed } from '../shared/code/installed-apps.ts';
import type { Translations } from '../shared/localization/catalogs.ts';
import { hasModelBackend } from '../shared/requests/auth.ts';
import { type MiddlewareClass, SESSION } from '../shared/requests/middleware.ts';
import { AUTHENTICATION, holdsClass, MESSAGES } from '../shared/requests/middleware-places.ts';
import { type Engine, enginesOf, isDjangoTemplates } from '../shared/requests/templates.ts';
import { and, not, or } from '../shared/values/answer.ts';
import { holds, truth } from '../shared/values/data.ts';
import { isAtLeast } from '../shared/values/release.ts';

const APPS = "INSTALLED_APPS = ['django.contrib.admin', 'django.contrib.auth', 'django.contrib.contenttypes', 'django.contrib.messages']";
const CLASSES = [
  'django.contrib.sessions.middleware.SessionMiddleware',
  'django.contrib.auth.middleware.AuthenticationMiddleware',
  'django.contrib.messages.middleware.MessageMiddleware',
];
const stack = `MIDDLEWARE = [${CLASSES.map((one) => `'${one}'`).join(', ')}]`;
const PROCESSORS = [
  'django.template.context_processors.request',
  'django.contrib.auth.context_processors.auth',
  'django.contrib.messages.context_processors.messages',
];
const templates = (processors: readonly string[]) =>
  `TEMPLATES = [{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'OPTIONS': {'context_processors': [${processors.map((one) => `'${one}'`).join(', ')}]}}]`;
const settings = (...lines: readonly string[]) => ({
  'settings.py': lines.map((line) => `${line}\n`).join(''),
  'requirements.txt': 'Django==5.2.8\n',
});

export default defineRule({
  id: 'settings/admin-requirements-missing',
  title: 'Admin lacks apps, middleware or template processors it needs',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: '`manage.py check`, and with it migrate and every other command, ends in an error, and the admin does not work.',
  fix: 'Restore the apps, middleware and context processors of the project template.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/contrib/admin/#overview'],
  cwe: ['CWE-1188'],
  django: [
    'admin.E401',
    'admin.E402',
    'admin.E403',
    'admin.E404',
    'admin.E405',
    'admin.E406',
    'admin.E408',
    'admin.E409',
    'admin.E410',
    'admin.W411',
  ],
  examples: {
    bad: [
      settings("INSTALLED_APPS = ['django.contrib.admin', 'django.contrib.auth'] # !", stack, templates(PROCESSORS)),
      settings(APPS, `MIDDLEWARE = ['${CLASSES[0]}'] # !`, templates(PROCESSORS)),
      settings(APPS, stack, `${templates(PROCESSORS.slice(0, 1))} # !`),
      settings(APPS, stack, `${templates(PROCESSORS.slice(1))} # !`),
      settings(APPS, stack, "TEMPLATES = [{'BACKEND': 'django.template.backends.jinja2.Jinja2'}] # !"),
      settings(`${APPS} # !`, stack),
    ],
    good: [
      settings(APPS, stack, templates(PROCESSORS)),
      settings("INSTALLED_APPS = ['django.contrib.auth']", 'MIDDLEWARE = []', 'TEMPLATES = []'),
      {
        ...settings(APPS, `MIDDLEWARE = ['shop.web.Sessions', '${CLASSES[1]}', '${CLASSES[2]}']`, templates(PROCESSORS)),
        'shop/__init__.py': '',
        'shop/web.py': 'from django.contrib.sessions import middleware\n\n\nclass Sessions(middleware.SessionMiddleware):\n    pass\n',
      },
      {
        ...settings(APPS, stack, templates([PROCESSORS[0] ?? '', PROCESSORS[2] ?? '']), "AUTHENTICATION_BACKENDS = ['shop.sso.Tickets']"),
        'shop/__init__.py': '',
        'shop/sso.py': 'from django.contrib.auth.backends import BaseBackend\n\n\nclass Tickets(BaseBackend):\n    pass\n',
      },
    ],
    undecided: [
      settings('from elsewhere import STACK', APPS, 'MIDDLEWARE = STACK', templates(PROCESSORS)),
      settings(
        APPS,
        `MIDDLEWARE = ['user_sessions.middleware.SessionMiddleware', '${CLASSES[1]}', '${CLASSES[2]}']`,
        templates(PROCESSORS),
      ),
      settings(APPS, stack, `${templates([PROCESSORS[0] ?? '', PROCESSORS[2] ?? ''])}\nAUTHENTICATION_BACKENDS = ['elsewhere.Backend']`),
      {
        ...settings(APPS, stack, templates(PROCESSORS.slice(1))),
        'shop/admin.py': 'from django.contrib.admin import AdminSite\n\n\nclass Site(AdminSite):\n    enable_nav_sidebar = False\n',
      },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const facts: Facts = { settings, repository, sidebarOff: repository.codeMentions(/\benable_nav_sidebar\s*=\s*False/).items.length > 0 };
    const apps = settings.get('INSTALLED_APPS');
    if (casesOf(apps).every(({ then }) => then.kind === 'known' && installed(then.value, 'django.contrib.admin', facts) === 'no')) return;
    judgeApps(apps, facts, ctx);
    judgeMiddleware(apps, facts, ctx);
    judgeTemplates(apps, facts, ctx);
  },
});

interface Facts extends Translations {
  /** Some site of the project goes without the sidebar. */
  readonly sidebarOff: boolean;
}

/** Something that the admin needs: whether it is there, and what Django's check calls its absence. */
interface Need {
  readonly name: string;
  readonly id: string;
  readonly met: Answer;
}

/** One finding for all that is missing in one setting. */
function lacks(needs: readonly Need[]): { readonly names: string; readonly django: readonly string[] } {
  const missing = needs.filter(({ met }) => met === 'no');
  return { names: missing.map(({ name }) => `\`${name}\``).join(', '), django: missing.map(({ id }) => id) };
}

function judgeApps(apps: Value<Data | undefined>, facts: Facts, ctx: Context): void {
  const needs = (list: Data | undefined): readonly Need[] =>
    [
      ['django.contrib.contenttypes', 'admin.E401'],
      ['django.contrib.auth', 'admin.E405'],
      ['django.contrib.messages', 'admin.E406'],
    ].map(([name = '', id = '']) => ({ name, id, met: installed(list, name, facts) }));
  ctx.expect(
    apps,
    (list) => or(not(installed(list, 'django.contrib.admin', facts)), and(...needs(list).map(({ met }) => met))),
    (list) => {
      const { names, django } = lacks(needs(list));
      return { message: `The admin is installed without ${names}, which it needs.`, subject: 'INSTALLED_APPS admin', django };
    },
  );
}

function judgeMiddleware(apps: Value<Data | undefined>, facts: Facts, ctx: Context): void {
  const classes: readonly (readonly [MiddlewareClass, string])[] = [
    [AUTHENTICATION, 'admin.E408'],
    [MESSAGES, 'admin.E409'],
    [SESSION, 'admin.E410'],
  ];
  const needs = (middleware: Data | undefined): readonly Need[] =>
    classes.map(([wanted, id]) => ({ name: wanted.path.replace(/^.*\./, ''), id, met: holdsClass(middleware, wanted, facts) }));
  ctx.expectAll(
    [facts.settings.get('MIDDLEWARE'), apps],
    (middleware, list) => or(not(installed(list, 'django.contrib.admin', facts)), and(...needs(middleware).map(({ met }) => met))),
    ([middleware]) => {
      const { names, django } = lacks(needs(middleware));
      return { message: `The admin is installed, and \`MIDDLEWARE\` lacks ${names}, which it needs.`, subject: 'MIDDLEWARE admin', django };
    },
  );
}

/** The first engine of Django's template language is the admin's. */
function judgeTemplates(apps: Value<Data | undefined>, facts: Facts, ctx: Context): void {
  const { settings } = facts;
  const templates = settings.get('TEMPLATES');
  const engines = enginesOf(settings);
  const first = firstDjango(engines, facts);
  if (first === 'none') {
    ctx.expectAll(
      [templates, apps],
      (_, list) => not(installed(list, 'django.contrib.admin', facts)),
      () => ({
        message: 'The admin is installed, and `TEMPLATES` has no `DjangoTemplates` engine, which it needs.',
        subject: 'TEMPLATES admin',
        django: ['admin.E403'],
      }),
    );
  } else if (first === 'unclear') ctx.undecided('Which template engine the admin uses is not known.', settings.placeOf('TEMPLATES'));
  else judgeProcessors(first, apps, facts, ctx);
}

function firstDjango(engines: readonly Engine[], facts: Facts): Engine | 'none' | 'unclear' {
  const templates = facts.settings.get('TEMPLATES');
  const isWhole =
    templates.kind === 'known' &&
    !(typeof templates.value === 'object' && templates.value !== null && 'complete' in templates.value && !templates.value.complete);
  for (const engine of engines) {
    const backend = engine.get('BACKEND');
    const is = backend.kind === 'known' ? isDjangoTemplates(backend.value, facts) : 'maybe';
    if (is === 'yes') return engine;
    if (is === 'maybe') return 'unclear';
  }
  return isWhole ? 'none' : 'unclear';
}

function judgeProcessors(engine: Engine, apps: Value<Data | undefined>, facts: Facts, ctx: Context): void {
  const { settings } = facts;
  const needs = (processors: Data | undefined, backends: Data | undefined): readonly Need[] => {
    const has = (name: string) => (processors === undefined ? 'no' : holds(processors, name));
    const sidebar = or(not(isAtLeast(settings.django, '3.1')), facts.sidebarOff ? 'maybe' : 'no');
    return [
      { name: 'auth', id: 'admin.E402', met: or(has(PROCESSORS[1] ?? ''), not(hasModelBackend(backends, facts))) },
      { name: 'messages', id: 'admin.E404', met: has(PROCESSORS[2] ?? '') },
      { name: 'request', id: 'admin.W411', met: or(has(PROCESSORS[0] ?? ''), sidebar) },
    ];
  };
  ctx.expectAll(
    [engine.get('OPTIONS', 'context_processors'), settings.get('AUTHENTICATION_BACKENDS'), apps],
    (processors, backends, list) =>
      or(
        not(installed(list, 'django.contrib.admin', facts)),
        and(...needs(truth(processors) === 'no' ? undefined : processors, backends).map(({ met }) => met)),
      ),
    ([processors, backends]) => {
      const { names, django } = lacks(needs(truth(processors) === 'no' ? undefined : processors, backends));
      const onlySidebar = django.length === 1 && django[0] === 'admin.W411';
      return {
        message: `The admin is installed, and its template engine lacks the context processors it needs: ${names}.`,
        subject: 'TEMPLATES admin',
        django,
        ...(onlySidebar ? { severity: 'warning', because: 'only the navigation sidebar of the admin asks for it' } : {}),
      };
    },
  );
}
