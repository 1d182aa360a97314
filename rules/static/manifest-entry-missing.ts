import { type Data, defineRule, type RepositoryFacts, type SettingsFacts } from '../../src/rule.ts';
import { isBuiltName } from '../shared/storage/built-files.ts';
import { storageBackend, usesStaticFiles } from '../shared/storage/static.ts';
import { type StaticName, staticNames } from '../shared/storage/static-names.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { isSequence, textsIn, truth } from '../shared/values/data.ts';
import { django } from '../shared/values/examples.ts';

const HASHED =
  "DEBUG = False\nSTORAGES = {'default': {'BACKEND': 'django.core.files.storage.FileSystemStorage'}, 'staticfiles': {'BACKEND': 'django.contrib.staticfiles.storage.ManifestStaticFilesStorage'}}\n";
const page = (...names: readonly string[]) => ({
  'mysite/templates/page.html': `{% load static %}\n${names.map((name) => `<img src="{% static '${name}' %}">`).join('\n')}\n`,
});
const project = (settings: string, ...names: readonly string[]) => ({
  ...django(settings),
  ...page(...names),
  'mysite/static/img/logo.svg': '<svg/>\n',
});
const marked = (files: Record<string, string>, name: string) => ({
  ...files,
  'mysite/templates/page.html': (files['mysite/templates/page.html'] ?? '').replace(`${name}' %}">`, `${name}' %}"> # !`),
});

/** Findings of one project: a list of all names would hide the first. */
const MOST = 20;

export default defineRule({
  id: 'static/manifest-entry-missing',
  title: 'Template refers to a static file that does not exist',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: 'A manifest storage raises a ValueError for a name that collectstatic has not seen: with DEBUG off the page answers 500, although it works in development.',
  fix: 'Add the file or mend the name.',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/contrib/staticfiles/#django.contrib.staticfiles.storage.ManifestStaticFilesStorage.manifest_strict',
  ],
  cross: true,
  examples: {
    bad: [
      marked(project(HASHED, 'img/logo.svg', 'img/lgo.svg'), 'img/lgo.svg'),
      marked(
        {
          ...project(
            "DEBUG = False\nSTATICFILES_STORAGE = 'whitenoise.storage.CompressedManifestStaticFilesStorage'\n",
            'img/icon.svg#top',
          ),
          'requirements.txt': 'Django==4.2.20\n',
        },
        'img/icon.svg#top',
      ),
    ],
    good: [
      project(HASHED, 'img/logo.svg', 'admin/img/search.svg', 'other/img/x.svg'),
      project('DEBUG = False\n', 'img/lgo.svg'),
      project(`${HASHED}`.replace('False', 'True'), 'img/lgo.svg'),
      { ...project(HASHED), 'mysite/templates/page.html': "{# {% static 'img/lgo.svg' %} #}{% static name %}{% static 'img/'|add:x %}\n" },
      {
        ...project(
          "DEBUG = False\nWHITENOISE_MANIFEST_STRICT = False\nSTATICFILES_STORAGE = 'whitenoise.storage.CompressedManifestStaticFilesStorage'\n",
          'img/lgo.svg',
        ),
        'requirements.txt': 'Django==4.2.20\n',
      },
    ],
    undecided: [
      { ...project(HASHED, 'css/site.css'), 'mysite/static/css/site.scss': 'a {}\n', 'mysite/static/css/print.css': 'a {}\n' },
      { ...project(HASHED, 'img/lgo.svg'), '.gitignore': '*/img/lgo.svg\n' },
      project(`${HASHED}from elsewhere import finders\nSTATICFILES_FINDERS = finders()\n`, 'img/lgo.svg'),
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (usesStaticFiles(settings) !== 'yes') return;
    const backend = storageBackend(settings, 'staticfiles');
    if (backend.kind === 'known' && isStrict(backend.value, settings) === 'no') return;
    const missing = missingNames(settings, repository);
    const found = missing.filter(({ name }) => !isBuiltName(name, repository) && hasPlainFinders(settings));
    if (found.length < missing.length) {
      const [open] = missing.filter((one) => !found.includes(one));
      if (open !== undefined) ctx.undecided(`Whether something makes \`${open.name}\` is not known.`, open.at);
    }
    for (const { name, at } of found.slice(0, MOST)) {
      ctx.expectAll(
        [backend, settings.get('DEBUG')] as const,
        (storage, debug) => or(truth(debug), not(isStrict(storage, settings))),
        () => ({
          at,
          message: `\`${name}\` is in no static folder: with the manifest storage this page answers 500.`,
          subject: name,
          related: [
            {
              at: settings.placeOf(settings.sets('STORAGES') === 'no' ? 'STATICFILES_STORAGE' : 'STORAGES'),
              message: 'the storage that wants every name in its manifest',
            },
          ],
        }),
      );
    }
  },
});

/** A storage that raises for a name that is not in its manifest. */
function isStrict(backend: Data | undefined, settings: SettingsFacts) {
  if (typeof backend !== 'string') return 'maybe';
  if (backend === 'django.contrib.staticfiles.storage.ManifestStaticFilesStorage') return 'yes';
  if (backend !== 'whitenoise.storage.CompressedManifestStaticFilesStorage') return /^(django|whitenoise)\./.test(backend) ? 'no' : 'maybe';
  const strict = settings.get('WHITENOISE_MANIFEST_STRICT');
  if (strict.kind !== 'known') return 'maybe';
  return answer(strict.value === undefined || strict.value === null || truth(strict.value) === 'yes');
}

/** Files are looked for in folders alone, so that what is there is known. */
function hasPlainFinders(settings: SettingsFacts): boolean {
  const finders = settings.get('STATICFILES_FINDERS');
  if (finders.kind !== 'known' || !isSequence(finders.value) || !finders.value.complete) return false;
  const names = textsIn(finders.value);
  return (
    names.length === finders.value.items.length &&
    names.every((name) => /^django\.contrib\.staticfiles\.finders\.(FileSystem|AppDirectories)Finder$/.test(name))
  );
}

/** Names whose folder is the project's own, while no file of the repository ends in them. Files of installed packages are not known. */
function missingNames(settings: SettingsFacts, repository: Pick<RepositoryFacts, 'files' | 'read'>): readonly StaticName[] {
  const { files, read } = repository;
  const inside = settings.project.root === '' ? '' : `${settings.project.root}/`;
  const templates = files.filter(
    (file) =>
      file.startsWith(inside) &&
      /(^|\/)templates\/.*\.html$/.test(file) &&
      !/(^|\/)(tests?|docs?|examples?|node_modules)\/|\{\{/.test(file),
  );
  const folders = new Set(files.filter((file) => /(^|\/)(static|assets)\//.test(file)).flatMap(foldersBelowStatic));
  const seen = new Set<string>();
  return templates
    .flatMap((file) => staticNames(file, read(file) ?? ''))
    .filter(({ name }) => {
      const folder = name.slice(0, Math.max(name.lastIndexOf('/'), 0));
      if (seen.has(name) || folder === '' || !folders.has(folder) || belongsToPackage(name, settings, files)) return false;
      seen.add(name);
      return !files.some((file) => file.endsWith(`/${name}`));
    });
}

/** "a/static/css/x.css" holds the folder "css" below its static folder. */
function foldersBelowStatic(file: string): readonly string[] {
  return [...file.matchAll(/(?:^|\/)(?:static|assets)\//g)].flatMap(({ index, 0: { length } }) => {
    const rest = file.slice(index + length);
    const folder = rest.slice(0, Math.max(rest.lastIndexOf('/'), 0));
    return folder === '' ? [] : [folder];
  });
}

/** The first part of the name is that of an installed app that is not in the repository: its package may bring the file. */
function belongsToPackage(name: string, settings: SettingsFacts, files: readonly string[]): boolean {
  const apps = settings.get('INSTALLED_APPS');
  if (apps.kind !== 'known' || !isSequence(apps.value) || !apps.value.complete) return true;
  const first = name.slice(0, name.indexOf('/')).toLowerCase().replaceAll(/[-_]/g, '');
  const isOwn = (app: string) =>
    settings.project.importRoots.some((root) => {
      const folder = [...(root === '' ? [] : [root]), ...app.split('.').slice(0, 1)].join('/');
      return files.some((file) => file.startsWith(`${folder}/`) || file === `${folder}.py`);
    });
  return textsIn(apps.value).some((app) => app.toLowerCase().replaceAll('_', '').includes(first) && !isOwn(app));
}
