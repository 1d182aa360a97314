import { type Context, defineRule, type SettingsFacts } from '../../src/rule.ts';
import { errorReporter } from '../shared/logs/error-reporters.ts';
import { type Delivered, deliveryOf, ERROR } from '../shared/logs/log-flow.ts';
import { className, handlersOf, MAIL_HANDLER } from '../shared/logs/logging.ts';
import { isPresumedRun, servesVisitors } from '../shared/requests/web.ts';
import { truth } from '../shared/values/data.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const TOP = "ROOT_URLCONF = 'mysite.urls'";
const CONSOLE = "LOGGING = {'version': 1, 'disable_existing_loggers': False, 'handlers': {'console': {'class': 'logging.StreamHandler'}}, ";

function silent(settings: string): Record<string, string> {
  const files = django(`DEBUG = False\n${settings}`);
  return { ...files, 'mysite/settings.py': (files['mysite/settings.py'] ?? '').replace(TOP, `${TOP} # !`), Dockerfile: DOCKERFILE };
}

export default defineRule({
  id: 'logging/error-reporting-missing',
  title: 'No error reporting configured',
  severity: 'note',
  topic: 8,
  since: '0.1.0',
  why: 'Nobody is told of an error: a failure is seen when a visitor complains, or when somebody happens to read the log.',
  fix: 'Add an error tracker such as Sentry, or set ADMINS so that Django mails server errors.',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/howto/error-reporting/',
    'https://docs.sentry.io/platforms/python/integrations/django/',
  ],
  cwe: ['CWE-778'],
  examples: {
    bad: [
      silent(''),
      silent(`${CONSOLE}'root': {'handlers': ['console']}}\n`),
      silent(`ADMINS = [('Ops', 'ops@example.com')]\n${CONSOLE}'loggers': {'django': {'handlers': ['console']}}}\n`),
      { ...silent(''), 'mysite/tests/test_errors.py': 'import sentry_sdk\n\nsentry_sdk.init()\n' },
      { ...silent('# sentry_sdk.init(dsn="")\n') },
    ],
    good: [
      { ...django("import sentry_sdk\n\nsentry_sdk.init(dsn='https://key@o1.ingest.sentry.io/1')\n"), Dockerfile: DOCKERFILE },
      { ...django("DEBUG = False\nADMINS = [('Ops', 'ops@example.com')]\n"), Dockerfile: DOCKERFILE },
      {
        ...django(`DEBUG = False\nADMINS = [('Ops', 'ops@example.com')]\n${CONSOLE}'root': {'handlers': ['console']}}\n`),
        Dockerfile: DOCKERFILE,
      },
      { ...django("MIDDLEWARE = ['rollbar.contrib.django.middleware.RollbarNotifierMiddleware']\n"), Dockerfile: DOCKERFILE },
    ],
    undecided: [
      { ...django('from elsewhere import people\n\nADMINS = people()\n'), Dockerfile: DOCKERFILE },
      {
        ...django(
          "LOGGING = {'version': 1, 'disable_existing_loggers': False, 'handlers': {'chat': {'class': 'mysite.log.ChatHandler'}}, 'root': {'handlers': ['chat'], 'level': 'ERROR'}}\n",
        ),
        Dockerfile: DOCKERFILE,
      },
      { ...django(), Dockerfile: DOCKERFILE.replace('["gunicorn"', '["newrelic-admin", "run-program", "gunicorn"') },
      django('DEBUG = False\n'),
      { ...django(), Dockerfile: DOCKERFILE, 'mysite/errors.py': 'from sentry_sdk import capture_exception\n' },
      { ...django(), Dockerfile: DOCKERFILE, 'requirements.txt': 'Django==5.2.8\ngunicorn==23.0.0\nsentry-sdk==2.40.0\n' },
    ],
  },

  needs: ['evaluations', 'processes', 'repository', 'deployment'],
  check({ evaluations, processes, repository, deployment }, ctx) {
    const visited = evaluations.filter(servesVisitors);
    const first = repository.model.deployments.find(({ project }) => project !== null && project === deployment.project);
    // One remark a project is enough: its deployments share the code.
    if (visited.length === 0 || (first !== undefined && first.id !== deployment.id)) return;
    const reporter = errorReporter({ evaluations, processes, packages: deployment.project?.packages ?? null, repository });
    if (reporter?.is === 'yes') return;
    if (reporter !== null) {
      ctx.undecided(`Whether errors are reported to ${reporter.name} is not known.`, reporter.at ?? undefined);
      return;
    }
    const [settings] = visited;
    if (settings === undefined) return;
    if (isPresumedRun(deployment)) ctx.undecided('Nothing says how the project is run, or with what around it.', settings.top);
    else judge(settings, ctx);
  },
});

/** Handlers that tell nobody: what they write waits to be read. */
const QUIET =
  /^logging\.(StreamHandler|FileHandler|NullHandler|handlers\.(Timed)?RotatingFileHandler|handlers\.WatchedFileHandler)$|^colorlog\.|^rich\.logging\.|^concurrent_log_handler\./;

function judge(settings: SettingsFacts, ctx: Context): void {
  const { handlers, complete, dropped } = deliveryOf(settings, 'django.request', ERROR);
  const admins = settings.get('ADMINS');
  const nobody = admins.kind === 'known' && truth(admins.value) === 'no';
  const mails = handlers.filter(({ type }) => type === MAIL_HANDLER);
  if (!complete || handlers.some(mayTell)) {
    ctx.undecided('Where `LOGGING` leads server errors is not known.', settings.placeOf('LOGGING'));
    return;
  }
  if (mails.length > 0 && !nobody) {
    const told = admins.kind === 'known' && truth(admins.value) === 'yes' && mails.some(({ passes }) => passes === 'yes');
    if (!told) ctx.undecided('Whether server errors are mailed to `ADMINS` is not known.', settings.placeOf('ADMINS'));
    return;
  }
  // A mail handler that hears nothing is the fault of rules of its own.
  if (!nobody && (dropped === 'disabled' || handlersOf(settings).some((handler) => className(handler) === MAIL_HANDLER))) return;
  ctx.report({
    at: settings.top,
    message: nobody
      ? 'Nobody is told of errors: no error tracker is set up, and `ADMINS` is empty.'
      : 'Nobody is told of errors: no error tracker is set up, and `LOGGING` mails server errors to nobody.',
    subject: 'ADMINS',
    ...(settings.presumed === null ? {} : { related: [settings.presumed] }),
  });
}

function mayTell({ type }: Delivered): boolean {
  return type === null || (type !== MAIL_HANDLER && !QUIET.test(type));
}
