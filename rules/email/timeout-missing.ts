import { defineRule } from '../../src/rule.ts';
import { answer, not, or } from '../shared/answer.ts';
import { isSmtp } from '../shared/mail.ts';
import { servesVisitors } from '../shared/web.ts';

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
    ],
    good: [
      { 'settings.py': "EMAIL_HOST = 'smtp.example.com'\nEMAIL_TIMEOUT = 10\n" },
      { 'settings.py': 'DEBUG = False\n' },
      { 'settings.py': "EMAIL_HOST = 'smtp.example.com'\nEMAIL_BACKEND = 'anymail.backends.mailgun.EmailBackend'\n" },
    ],
    undecided: [{ 'settings.py': "from elsewhere import seconds\n\nEMAIL_HOST = 'smtp.example.com'\nEMAIL_TIMEOUT = seconds()\n" }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    if (!servesVisitors(settings) || settings.sets('EMAIL_HOST') !== 'yes' || settings.sets('MAILERS') === 'yes') return;
    ctx.expectAll(
      [settings.get('EMAIL_TIMEOUT'), settings.get('EMAIL_BACKEND')],
      (timeout, backend) => or(answer(timeout !== null && timeout !== undefined), not(isSmtp(backend))),
      (_values, [timeout]) => ({
        at: timeout.step === 'default' ? settings.placeOf('EMAIL_HOST') : timeout,
        message: '`EMAIL_TIMEOUT` is not set: a mail server that stays silent blocks the worker until it is killed.',
        subject: 'EMAIL_TIMEOUT',
      }),
    );
  },
});
