import { defineRule } from '../../src/rule.ts';
import { and, not, or } from '../shared/answer.ts';
import { truth } from '../shared/data.ts';
import { isSmtp } from '../shared/mail.ts';

export default defineRule({
  id: 'email/tls-and-ssl-both-on',
  title: 'EMAIL_USE_TLS and EMAIL_USE_SSL are both on',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'The mail backend refuses the pair: every attempt to send a mail ends in a ValueError.',
  fix: 'Use EMAIL_USE_TLS with port 587, or EMAIL_USE_SSL with port 465.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#email-use-tls'],
  cwe: ['CWE-1188'],
  examples: {
    bad: [{ 'settings.py': 'EMAIL_USE_TLS = True\nEMAIL_USE_SSL = True # !\n' }],
    good: [
      { 'settings.py': 'EMAIL_USE_TLS = True\nEMAIL_USE_SSL = False\n' },
      { 'settings.py': 'EMAIL_USE_SSL = True\n' },
      { 'settings.py': "EMAIL_BACKEND = 'anymail.backends.mailgun.EmailBackend'\nEMAIL_USE_TLS = True\nEMAIL_USE_SSL = True\n" },
    ],
    undecided: [{ 'settings.py': 'from elsewhere import flag\n\nEMAIL_USE_TLS = True\nEMAIL_USE_SSL = flag()\n' }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    ctx.expectAll(
      [settings.get('EMAIL_USE_SSL'), settings.get('EMAIL_USE_TLS'), settings.get('EMAIL_BACKEND')],
      (ssl, tls, backend) => or(not(and(truth(ssl), truth(tls))), not(isSmtp(backend))),
      () => ({
        message: '`EMAIL_USE_TLS` and `EMAIL_USE_SSL` are both on: sending a mail ends in a ValueError.',
        related: [{ at: settings.placeOf('EMAIL_USE_TLS'), message: '`EMAIL_USE_TLS` is set here' }],
        subject: 'EMAIL_USE_SSL',
      }),
    );
  },
});
