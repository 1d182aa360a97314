import { type Answer, bindValue, type Context, type Data, defineRule, known, type SettingsFacts } from '../../src/rule.ts';
import { searchesFinderDirs } from '../shared/storage/finder-dirs.ts';
import { and, answer, not, or } from '../shared/values/answer.ts';
import { isSequence } from '../shared/values/data.ts';
import { django } from '../shared/values/examples.ts';

export default defineRule({
  id: 'static/finder-dirs-malformed',
  title: 'STATICFILES_DIRS is not a list',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: 'A text is read letter by letter and a Path raises a TypeError: collectstatic finds nothing of the project, or stops.',
  fix: 'Write STATICFILES_DIRS = [BASE_DIR / "static"].',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#staticfiles-dirs'],
  django: ['staticfiles.E001'],
  examples: {
    bad: [
      django("STATICFILES_DIRS = ('/srv/assets') # !\n"),
      django("from pathlib import Path\nSTATICFILES_DIRS = Path('/srv/assets') # !\n"),
      django("STATICFILES_DIRS = ['/srv/assets'], # !\n"),
    ],
    good: [
      django("STATICFILES_DIRS = ('/srv/assets',)\n"),
      django("from pathlib import Path\nSTATICFILES_DIRS = [Path('/srv/assets'), ('docs', '/srv/docs')]\n"),
      django('STATICFILES_DIRS = []\n'),
      { 'settings.py': "INSTALLED_APPS = []\nSTATICFILES_DIRS = '/srv/assets'\n" },
      django("STATICFILES_DIRS = '/srv/assets'\nSTATICFILES_FINDERS = ['django.contrib.staticfiles.finders.AppDirectoriesFinder']\n"),
    ],
    undecided: [django('from elsewhere import folders\nSTATICFILES_DIRS = folders()\n')],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const searched = searchesFinderDirs(settings);
    if (searched === 'no' || settings.sets('STATICFILES_DIRS') === 'no') return;
    judgeShape(settings, searched, ctx);
    judgeEntries(settings, searched, ctx);
  },
});

function judgeShape(settings: SettingsFacts, searched: Answer, ctx: Context): void {
  ctx.expect(
    settings.get('STATICFILES_DIRS'),
    (dirs) => or(isList(dirs), not(searched)),
    (dirs) => ({
      message: `\`STATICFILES_DIRS\` is ${inWords(dirs)}, not a list: ${isIterable(dirs) ? 'Django takes each part of it for a folder' : 'looking for static files ends in a TypeError'}.`,
      subject: 'STATICFILES_DIRS',
      // Django cannot even build the finder that would report what cannot be looped over.
      django: isIterable(dirs) ? ['staticfiles.E001'] : [],
    }),
  );
}

function isList(dirs: Data | undefined): Answer {
  if (dirs === undefined) return 'yes';
  if (typeof dirs === 'object' && dirs !== null && 'kind' in dirs) {
    if (dirs.kind === 'list' || dirs.kind === 'tuple') return 'yes';
    return ['set', 'dict', 'bytes', 'path'].includes(dirs.kind) ? 'no' : 'maybe';
  }
  return 'no';
}

function isIterable(dirs: Data | undefined): boolean {
  if (typeof dirs === 'string') return true;
  return typeof dirs === 'object' && dirs !== null && 'kind' in dirs && ['set', 'dict', 'bytes'].includes(dirs.kind);
}

function inWords(dirs: Data | undefined): string {
  if (typeof dirs === 'string') return 'a text';
  if (typeof dirs === 'object' && dirs !== null && 'kind' in dirs) return dirs.kind === 'path' ? 'a path' : `a ${dirs.kind}`;
  return dirs === null ? 'None' : `a ${typeof dirs}`;
}

/** A list within the list is taken for a pair of prefix and folder. */
function judgeEntries(settings: SettingsFacts, searched: Answer, ctx: Context): void {
  const dirs = settings.get('STATICFILES_DIRS');
  if (dirs.kind !== 'known' || !isSequence(dirs.value)) return;
  for (const item of dirs.value.items) {
    const length = bindValue(item, ({ value, origin }) =>
      known(isSequence(value) && value.kind !== 'set' && value.complete ? value.items.length : 2, origin),
    );
    if (length.kind !== 'known') continue;
    ctx.expect(
      length,
      (count) => or(answer(count === 2), not(and(searched))),
      () => ({
        message:
          'An entry of `STATICFILES_DIRS` is itself a list, which Django takes for a pair of prefix and folder: collectstatic ends in a ValueError.',
        subject: 'STATICFILES_DIRS',
        django: [],
      }),
    );
  }
}
