import type { Answer, Data, Process, SettingsFacts, Value } from '../../../src/rule.ts';
import { isText } from '../values/data.ts';
import { usesMailers } from './mailers.ts';

/** How mail leaves the project: the backend and, for SMTP, the host. */
export interface Transport {
  /** The setting that names the host, as it is written. */
  readonly hostSetting: string;
  readonly host: Value<Data | undefined>;
  readonly backendSetting: string;
  readonly backend: Value<Data | undefined>;
  /** Where the connection is configured. */
  readonly place: SettingsFacts['top'];
}

/** Null when it is not known which settings count, the old ones or MAILERS. */
export function transportOf(settings: SettingsFacts): Transport | null {
  const mailers = usesMailers(settings);
  if (mailers === 'maybe') return null;
  if (mailers === 'yes') {
    return {
      hostSetting: "MAILERS['default']['OPTIONS']['host']",
      host: settings.get('MAILERS', 'default', 'OPTIONS', 'host'),
      backendSetting: "MAILERS['default']['BACKEND']",
      backend: settings.get('MAILERS', 'default', 'BACKEND'),
      place: settings.placeOf('MAILERS'),
    };
  }
  return {
    hostSetting: 'EMAIL_HOST',
    host: settings.get('EMAIL_HOST'),
    backendSetting: 'EMAIL_BACKEND',
    backend: settings.get('EMAIL_BACKEND'),
    place: settings.placeOf(settings.sets('EMAIL_HOST') === 'no' ? 'EMAIL_BACKEND' : 'EMAIL_HOST'),
  };
}

const DEVELOPMENT = /^django\.core\.mail\.backends\.(console|dummy|filebased|locmem)\.EmailBackend$/;

/** Whether a backend sends nothing: NON_PRODUCTION_EMAIL_BACKENDS of django/core/checks/mail.py. */
export function isDevelopmentBackend(backend: Data | undefined): Answer {
  if (backend === undefined) return 'no';
  return typeof backend === 'string' ? (DEVELOPMENT.test(backend) ? 'yes' : 'no') : 'maybe';
}

export function isLocalHost(host: Data | undefined): Answer {
  if (!isText(host)) return host === undefined || host === null ? 'no' : 'maybe';
  return /^(localhost|127(\.\d+){3}|::1)$/.test(host.toString()) ? 'yes' : 'no';
}

const SERVERS = /\b(postfix|exim4?|sendmail|msmtp|ssmtp|opensmtpd|nullmailer|dma)\b/;

/** Whether a mail server may listen on the localhost of a process: 'no' for a container whose image brings none. */
export function hasLocalServer({ host, hostNetwork, image, steps }: Process): Answer {
  if (host === 'machine' || hostNetwork !== 'no') return 'maybe';
  // A slug of a platform holds the project alone.
  if (image === null) return 'no';
  const { build } = image;
  if (build === null) return 'maybe';
  const commands = [...build.runs, ...steps];
  const words = commands.flatMap(({ argv }) => argv.map((word) => (word.kind === 'known' ? word.value : '?')));
  return words.some((word) => word === '?' || SERVERS.test(word)) ? 'maybe' : 'no';
}
