import { defineRule } from '../../src/rule.ts';
import { isSmtp } from '../shared/mails/mail.ts';
import { mailConnections } from '../shared/mails/mail-connections.ts';
import { RELEASE } from '../shared/mails/mailers.ts';
import { and, not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

export default defineRule({
  id: 'email/tls-and-ssl-both-on',
  title: 'EMAIL_USE_TLS and EMAIL_USE_SSL are both on',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'The mail backend refuses the pair: every attempt to send a mail ends in an exception.',
  fix: 'Use EMAIL_USE_TLS with port 587, or EMAIL_USE_SSL with port 465.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#email-use-tls'],
  cwe: ['CWE-1188'],
  examples: {
    bad: [
      { 'settings.py': 'EMAIL_USE_TLS = True\nEMAIL_USE_SSL = True # !\n' },
      {
        'settings.py': "MAILERS = {'default': {'OPTIONS': {'host': 'smtp.example.com', 'use_tls': True, 'use_ssl': True}}} # !\n",
        ...RELEASE,
      },
    ],
    good: [
      { 'settings.py': 'EMAIL_USE_TLS = True\nEMAIL_USE_SSL = False\n' },
      { 'settings.py': 'EMAIL_USE_SSL = True\n' },
      { 'settings.py': "EMAIL_BACKEND = 'anymail.backends.mailgun.EmailBackend'\nEMAIL_USE_TLS = True\nEMAIL_USE_SSL = True\n" },
    ],
    undecided: [{ 'settings.py': 'from elsewhere import flag\n\nEMAIL_USE_TLS = True\nEMAIL_USE_SSL = flag()\n' }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    for (const connection of mailConnections(settings)) {
      const [ssl, tls] = [connection.nameOf('USE_SSL'), connection.nameOf('USE_TLS')];
      ctx.expectAll(
        [connection.get('USE_SSL'), connection.get('USE_TLS'), connection.backend],
        (useSsl, useTls, backend) => or(not(and(truth(useSsl), truth(useTls))), not(isSmtp(backend))),
        () => ({
          message: `\`${tls}\` and \`${ssl}\` are both on: sending a mail ends in ${ssl.startsWith('EMAIL') ? 'a ValueError' : 'an InvalidMailer'}.`,
          related: [{ at: connection.placeOf('USE_TLS'), message: `\`${tls}\` is set here` }],
          subject: ssl,
        }),
      );
    }
  },
});
