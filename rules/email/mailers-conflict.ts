import { defineRule } from '../../src/rule.ts';
import { MAILER, RELEASE } from '../shared/mails/mailers.ts';
import { and, not, or } from '../shared/values/answer.ts';
import { isAtLeast } from '../shared/values/release.ts';

/** DEPRECATED_EMAIL_SETTINGS of django/conf/__init__.py, 6.1. */
const DEPRECATED = [
  'EMAIL_BACKEND',
  'EMAIL_FILE_PATH',
  'EMAIL_HOST',
  'EMAIL_HOST_PASSWORD',
  'EMAIL_HOST_USER',
  'EMAIL_PORT',
  'EMAIL_SSL_CERTFILE',
  'EMAIL_SSL_KEYFILE',
  'EMAIL_TIMEOUT',
  'EMAIL_USE_SSL',
  'EMAIL_USE_TLS',
];

export default defineRule({
  id: 'email/mailers-conflict',
  title: 'MAILERS together with EMAIL settings',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'Django 6.1 refuses to load settings that have both: the application does not start, even when the old setting comes from a star import of the base settings.',
  fix: 'Delete the EMAIL settings of the connection and say the same in MAILERS["default"]["OPTIONS"].',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#mailers', 'https://docs.djangoproject.com/en/stable/releases/6.1/'],
  examples: {
    bad: [
      { 'settings.py': `${MAILER}EMAIL_TIMEOUT = 10 # !\n`, ...RELEASE },
      {
        'settings.py': `from base import *\n\n${MAILER}`,
        'base.py': "EMAIL_HOST = 'smtp.example.com' # !\nEMAIL_PORT = 587\n",
        ...RELEASE,
      },
    ],
    good: [
      { 'settings.py': `${MAILER}DEFAULT_FROM_EMAIL = 'desk@example.com'\nEMAIL_SUBJECT_PREFIX = '[app] '\n`, ...RELEASE },
      { 'settings.py': "EMAIL_HOST = 'smtp.example.com'\n", ...RELEASE },
      { 'settings.py': `${MAILER}EMAIL_HOST = 'smtp.example.com'\n`, 'requirements.txt': 'Django==6.0.5\n' },
      {
        'settings.py': `import django\n\nif django.VERSION >= (6, 1):\n    ${MAILER}else:\n    EMAIL_HOST = 'smtp.example.com'\n`,
        ...RELEASE,
      },
    ],
    undecided: [{ 'settings.py': `${MAILER}EMAIL_HOST = 'smtp.example.com'\n`, 'requirements.txt': 'Django>=5.2\n' }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    // Django 2028 removes the old settings, and with them the refusal.
    const refuses = and(isAtLeast(settings.django, '6.1'), not(isAtLeast(settings.django, '2028')));
    const both = and(settings.sets('MAILERS'), or(...DEPRECATED.map((name) => settings.sets(name))));
    const answer = and(refuses, both);
    if (answer === 'no') return;
    if (answer === 'maybe') {
      ctx.undecided('Whether `MAILERS` meets settings that Django 6.1 refuses beside it is not known.', settings.placeOf('MAILERS'));
      return;
    }
    const names = DEPRECATED.filter((name) => settings.sets(name) === 'yes');
    const [first = 'EMAIL_HOST', ...others] = names;
    ctx.report({
      at: settings.placeOf(first),
      message: `${names.map((name) => `\`${name}\``).join(', ')} beside \`MAILERS\`: this release of Django refuses to load the settings.`,
      subject: 'MAILERS',
      related: [
        { at: settings.placeOf('MAILERS'), message: '`MAILERS` is set here' },
        ...others.slice(0, 3).map((name) => ({ at: settings.placeOf(name), message: `\`${name}\` is set here` })),
      ],
    });
  },
});
