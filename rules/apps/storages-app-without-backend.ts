import { type Data, defineRule, type SettingsFacts } from '../../src/rule.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { installed } from '../shared/code/packages.ts';
import { isLocalStorage, storageBackend } from '../shared/storage/static.ts';
import { not, or } from '../shared/values/answer.ts';
import { keysInAnyCase, truth } from '../shared/values/data.ts';
import { isAtLeast } from '../shared/values/release.ts';

const APPS = "INSTALLED_APPS = ['storages']\n";
const LOCAL = "'staticfiles': {'BACKEND': 'django.contrib.staticfiles.storage.StaticFilesStorage'}";

export default defineRule({
  id: 'apps/storages-app-without-backend',
  title: 'django-storages configured but not used',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: 'Uploads go to the local disk, and are lost with the container or stay on one of several machines, although a bucket is configured.',
  fix: 'Name the backend: STORAGES["default"]["BACKEND"] = "storages.backends.s3.S3Storage".',
  autofix: 'none',
  links: [
    'https://django-storages.readthedocs.io/en/latest/backends/amazon-S3.html#configuration-settings',
    'https://docs.djangoproject.com/en/stable/ref/settings/#storages',
  ],
  examples: {
    bad: [
      { 'settings.py': `${APPS}AWS_STORAGE_BUCKET_NAME = 'mysite' # !\n` },
      {
        'settings.py': `${APPS}STORAGES = {'default': {'BACKEND': 'django.core.files.storage.FileSystemStorage'}, ${LOCAL}}\nAWS_STORAGE_BUCKET_NAME = 'mysite' # !\n`,
      },
    ],
    good: [
      {
        'settings.py': `${APPS}STORAGES = {'default': {'BACKEND': 'storages.backends.s3.S3Storage'}, ${LOCAL}}\nAWS_STORAGE_BUCKET_NAME = 'mysite'\n`,
      },
      { 'settings.py': `${APPS}AWS_REGION = 'eu-west-1'\n` },
      { 'settings.py': `${APPS}AWS_STORAGE_BUCKET_NAME = ''\n` },
      { 'settings.py': "INSTALLED_APPS = []\nAWS_STORAGE_BUCKET_NAME = 'mysite'\n" },
      { 'settings.py': `${APPS}AWS_STORAGE_BUCKET_NAME = 'mysite'\n`, 'notes/backup.py': 'import boto3\n\nclient = boto3.client("s3")\n' },
      {
        'settings.py': `${APPS}AWS_STORAGE_BUCKET_NAME = 'mysite'\n`,
        'notes/models.py': 'from storages.backends.s3 import S3Storage\n\nstore = S3Storage()\n',
      },
      {
        'settings.py': `${APPS}DEFAULT_FILE_STORAGE = 'storages.backends.s3boto3.S3Boto3Storage'\nAWS_STORAGE_BUCKET_NAME = 'mysite'\n`,
        'requirements.txt': 'Django==5.2.8\n',
      },
    ],
    undecided: [{ 'settings.py': `from elsewhere import storages\n\n${APPS}STORAGES = storages()\nAWS_STORAGE_BUCKET_NAME = 'mysite'\n` }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository: whole }, ctx) {
    const repository = ownCode(settings, whole);
    if (settings.sets('AWS_STORAGE_BUCKET_NAME') === 'no') return;
    if (repository.codeMentions(/^\s*(import|from)\s+(boto3?|botocore|storages\.backends)\b/m).items.length > 0) return;
    // A setting of old that names the backend and is ignored is the fault of static/storage-setting-ignored.
    const old = ['DEFAULT_FILE_STORAGE', 'STATICFILES_STORAGE'].some((name) => settings.sets(name) !== 'no');
    if (old && isAtLeast(settings.django, '5.1') !== 'no') return;
    if (usesElsewhere(settings)) return;
    ctx.expectAll(
      [
        settings.get('AWS_STORAGE_BUCKET_NAME'),
        installed(settings, 'storages'),
        storageBackend(settings, 'default'),
        storageBackend(settings, 'staticfiles'),
      ],
      (bucket, app, uploads, files) => or(not(truth(bucket)), not(app.is), not(isOnDisk(uploads)), not(isOnDisk(files))),
      () => ({
        message: '`AWS_STORAGE_BUCKET_NAME` is set, but no storage uses the bucket: uploads go to the local disk.',
        subject: 'AWS_STORAGE_BUCKET_NAME',
      }),
    );
  },
});

function isOnDisk(backend: Data | undefined) {
  return backend === undefined ? 'yes' : isLocalStorage(backend);
}

/** A storage of another name uses the bucket. */
function usesElsewhere(settings: SettingsFacts): boolean {
  return keysInAnyCase(settings.get('STORAGES')).some((alias) => {
    if (alias === 'default' || alias === 'staticfiles') return false;
    const backend = settings.get('STORAGES', alias, 'BACKEND');
    return backend.kind !== 'known' || isOnDisk(backend.value) !== 'yes';
  });
}
