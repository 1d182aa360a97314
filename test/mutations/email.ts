import { add, type Mutation, setting } from './edits.ts';

export const MUTATIONS: readonly Mutation[] = [
  { name: 'no mail timeout', edits: setting('EMAIL_TIMEOUT = 10\n', ''), expect: ['email/timeout-missing'] },
  { name: 'TLS and SSL', edits: add('EMAIL_USE_SSL = True'), expect: ['email/tls-and-ssl-both-on'] },
  {
    name: 'mail in clear',
    edits: [...setting('EMAIL_USE_TLS = True\n', ''), ...setting('os.environ["EMAIL_HOST_USER"]', '"desk"')],
    expect: ['email/transport-unencrypted'],
  },
];
