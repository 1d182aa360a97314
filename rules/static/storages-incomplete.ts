import { type Answer, type Context, type Data, defineRule, type RepositoryFacts, type SettingsFacts } from '../../src/rule.ts';
import { usesStaticFiles } from '../shared/storage/static.ts';
import { and } from '../shared/values/answer.ts';
import { isMapping } from '../shared/values/data.ts';
import { django } from '../shared/values/examples.ts';
import { isAtLeast } from '../shared/values/release.ts';

const DEFAULT = "'default': {'BACKEND': 'django.core.files.storage.FileSystemStorage'}";
const STATICFILES = "'staticfiles': {'BACKEND': 'django.contrib.staticfiles.storage.ManifestStaticFilesStorage'}";
const model = { 'mysite/models.py': 'from django.db import models\n\nclass Note(models.Model):\n    file = models.FileField()\n' };
const on = (release: string) => ({ 'requirements.txt': `Django==${release}\n` });

/** What makes the project open the default storage. */
const UPLOADS =
  /\bmodels\.(File|Image)Field\b|\b(default_storage|DefaultStorage|Filer(File|Image)Field|VersatileImageField|ThumbnailerImageField)\b/;

export default defineRule({
  id: 'static/storages-incomplete',
  title: 'STORAGES lacks default or staticfiles',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: 'The setting replaces Django\'s own dict and is not merged with it: without "staticfiles" every page with {% static %} fails, without "default" every upload does, and no check of Django reports the latter.',
  fix: 'Define both keys.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#storages'],
  django: ['staticfiles.E005'],
  examples: {
    bad: [
      django(`STORAGES = {${DEFAULT}} # !\n`),
      { ...django(`STORAGES = {${DEFAULT}} # !\n`), ...on('4.2.20') },
      { ...django(`STORAGES = {${STATICFILES}} # !\n`), ...model },
      django(`STORAGES = {${STATICFILES}} # !\n`),
    ],
    good: [
      django(`STORAGES = {${DEFAULT}, ${STATICFILES}}\n`),
      { ...django(`STORAGES = {${DEFAULT}}\n`), ...on('3.2.25') },
      { 'settings.py': `INSTALLED_APPS = []\nSTORAGES = {${DEFAULT}}\n`, ...on('5.2.8') },
      django(`STORAGES = {${DEFAULT}}\nSTORAGES['staticfiles'] = {'BACKEND': 'whitenoise.storage.CompressedManifestStaticFilesStorage'}\n`),
      django(),
    ],
    undecided: [
      django(`from elsewhere import more\n\nSTORAGES = {${DEFAULT}, **more()}\n`),
      { ...django(`STORAGES = {${DEFAULT}}\n`), 'requirements.txt': 'Django>=3.2\n' },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const read = isAtLeast(settings.django, '4.2');
    if (settings.sets('STORAGES') === 'no' || read === 'no') return;
    judge('staticfiles', { settings, applies: and(read, usesStaticFiles(settings)) }, ctx);
    judge('default', { settings, applies: read, uploads: usesUploads(repository) }, ctx);
  },
});

function usesUploads(repository: Pick<RepositoryFacts, 'codeMentions'>): boolean {
  const found = repository.codeMentions(UPLOADS);
  return found.items.length > 0 || found.complete !== true;
}

interface Facts {
  readonly settings: SettingsFacts;
  readonly applies: Answer;
  readonly uploads?: boolean;
}

function judge(alias: 'staticfiles' | 'default', { settings, applies, uploads }: Facts, ctx: Context): void {
  if (applies === 'no') return;
  const reported = isAtLeast(settings.django, '5.0') === 'yes' ? ['staticfiles.E005'] : [];
  ctx.expect(
    settings.get('STORAGES'),
    (storages) => {
      const lacks = lacksKey(storages, alias);
      return lacks === 'no' ? 'yes' : and(lacks, applies) === 'yes' ? 'no' : 'maybe';
    },
    () => ({
      message:
        alias === 'staticfiles'
          ? "`STORAGES` has no 'staticfiles': every use of `{% static %}` fails."
          : "`STORAGES` has no 'default': every upload fails.",
      subject: `STORAGES.${alias}`,
      django: alias === 'staticfiles' ? reported : [],
      ...(uploads === false ? { severity: 'note' as const, because: 'the code of this project opens no file of that storage' } : {}),
    }),
  );
}

function lacksKey(storages: Data | undefined, key: string): Answer {
  if (!isMapping(storages)) return 'maybe';
  if (storages.entries.some((entry) => entry.key === key)) return 'no';
  return storages.complete && storages.entries.every((entry) => typeof entry.key === 'string') ? 'yes' : 'maybe';
}
