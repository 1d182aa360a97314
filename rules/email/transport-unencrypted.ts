import { type Answer, type Data, defineRule, type Report } from '../../src/rule.ts';
import { isRemoteHost, isSmtp } from '../shared/mails/mail.ts';
import { type MailConnection, mailConnections } from '../shared/mails/mail-connections.ts';
import { RELEASE, usesMailers } from '../shared/mails/mailers.ts';
import { and, answer, not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

const MAIL = "EMAIL_HOST = 'smtp.example.com'\nEMAIL_HOST_USER = 'app'\n";

export default defineRule({
  id: 'email/transport-unencrypted',
  title: 'Mail password sent without TLS, or port and TLS mode disagree',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'The password of the mail account crosses the network in clear, or the connection hangs because the server speaks the other mode.',
  fix: 'Set EMAIL_USE_TLS = True with port 587, or EMAIL_USE_SSL = True with port 465.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#email-use-tls',
    'https://docs.djangoproject.com/en/stable/topics/email/#smtp-backend',
  ],
  cwe: ['CWE-319', 'CWE-523'],
  examples: {
    bad: [
      { 'settings.py': "EMAIL_HOST = 'smtp.example.com' # !\nEMAIL_HOST_USER = 'app'\n" },
      { 'settings.py': `${MAIL}EMAIL_USE_TLS = True\nEMAIL_PORT = 465 # !\n` },
      { 'settings.py': `${MAIL}EMAIL_USE_SSL = True\nEMAIL_PORT = 587 # !\n` },
      {
        'settings.py': "MAILERS = {'default': {'OPTIONS': {'host': 'smtp.example.com', 'username': 'app', 'timeout': 10}}} # !\n",
        ...RELEASE,
      },
    ],
    good: [
      { 'settings.py': `${MAIL}EMAIL_USE_TLS = True\nEMAIL_PORT = 587\n` },
      { 'settings.py': `${MAIL}EMAIL_USE_SSL = True\nEMAIL_PORT = '465'\n` },
      { 'settings.py': "EMAIL_HOST = 'mailhog'\nEMAIL_HOST_USER = 'app'\n" },
      { 'settings.py': "EMAIL_HOST = 'smtp.example.com'\n" },
      {
        'settings.py': "MAILERS = {'default': {'OPTIONS': {'host': 'smtp.example.com', 'username': 'app', 'use_tls': True}}}\n",
        ...RELEASE,
      },
      { 'settings.py': `${MAIL}EMAIL_BACKEND = 'django_ses.SESBackend'\n` },
    ],
    undecided: [{ 'settings.py': `from elsewhere import flag\n\n${MAIL}EMAIL_USE_TLS = flag()\n` }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    if (usesMailers(settings) === 'no' && settings.sets('EMAIL_HOST') === 'no') return;
    for (const connection of mailConnections(settings)) {
      ctx.expectAll(
        [
          connection.get('PORT'),
          connection.get('USE_TLS'),
          connection.get('USE_SSL'),
          connection.get('HOST'),
          connection.get('HOST_USER'),
          connection.backend,
        ],
        (port, tls, ssl, host, user, backend) =>
          or(
            not(isSmtp(backend)),
            not(or(wrongPort(port, tls, ssl), and(isRemoteHost(host), truth(user), not(truth(tls)), not(truth(ssl))))),
          ),
        ([port, tls, ssl], [portOrigin]) => describe(wrongPort(port, tls, ssl) === 'yes', port, portOrigin, connection),
      );
    }
  },
});

/** STARTTLS on the port for TLS from the first byte, or the other way round; both on is another fault. */
function wrongPort(port: Data | undefined, tls: Data | undefined, ssl: Data | undefined): Answer {
  const both = and(truth(tls), truth(ssl));
  const number = String(port);
  return and(not(both), or(and(answer(number === '465'), truth(tls)), and(answer(number === '587'), truth(ssl))));
}

function describe(portIsWrong: boolean, port: Data | undefined, at: NonNullable<Report['at']>, connection: MailConnection): Report {
  const [tls, ssl] = [connection.nameOf('USE_TLS'), connection.nameOf('USE_SSL')];
  if (!portIsWrong) {
    const message = `Neither \`${tls}\` nor \`${ssl}\` is on: the password of the mail account crosses the network in clear.`;
    return { at: connection.placeOf('HOST'), message, subject: connection.nameOf('HOST') };
  }
  return {
    at,
    message: `\`${connection.nameOf('PORT')}\` is ${String(port)} with \`${String(port) === '465' ? tls : ssl}\`, which is the mode of the other port: the connection hangs.`,
    subject: connection.nameOf('PORT'),
  };
}
