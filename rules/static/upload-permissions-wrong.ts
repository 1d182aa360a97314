import { type Data, defineRule } from '../../src/rule.ts';
import { isLocalStorage, storageBackend } from '../shared/storage/static.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { django } from '../shared/values/examples.ts';

const BUCKET = 'storages.backends.s3.S3Storage';

/** Decimal numbers that were meant as octal. */
const DECIMAL_SLIPS = [600, 640, 644, 660, 664, 666, 700, 744, 750, 755, 775, 777];

export default defineRule({
  id: 'static/upload-permissions-wrong',
  title: 'Uploaded files get wrong permissions',
  severity: 'warning',
  topic: 4,
  since: '0.1.0',
  why: 'None makes the mode depend on the size of the upload, so the proxy answers 403 for some files; decimal 644 is another mode altogether; a mode that others may write lets any local user replace files.',
  fix: 'Write FILE_UPLOAD_PERMISSIONS = 0o644.',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#file-upload-permissions'],
  cwe: ['CWE-732'],
  examples: {
    bad: [
      django('FILE_UPLOAD_PERMISSIONS = 644 # !\n'),
      django('FILE_UPLOAD_PERMISSIONS = None # !\n'),
      django('FILE_UPLOAD_PERMISSIONS = 0o666 # !\n'),
    ],
    good: [
      django('FILE_UPLOAD_PERMISSIONS = 0o644\n'),
      django('FILE_UPLOAD_PERMISSIONS = 0o640\n'),
      django(),
      django(`FILE_UPLOAD_PERMISSIONS = None\nSTORAGES = {'default': {'BACKEND': '${BUCKET}'}}\n`),
    ],
    undecided: [
      django('FILE_UPLOAD_PERMISSIONS = mode()\n'),
      { ...django("DEFAULT_FILE_STORAGE = 'mysite.storages.Uploads'\n"), 'requirements.txt': 'Django==2.2.28\n' },
    ],
  },
  needs: ['settings'],
  check({ settings }, ctx) {
    ctx.expectAll(
      [settings.get('FILE_UPLOAD_PERMISSIONS'), storageBackend(settings, 'default')],
      (mode, backend) => or(answer(isSound(mode)), not(isLocalStorage(backend))),
      ([mode], [decided]) => ({
        message:
          typeof mode !== 'number'
            ? '`FILE_UPLOAD_PERMISSIONS` is None: the mode of an upload depends on its size.'
            : DECIMAL_SLIPS.includes(mode)
              ? `\`FILE_UPLOAD_PERMISSIONS\` is the decimal number ${mode}, which is mode 0o${mode.toString(8)}.`
              : `\`FILE_UPLOAD_PERMISSIONS\` 0o${mode.toString(8)} lets every local user replace uploads.`,
        subject: 'FILE_UPLOAD_PERMISSIONS',
        ...(typeof mode === 'number' && DECIMAL_SLIPS.includes(mode) ? { severity: 'error' as const } : {}),
        ...(mode === null && decided.step !== 'default'
          ? { severity: 'note', because: 'it is written out, as shares without modes need it' }
          : {}),
      }),
    );
  },
});

function isSound(mode: Data | undefined): boolean {
  return typeof mode === 'number' && !DECIMAL_SLIPS.includes(mode) && (mode & 0o002) === 0;
}
