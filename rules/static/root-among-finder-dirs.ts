import { defineRule } from '../../src/rule.ts';
import { finderDirs, hasUnknownEntry, samePath, searchesFinderDirs } from '../shared/storage/finder-dirs.ts';
import { pathSetting } from '../shared/storage/static.ts';
import { not, or } from '../shared/values/answer.ts';
import { django } from '../shared/values/examples.ts';

const BASE = 'from pathlib import Path\n\nBASE_DIR = Path(__file__).resolve().parent.parent\n';

export default defineRule({
  id: 'static/root-among-finder-dirs',
  title: 'STATIC_ROOT is also a source directory',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: 'collectstatic would copy its own output over its sources, so Django refuses the pair: every management command that runs the system checks stops.',
  fix: 'Let collectstatic write to a folder of its own, such as BASE_DIR / "staticfiles".',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#static-root'],
  django: ['staticfiles.E002'],
  examples: {
    bad: [
      django(`${BASE}STATIC_ROOT = BASE_DIR / 'static'\nSTATICFILES_DIRS = [BASE_DIR / 'static'] # !\n`),
      django(`${BASE}STATIC_ROOT = str(BASE_DIR) + '/static/'\nSTATICFILES_DIRS = [('docs', BASE_DIR / 'mysite' / '..' / 'static')] # !\n`),
      django("STATIC_ROOT = 'static'\nSTATICFILES_DIRS = ['./static/'] # !\n"),
    ],
    good: [
      django(`${BASE}STATIC_ROOT = BASE_DIR / 'staticfiles'\nSTATICFILES_DIRS = [BASE_DIR / 'static']\n`),
      django(`${BASE}STATICFILES_DIRS = [BASE_DIR / 'static']\n`),
      { 'settings.py': "INSTALLED_APPS = []\nSTATIC_ROOT = '/srv/static'\nSTATICFILES_DIRS = ['/srv/static']\n" },
    ],
    undecided: [
      django(`${BASE}STATIC_ROOT = 'static'\nSTATICFILES_DIRS = [BASE_DIR / 'static']\n`),
      django("from elsewhere import folder\nSTATIC_ROOT = '/srv/static'\nSTATICFILES_DIRS = [folder()]\n"),
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const searched = searchesFinderDirs(settings);
    const dirs = settings.get('STATICFILES_DIRS');
    const root = pathSetting(settings, 'STATIC_ROOT');
    if (searched === 'no' || (root.kind === 'known' && root.value === null)) return;
    if (hasUnknownEntry(dirs)) ctx.undecided('An entry of `STATICFILES_DIRS` is not known.', settings.placeOf('STATICFILES_DIRS'));
    for (const { path, origin } of finderDirs(dirs)) {
      if (path === null) continue;
      ctx.expect(
        root,
        (folder) => or(not(folder === null ? 'no' : samePath(folder, path)), not(searched)),
        (_folder, decided) => ({
          at: origin,
          message:
            '`STATIC_ROOT` is also an entry of `STATICFILES_DIRS`: Django refuses it, since collectstatic would copy its own output.',
          subject: 'STATIC_ROOT',
          related: [{ at: decided, message: '`STATIC_ROOT` is set here' }],
        }),
      );
    }
  },
});
