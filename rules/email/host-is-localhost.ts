import { type Answer, defineRule, type Process, type Value } from '../../src/rule.ts';
import { isSmtp } from '../shared/mails/mail.ts';
import { hasLocalServer, isLocalHost, transportOf } from '../shared/mails/mail-server.ts';
import { hasOwnBackend, mailUse } from '../shared/mails/mail-use.ts';
import { runsForDevelopment } from '../shared/requests/web.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';
import { variableOf } from '../shared/values/origin.ts';

const SENDS = {
  'mysite/views.py': "from django.core.mail import send_mail\n\n\ndef welcome(user):\n    send_mail('Hi', '...', None, [user.email])\n",
};
const project = (settings: string, dockerfile = DOCKERFILE, web = '') => ({
  ...django(settings),
  ...SENDS,
  Dockerfile: dockerfile,
  'docker-compose.yml': compose({ web }),
});
const TOP = { 'mysite/settings.py': "ROOT_URLCONF = 'mysite.urls' # !\nINSTALLED_APPS = []\n" };

export default defineRule({
  id: 'email/host-is-localhost',
  title: 'SMTP host is the default localhost',
  severity: 'warning',
  topic: 1,
  since: '0.1.0',
  why: 'A container has no mail server of its own: the view that sends a mail ends in a refused connection, and so does the mail about the error.',
  fix: 'Set EMAIL_HOST, from the environment for example.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#email-host'],
  examples: {
    bad: [
      { ...project(''), ...TOP },
      project("EMAIL_HOST = 'localhost' # !\n"),
      project("import os\nEMAIL_HOST = os.environ.get('SMTP_HOST', '127.0.0.1') # !\n"),
      {
        ...project("MAILERS = {'default': {'OPTIONS': {'host': 'localhost'}}} # !\n"),
        'requirements.txt': 'Django==6.1.3\ngunicorn==23.0.0\n',
      },
    ],
    good: [
      project("EMAIL_HOST = 'smtp.example.com'\n"),
      project("EMAIL_BACKEND = 'anymail.backends.mailgun.EmailBackend'\n"),
      { ...project(''), 'mysite/views.py': 'from email.message import EmailMessage\n\nmessage = EmailMessage()\n' },
      { ...project(''), Dockerfile: DOCKERFILE.replace(/CMD.*/, 'CMD python manage.py runserver 0.0.0.0:8000') },
      { 'settings.py': "EMAIL_HOST = 'localhost'\nADMINS = [('Ops', 'ops@example.com')]\n" },
    ],
    undecided: [
      project('', DOCKERFILE, '    network_mode: host\n'),
      project('', DOCKERFILE.replace('WORKDIR', 'RUN apt-get update && apt-get install -y postfix\nWORKDIR')),
      project('from elsewhere import host\nEMAIL_HOST = host()\n'),
      project("import os\nEMAIL_BACKEND = os.environ.get('MAIL', 'django.core.mail.backends.smtp.EmailBackend')\n"),
      { ...project(''), 'mysite/mail.py': 'from django.core.mail.backends.base import BaseEmailBackend\n' },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const processes = settings.processes.filter(({ host }) => host === 'container');
    const use = mailUse({ settings, repository });
    const transport = transportOf(settings);
    if (processes.length === 0 || use === null || transport === null || runsForDevelopment(settings)) return;
    const own = hasOwnBackend({ settings, repository });
    ctx.expectAll(
      [transport.host, transport.backend] as const,
      (host, backend) =>
        or(not(isLocalHost(host)), not(isSmtp(backend)), served(processes), own || isChosen(transport.backend) ? 'maybe' : 'no'),
      (_values, [decided]) => ({
        at: decided.step === 'default' ? settings.placeOf('EMAIL_HOST') : decided,
        message: `\`${transport.hostSetting}\` is ${decided.step === 'default' ? 'not set and so ' : ''}this container itself, where no mail server listens: sending a mail ends in an error.`,
        subject: 'EMAIL_HOST',
        related: [use],
      }),
    );
  },
});

/** The environment names the backend: whoever runs it may well name another one there. */
function isChosen(backend: Value<unknown>): boolean {
  return backend.kind === 'known' && variableOf(backend.origin) !== null;
}

/** Whether some process has a mail server on its localhost. */
function served(processes: readonly Process[]): Answer {
  const answers = processes.map(hasLocalServer);
  return answers.every((one) => one === 'no') ? answer(false) : 'maybe';
}
