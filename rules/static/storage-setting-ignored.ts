import { compareRelease, defineRule } from '../../src/rule.ts';
import { django } from '../shared/values/examples.ts';

const REPLACED: readonly { readonly name: string; readonly alias: string; readonly effect: string }[] = [
  { name: 'STATICFILES_STORAGE', alias: 'staticfiles', effect: 'static files get no hashed names and no compression' },
  { name: 'DEFAULT_FILE_STORAGE', alias: 'default', effect: 'uploads go to the local disk' },
];
const old = { 'requirements.txt': 'Django==4.2.20\n' };

export default defineRule({
  id: 'static/storage-setting-ignored',
  title: 'Storage setting ignored since Django 5.1',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: 'STATICFILES_STORAGE and DEFAULT_FILE_STORAGE do nothing since Django 5.1, without a word: no hashed names or compression, and uploads land on the local disk instead of the bucket.',
  fix: "Move the class into STORAGES['staticfiles']['BACKEND'] or STORAGES['default']['BACKEND'].",
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#storages', 'https://docs.djangoproject.com/en/stable/releases/5.1/'],
  cross: true,
  replaces: ['settings/removed-setting-ignored'],
  examples: {
    bad: [
      django("STATICFILES_STORAGE = 'django.contrib.staticfiles.storage.ManifestStaticFilesStorage' # !\n"),
      django("DEFAULT_FILE_STORAGE = 'storages.backends.s3boto3.S3Boto3Storage' # !\n"),
    ],
    good: [
      { ...django("STATICFILES_STORAGE = 'django.contrib.staticfiles.storage.ManifestStaticFilesStorage'\n"), ...old },
      django(
        "STORAGES = {'default': {'BACKEND': 'django.core.files.storage.FileSystemStorage'}, 'staticfiles': {'BACKEND': 'django.contrib.staticfiles.storage.ManifestStaticFilesStorage'}}\n",
      ),
      django("STATICFILES_STORAGE = 'django.contrib.staticfiles.storage.StaticFilesStorage'\n"),
    ],
    undecided: [
      {
        ...django("STATICFILES_STORAGE = 'django.contrib.staticfiles.storage.ManifestStaticFilesStorage'\n"),
        'requirements.txt': 'Django>=4.2\n',
      },
    ],
  },
  needs: ['settings'],
  check({ settings }, ctx) {
    const { django: release } = settings;
    for (const { name, alias, effect } of REPLACED) {
      if (settings.sets(name) !== 'yes') continue;
      if (release.before !== null && compareRelease(release.before, '5.1') <= 0) continue;
      if (release.exact !== null && compareRelease(release.exact, '5.1') < 0) continue;
      const certain = (release.exact ?? release.from) !== null && compareRelease(release.exact ?? release.from ?? '0', '5.1') >= 0;
      if (!certain) {
        ctx.undecided(`\`${name}\` is ignored from Django 5.1 on, and the repository does not pin the release.`, settings.placeOf(name));
        continue;
      }
      ctx.expectAll(
        [settings.get(name), settings.get('STORAGES', alias, 'BACKEND')] as const,
        // The same class that is in force anyway harms nobody.
        (asked, inForce) => asked === inForce || asked === null || asked === '',
        (_values, [decided]) => ({
          at: decided,
          message: `\`${name}\` is ignored since Django 5.1: ${effect}.`,
          subject: name,
        }),
      );
    }
  },
});
