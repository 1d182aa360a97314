import { type Data, defineRule, placeOf } from '../../src/rule.ts';
import { isApplied } from '../shared/logs/logging.ts';
import { not, or } from '../shared/values/answer.ts';
import { isMapping, truth } from '../shared/values/data.ts';

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
      { 'settings.py': "LOGGING = {'version': 1, 'loggers': {'django.request': {'level': 'ERROR'}}} # !\n" },
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
      ([disables, , logging], [decided, , origin]) => {
        const silent = SILENCED.find((name) => !namesLogger(logging, name));
        const message = `${disables === undefined ? '`LOGGING` lacks `disable_existing_loggers: False`' : '`LOGGING` disables existing loggers'}: loggers it does not name${silent === undefined ? '' : `, such as \`${silent}\``}, fall silent.`;
        const place = disables === true ? placeOf(decided) : undefined;
        return {
          at: origin,
          message,
          subject: 'LOGGING',
          ...(place === undefined ? {} : { severity: 'note', because: 'it is written out, so it may be meant', coveredBy: place }),
        };
      },
    );
  },
});

/** Loggers that exist before LOGGING is applied, the most missed one first. */
const SILENCED = ['django.request', 'django', 'django.security', 'gunicorn.error'];

/** Whether LOGGING may name it or one above it: what stands below a named logger stays in force. */
function namesLogger(logging: Data | undefined, name: string): boolean {
  const loggers = isMapping(logging) ? logging.entries.find(({ key }) => key === 'loggers')?.value : undefined;
  if (loggers === undefined) return false;
  if (loggers.kind !== 'known' || !isMapping(loggers.value) || !loggers.value.complete) return true;
  return loggers.value.entries.some(({ key }) => typeof key !== 'string' || name === key || name.startsWith(`${key}.`));
}

function disabling(flag: Data | undefined) {
  return flag === undefined ? 'yes' : truth(flag);
}
