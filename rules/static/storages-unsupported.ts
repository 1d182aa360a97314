import { type Context, type Data, defineRule, type SettingsFacts } from '../../src/rule.ts';
import { answer, or } from '../shared/values/answer.ts';
import { isAtLeast } from '../shared/values/release.ts';

const ALIASES = [
  { alias: 'staticfiles', old: 'STATICFILES_STORAGE', effect: 'static files keep plain names, uncompressed' },
  { alias: 'default', old: 'DEFAULT_FILE_STORAGE', effect: 'uploads go to the local disk' },
] as const;
const BUCKET = "STORAGES = {'default': {'BACKEND': 'storages.backends.s3.S3Storage'}}";
const MANIFEST = "STORAGES = {'staticfiles': {'BACKEND': 'whitenoise.storage.CompressedManifestStaticFilesStorage'}}";

export default defineRule({
  id: 'static/storages-unsupported',
  title: 'STORAGES is ignored before Django 4.2',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: 'The installed release does not know the setting and says nothing: static files are not hashed, and uploads stay on the local disk.',
  fix: 'Upgrade Django, or set STATICFILES_STORAGE and DEFAULT_FILE_STORAGE.',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/releases/4.2/',
    'https://docs.djangoproject.com/en/4.1/ref/settings/#default-file-storage',
  ],
  cross: true,
  examples: {
    bad: [
      { 'settings.py': `${BUCKET} # !\n`, 'requirements.txt': 'Django==3.2.25\n' },
      { 'settings.py': `${MANIFEST} # !\n`, 'requirements.txt': 'Django>=4.0,<4.2\n' },
    ],
    good: [
      { 'settings.py': `${BUCKET}\n`, 'requirements.txt': 'Django==4.2.20\n' },
      {
        'settings.py': `${BUCKET}\nDEFAULT_FILE_STORAGE = STORAGES['default']['BACKEND']\n`,
        'requirements.txt': 'Django==3.2.25\n',
      },
      {
        'settings.py': "STORAGES = {'default': {'BACKEND': 'django.core.files.storage.FileSystemStorage'}}\n",
        'requirements.txt': 'Django==3.2.25\n',
      },
      { 'settings.py': 'DEBUG = False\n', 'requirements.txt': 'Django==3.2.25\n' },
    ],
    undecided: [{ 'settings.py': `${BUCKET}\n`, 'requirements.txt': 'Django>=3.2\n' }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const known = isAtLeast(settings.django, '4.2');
    if (settings.sets('STORAGES') === 'no' || known === 'yes') return;
    if (known === 'maybe') {
      ctx.undecided('`STORAGES` counts from Django 4.2 on, and the repository does not pin the release.', settings.placeOf('STORAGES'));
      return;
    }
    for (const one of ALIASES) judge(one, settings, ctx);
  },
});

function judge({ alias, old, effect }: (typeof ALIASES)[number], settings: SettingsFacts, ctx: Context): void {
  ctx.expectAll(
    [settings.get('STORAGES', alias, 'BACKEND'), settings.get(old)] as const,
    // A project that sets both serves old and new releases alike; the same class that is in force anyway harms nobody.
    (wanted, inForce) => or(answer(wanted === undefined || wanted === inForce || settings.sets(old) === 'yes'), isUnclear(wanted)),
    (_values, [decided]) => ({
      at: decided,
      message: `\`STORAGES\` is not read before Django 4.2: ${effect}.`,
      subject: `STORAGES.${alias}`,
    }),
  );
}

function isUnclear(wanted: Data | undefined) {
  return typeof wanted === 'string' ? 'no' : 'maybe';
}
