import { type Data, defineRule } from '../../src/rule.ts';
import { isSmtp } from '../shared/mails/mail.ts';
import { MAILER, RELEASE, usesMailers } from '../shared/mails/mailers.ts';
import { keysInAnyCase } from '../shared/values/data.ts';

export default defineRule({
  id: 'email/mailers-host-missing',
  title: 'MAILERS entry without a host',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'With MAILERS there is no default of localhost any more: the first mail raises InvalidMailer, a password reset as well as the report of an error.',
  fix: 'Name the server: "OPTIONS": {"host": "smtp.example.com"}.',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#mailers',
    'https://docs.djangoproject.com/en/stable/topics/email/#smtp-backend',
  ],
  examples: {
    bad: [
      { 'settings.py': "MAILERS = {'default': {'BACKEND': 'django.core.mail.backends.smtp.EmailBackend'}} # !\n", ...RELEASE },
      { 'settings.py': "MAILERS = {'default': {'OPTIONS': {'port': 587, 'use_tls': True}}} # !\n", ...RELEASE },
      { 'settings.py': `${MAILER}MAILERS['newsletter'] = {'OPTIONS': {'host': None}} # !\n`, ...RELEASE },
    ],
    good: [
      { 'settings.py': MAILER, ...RELEASE },
      { 'settings.py': "MAILERS = {'default': {'BACKEND': 'anymail.backends.mailgun.EmailBackend'}}\n", ...RELEASE },
      {
        'settings.py': "MAILERS = {'default': {'BACKEND': 'django.core.mail.backends.smtp.EmailBackend'}}\n",
        'requirements.txt': 'Django==6.0.5\n',
      },
    ],
    undecided: [
      { 'settings.py': "from elsewhere import options\n\nMAILERS = {'default': {'OPTIONS': options()}}\n", ...RELEASE },
      { 'settings.py': "MAILERS = {'default': {}}\n", 'requirements.txt': 'Django>=6.0\n' },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const used = usesMailers(settings);
    if (used === 'no') return;
    for (const alias of keysInAnyCase(settings.get('MAILERS'))) {
      ctx.expectAll(
        [settings.get('MAILERS', alias, 'OPTIONS', 'host'), settings.get('MAILERS', alias, 'BACKEND')] as const,
        (host, backend) => {
          const smtp = isSmtp(backend);
          if (smtp === 'no' || isNamed(host)) return 'yes';
          return smtp === 'yes' && used === 'yes' ? 'no' : 'maybe';
        },
        (_values, [decided]) => ({
          at: decided.step === 'default' ? settings.placeOf('MAILERS') : decided,
          message: `The mailer \`${alias}\` names no host: the first mail raises InvalidMailer.`,
          subject: `MAILERS.${alias}`,
        }),
      );
    }
  },
});

/** The backend refuses None alone; an empty text means this machine. */
function isNamed(host: Data | undefined): boolean {
  return host !== undefined && host !== null;
}
