/**
 * Settings that Django deprecated or removed: name, release that deprecated it, release that removed it (or is to), whether that is only planned, what to use.
 * Source: the release notes and django/conf of Django 1.10 to 6.1.
 */
const ROWS: readonly (readonly [string, string | null, string | null, boolean, string | null])[] = [
  ['STATICFILES_STORAGE', '4.2', '5.1', false, "STORAGES['staticfiles']['BACKEND'] (4.2+)"],
  ['DEFAULT_FILE_STORAGE', '4.2', '5.1', false, "STORAGES['default']['BACKEND']"],
  ['USE_DEPRECATED_PYTZ', '4.0', '5.0', false, 'zoneinfo'],
  ['CSRF_COOKIE_MASKED', '4.1', '5.0', false, null],
  ['PASSWORD_RESET_TIMEOUT_DAYS', '3.1', '4.0', false, 'PASSWORD_RESET_TIMEOUT (seconds, 3.1+)'],
  ['SECURE_BROWSER_XSS_FILTER', '4.0', '4.0', false, null],
  ['DEFAULT_HASHING_ALGORITHM', '3.1', '4.0', false, null],
  ['FORMS_URLFIELD_ASSUME_HTTPS', '5.0', '6.0', false, null],
  ['URLIZE_ASSUME_HTTPS', '6.0', '2028', true, null],
  ['SIGNED_COOKIE_LEGACY_SALT_FALLBACK', '6.1', '2028', true, null],
  ['USE_BLANK_CHOICE_DASH', '6.1', '2028', true, null],
  ['EMAIL_BACKEND', '6.1', '2028', true, "MAILERS['default']['BACKEND']"],
  ['EMAIL_FILE_PATH', '6.1', '2028', true, "MAILERS['default']['OPTIONS']['file_path']"],
  ['EMAIL_HOST', '6.1', '2028', true, "MAILERS['default']['OPTIONS']['host']"],
  ['EMAIL_HOST_PASSWORD', '6.1', '2028', true, "MAILERS['default']['OPTIONS']['password']"],
  ['EMAIL_HOST_USER', '6.1', '2028', true, "MAILERS['default']['OPTIONS']['username']"],
  ['EMAIL_PORT', '6.1', '2028', true, "MAILERS['default']['OPTIONS']['port']"],
  ['EMAIL_SSL_CERTFILE', '6.1', '2028', true, "MAILERS['default']['OPTIONS']['ssl_certfile']"],
  ['EMAIL_SSL_KEYFILE', '6.1', '2028', true, "MAILERS['default']['OPTIONS']['ssl_keyfile']"],
  ['EMAIL_TIMEOUT', '6.1', '2028', true, "MAILERS['default']['OPTIONS']['timeout']"],
  ['EMAIL_USE_SSL', '6.1', '2028', true, "MAILERS['default']['OPTIONS']['use_ssl']"],
  ['EMAIL_USE_TLS', '6.1', '2028', true, "MAILERS['default']['OPTIONS']['use_tls']"],
  ['DEFAULT_CONTENT_TYPE', '2.0', '3.0', false, null],
  ['FILE_CHARSET', '2.2', '3.1', false, null],
  ['MIDDLEWARE_CLASSES', null, '2.0', false, 'MIDDLEWARE'],
  ['TEMPLATE_DIRS', null, '1.10', false, 'TEMPLATES[].DIRS'],
  ['TEMPLATE_CONTEXT_PROCESSORS', null, '1.10', false, 'TEMPLATES[].OPTIONS.context_processors'],
  ['TEMPLATE_LOADERS', null, '1.10', false, 'TEMPLATES[].OPTIONS.loaders'],
  ['TEMPLATE_DEBUG', null, '1.10', false, 'TEMPLATES[].OPTIONS.debug'],
  ['TEMPLATE_STRING_IF_INVALID', null, '1.10', false, 'TEMPLATES[].OPTIONS.string_if_invalid'],
  ['USE_ETAGS', null, '2.1', false, 'ConditionalGetMiddleware'],
  ['ALLOWED_INCLUDE_ROOTS', null, '1.10', false, null],
];

/** A setting that a release of Django deprecated or removed. */
export interface RemovedSetting {
  readonly name: string;
  /** The release that deprecated it; null when that was before 2.2. */
  readonly deprecated: string | null;
  /** The release that has it no more. */
  readonly removed: string | null;
  /** The removal is announced, not released. */
  readonly planned: boolean;
  readonly replacement: string | null;
}

const REMOVED: ReadonlyMap<string, RemovedSetting> = new Map(
  ROWS.map(([name, deprecated, removed, planned, replacement]) => [name, { name, deprecated, removed, planned, replacement }]),
);

/** What became of a setting that Django no longer has or is to lose; undefined for any other name. */
export function removedSetting(name: string): RemovedSetting | undefined {
  return REMOVED.get(name);
}
