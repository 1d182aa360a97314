import { type Deployment, defineRule, type RepositoryFacts, type SettingsFacts, type Value } from '../../src/rule.ts';
import { isDevelopmentBackend, transportOf } from '../shared/mails/mail-server.ts';
import { mailUse } from '../shared/mails/mail-use.ts';
import { RELEASE, usesMailers } from '../shared/mails/mailers.ts';
import { runsForDevelopment } from '../shared/requests/web.ts';
import { not } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';
import { variableOf } from '../shared/values/origin.ts';

const CONSOLE = "'django.core.mail.backends.console.EmailBackend'";
const SENDS = {
  'views.py': "from django.core.mail import send_mail\n\n\ndef welcome(user):\n    send_mail('Welcome', '...', None, [user.email])\n",
};

export default defineRule({
  id: 'email/development-backend',
  title: 'Mail is not sent: development backend',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'Password resets and reports of errors go to the log, a file or nowhere, and nobody is told.',
  fix: 'Use the SMTP backend or that of a provider; from Django 6.1 on in MAILERS["default"]["BACKEND"].',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/topics/email/#email-backends', 'https://docs.djangoproject.com/en/stable/ref/checks/'],
  cwe: ['CWE-778'],
  django: ['mail.E001'],
  examples: {
    bad: [
      { 'settings.py': `EMAIL_BACKEND = ${CONSOLE} # !\n`, ...SENDS },
      { 'settings.py': "EMAIL_BACKEND = 'django.core.mail.backends.dummy.EmailBackend' # !\nADMINS = [('Ops', 'ops@example.com')]\n" },
      { 'settings.py': `EMAIL_BACKEND = ${CONSOLE} # !\n` },
      { 'settings.py': `MAILERS = {'default': {'BACKEND': ${CONSOLE}}} # !\n`, ...RELEASE, ...SENDS },
      { 'settings.py': `MAILERS = {}\nEMAIL_BACKEND = ${CONSOLE} # !\n`, 'requirements.txt': 'Django==6.0.5\n', ...SENDS },
    ],
    good: [
      { 'settings.py': "EMAIL_BACKEND = 'django.core.mail.backends.smtp.EmailBackend'\n", ...SENDS },
      { 'settings.py': "EMAIL_BACKEND = 'anymail.backends.mailgun.EmailBackend'\n", ...SENDS },
      { 'settings.py': 'DEBUG = False\n', ...SENDS },
      { 'settings.py': `MAILERS = {'default': {'OPTIONS': {'host': 'smtp.example.com'}}, 'log': {'BACKEND': ${CONSOLE}}}\n`, ...RELEASE },
      { 'settings.py': `DEBUG = False\nif DEBUG:\n    EMAIL_BACKEND = ${CONSOLE}\n`, ...SENDS },
      { ...django(`DEBUG = True\nEMAIL_BACKEND = ${CONSOLE}\n`), ...SENDS },
      {
        'manage.py': "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings.staging')\n",
        'shop/__init__.py': '',
        'shop/settings/__init__.py': '',
        'shop/settings/staging.py': `ROOT_URLCONF = 'shop.urls'\nEMAIL_BACKEND = ${CONSOLE}\n`,
        Procfile: 'web: gunicorn shop.wsgi\n',
        'shop/wsgi.py': "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings.staging')\napplication = None\n",
      },
    ],
    undecided: [
      {
        ...django(`import os\nDEBUG = False\nEMAIL_BACKEND = os.environ.get('MAIL_BACKEND', ${CONSOLE})\n`),
        ...SENDS,
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose(),
        'README.md': 'Set `MAIL_BACKEND` to the backend of your provider.\n',
      },
      { 'settings.py': 'from elsewhere import backend\n\nEMAIL_BACKEND = backend()\n' },
      { 'settings.py': `MAILERS = {'default': {'BACKEND': ${CONSOLE}}}\n`, 'requirements.txt': 'Django>=6.0\n' },
    ],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (isStaging(settings, deployment) || isForDevelopment(settings)) return;
    const transport = transportOf(settings);
    if (transport === null) {
      ctx.undecided('Whether `MAILERS` counts is not known: Django reads it from 6.1 on.', settings.placeOf('MAILERS'));
      return;
    }
    const use = mailUse({ settings, repository });
    const mailers = usesMailers(settings);
    ctx.expect(
      transport.backend,
      (backend) =>
        isDevelopmentBackend(backend) === 'yes' && isExplained(transport.backend, repository)
          ? 'maybe'
          : not(isDevelopmentBackend(backend)),
      (backend, decided) => ({
        at: decided.step === 'default' ? transport.place : decided,
        message: `\`${transport.backendSetting}\` is the ${kindOf(backend)} backend: mail ${whereTo(backend)}.`,
        subject: 'EMAIL_BACKEND',
        django: mailers === 'yes' ? ['mail.E001'] : [],
        related: use === null ? [] : [use],
        ...(use === null ? { severity: 'note' as const, because: 'nothing in the repository sends a mail' } : {}),
      }),
    );
  },
});

/** A rehearsal must not write to real people. */
function isStaging({ module }: SettingsFacts, { id }: Deployment): boolean {
  return /(^|[._/-])(stag(e|ing)|demo|review|preview|sandbox)([._/-]|$)/i.test(`${module} ${id}`.replaceAll(' ', '/'));
}

/** Settings that other rules say are not for production: of old settings, DEBUG tells as much as the name of the module. */
function isForDevelopment(settings: SettingsFacts): boolean {
  const last = settings.module.slice(settings.module.lastIndexOf('.') + 1);
  const debug = settings.get('DEBUG');
  const debugs = debug.kind === 'known' && truth(debug.value) === 'yes' && usesMailers(settings) !== 'yes';
  return debugs || /dev|local|test|^ci$/i.test(last) || runsForDevelopment(settings);
}

/** The fallback of a variable that the instructions tell people to set. */
function isExplained(backend: Value<unknown>, { files, read }: Pick<RepositoryFacts, 'files' | 'read'>): boolean {
  const variable = backend.kind === 'known' ? variableOf(backend.origin) : null;
  if (variable === null || variable.state === 'given') return false;
  const told = /(^|\/)[^/]*env[^/]*$|\.(md|rst|txt|ya?ml|json|toml|example|sample)$/;
  return files.some((file) => !file.endsWith('.py') && told.test(file) && (read(file) ?? '').includes(variable.name));
}

function kindOf(backend: unknown): string {
  return /backends\.(\w+)\./.exec(String(backend))?.[1] ?? 'development';
}

function whereTo(backend: unknown): string {
  switch (kindOf(backend)) {
    case 'console':
      return 'goes to the log instead of its recipient';
    case 'filebased':
      return 'goes to a file instead of its recipient';
    default:
      return 'goes nowhere';
  }
}
