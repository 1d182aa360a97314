import { defineRule } from '../../src/rule.ts';
import { anyItem, isSequence } from '../shared/values/data.ts';
import { django } from '../shared/values/examples.ts';
import { isAtLeast } from '../shared/values/release.ts';

const APPS = "ROOT_URLCONF = 'mysite.urls'\nINSTALLED_APPS = ['django.contrib.contenttypes', 'books']";
const project = (models: string, { release = '6.0.1', apps = APPS } = {}) => ({
  ...django(),
  'mysite/settings.py': `${apps} # !\n`,
  'requirements.txt': `Django==${release}\n`,
  'books/__init__.py': '',
  'books/models.py': models,
});
const quiet = (files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([file, text]) => [file, text.replaceAll(' # !', '')]));
const ARRAY =
  'from django.contrib.postgres.fields import ArrayField\nfrom django.db import models\n\n\nclass Book(models.Model):\n    tags = ArrayField(models.TextField())\n';
const UNACCENT = 'from books.models import Book\n\n\ndef find(text):\n    return Book.objects.filter(title__unaccent=text)\n';

export default defineRule({
  id: 'dependencies/postgres-app-missing',
  title: 'django.contrib.postgres used but not installed',
  severity: 'error',
  topic: 3,
  since: '0.1.0',
  why: 'From 6.0 on Django refuses such fields, indexes and constraints without the app (postgres.E005), so `migrate` stops; before, lookups such as `unaccent` and the types of hstore are not registered.',
  fix: "Add `'django.contrib.postgres'` to INSTALLED_APPS.",
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/contrib/postgres/'],
  django: ['postgres.E005'],
  cross: true,
  examples: {
    bad: [
      project(ARRAY),
      project(
        'from django.contrib.postgres.indexes import GinIndex\nfrom django.db import models\n\n\nclass Book(models.Model):\n    class Meta:\n        indexes = [GinIndex(fields=["tags"])]\n',
      ),
      { ...project('', { release: '5.2.8' }), 'books/search.py': UNACCENT },
    ],
    good: [
      quiet(project(ARRAY, { apps: APPS.replace("'books'", "'books', 'django.contrib.postgres'") })),
      quiet(project(ARRAY, { release: '5.2.8' })),
      quiet(project('from django.contrib.postgres.aggregates import ArrayAgg\n')),
      quiet(project('')),
    ],
    undecided: [
      quiet(project(ARRAY, { apps: "from elsewhere import more\nROOT_URLCONF = 'mysite.urls'\nINSTALLED_APPS = ['books'] + more()" })),
    ],
  },
  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const since6 = isAtLeast(settings.django, '6.0');
    const used = repository.codeMentions(since6 === 'yes' ? CHECKED : LOOKUPS).items.filter(({ file }) => !/(^|\/)migrations\//.test(file));
    const [first] = used;
    if (first === undefined || since6 === 'maybe') return;
    ctx.expect(
      settings.get('INSTALLED_APPS'),
      (apps) =>
        isSequence(apps) ? anyItem(apps, (app) => typeof app === 'string' && /^django\.contrib\.postgres(\.|$)/.test(app)) : 'maybe',
      () => ({
        message:
          since6 === 'yes'
            ? 'Fields or indexes of `django.contrib.postgres` are used, and the app is not installed: Django stops with postgres.E005.'
            : 'A lookup of `django.contrib.postgres` is used, and the app that registers it is not installed.',
        subject: 'INSTALLED_APPS',
        related: [{ at: first, message: 'it is used here' }],
        django: since6 === 'yes' ? ['postgres.E005'] : [],
        ...(since6 === 'yes' ? {} : { severity: 'note', because: 'before Django 6.0 only the lookup fails, not the start' }),
      }),
    );
  },
});

/** What checks for the app since Django 6.0 (CheckPostgresInstalledMixin). */
const CHECKED =
  /^\s*from django\.contrib\.postgres\.(fields|indexes|constraints)(\.\w+)? import\b(?!\s+\(?\s*(CI\w+|JSONField)\s*\)?\s*$)|^\s*from django\.contrib\.postgres\.search import [^\n]*\b(SearchVectorField|SearchQueryField)\b/m;
/** Lookups that nothing but the app registers. */
const LOOKUPS = /\w__(unaccent|trigram_similar|trigram_word_similar|trigram_strict_word_similar)(__\w+)?\s*=/;
