import type { Data, SettingsFacts, Span, Value } from '../../../src/rule.ts';
import { keysInAnyCase } from '../values/data.ts';
import { usesMailers } from './mailers.ts';

/** What a connection is told, under the names that the old settings have without their prefix. */
export type Option = 'HOST' | 'PORT' | 'HOST_USER' | 'USE_TLS' | 'USE_SSL' | 'TIMEOUT';

/** One way out for mail: the old settings together, or one entry of MAILERS. */
export interface MailConnection {
  readonly backend: Value<Data | undefined>;
  get(option: Option): Value<Data | undefined>;
  /** The option as it is written, for messages: "EMAIL_PORT", "MAILERS['default']['OPTIONS']['port']". */
  nameOf(option: Option): string;
  /** Where the connection is set up. */
  placeOf(option: Option): Span;
}

const IN_MAILERS: Readonly<Record<Option, string>> = {
  HOST: 'host',
  PORT: 'port',
  HOST_USER: 'username',
  USE_TLS: 'use_tls',
  USE_SSL: 'use_ssl',
  TIMEOUT: 'timeout',
};

/** The connections of a project; none where it is not known which settings count. */
export function mailConnections(settings: SettingsFacts): readonly MailConnection[] {
  const mailers = usesMailers(settings);
  if (mailers === 'maybe') return [];
  if (mailers === 'no') {
    return [
      {
        backend: settings.get('EMAIL_BACKEND'),
        get: (option) => settings.get(`EMAIL_${option}`),
        nameOf: (option) => `EMAIL_${option}`,
        placeOf: (option) => settings.placeOf(`EMAIL_${option}`),
      },
    ];
  }
  return keysInAnyCase(settings.get('MAILERS')).map((alias) => ({
    backend: settings.get('MAILERS', alias, 'BACKEND'),
    get: (option) => settings.get('MAILERS', alias, 'OPTIONS', IN_MAILERS[option]),
    nameOf: (option) => `MAILERS['${alias}']['OPTIONS']['${IN_MAILERS[option]}']`,
    placeOf: () => settings.placeOf('MAILERS'),
  }));
}
