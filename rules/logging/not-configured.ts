import { type Context, defineRule, placeOf, type SettingsFacts } from '../../src/rule.ts';
import { type ErrorReporter, errorReporter } from '../shared/logs/error-reporters.ts';
import { type Delivery, deliveryOf, ERROR } from '../shared/logs/log-flow.ts';
import { MAIL_HANDLER } from '../shared/logs/logging.ts';
import { rootHandlersElsewhere } from '../shared/logs/root-handlers.ts';
import { isPresumedRun, servesVisitors } from '../shared/requests/web.ts';
import { truth } from '../shared/values/data.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const TOP = "ROOT_URLCONF = 'mysite.urls'";

function unset(): Record<string, string> {
  const files = django('DEBUG = False\n');
  return { ...files, 'mysite/settings.py': (files['mysite/settings.py'] ?? '').replace(TOP, `${TOP} # !`), Dockerfile: DOCKERFILE };
}

function set(loggers: string, mark = ''): Record<string, string> {
  const logging = `LOGGING = {'version': 1, 'disable_existing_loggers': False, 'handlers': {'console': {'class': 'logging.StreamHandler'}, 'null': {'class': 'logging.NullHandler'}}, ${loggers}}${mark}\n`;
  return { ...django(`DEBUG = False\n${logging}`), Dockerfile: DOCKERFILE };
}

const changed = (files: Record<string, string>, find: string, replace: string) =>
  Object.fromEntries(Object.entries(files).map(([file, text]) => [file, text.replace(find, replace)]));

export default defineRule({
  id: 'logging/not-configured',
  title: 'LOGGING is not configured: errors leave no trace',
  severity: 'warning',
  topic: 8,
  since: '0.1.0',
  why: "With DEBUG off, Django's own console handler is filtered out: the traceback behind a page that answers 500 is written nowhere, it is only mailed to ADMINS.",
  fix: 'Define LOGGING with a console handler on the root logger.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/logging/#default-logging-configuration',
    'https://docs.djangoproject.com/en/stable/topics/logging/#configuring-logging',
  ],
  cwe: ['CWE-778'],
  replaces: ['logging/root-logger-missing'],
  examples: {
    bad: [
      unset(),
      { ...django('DEBUG = False\nLOGGING = {} # !\n'), Dockerfile: DOCKERFILE },
      set("'loggers': {'app': {'handlers': ['console']}}", ' # !'),
      set("'loggers': {'django.request': {'handlers': ['null'], 'propagate': False}}", ' # !'),
      set("'loggers': {'django.request': {'level': 'CRITICAL'}}, 'root': {'handlers': ['console']}", ' # !'),
    ],
    good: [
      set("'root': {'handlers': ['console']}"),
      set("'loggers': {'django': {'handlers': ['console'], 'propagate': False}}"),
      set("'loggers': {'django': {'level': 'INFO'}}"),
      { ...django('DEBUG = False\nLOGGING_CONFIG = None\n'), Dockerfile: DOCKERFILE },
      { ...django('DEBUG = True\n'), Dockerfile: DOCKERFILE },
      {
        ...changed({ ...django('DEBUG = False\n'), Dockerfile: DOCKERFILE }, 'gunicorn==23.0.0', 'daphne==4.2.1'),
        Dockerfile: DOCKERFILE.replace(/CMD.*/, 'CMD ["daphne", "-b", "0.0.0.0", "mysite.asgi:application"]'),
      },
    ],
    undecided: [
      { ...django("DEBUG = False\nimport logging\nlogging.basicConfig(level='INFO')\n"), Dockerfile: DOCKERFILE },
      { ...django('from elsewhere import logging_dict\n\nDEBUG = False\nLOGGING = logging_dict()\n'), Dockerfile: DOCKERFILE },
      { ...django(), 'zappa_settings.json': '{}' },
      { ...django('DEBUG = False\n'), 'zappa_settings.json': '{}' },
      { ...django("import os\n\nDEBUG = os.environ.get('DEBUG') == '1'\n"), Dockerfile: DOCKERFILE },
    ],
  },

  needs: ['settings', 'repository', 'deployment'],
  check({ settings, repository, deployment }, ctx) {
    if (!servesVisitors(settings)) return;
    const debug = settings.get('DEBUG');
    if (debug.kind !== 'known') ctx.undecided('Whether `DEBUG` is on is not known.', settings.placeOf('DEBUG'));
    if (debug.kind !== 'known' || truth(debug.value) !== 'no') return;
    if (isPresumedRun(deployment) && settings.sets('DEBUG') !== 'yes') {
      ctx.undecided('Nothing says that production loads these settings.', settings.top);
      return;
    }
    const delivery = deliveryOf(settings, 'django.request', ERROR);
    const heard = isWritten(delivery);
    if (heard === 'maybe') ctx.undecided('Part of `LOGGING` is not known.', settings.placeOf('LOGGING'));
    if (heard !== 'no') return;
    const elsewhere = delivery.reachesRoot ? rootHandlersElsewhere(settings, repository) : null;
    if (elsewhere !== null) {
      if (elsewhere.is === 'maybe') ctx.undecided(elsewhere.because, elsewhere.at);
      return;
    }
    const { processes } = deployment;
    judge(settings, delivery, errorReporter({ evaluations: [settings], processes, packages: settings.project.packages, repository }), ctx);
  },
});

/** Loggers that LOGGING disables are the fault of another rule. */
function isWritten({ handlers, complete, lastResort, dropped }: Delivery): 'yes' | 'no' | 'maybe' {
  if (lastResort || dropped === 'disabled') return 'yes';
  const writing = handlers.filter(({ type }) => type !== MAIL_HANDLER && type !== 'logging.NullHandler');
  if (writing.some(({ passes }) => passes === 'yes')) return 'yes';
  return !complete || writing.some(({ passes }) => passes === 'maybe') ? 'maybe' : 'no';
}

function judge(settings: SettingsFacts, delivery: Delivery, reporter: ErrorReporter | null, ctx: Context): void {
  const mailed = delivery.handlers.some(({ type, passes }) => type === MAIL_HANDLER && passes === 'yes');
  const admins = settings.get('ADMINS');
  const read = !mailed ? 'no' : admins.kind === 'known' ? truth(admins.value) : 'maybe';
  if (read === 'maybe') ctx.undecided('Whether `ADMINS` names anybody is not known.', settings.placeOf('ADMINS'));
  if (reporter?.is === 'maybe') ctx.undecided(`Whether errors are reported to ${reporter.name} is not known.`, reporter.at ?? undefined);
  if (read === 'maybe' || reporter?.is === 'maybe') return;
  const place = reporter?.at ?? (read === 'yes' && admins.kind === 'known' ? placeOf(admins.origin) : undefined);
  ctx.report({
    at: settings.placeOf('LOGGING'),
    message: message(settings, delivery),
    subject: 'LOGGING',
    ...(place === undefined || place === null
      ? {}
      : {
          severity: 'note',
          because: reporter === null ? 'they are mailed to `ADMINS`' : `they are reported to ${reporter.name}`,
          coveredBy: place,
        }),
  });
}

function message(settings: SettingsFacts, { dropped }: Delivery): string {
  if (dropped === 'level') return '`LOGGING` asks `django.request` for a level above ERROR: server errors leave no trace.';
  return truth(logging(settings)) === 'yes'
    ? '`LOGGING` leads server errors to no handler that writes them: with `DEBUG` off their tracebacks reach no log.'
    : '`LOGGING` is not set, and with `DEBUG` off Django writes server errors to no log.';
}

function logging(settings: SettingsFacts) {
  const value = settings.get('LOGGING');
  return value.kind === 'known' ? value.value : undefined;
}
