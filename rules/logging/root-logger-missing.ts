import { defineRule } from '../../src/rule.ts';
import { handlersOfLogger, isApplied, loggersOf, loggingOf } from '../shared/logs/logging.ts';
import { openUnlessKnown } from '../shared/values/undecided.ts';

const CONSOLE = "'handlers': {'console': {'class': 'logging.StreamHandler'}}";

export default defineRule({
  id: 'logging/root-logger-missing',
  title: "Other packages' logs are lost",
  severity: 'note',
  topic: 8,
  since: '0.1.0',
  why: 'Warnings of packages that no logger names reach stderr without time or level, and what they log as INFO is lost.',
  fix: 'Add a root logger with the console handler: "root": {"handlers": ["console"], "level": "INFO"}.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/topics/logging/#examples'],
  cwe: ['CWE-778'],
  examples: {
    bad: [
      {
        'settings.py': `LOGGING = {\n    'version': 1,\n    'disable_existing_loggers': False,\n    ${CONSOLE},\n    'loggers': {'django': {'handlers': ['console']}}, # !\n}\n`,
      },
    ],
    good: [
      { 'settings.py': `LOGGING = {'version': 1, 'disable_existing_loggers': False, ${CONSOLE}, 'root': {'handlers': ['console']}}\n` },
      {
        'settings.py': `LOGGING = {'version': 1, 'disable_existing_loggers': False, ${CONSOLE}, 'loggers': {'': {'handlers': ['console']}}}\n`,
      },
      { 'settings.py': 'DEBUG = False\n' },
      { 'settings.py': "LOGGING = {'version': 1, 'disable_existing_loggers': False}\n" },
    ],
    undecided: [{ 'settings.py': `from elsewhere import root\n\nLOGGING = {'version': 1, ${CONSOLE}, 'root': root()}\n` }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const whole = settings.get('LOGGING');
    if (whole.kind !== 'known') openUnlessKnown(whole, ctx);
    const logging = loggingOf(settings);
    if (logging === null || !isApplied(settings)) return;
    const root = settings.get('LOGGING', 'root');
    const named = settings.get('LOGGING', 'loggers', '');
    if (!logging.value.complete || root.kind !== 'known' || named.kind !== 'known') {
      ctx.undecided('Part of `LOGGING` is not known.', logging.origin);
      return;
    }
    const others = loggersOf(settings).filter((name) => name !== '' && handlersOfLogger(settings, name).length > 0);
    if (others.length === 0) return;
    const handlers = settings.get('LOGGING', 'root', 'handlers');
    const all = settings.get('LOGGING', 'loggers', '', 'handlers');
    if (isNotKnown(handlers) || isNotKnown(all)) ctx.undecided('The handlers of the root logger are not known.', logging.origin);
    else if (handlersOfLogger(settings, '').length === 0) {
      const loggers = settings.get('LOGGING', 'loggers');
      ctx.report({
        at: loggers.kind === 'known' ? loggers.origin : logging.origin,
        message:
          '`LOGGING` gives the root logger no handler: what other packages log as INFO is lost, and their warnings come without time or level.',
        subject: 'LOGGING',
      });
    }
  },
});

function isNotKnown(value: { readonly kind: string; readonly value?: unknown }): boolean {
  if (value.kind !== 'known') return true;
  const { value: list } = value;
  return typeof list === 'object' && list !== null && 'complete' in list && (list.complete === false || hasUnknown(list));
}

function hasUnknown(list: object): boolean {
  return 'items' in list && Array.isArray(list.items) && list.items.some((item: { readonly kind: string }) => item.kind !== 'known');
}
