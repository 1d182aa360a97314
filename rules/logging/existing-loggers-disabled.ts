import { type Data, defineRule } from '../../src/rule.ts';
import { not, or } from '../shared/answer.ts';
import { isMapping, truth } from '../shared/data.ts';
import { isApplied } from '../shared/logging.ts';

export default defineRule({
  id: 'logging/existing-loggers-disabled',
  title: 'LOGGING disables existing loggers',
  severity: 'warning',
  topic: 8,
  since: '0.1.0',
  why: 'Loggers that exist already and are not named, such as django.request and those of libraries, fall silent: errors are lost.',
  fix: 'Add "disable_existing_loggers": False to LOGGING.',
  autofix: 'safe',
  links: [
    'https://docs.djangoproject.com/en/stable/topics/logging/#configuring-logging',
    'https://docs.python.org/3/library/logging.config.html#dictionary-schema-details',
  ],
  cwe: ['CWE-778'],
  examples: {
    bad: [
      { 'settings.py': "LOGGING = {'version': 1, 'handlers': {'console': {'class': 'logging.StreamHandler'}}} # !\n" },
      { 'settings.py': "LOGGING = {'version': 1, 'disable_existing_loggers': True} # !\n" },
    ],
    good: [
      { 'settings.py': "LOGGING = {'version': 1, 'disable_existing_loggers': False}\n" },
      { 'settings.py': 'DEBUG = False\n' },
      { 'settings.py': "LOGGING_CONFIG = None\nLOGGING = {'version': 1}\n" },
      { 'settings.py': "LOGGING = {'version': 1, 'incremental': True}\n" },
    ],
    undecided: [{ 'settings.py': "from elsewhere import flag\n\nLOGGING = {'version': 1, 'disable_existing_loggers': flag()}\n" }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const whole = settings.get('LOGGING');
    if (whole.kind === 'unknown') ctx.undecided('`LOGGING` is not known.', whole.origin);
    if (!isApplied(settings)) return;
    ctx.expectAll(
      [settings.get('LOGGING', 'disable_existing_loggers'), settings.get('LOGGING', 'incremental'), whole],
      (disables, incremental, logging) => or(not(disabling(disables)), truth(incremental), isMapping(logging) ? 'no' : 'yes'),
      (_values, [, , origin]) => ({
        at: origin,
        message: '`LOGGING` lacks `disable_existing_loggers: False`: loggers it does not name, such as `django.request`, fall silent.',
        subject: 'LOGGING',
      }),
    );
  },
});

function disabling(flag: Data | undefined) {
  return flag === undefined ? 'yes' : truth(flag);
}
