import {
  type Answer,
  type Context,
  casesOf,
  type Data,
  defineRule,
  type Origin,
  type ReleaseRange,
  type SettingsFacts,
  type Value,
} from '../../src/rule.ts';
import { type DottedPath, dottedPath } from '../shared/code/dotted-paths.ts';
import { not } from '../shared/values/answer.ts';
import { isMapping, isSequence } from '../shared/values/data.ts';
import { isAtLeast } from '../shared/values/release.ts';

const HASHERS = 'django.contrib.auth.hashers';
const MEMCACHED = "CACHES = {'default': {'BACKEND': 'django.core.cache.backends.memcached.MemcachedCache', 'LOCATION': 'cache:11211'}}";

/** What settings name that is imported at start or at first use. */
const SETTINGS = [
  'AUTHENTICATION_BACKENDS',
  'CACHES',
  'EMAIL_BACKEND',
  'FORM_RENDERER',
  'INSTALLED_APPS',
  'LOGGING',
  'MIDDLEWARE',
  'PASSWORD_HASHERS',
  'SESSION_ENGINE',
  'SESSION_SERIALIZER',
  'STORAGES',
  'TASKS',
  'TEMPLATES',
];

/** Read by releases before 5.1 only: see settings/removed-setting-ignored. */
const UNTIL_5_1 = ['STATICFILES_STORAGE', 'DEFAULT_FILE_STORAGE'];

export default defineRule({
  id: 'settings/dotted-path-removed',
  title: 'Setting names a class the pinned Django no longer has',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'Django raises ImportError at start, or at the first use of the cache, hasher or backend: a login may be the first to fail.',
  fix: 'Use the replacement that the release notes name, or install the release that has the class.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/internals/deprecation/', 'https://docs.djangoproject.com/en/stable/releases/'],
  cwe: ['CWE-1104'],
  cross: true,
  examples: {
    bad: [
      { 'settings.py': `${MEMCACHED} # !\n`, 'requirements.txt': 'Django==4.2.30\n' },
      {
        'settings.py': `PASSWORD_HASHERS = ['${HASHERS}.PBKDF2PasswordHasher', '${HASHERS}.SHA1PasswordHasher'] # !\n`,
        'requirements.txt': 'Django==5.2.8\n',
      },
      {
        'settings.py': "MIDDLEWARE = [\n    'django.contrib.auth.middleware.LoginRequiredMiddleware', # !\n]\n",
        'requirements.txt': 'Django==4.2.30\n',
      },
      {
        'settings.py':
          "TEMPLATES = [{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'OPTIONS': {'context_processors': ['django.core.context_processors.request']}}] # !\n",
        'requirements.txt': 'Django==3.2.25\n',
      },
      { 'settings.py': "FORM_RENDERER = 'django.forms.renderers.DjangoDivFormRenderer' # !\n", 'requirements.txt': 'Django==2028.1\n' },
      { 'settings.py': `${MEMCACHED} # !\n`, 'requirements.txt': 'Django>=4.0\n' },
    ],
    good: [
      { 'settings.py': `${MEMCACHED}\n`, 'requirements.txt': 'Django==4.0.10\n' },
      { 'settings.py': "MIDDLEWARE = ['django.contrib.auth.middleware.LoginRequiredMiddleware']\n", 'requirements.txt': 'Django==5.1\n' },
      {
        'settings.py': `import django\n\nif django.VERSION < (4, 1):\n    ${MEMCACHED}\n`,
        'requirements.txt': 'Django==4.2.30\n',
      },
      {
        'settings.py': "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql_psycopg2', 'NAME': 'shop'}}\n",
        'requirements.txt': 'Django==5.2.8\n',
      },
      {
        'settings.py': "STATICFILES_STORAGE = 'django.contrib.staticfiles.storage.CachedStaticFilesStorage'\n",
        'requirements.txt': 'Django==5.2.8\n',
      },
    ],
    undecided: [
      { 'settings.py': `${MEMCACHED}\n` },
      { 'settings.py': "MIDDLEWARE = ['django.contrib.auth.middleware.LoginRequiredMiddleware']\n", 'requirements.txt': 'Django>=4.2\n' },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const old = isAtLeast(settings.django, '5.1') === 'yes' ? [] : UNTIL_5_1;
    for (const name of [...SETTINGS, ...old]) if (settings.sets(name) !== 'no') judge(name, settings, ctx);
  },
});

interface Named {
  readonly path: string;
  readonly known: DottedPath;
  readonly origin: Origin;
  /** False where only some case names it. */
  readonly certain: boolean;
}

function judge(name: string, settings: SettingsFacts, ctx: Context): void {
  const value = settings.get(name);
  // What is not known is not asked for: it names no class that anybody can see.
  for (const { then } of casesOf(value)) if (then.kind === 'unknown' || named(then).length === 0) return;
  ctx.expect(
    value,
    (data) => not(lacking(data, settings.django)),
    (data, decidedAt) => {
      const gone = named({ kind: 'known', value: data ?? null, origin: decidedAt }).filter((one) => isGone(one, settings.django));
      const [first] = gone;
      const { known } = first ?? { known: null };
      const others = gone.length > 1 ? ` and ${gone.length - 1} more` : '';
      return {
        ...(first === undefined ? {} : { at: first.origin }),
        message: `\`${name}\` names \`${first?.path}\`${others}, ${known === null ? '' : inWords(known, settings.django)}.`,
        subject: name,
        ...(known?.instead ? { fix: `Use ${known.instead} instead.` } : {}),
        ...(certainly(known, settings.django) ? {} : { severity: 'note', because: 'the package files also admit older releases' }),
      };
    },
  );
}

function inWords({ added, removed }: DottedPath, django: ReleaseRange): string {
  const early = added !== null && isAtLeast(django, added) === 'no';
  return early ? `which Django has since ${added} only` : `which Django ${removed} removed`;
}

function lacking(data: Data | undefined, django: ReleaseRange): Answer {
  const all = named({ kind: 'known', value: data ?? null, origin: { step: 'default', of: 'nothing' } });
  if (all.some((one) => one.certain && isGone(one, django))) return 'yes';
  return all.some(({ known }) => here(known, django) !== 'yes') ? 'maybe' : 'no';
}

/** Removed in every release that is admitted, or in the one that an open range installs today. */
function isGone({ known }: Named, django: ReleaseRange): boolean {
  return here(known, django) === 'no' || (known.removed !== null && django.from !== null && django.before === null);
}

function certainly(known: DottedPath | null, django: ReleaseRange): boolean {
  return known === null || here(known, django) === 'no';
}

function here({ added, removed }: DottedPath, django: ReleaseRange): Answer {
  const since = added === null ? 'yes' : isAtLeast(django, added);
  const gone = removed === null ? 'no' : isAtLeast(django, removed);
  if (since === 'no' || gone === 'yes') return 'no';
  return since === 'yes' && gone === 'no' ? 'yes' : 'maybe';
}

/** The paths of the table that stand anywhere in a value. */
function named(value: Value<Data | undefined>, certain = true): readonly Named[] {
  return casesOf(value).flatMap(({ then, when }): readonly Named[] => {
    if (then.kind === 'unknown') return [];
    const data = then.value;
    const sure = certain && when.length === 0;
    if (typeof data === 'string') {
      const known = dottedPath(data);
      return known === null ? [] : [{ path: data, known, origin: then.origin, certain: sure }];
    }
    if (isSequence(data)) return data.items.flatMap((item) => named(item, sure));
    return isMapping(data) ? data.entries.flatMap((entry) => named(entry.value, sure)) : [];
  });
}
