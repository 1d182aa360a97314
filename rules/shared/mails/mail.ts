import type { Answer, Data } from '../../../src/rule.ts';
import { isText } from '../values/data.ts';

const SMTP = 'django.core.mail.backends.smtp.EmailBackend';

/** Whether mails go out through Django's SMTP backend. */
export function isSmtp(backend: Data | undefined): Answer {
  if (backend === undefined) return 'yes';
  return typeof backend === 'string' ? (backend === SMTP ? 'yes' : 'no') : 'maybe';
}

/** A mail server on another machine: not this one, and no neighbour in a container network (names without a dot). */
export function isRemoteHost(host: Data | undefined): Answer {
  if (!isText(host)) return host === undefined || host === null ? 'no' : 'maybe';
  const name = host.toString();
  return name.includes('.') && !/^127\.|^localhost|\.local$|\.internal$|^10\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\./.test(name)
    ? 'yes'
    : 'no';
}
