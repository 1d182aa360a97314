import { type Answer, defineRule, known, type RepositoryFacts, type SettingsFacts } from '../../src/rule.ts';
import { mayBeBuilt } from '../shared/storage/built-files.ts';
import { finderDirs, hasUnknownEntry, normalPath, searchesFinderDirs } from '../shared/storage/finder-dirs.ts';
import { and, not } from '../shared/values/answer.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';
import { isAtLeast } from '../shared/values/release.ts';

const BASE = 'from pathlib import Path\n\nBASE_DIR = Path(__file__).resolve().parent.parent\n';
const project = (line = "STATICFILES_DIRS = [BASE_DIR / 'assets']") => django(`${BASE}${line}\n`);
const OLD = { 'requirements.txt': 'Django==3.2.25\n' };

export default defineRule({
  id: 'static/finder-dir-missing',
  title: 'STATICFILES_DIRS names a directory that does not exist',
  severity: 'warning',
  topic: 4,
  since: '0.1.0',
  why: 'The files that were meant to lie there are in no release: pages come without them. Up to Django 3.2 collectstatic stops altogether.',
  fix: 'Create or copy the directory, or drop the entry.',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#staticfiles-dirs',
    'https://docs.djangoproject.com/en/stable/ref/checks/#staticfiles',
  ],
  django: ['staticfiles.W004'],
  cross: true,
  examples: {
    bad: [
      project("STATICFILES_DIRS = [BASE_DIR / 'assets'] # !"),
      { ...project("STATICFILES_DIRS = [('docs', BASE_DIR / 'assets')] # !"), ...OLD },
      { ...project("STATICFILES_DIRS = [BASE_DIR / 'assets'] # !"), Dockerfile: DOCKERFILE },
    ],
    good: [
      { ...project(), 'assets/site.css': 'a {}\n' },
      project("STATICFILES_DIRS = ['/srv/assets']"),
      project(
        "STATICFILES_DIRS = [BASE_DIR / 'assets']\nSTATICFILES_FINDERS = ['django.contrib.staticfiles.finders.AppDirectoriesFinder']",
      ),
    ],
    undecided: [
      project("STATICFILES_DIRS = [BASE_DIR / 'frontend' / 'dist']"),
      { ...project(), '.gitignore': 'assets/\n' },
      { ...project(), 'package.json': '{"scripts": {"build": "sass scss assets/css"}}\n' },
      {
        ...project(),
        Dockerfile: `FROM node:22 AS web\nRUN npm run build\n${DOCKERFILE.replace('CMD', 'COPY --from=web /web/out /app/assets\nCMD')}`,
      },
      { ...project(), 'deploy.sh': 'mkdir -p assets\n' },
      project("ASSETS = BASE_DIR / 'assets'\nASSETS.mkdir(exist_ok=True)\nSTATICFILES_DIRS = [ASSETS]"),
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const searched = searchesFinderDirs(settings);
    const dirs = settings.get('STATICFILES_DIRS');
    if (searched === 'no' || settings.sets('STATICFILES_DIRS') === 'no') return;
    if (hasUnknownEntry(dirs)) ctx.undecided('An entry of `STATICFILES_DIRS` is not known.', settings.placeOf('STATICFILES_DIRS'));
    const old = isAtLeast(settings.django, '4.0');
    for (const { path, origin } of finderDirs(dirs)) {
      const folder = path === null ? null : folderInTree(path);
      if (folder === null) continue;
      ctx.expect(
        known(folder, origin),
        (one) => not(and(isMissing(one, settings, repository), searched)),
        (one) => ({
          message: `\`STATICFILES_DIRS\` names \`${one}\`, which is not in the repository and which nothing makes: ${old === 'no' ? 'collectstatic stops with an error' : 'whatever should lie there is not served'}.`,
          subject: `STATICFILES_DIRS ${one}`,
          django: old === 'yes' ? ['staticfiles.W004'] : [],
        }),
      );
    }
  },
});

/** The path from the root of the repository; null when it lies elsewhere, or is the root itself. */
function folderInTree(path: string): string | null {
  const clean = normalPath(path);
  return clean.startsWith('<ROOT>/') && !clean.includes('..') ? clean.slice('<ROOT>/'.length) : null;
}

function isMissing(folder: string, settings: SettingsFacts, repository: RepositoryFacts): Answer {
  if (repository.files.some((file) => file.startsWith(`${folder}/`))) return 'no';
  return mayBeBuilt(folder, settings, repository) === 'no' ? 'yes' : 'maybe';
}
