import { bindValue, type Data, type SettingsFacts, type Value } from '../../../src/rule.ts';
import { type Is, releaseIsAtLeast, usesMiddleware } from '../code/packages.ts';

/** django-cors-headers renamed its settings in 3.5 and goes on to read the old names where the new ones are absent (corsheaders/conf.py). */
const LEGACY: Readonly<Record<string, string>> = {
  CORS_ALLOW_ALL_ORIGINS: 'CORS_ORIGIN_ALLOW_ALL',
  CORS_ALLOWED_ORIGINS: 'CORS_ORIGIN_WHITELIST',
  CORS_ALLOWED_ORIGIN_REGEXES: 'CORS_ORIGIN_REGEX_WHITELIST',
};

export interface CorsSetting {
  /** The name that counts here. */
  readonly name: string;
  readonly value: Value<Data | undefined>;
}

export function corsSetting(settings: SettingsFacts, name: string): CorsSetting {
  const legacy = LEGACY[name];
  if (legacy === undefined) return { name, value: settings.get(name) };
  const isOld = releaseIsAtLeast(settings, 'django-cors-headers', '3.5', '3.2') === 'no';
  if (isOld || settings.sets(name) === 'no') return { name: settings.sets(legacy) === 'no' ? name : legacy, value: settings.get(legacy) };
  return { name, value: bindValue(settings.get(name), (one) => (one.value === undefined ? settings.get(legacy) : one)) };
}

/** Whether the middleware that sends the headers runs. */
export function sendsCorsHeaders(settings: SettingsFacts): Value<Is> {
  return usesMiddleware(settings, 'corsheaders', /cors/i);
}
