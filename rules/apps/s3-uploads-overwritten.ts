import { defineRule, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { isS3, s3Option } from '../shared/storage/s3.ts';
import { storageBackend } from '../shared/storage/static.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

const STATIC = "'staticfiles': {'BACKEND': 'django.contrib.staticfiles.storage.StaticFilesStorage'}";
const S3 = "{'BACKEND': 'storages.backends.s3.S3Storage'}";
const STORAGES = `STORAGES = {'default': ${S3}, ${STATIC}}`;
const MODEL = "from django.db import models\n\n\nclass Note(models.Model):\n    scan = models.FileField(upload_to='scans/')\n";

export default defineRule({
  id: 'apps/s3-uploads-overwritten',
  title: 'Uploads with the same name overwrite each other',
  severity: 'note',
  topic: 4,
  since: '0.1.0',
  why: 'Unlike the local disk, the S3 backend of django-storages replaces an object of the same name: one user destroys the file of another.',
  fix: 'AWS_S3_FILE_OVERWRITE = False, or an upload_to that makes each name unique.',
  autofix: 'unsafe',
  links: ['https://django-storages.readthedocs.io/en/latest/backends/amazon-S3.html#settings'],
  cwe: ['CWE-706'],
  examples: {
    bad: [
      { 'settings.py': `${STORAGES} # !\n`, 'notes/models.py': MODEL },
      { 'settings.py': `${STORAGES}\nAWS_S3_FILE_OVERWRITE = True # !\n`, 'notes/models.py': MODEL },
      {
        'settings.py': "DEFAULT_FILE_STORAGE = 'storages.backends.s3boto3.S3Boto3Storage' # !\n",
        'requirements.txt': 'Django==4.2.20\n',
        'notes/models.py': MODEL.replace("upload_to='scans/'", ''),
      },
    ],
    good: [
      { 'settings.py': `${STORAGES}\nAWS_S3_FILE_OVERWRITE = False\n`, 'notes/models.py': MODEL },
      {
        'settings.py': `STORAGES = {'default': {'BACKEND': 'storages.backends.s3.S3Storage', 'OPTIONS': {'file_overwrite': False}}, ${STATIC}}\n`,
        'notes/models.py': MODEL,
      },
      { 'settings.py': `${STORAGES}\n`, 'notes/models.py': MODEL.replace("'scans/'", 'unique_path') },
      { 'settings.py': `${STORAGES}\n` },
      {
        'settings.py': `STORAGES = {'default': {'BACKEND': 'media.MediaStorage'}, ${STATIC}}\n`,
        'media.py': 'from storages.backends.s3 import S3Storage\n\n\nclass MediaStorage(S3Storage):\n    file_overwrite = False\n',
        'notes/models.py': MODEL,
      },
      {
        'settings.py': `STORAGES = {'default': {'BACKEND': 'django.core.files.storage.FileSystemStorage'}, 'staticfiles': ${S3}}\n`,
        'notes/models.py': MODEL,
      },
    ],
    undecided: [{ 'settings.py': `from elsewhere import flag\n\n${STORAGES}\nAWS_S3_FILE_OVERWRITE = flag()\n`, 'notes/models.py': MODEL }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository: whole }, ctx) {
    const repository = ownCode(settings, whole);
    const code = { settings, repository };
    const field = collidingField(repository);
    if (field === null) return;
    ctx.expectAll(
      [s3Option('default', { key: 'file_overwrite', setting: 'AWS_S3_FILE_OVERWRITE' }, code), storageBackend(settings, 'default')],
      (overwrite, backend) => or(overwrite === undefined ? 'no' : answer(truth(overwrite) === 'no'), not(isS3(backend, code))),
      (_values, [overwrite, backend]) => ({
        at: overwrite.step === 'default' ? backend : overwrite,
        message: 'The bucket keeps one object a name: an upload replaces that of somebody else when both files are called alike.',
        subject: 'uploads names',
        related: [{ at: field, message: 'the names of uploads are those of the visitors’ files' }],
      }),
    );
  },
});

/** A field that keeps the name of the file that was uploaded: its upload_to is a text, or there is none. */
function collidingField({ codeMentions }: Pick<RepositoryFacts, 'codeMentions'>): Span | null {
  const [literal] = codeMentions(/\bupload_to\s*=\s*f?['"]/).items;
  if (literal !== undefined) return literal;
  const computed = codeMentions(/\bupload_to\s*=\s*[A-Za-z_]/).items;
  return computed.length > 0 ? null : (codeMentions(/\bmodels\.(File|Image)Field\(/).items[0] ?? null);
}
