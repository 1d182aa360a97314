import { defineRule } from '../../src/rule.ts';
import { isSmtp } from '../shared/mails/mail.ts';
import { mailConnections } from '../shared/mails/mail-connections.ts';
import { isLocalHost } from '../shared/mails/mail-server.ts';
import { MAILER, RELEASE, usesMailers } from '../shared/mails/mailers.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { answer, not, or } from '../shared/values/answer.ts';

export default defineRule({
  id: 'email/timeout-missing',
  title: 'SMTP connection without a timeout',
  severity: 'warning',
  topic: 10,
  since: '0.1.0',
  why: 'A mail server that accepts the connection and then stays silent blocks the worker until it is killed, one request after the other.',
  fix: 'Set EMAIL_TIMEOUT = 10.',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#email-timeout'],
  cwe: ['CWE-400', 'CWE-1088'],
  examples: {
    bad: [
      { 'settings.py': "EMAIL_HOST = 'smtp.example.com' # !\n" },
      { 'settings.py': "EMAIL_HOST = 'smtp.example.com'\nEMAIL_TIMEOUT = None # !\n" },
      { 'settings.py': "MAILERS = {'default': {'OPTIONS': {'host': 'smtp.example.com'}}} # !\n", ...RELEASE },
    ],
    good: [
      { 'settings.py': "EMAIL_HOST = 'smtp.example.com'\nEMAIL_TIMEOUT = 10\n" },
      { 'settings.py': MAILER, ...RELEASE },
      { 'settings.py': "MAILERS = {'default': {'OPTIONS': {'host': 'localhost'}}}\n", ...RELEASE },
      { 'settings.py': 'DEBUG = False\n' },
      { 'settings.py': "EMAIL_HOST = 'smtp.example.com'\nEMAIL_BACKEND = 'anymail.backends.mailgun.EmailBackend'\n" },
    ],
    undecided: [{ 'settings.py': "from elsewhere import seconds\n\nEMAIL_HOST = 'smtp.example.com'\nEMAIL_TIMEOUT = seconds()\n" }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    if (!servesVisitors(settings) || usesMailers(settings) === 'maybe') return;
    if (usesMailers(settings) === 'no' && settings.sets('EMAIL_HOST') !== 'yes') return;
    for (const connection of mailConnections(settings)) {
      ctx.expectAll(
        [connection.get('TIMEOUT'), connection.backend, connection.get('HOST')],
        // A relay on this machine queues and does not keep anybody waiting.
        (timeout, backend, host) => or(answer(timeout !== null && timeout !== undefined), not(isSmtp(backend)), isLocalHost(host)),
        (_values, [timeout]) => ({
          at: timeout.step === 'default' ? connection.placeOf('HOST') : timeout,
          message: `\`${connection.nameOf('TIMEOUT')}\` is not set: a mail server that stays silent blocks the worker until it is killed.`,
          subject: connection.nameOf('TIMEOUT'),
          ...(usesMailers(settings) === 'yes' ? { fix: 'Add "timeout": 10 to the OPTIONS of the mailer.' } : {}),
        }),
      );
    }
  },
});
