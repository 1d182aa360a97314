import { type Data, defineRule, type RepositoryFacts } from '../../src/rule.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { isS3, s3Option } from '../shared/storage/s3.ts';
import { storageBackend } from '../shared/storage/static.ts';
import { and, answer, not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

const S3 = "{'BACKEND': 'storages.backends.s3.S3Storage'}";
const STATIC = "'staticfiles': {'BACKEND': 'django.contrib.staticfiles.storage.StaticFilesStorage'}";
const STORAGES = `STORAGES = {'default': ${S3}, ${STATIC}}\n`;

export default defineRule({
  id: 'apps/s3-media-public',
  title: 'Uploaded objects are public',
  severity: 'warning',
  topic: 4,
  since: '0.1.0',
  why: 'Whoever has or guesses the address of an upload can read it, without a login and for ever.',
  fix: 'AWS_DEFAULT_ACL = None and AWS_QUERYSTRING_AUTH = True for private uploads; a storage of its own for what is public on purpose.',
  autofix: 'none',
  links: ['https://django-storages.readthedocs.io/en/latest/backends/amazon-S3.html#settings'],
  cwe: ['CWE-732', 'CWE-552'],
  examples: {
    bad: [
      { 'settings.py': `${STORAGES}AWS_DEFAULT_ACL = 'public-read' # !\n` },
      { 'settings.py': `${STORAGES}AWS_QUERYSTRING_AUTH = False # !\n` },
      {
        'settings.py': `STORAGES = {'default': {'BACKEND': 'storages.backends.s3.S3Storage', 'OPTIONS': {'default_acl': 'public-read-write'}}, ${STATIC}} # !\n`,
      },
      {
        'settings.py': "DEFAULT_FILE_STORAGE = 'storages.backends.s3boto3.S3Boto3Storage'\nAWS_QUERYSTRING_AUTH = False # !\n",
        'requirements.txt': 'Django==4.2.20\ndjango-storages==1.14.2\n',
      },
      {
        'settings.py': `STORAGES = {'default': {'BACKEND': 'media.MediaStorage'}, ${STATIC}} # !\n`,
        'media.py': "from storages.backends.s3 import S3Storage\n\n\nclass MediaStorage(S3Storage):\n    default_acl = 'public-read'\n",
      },
    ],
    good: [
      { 'settings.py': STORAGES },
      { 'settings.py': `${STORAGES}AWS_DEFAULT_ACL = None\nAWS_QUERYSTRING_AUTH = True\n` },
      {
        'settings.py': `STORAGES = {'default': {'BACKEND': 'django.core.files.storage.FileSystemStorage'}, 'staticfiles': ${S3}}\nAWS_DEFAULT_ACL = 'public-read'\nAWS_QUERYSTRING_AUTH = False\n`,
      },
      {
        'settings.py': `STORAGES = {'default': {'BACKEND': 'storages.backends.s3.S3Storage', 'OPTIONS': {'querystring_auth': True}}, ${STATIC}}\nAWS_QUERYSTRING_AUTH = False\n`,
      },
      {
        'settings.py': `STORAGES = {'default': {'BACKEND': 'media.MediaStorage'}, ${STATIC}}\nAWS_DEFAULT_ACL = 'public-read'\n`,
        'media.py': "from storages.backends.s3 import S3Storage\n\n\nclass MediaStorage(S3Storage):\n    default_acl = 'private'\n",
      },
    ],
    undecided: [
      { 'settings.py': `from elsewhere import acl\n\n${STORAGES}AWS_DEFAULT_ACL = acl()\n` },
      { 'settings.py': `STORAGES = {'default': {'BACKEND': 'elsewhere.MediaStorage'}, ${STATIC}}\nAWS_QUERYSTRING_AUTH = False\n` },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository: whole }, ctx) {
    const repository = ownCode(settings, whole);
    const code = { settings, repository };
    const acl = s3Option('default', { key: 'default_acl', setting: 'AWS_DEFAULT_ACL' }, code);
    const signed = s3Option('default', { key: 'querystring_auth', setting: 'AWS_QUERYSTRING_AUTH' }, code);
    const backend = storageBackend(settings, 'default');
    const why = wanted(code.repository) ?? domain(s3Option('default', { key: 'custom_domain', setting: 'AWS_S3_CUSTOM_DOMAIN' }, code));
    const cover = why === null ? {} : ({ severity: 'note', because: why } as const);
    ctx.expectAll(
      [acl, backend],
      (list, storage) => not(and(answer(isPublic(list)), isS3(storage, code))),
      () => ({ message: 'Uploads are stored with an ACL that lets everybody read them.', subject: 'uploads', ...cover }),
    );
    ctx.expectAll(
      [signed, backend, acl],
      (query, storage, list) => or(answer(query === undefined), truth(query), not(isS3(storage, code)), answer(isPublic(list))),
      () => ({
        message: 'Links to uploads are not signed, so they work only when everybody may read the bucket.',
        subject: 'uploads',
        ...cover,
      }),
    );
  },
});

function isPublic(acl: Data | undefined): boolean {
  return typeof acl === 'string' && acl.startsWith('public-read');
}

function domain(custom: ReturnType<typeof s3Option>): string | null {
  if (custom.kind !== 'known') return 'a domain of its own may serve them, as for files that are meant for all';
  return truth(custom.value) === 'yes' ? 'a domain of its own serves them, as for files that are meant for all' : null;
}

/** Pictures are shown to visitors; other files may be anything. */
function wanted(repository: Pick<RepositoryFacts, 'codeMentions'>): string | null {
  const images = repository.codeMentions(/\bmodels\.ImageField\(/).items.length;
  const files = repository.codeMentions(/\b(models\.FileField|FilerFileField|wagtaildocs|wagtail\.documents)\b/).items.length;
  return images > 0 && files === 0 ? 'the models of the project hold pictures only' : null;
}
