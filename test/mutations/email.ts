import { add, type Mutation, requirement, setting } from './edits.ts';

const NEW = requirement('Django==5.2.8', 'Django==6.1.3');
const CONNECTION =
  'EMAIL_HOST = "smtp.library.example"\nEMAIL_PORT = 587\nEMAIL_USE_TLS = True\nEMAIL_TIMEOUT = 10\nEMAIL_HOST_USER = os.environ["EMAIL_HOST_USER"]\nEMAIL_HOST_PASSWORD = os.environ["EMAIL_HOST_PASSWORD"]\n';
const PEOPLE = 'ADMINS = [("Operations", "ops@library.example")]';
/** The same mail server as an entry of MAILERS, under another name or with other options. */
const mailers = (alias: string, options: string) => [
  ...setting(CONNECTION, `MAILERS = {"${alias}": {"OPTIONS": {${options}"port": 587, "use_tls": True, "timeout": 10}}}\n`),
];
const HOST = '"host": "smtp.library.example", ';

export const MUTATIONS: readonly Mutation[] = [
  { name: 'no mail timeout', edits: setting('EMAIL_TIMEOUT = 10\n', ''), expect: ['email/timeout-missing'] },
  { name: 'TLS and SSL', edits: add('EMAIL_USE_SSL = True'), expect: ['email/tls-and-ssl-both-on'] },
  {
    name: 'mail in clear',
    edits: [...setting('EMAIL_USE_TLS = True\n', ''), ...setting('os.environ["EMAIL_HOST_USER"]', '"desk"')],
    expect: ['email/transport-unencrypted'],
  },
  {
    name: 'people for a newer Django',
    edits: setting(PEOPLE, 'ADMINS = ["ops@library.example"]'),
    expect: ['email/admin-addresses-malformed'],
  },
  {
    name: 'two ways to name the server',
    edits: [...NEW, ...add(`MAILERS = {"default": {"OPTIONS": {${HOST}"timeout": 10}}}`)],
    expect: ['email/mailers-conflict'],
  },
  {
    name: 'mailer of another name',
    edits: [...NEW, ...mailers('newsletter', HOST)],
    expect: ['email/mailers-default-missing', 'environment/example-file-drift'],
  },
  {
    name: 'mailer without a host',
    edits: [...NEW, ...mailers('default', '')],
    expect: ['email/mailers-host-missing', 'environment/example-file-drift'],
  },
  {
    name: 'mailers for an old Django',
    edits: mailers('default', HOST),
    expect: ['email/mailers-unsupported', 'environment/example-file-drift'],
  },
  {
    name: 'mail to the log',
    edits: add('EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"'),
    expect: ['email/development-backend'],
  },
  { name: 'mail server in the container', edits: setting('"smtp.library.example"', '"localhost"'), expect: ['email/host-is-localhost'] },
  { name: 'errors from nowhere', edits: setting('SERVER_EMAIL = "server@library.example"\n', ''), expect: ['email/sender-is-localhost'] },
];
