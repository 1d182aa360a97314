import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { pathText } from '../shared/storage/static.ts';
import { cachesOf, FILE_BASED, isFileBased } from '../shared/stores/caches.ts';
import { answer, not, or } from '../shared/values/answer.ts';

const file = (location: string) => `CACHES = {'default': {'BACKEND': '${FILE_BASED}', 'LOCATION': ${location}}}`;

export default defineRule({
  id: 'cache/file-cache-location-relative',
  title: 'File cache has a relative path',
  severity: 'warning',
  topic: 7,
  since: '0.1.0',
  why: 'The folder depends on where a process is started: the server, a worker and a management command each have a cache of their own.',
  fix: 'Make it absolute: "LOCATION": BASE_DIR / "cache", or a folder such as /var/tmp/django_cache.',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/topics/cache/#filesystem-caching'],
  cwe: ['CWE-706'],
  django: ['caches.W003'],
  examples: {
    bad: [
      { 'settings.py': `${file("'cache'")} # !\n` },
      { 'settings.py': `import os\n${file("os.path.join('var', 'cache')")} # !\n` },
      { 'settings.py': `${file("''")} # !\n` },
      {
        'settings.py': `CACHES = {'default': {'BACKEND': 'caching.Compressed', 'LOCATION': 'cache'}} # !\n`,
        'caching.py': 'from django.core.cache.backends.filebased import FileBasedCache\n\nclass Compressed(FileBasedCache):\n    pass\n',
      },
    ],
    good: [
      { 'settings.py': `${file("'/var/tmp/django_cache'")}\n` },
      { 'settings.py': `from pathlib import Path\n\nBASE_DIR = Path(__file__).resolve().parent\n${file("BASE_DIR / 'cache'")}\n` },
      { 'settings.py': "CACHES = {'default': {'BACKEND': 'django.core.cache.backends.db.DatabaseCache', 'LOCATION': 'cache_table'}}\n" },
    ],
    undecided: [{ 'settings.py': `from elsewhere import folder\n\n${file('folder()')}\n` }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    for (const cache of cachesOf(settings)) {
      ctx.expectAll(
        [cache.get('LOCATION'), cache.get('BACKEND')],
        (location, backend) => or(isAbsolute(location), not(isFileBased(backend, { settings, repository }))),
        ([location]) => ({
          message: `\`LOCATION\` of \`${cache.subject}\` is the relative path \`${pathText(location) ?? ''}\`: where its files lie depends on where a process is started.`,
          subject: cache.subject,
        }),
      );
    }
  },
});

/** Without a location the check that Django runs itself ends in an error, and so does the start; an empty one is the folder of the process. */
function isAbsolute(location: Data | undefined): Answer {
  if (location === '') return 'no';
  const path = pathText(location);
  if (path === null) return location === undefined ? 'yes' : 'maybe';
  return answer(path.startsWith('/') || path.startsWith('<ROOT>'));
}
