import { type Answer, defineRule, type SettingsFacts } from '../../src/rule.ts';
import { className, type Handler, handlersOf, isApplied, loggersOf, loggingOf, MAIL_HANDLER, usesHandler } from '../shared/logs/logging.ts';
import { and, not, or } from '../shared/values/answer.ts';

function logging(django: string, rest = ''): string {
  return `LOGGING = {\n    'version': 1,\n    'disable_existing_loggers': False,\n    'handlers': {\n        'console': {'class': 'logging.StreamHandler'},\n        'mail': {'class': 'django.utils.log.AdminEmailHandler'},\n    },\n    'loggers': {'django': {'handlers': [${django}]}${rest}},${rest === '' ? ' # !' : ''}\n}\n`;
}

export default defineRule({
  id: 'logging/error-mail-not-attached',
  title: 'Server errors are not mailed although a mail handler exists',
  severity: 'warning',
  topic: 8,
  since: '0.1.0',
  why: 'Errors of requests go to django.request and from there to django: a new list of handlers for that logger replaces the default one, which mailed them.',
  fix: 'Give the handler to the logger django.request or django.',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/logging/#django-request',
    'https://docs.djangoproject.com/en/stable/ref/logging/#django-s-default-logging-configuration',
  ],
  cwe: ['CWE-778'],
  examples: {
    bad: [{ 'settings.py': logging("'console'") }],
    good: [
      { 'settings.py': logging("'console', 'mail'", ", 'app': {'handlers': ['console']}") },
      { 'settings.py': logging("'console'", ", 'django.request': {'handlers': ['mail']}") },
      { 'settings.py': logging("'console'", "}, 'root': {'handlers': ['mail']") },
      { 'settings.py': 'DEBUG = False\n' },
    ],
    undecided: [{ 'settings.py': `from elsewhere import names\n\n${logging('*names()', ", 'app': {'handlers': ['console']}")}` }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const logging = loggingOf(settings);
    if (logging === null || !isApplied(settings)) return;
    const mails = handlersOf(settings).filter((handler) => className(handler) === MAIL_HANDLER);
    const [handler] = mails;
    if (handler === undefined) return;
    const heard = or(...mails.map((one) => hearsRequests(one, settings)), logging.value.complete ? 'no' : 'maybe');
    if (heard === 'maybe') ctx.undecided('Part of `LOGGING` is not known.', logging.origin);
    if (heard !== 'no') return;
    const defined = handler.type.kind === 'known' ? handler.type.origin : logging.origin;
    const handlers = settings.get('LOGGING', 'loggers', 'django', 'handlers');
    ctx.report({
      at: handlers.kind === 'known' && handlers.value !== undefined ? handlers.origin : defined,
      related: [{ at: defined, message: `\`${handler.name}\` is defined here` }],
      message: `The handler \`${handler.name}\` is given neither to \`django.request\` nor to \`django\`: server errors are not mailed.`,
      subject: `LOGGING.handlers.${handler.name}`,
    });
  },
});

/** Records of failed requests climb from django.request over django to the root, unless a logger stops them. Django's own configuration mails from `django` as long as LOGGING does not name that logger. */
function hearsRequests({ name }: Handler, settings: SettingsFacts): Answer {
  if (!loggersOf(settings).includes('django')) return 'yes';
  const uses = (logger: string) => usesHandler(settings, logger, name);
  const request = climbs(settings, 'django.request');
  return or(uses('django.request'), and(request, uses('django')), and(request, climbs(settings, 'django'), uses('')));
}

function climbs(settings: SettingsFacts, logger: string): Answer {
  const propagate = settings.get('LOGGING', 'loggers', logger, 'propagate');
  if (propagate.kind !== 'known') return 'maybe';
  return not(propagate.value === false ? 'yes' : 'no');
}
