/**
 * Values that settings import from packages. Each release of a distribution from the first period on was read, at its tag or in its
 * history, as of November 2026; releases before that, which support no Django that is judged, are not known.
 */

/** A value in the notation of `literalData` and the releases that have it: `from` inclusive, `before` exclusive, null for until now. */
export type Constant = readonly (readonly [from: string, before: string | null, value: unknown])[];

export interface ConstantModule {
  readonly distribution: string;
  readonly names: Readonly<Record<string, Constant>>;
}

const tuple = (...items: readonly string[]) => ({ $tuple: items });

/** csp/constants.py came with django-csp 4.0 and has not changed since. */
const CSP = Object.fromEntries(
  Object.entries({
    HEADER: 'Content-Security-Policy',
    HEADER_REPORT_ONLY: 'Content-Security-Policy-Report-Only',
    NONE: "'none'",
    REPORT_SAMPLE: "'report-sample'",
    SELF: "'self'",
    STRICT_DYNAMIC: "'strict-dynamic'",
    UNSAFE_ALLOW_REDIRECTS: "'unsafe-allow-redirects'",
    UNSAFE_EVAL: "'unsafe-eval'",
    UNSAFE_HASHES: "'unsafe-hashes'",
    UNSAFE_INLINE: "'unsafe-inline'",
    WASM_UNSAFE_EVAL: "'wasm-unsafe-eval'",
  }).map(([name, value]): [string, Constant] => [name, [['4.0', null, value]]]),
);

const HELUSERS_START = ['social_core.pipeline.social_auth.social_details', 'social_core.pipeline.social_auth.social_uid'];
const HELUSERS_END = [
  'helusers.pipeline.ensure_uuid_match',
  'helusers.pipeline.get_username',
  'social_core.pipeline.social_auth.social_user',
  'helusers.pipeline.create_or_update_user',
  'social_core.pipeline.social_auth.associate_user',
  'social_core.pipeline.social_auth.load_extra_data',
  'helusers.pipeline.store_end_session_url',
  'helusers.pipeline.fetch_api_tokens',
];

const JINJA = (debug: readonly string[], old: readonly (readonly string[])[]) => [
  'jinja2.ext.do',
  'jinja2.ext.loopcontrols',
  ...(old[0] ?? []),
  'jinja2.ext.i18n',
  ...(old[1] ?? []),
  ...debug,
  ...['Csrf', 'Cache', 'Timezone', 'Urls', 'StaticFiles', 'DjangoFilters'].map(
    (name) => `django_jinja.builtins.extensions.${name}Extension`,
  ),
];
const JINJA_DEBUG = ['django_jinja.builtins.extensions.DebugExtension'];
const JINJA_OLD = [['jinja2.ext.with_'], ['jinja2.ext.autoescape']];

export const CONSTANTS: Readonly<Record<string, ConstantModule>> = {
  'corsheaders.defaults': {
    distribution: 'django-cors-headers',
    names: {
      default_headers: [
        [
          '2.0',
          '4.0',
          tuple(
            'accept',
            'accept-encoding',
            'authorization',
            'content-type',
            'dnt',
            'origin',
            'user-agent',
            'x-csrftoken',
            'x-requested-with',
          ),
        ],
        ['4.0', null, tuple('accept', 'authorization', 'content-type', 'user-agent', 'x-csrftoken', 'x-requested-with')],
      ],
      default_methods: [['2.0', null, tuple('DELETE', 'GET', 'OPTIONS', 'PATCH', 'POST', 'PUT')]],
    },
  },
  // The attributes of the class `Settings`: what easy-thumbnails takes where settings say nothing.
  'easy_thumbnails.conf.Settings': {
    distribution: 'easy-thumbnails',
    names: {
      THUMBNAIL_PROCESSORS: [
        [
          '2.0',
          null,
          tuple(
            'easy_thumbnails.processors.colorspace',
            'easy_thumbnails.processors.autocrop',
            'easy_thumbnails.processors.scale_and_crop',
            'easy_thumbnails.processors.filters',
            'easy_thumbnails.processors.background',
          ),
        ],
      ],
    },
  },
  'csp.constants': { distribution: 'django-csp', names: CSP },
  'social_core.pipeline': {
    distribution: 'social-auth-core',
    names: {
      DEFAULT_AUTH_PIPELINE: [
        [
          '1.0',
          null,
          tuple(
            'social_core.pipeline.social_auth.social_details',
            'social_core.pipeline.social_auth.social_uid',
            'social_core.pipeline.social_auth.auth_allowed',
            'social_core.pipeline.social_auth.social_user',
            'social_core.pipeline.user.get_username',
            'social_core.pipeline.user.create_user',
            'social_core.pipeline.social_auth.associate_user',
            'social_core.pipeline.social_auth.load_extra_data',
            'social_core.pipeline.user.user_details',
          ),
        ],
      ],
      DEFAULT_DISCONNECT_PIPELINE: [
        [
          '1.0',
          null,
          tuple(
            'social_core.pipeline.disconnect.allowed_to_disconnect',
            'social_core.pipeline.disconnect.get_entries',
            'social_core.pipeline.disconnect.revoke_tokens',
            'social_core.pipeline.disconnect.disconnect',
          ),
        ],
      ],
    },
  },
  'helusers.defaults': {
    distribution: 'django-helusers',
    names: {
      SOCIAL_AUTH_PIPELINE: [
        ['0.4.3', '0.6', tuple(...HELUSERS_START, ...HELUSERS_END)],
        ['0.6', null, tuple(...HELUSERS_START, 'helusers.pipeline.ensure_uid_is_uuid', ...HELUSERS_END)],
      ],
    },
  },
  'django_jinja.builtins': {
    distribution: 'django-jinja',
    names: {
      DEFAULT_EXTENSIONS: [
        ['1.4', '2.5', JINJA([], JINJA_OLD)],
        ['2.5', '2.8', JINJA(JINJA_DEBUG, JINJA_OLD)],
        ['2.8', null, JINJA(JINJA_DEBUG, [])],
      ],
    },
  },
};
