import { type Answer, casesOf, defineRule, type Origin, placeOf, type SettingsFacts } from '../../src/rule.ts';
import { CONSOLE_HANDLER, loggingText } from '../shared/logs/log-example.ts';
import { DEBUG, deliveryOf, levelNumber } from '../shared/logs/log-flow.ts';
import { isApplied } from '../shared/logs/logging.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

function project(handler: string, rest: string, top = ''): Record<string, string> {
  return { ...django(`DEBUG = False\n${top}${loggingText([handler], rest)}`), Dockerfile: DOCKERFILE };
}

export default defineRule({
  id: 'logging/debug-level',
  title: 'Debug logging in production',
  severity: 'warning',
  topic: 8,
  since: '0.1.0',
  why: 'Every package then writes its inner workings for each request: HTTP clients and other libraries log URLs, headers and personal data, the log grows fast, and the site becomes slow.',
  fix: 'Set the level to INFO or WARNING, from the environment for example.',
  autofix: 'safe',
  links: [
    'https://docs.djangoproject.com/en/stable/topics/logging/#topic-logging-parts-loggers',
    'https://docs.python.org/3/howto/logging.html#logging-levels',
  ],
  cwe: ['CWE-532'],
  examples: {
    bad: [
      project(CONSOLE_HANDLER, "'root': {'handlers': ['console'], 'level': 'DEBUG'} # !"),
      project(CONSOLE_HANDLER, "'loggers': {'': {'handlers': ['console'], 'level': 10}} # !"),
      {
        ...project(CONSOLE_HANDLER, "'root': {'handlers': ['console'], 'level': os.environ.get('LOG_LEVEL', 'INFO')}", 'import os\n\n'),
        'docker-compose.yml': 'services:\n  web:\n    build: .\n    environment:\n      LOG_LEVEL: DEBUG # !\n',
      },
    ],
    good: [
      project(CONSOLE_HANDLER, "'root': {'handlers': ['console'], 'level': 'INFO'}"),
      project(CONSOLE_HANDLER, "'root': {'handlers': ['console']}"),
      project(CONSOLE_HANDLER.replace('}', ", 'level': 'INFO'}"), "'root': {'handlers': ['console'], 'level': 'DEBUG'}"),
      project(CONSOLE_HANDLER, "'root': {'handlers': [], 'level': 'DEBUG'}"),
      // Django hands no query to this logger while DEBUG is off.
      project(CONSOLE_HANDLER, "'loggers': {'django.db.backends': {'handlers': ['console'], 'level': 'DEBUG'}}"),
      project(CONSOLE_HANDLER, "'loggers': {'app': {'handlers': ['console'], 'level': 'DEBUG'}}"),
      project(
        CONSOLE_HANDLER.replace('}', ", 'filters': ['dev']}"),
        "'root': {'handlers': ['console'], 'level': 'DEBUG'}, 'filters': {'dev': {'()': 'django.utils.log.RequireDebugTrue'}}",
      ),
      { ...django('DEBUG = False\n'), Dockerfile: DOCKERFILE },
    ],
    undecided: [
      project(CONSOLE_HANDLER, "'root': {'handlers': ['console'], 'level': level()}", 'from elsewhere import level\n\n'),
      project(
        CONSOLE_HANDLER.replace('}', ", 'filters': ['own']}"),
        "'root': {'handlers': ['console'], 'level': 'DEBUG'}, 'filters': {'own': {'()': 'app.Quiet'}}",
      ),
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    if (!isApplied(settings)) return;
    const level = rootLevel(settings);
    const isDebug = casesOf(level).map(({ then }) => {
      const number = then.kind === 'known' && then.value !== undefined && then.value !== null ? levelNumber(then.value) : 0;
      return then.kind === 'unknown' || number === null ? 'maybe' : number > 0 && number <= DEBUG ? 'yes' : 'no';
    });
    if (isDebug.every((one) => one === 'no')) return;
    const written = isWritten(settings);
    if (written === 'no') return;
    if (level.kind !== 'known' || !isDebug.every((one) => one === 'yes') || written === 'maybe') {
      ctx.undecided('Whether the root logger writes records of level DEBUG is not known.', settings.placeOf('LOGGING'));
      return;
    }
    ctx.report({
      at: changeable(level.origin) ?? settings.placeOf('LOGGING'),
      message: 'The root logger writes records of level DEBUG: every package logs its inner workings, and what requests hold with them.',
      subject: 'LOGGING.root.level',
    });
  },
});

/** The key `root` is applied after the loggers. */
function rootLevel(settings: SettingsFacts) {
  const root = settings.get('LOGGING', 'root');
  return root.kind === 'known' && root.value === undefined
    ? settings.get('LOGGING', 'loggers', '', 'level')
    : settings.get('LOGGING', 'root', 'level');
}

/** Whether some handler of the root lets records of that level through. */
function isWritten(settings: SettingsFacts): Answer {
  const { handlers, complete } = deliveryOf(settings, '', DEBUG);
  const writing = handlers.filter(({ type }) => type !== 'logging.NullHandler');
  if (writing.some(({ passes }) => passes === 'yes')) return 'yes';
  return !complete || writing.some(({ passes }) => passes === 'maybe') ? 'maybe' : 'no';
}

function changeable(origin: Origin) {
  return placeOf(origin);
}
