import { type Answer, type Context, type Data, defineRule, type SettingsFacts } from '../../src/rule.ts';
import { isSmtp } from '../shared/mails/mail.ts';
import { isDevelopmentBackend, isLocalHost, type Transport, transportOf } from '../shared/mails/mail-server.ts';
import { adminsOf, defaultSenderUse, type MailUse } from '../shared/mails/mail-use.ts';
import { and, answer, not, or } from '../shared/values/answer.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const HOST = "EMAIL_HOST = 'smtp.example.com'";
const ADMINS = "ADMINS = [('Ops', 'ops@example.com')]\n";
const RESET = {
  'urls.py': "from django.urls import include, path\n\nurlpatterns = [path('accounts/', include('django.contrib.auth.urls'))]\n",
};

export default defineRule({
  id: 'email/sender-is-localhost',
  title: 'Sender address is a localhost default',
  severity: 'warning',
  topic: 1,
  since: '0.1.0',
  why: 'Mail from root@localhost or webmaster@localhost is refused by the server or ends as spam: nobody gets the reset link or the report of the error.',
  fix: 'Set DEFAULT_FROM_EMAIL and SERVER_EMAIL to addresses of your domain.',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#default-from-email',
    'https://docs.djangoproject.com/en/stable/ref/settings/#server-email',
  ],
  examples: {
    bad: [
      { 'settings.py': `${HOST} # !\n`, ...RESET },
      { 'settings.py': `${HOST}\nDEFAULT_FROM_EMAIL = 'Shop <webmaster@localhost>' # !\n`, ...RESET },
      { 'settings.py': `${ADMINS.trimEnd()} # !\n${HOST}\nDEFAULT_FROM_EMAIL = 'desk@example.com'\n` },
      { 'settings.py': `EMAIL_BACKEND = 'django_ses.SESBackend' # !\nINSTALLED_APPS = ['allauth.account']\n` },
    ],
    good: [
      { 'settings.py': `${HOST}\nDEFAULT_FROM_EMAIL = 'desk@example.com'\nSERVER_EMAIL = DEFAULT_FROM_EMAIL\n${ADMINS}`, ...RESET },
      {
        'settings.py': `${HOST}\n`,
        'views.py': "from django.core.mail import send_mail\n\nsend_mail('Hi', '...', 'desk@example.com', ['you@example.com'])\n",
      },
      { 'settings.py': "EMAIL_HOST = 'smtp.gmail.com'\n", ...RESET },
      { 'settings.py': "EMAIL_BACKEND = 'django.core.mail.backends.console.EmailBackend'\n", ...RESET },
      { 'settings.py': 'DEBUG = False\n', ...RESET },
      {
        ...django("EMAIL_HOST = 'localhost'\n"),
        'mysite/accounts.py': RESET['urls.py'],
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose(),
      },
    ],
    undecided: [{ 'settings.py': `from elsewhere import sender\n\n${HOST}\nDEFAULT_FROM_EMAIL = sender()\n`, ...RESET }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const transport = transportOf(settings);
    if (transport === null) return;
    const admins = adminsOf(settings);
    const named = ['EMAIL_HOST', 'EMAIL_BACKEND', 'MAILERS'].some((name) => settings.sets(name) !== 'no');
    const sender = named ? defaultSenderUse({ settings, repository }) : null;
    if (sender !== null) judge('DEFAULT_FROM_EMAIL', sender, { settings, transport }, ctx);
    if (admins !== null) judge('SERVER_EMAIL', admins, { settings, transport }, ctx);
  },
});

interface Facts {
  readonly settings: SettingsFacts;
  readonly transport: Transport;
}

function judge(name: string, use: MailUse, { settings, transport }: Facts, ctx: Context): void {
  const inContainer = settings.processes.some(({ host }) => host === 'container');
  ctx.expectAll(
    [settings.get(name), transport.backend, transport.host] as const,
    (sender, backend, host) => {
      // A server that replaces the sender by the account, and faults that keep the mail from leaving at all.
      const excused = or(
        isDevelopmentBackend(backend),
        and(isSmtp(backend), or(replacesSender(host), and(isLocalHost(host), answer(inContainer)))),
      );
      return or(not(isLocalAddress(sender)), excused);
    },
    (sender, [decided]) => ({
      at: decided.step !== 'default' ? decided : name === 'SERVER_EMAIL' ? use.at : transport.place,
      message:
        `\`${name}\` is ${decided.step === 'default' ? 'not set, so mail comes from' : ''} \`${addressOf(sender[0])}\`, which mail servers refuse or file as spam.`.replace(
          '  ',
          ' ',
        ),
      subject: name,
      related: decided.step === 'default' && name === 'SERVER_EMAIL' ? [] : [use],
    }),
  );
}

function isLocalAddress(sender: Data | undefined): Answer {
  if (sender === undefined) return 'no';
  return typeof sender === 'string' ? answer(/@localhost>?\s*$/.test(sender)) : 'maybe';
}

function addressOf(sender: Data | undefined): string {
  return /[^\s<>]+@localhost/.exec(String(sender))?.[0] ?? 'an address of localhost';
}

/** Google's servers write the account's own address over any other. */
function replacesSender(host: Data | undefined): Answer {
  if (host === undefined || host === null) return 'no';
  return typeof host === 'string' ? answer(/\b(gmail|googlemail)\.com$/.test(host)) : 'maybe';
}
