import { type Answer, type Data, defineRule, type Process, type SettingsFacts } from '../../src/rule.ts';
import { pathText } from '../shared/storage/static.ts';
import { cachesOf, FILE_BASED, isFileBased } from '../shared/stores/caches.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { anyItem, isSequence } from '../shared/values/data.ts';

const BASE = 'from pathlib import Path\n\nBASE_DIR = Path(__file__).resolve().parent\n';
const file = (location: string) => `CACHES = {'default': {'BACKEND': '${FILE_BASED}', 'LOCATION': ${location}}}`;

export default defineRule({
  id: 'cache/file-cache-publicly-served',
  title: 'File cache inside a served directory',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'What is cached can be downloaded, and whoever can put a file there, by an upload for instance, has it unpickled: that executes code.',
  fix: 'Move LOCATION out of MEDIA_ROOT, STATIC_ROOT and STATICFILES_DIRS.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/topics/cache/#filesystem-caching',
    'https://docs.djangoproject.com/en/stable/ref/checks/#caches',
  ],
  cwe: ['CWE-552', 'CWE-502'],
  django: ['caches.W002'],
  examples: {
    bad: [
      { 'settings.py': `${BASE}MEDIA_ROOT = BASE_DIR / 'media'\n${file("BASE_DIR / 'media' / 'cache'")} # !\n` },
      { 'settings.py': `STATIC_ROOT = '/srv/app/static/'\n${file("'/srv/app'")} # !\n` },
      { 'settings.py': `STATICFILES_DIRS = [('site', '/srv/app/assets')]\n${file("'/srv/app/assets'")} # !\n` },
      { 'settings.py': `MEDIA_ROOT = 'media'\n${file("'media/cache'")} # !\n` },
    ],
    good: [
      { 'settings.py': `${BASE}MEDIA_ROOT = BASE_DIR / 'media'\n${file("BASE_DIR / 'cache'")}\n` },
      { 'settings.py': `MEDIA_ROOT = '/srv/media'\n${file("'/srv/media-cache'")}\n` },
      { 'settings.py': `MEDIA_ROOT = ''\n${file("'/srv/cache'")}\n` },
      {
        'settings.py':
          "MEDIA_ROOT = '/srv'\nCACHES = {'default': {'BACKEND': 'django.core.cache.backends.db.DatabaseCache', 'LOCATION': '/srv/x'}}\n",
      },
    ],
    undecided: [
      { 'settings.py': `from elsewhere import folder\n\nMEDIA_ROOT = folder()\n${file("'/srv/cache'")}\n` },
      { 'settings.py': `MEDIA_ROOT = 'media'\n${file("'/srv/media/cache'")}\n` },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    for (const cache of cachesOf(settings)) {
      ctx.expectAll(
        [
          cache.get('LOCATION'),
          cache.get('BACKEND'),
          settings.get('MEDIA_ROOT'),
          settings.get('STATIC_ROOT'),
          settings.get('STATICFILES_DIRS'),
        ],
        (location, backend, media, collected, sources) =>
          or(
            not(isFileBased(backend, { settings, repository })),
            not(
              or(
                overlaps(location, media, settings),
                overlaps(location, collected, settings),
                anyItem(sources, (one) => overlaps(location, folderIn(one), settings)),
              ),
            ),
          ),
        ([location, , media, collected]) => {
          const name =
            overlaps(location, media, settings) === 'yes'
              ? 'MEDIA_ROOT'
              : overlaps(location, collected, settings) === 'yes'
                ? 'STATIC_ROOT'
                : 'STATICFILES_DIRS';
          return {
            message: `The files of \`${cache.subject}\` lie together with those of \`${name}\`, which are served: what is cached can be downloaded.`,
            subject: cache.subject,
            related: [{ at: settings.placeOf(name), message: `\`${name}\` is set here` }],
          };
        },
      );
    }
  },
});

/** An entry of STATICFILES_DIRS: a folder, or a pair of a prefix and a folder. */
function folderIn(entry: Data): Data | undefined {
  if (!isSequence(entry)) return entry;
  const [, folder] = entry.items;
  return folder?.kind === 'known' ? folder.value : entry;
}

/** Whether one is the other or lies in it. Of a relative and an absolute path it is not known. */
function overlaps(location: Data | undefined, root: Data | undefined, { processes }: SettingsFacts): Answer {
  if (root === undefined || root === null || root === '') return 'no';
  const [process] = processes;
  const mixed = isInRepository(location) !== isInRepository(root) && process !== undefined;
  const one = partsOf(mixed ? seenBy(process, location) : location);
  const other = partsOf(mixed ? seenBy(process, root) : root);
  if (one === null || other === null || one[0] !== other[0]) return 'maybe';
  const shared = Math.min(one.length, other.length);
  return answer(one.slice(0, shared).every((part, index) => part === other[index]));
}

function isInRepository(data: Data | undefined): boolean {
  return pathText(data)?.startsWith('<ROOT>') === true;
}

/** A path of the repository where a process finds it: `<ROOT>/media` is `/app/media` in its container. */
function seenBy({ paths }: Process, data: Data | undefined): Data | undefined {
  const path = pathText(data);
  return path !== null && isInRepository(data) ? (paths.runtimePath(path) ?? data) : data;
}

/** The parts of a path after what it starts from (the system's root, the repository, the working directory); null when it cannot be told. */
function partsOf(data: Data | undefined): readonly string[] | null {
  const path = pathText(data);
  if (path === null) return null;
  const start = path.startsWith('/') ? '/' : path.startsWith('<ROOT>') ? '<ROOT>' : '.';
  const parts: string[] = [];
  for (const part of path.slice(start === '.' ? 0 : start.length).split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined && start !== '/') return null;
  }
  return [start, ...parts];
}
