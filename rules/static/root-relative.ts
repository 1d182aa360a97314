import { defineRule, type Process } from '../../src/rule.ts';
import { isRelativePath } from '../shared/storage/finder-dirs.ts';
import { isLocalStorage, pathSetting, storageBackend, usesStaticFiles } from '../shared/storage/static.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const ROOTS = [
  { name: 'STATIC_ROOT', alias: 'staticfiles', what: 'collectstatic may write where nothing serves' },
  { name: 'MEDIA_ROOT', alias: 'default', what: 'each process may keep its uploads somewhere else' },
] as const;
const APP = "INSTALLED_APPS = ['django.contrib.staticfiles']\n";

export default defineRule({
  id: 'static/root-relative',
  title: 'STATIC_ROOT or MEDIA_ROOT is a relative path',
  severity: 'warning',
  topic: 4,
  since: '0.1.0',
  why: 'The folder depends on the working directory of each process: collected files and uploads land where nobody looks for them, as soon as one process starts elsewhere.',
  fix: 'Build the path from BASE_DIR: STATIC_ROOT = BASE_DIR / "staticfiles".',
  autofix: 'safe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#static-root',
    'https://docs.djangoproject.com/en/stable/ref/settings/#media-root',
  ],
  examples: {
    bad: [
      { 'settings.py': `${APP}STATIC_ROOT = 'staticfiles' # !\nMEDIA_ROOT = './media/' # !\n` },
      { 'settings.py': `from pathlib import Path\n\n${APP}MEDIA_ROOT = Path('media') # !\n` },
      { ...django("MEDIA_ROOT = 'media' # !\n"), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose() },
    ],
    good: [
      { 'settings.py': `from pathlib import Path\n\n${APP}STATIC_ROOT = Path(__file__).parent / 'static'\nMEDIA_ROOT = '/srv/media'\n` },
      { 'settings.py': `${APP}STATIC_ROOT = None\nMEDIA_ROOT = ''\n` },
      { 'settings.py': "STATIC_ROOT = 'staticfiles'\nINSTALLED_APPS = []\n" },
      {
        'settings.py': `${APP}MEDIA_ROOT = 'media'\nSTORAGES = {'default': {'BACKEND': 'storages.backends.s3.S3Storage'}, 'staticfiles': {'BACKEND': 'storages.backends.s3.S3Storage'}}\n`,
        'requirements.txt': 'Django==5.2.8\n',
      },
    ],
    undecided: [{ 'settings.py': `from elsewhere import folder\n\n${APP}MEDIA_ROOT = folder()\n` }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    for (const { name, alias, what } of ROOTS) {
      const used = alias === 'default' ? 'yes' : usesStaticFiles(settings);
      if (settings.sets(name) === 'no' || used === 'no') continue;
      ctx.expectAll(
        [pathSetting(settings, name), storageBackend(settings, alias)] as const,
        (path, backend) => or(answer(path === null || !isRelativePath(path)), not(isLocalStorage(backend)), not(used)),
        ([path]) => ({
          message: `\`${name}\` is the relative path \`${path ?? ''}\`: it follows the working directory of each process, so ${what}.`,
          subject: name,
          ...(cover(settings.processes) ?? {}),
        }),
      );
    }
  },
});

/** All processes are known to start in one folder: then the path is the same for all of them, today. */
function cover(processes: readonly Process[]): { severity: 'note'; because: string } | null {
  const folders = new Set(processes.map(({ workdir }) => (workdir.kind === 'known' ? workdir.value : null)));
  const [folder] = folders;
  if (folders.size !== 1 || folder === undefined || folder === null || !folder.startsWith('/')) return null;
  return { severity: 'note', because: `every process of this deployment starts in \`${folder}\`` };
}
