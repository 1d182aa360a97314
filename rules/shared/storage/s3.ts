import { type Answer, bindValue, type Data, known, originOf, type SettingsFacts, type Value } from '../../../src/rule.ts';
import { classText } from '../code/python-class.ts';
import type { Code } from '../requests/middleware.ts';
import { storageBackend } from './static.ts';

/** django-storages' S3 backend: which storage uses it, and with what (storages/backends/s3.py, 1.14). */

export type Alias = 'default' | 'staticfiles';

const OWN = /^storages\.backends\.s3(boto3?)?\./;

/** Whether the backend of a storage is the S3 one, or a class of the project that extends it. */
export function isS3(backend: Data | undefined, code: Code): Answer {
  if (typeof backend !== 'string') return backend === undefined || backend === null ? 'no' : 'maybe';
  if (OWN.test(backend)) return 'yes';
  if (/^(django|storages|whitenoise|cloudinary_storage)\./.test(backend)) return 'no';
  const text = classText(backend, code);
  if (text === null) return 'maybe';
  return /^class\s+\w+\s*\([^)]*\bS3(Boto3?)?\w*Storage\b/.test(text) ? 'yes' : 'maybe';
}

interface Option {
  /** Key in OPTIONS and attribute of the class. */
  readonly key: string;
  readonly setting: string;
}

/** What the storage takes: OPTIONS before an attribute of its class, and that before the setting (storages/base.py). */
export function s3Option(alias: Alias, { key, setting }: Option, code: Code): Value<Data | undefined> {
  const { settings } = code;
  return bindValue(optionOf(settings, alias, key), (own) => {
    if (own.value !== undefined) return own;
    return bindValue(storageBackend(settings, alias), ({ value: backend, origin }) => {
      const attribute = typeof backend === 'string' && !OWN.test(backend) ? attributeOf(classText(backend, code) ?? '', key) : null;
      if (attribute === null) return settings.get(setting);
      return attribute.is === 'known' ? known(attribute.value, origin) : { kind: 'unknown', why: 'unsupported-syntax', names: [], origin };
    });
  });
}

/** OPTIONS count only where STORAGES does. */
function optionOf(settings: SettingsFacts, alias: Alias, key: string): Value<Data | undefined> {
  const old = alias === 'default' ? 'DEFAULT_FILE_STORAGE' : 'STATICFILES_STORAGE';
  if (settings.sets('STORAGES') === 'no' || (settings.sets(old) === 'yes' && settings.sets('STORAGES') !== 'yes')) {
    return known(undefined, originOf(storageBackend(settings, alias)));
  }
  return settings.get('STORAGES', alias, 'OPTIONS', key);
}

type Attribute = { readonly is: 'known'; readonly value: Data } | { readonly is: 'unknown' };

function attributeOf(text: string, key: string): Attribute | null {
  const written = new RegExp(`^\\s+${key}\\s*(?::[^=\\n]+)?=\\s*(.+?)\\s*(?:#.*)?$`, 'm').exec(text)?.[1];
  if (written === undefined) return null;
  if (written === 'True' || written === 'False') return { is: 'known', value: written === 'True' };
  if (written === 'None') return { is: 'known', value: null };
  const literal = /^(['"])([^'"\\]*)\1$/.exec(written);
  return literal?.[2] === undefined ? { is: 'unknown' } : { is: 'known', value: literal[2] };
}
