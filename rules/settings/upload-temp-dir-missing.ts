import { type Context, casesOf, defineRule, type Process, type RepositoryFacts, type SettingsFacts } from '../../src/rule.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { exists } from '../shared/storage/folders.ts';
import { pathText } from '../shared/storage/static.ts';
import { DOCKERFILE, django, unit } from '../shared/values/examples.ts';
import { isAtLeast } from '../shared/values/release.ts';

const folder = "FILE_UPLOAD_TEMP_DIR = '/srv/uploads/tmp'";

export default defineRule({
  id: 'settings/upload-temp-dir-missing',
  title: 'FILE_UPLOAD_TEMP_DIR does not exist',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: 'Django writes files above 2.5 MB there while they arrive: each such upload ends in an error.',
  fix: 'Make the folder in the image or on the machine, or drop the setting: the default is the folder of the system.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#file-upload-temp-dir'],
  cwe: ['CWE-755'],
  django: ['files.E001'],
  cross: true,
  examples: {
    bad: [
      { ...django(`${folder} # !\n`), Dockerfile: DOCKERFILE },
      { ...django(`${folder} # !\n`), 'mysite.service': unit() },
    ],
    good: [
      { ...django(`${folder}\n`), Dockerfile: DOCKERFILE.replace('COPY', 'RUN mkdir -p /srv/uploads/tmp\nCOPY') },
      { ...django("FILE_UPLOAD_TEMP_DIR = '/tmp'\n"), Dockerfile: DOCKERFILE },
      { ...django('FILE_UPLOAD_TEMP_DIR = None\n'), Dockerfile: DOCKERFILE },
      {
        ...django(`${folder}\n`),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': 'services:\n  web:\n    build: .\n    volumes:\n      - uploads:/srv/uploads\nvolumes:\n  uploads:\n',
      },
      { ...django(`import os\n\n${folder}\nos.makedirs(FILE_UPLOAD_TEMP_DIR, exist_ok=True)\n`), Dockerfile: DOCKERFILE },
    ],
    undecided: [
      { ...django(`${folder}\n`), Dockerfile: DOCKERFILE.replace('python:3.12-slim', 'registry.example.com/base:1') },
      { ...django('from elsewhere import place\n\nFILE_UPLOAD_TEMP_DIR = place()\n'), Dockerfile: DOCKERFILE },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (settings.sets('FILE_UPLOAD_TEMP_DIR') === 'no' || !servesVisitors(settings)) return;
    for (const process of settings.processes) judge(process, settings, repository, ctx);
  },
});

function judge(process: Process, settings: SettingsFacts, repository: RepositoryFacts, ctx: Context): void {
  const value = settings.get('FILE_UPLOAD_TEMP_DIR');
  if (casesOf(value).every(({ then }) => then.kind === 'known' && !then.value)) return;
  ctx.expect(
    value,
    (setting) => {
      if (setting === undefined || setting === null || setting === '') return 'yes';
      const path = pathText(setting);
      if (path === null) return 'maybe';
      const own = path.startsWith('<ROOT>/') ? path.slice('<ROOT>/'.length) : null;
      const there = own === null ? path : process.paths.runtimePath(path);
      return there === null || !there.startsWith('/') ? 'maybe' : exists(there.replace(/\/+$/, ''), process, settings, repository, own);
    },
    (setting) => ({
      message: `Nothing creates \`${pathText(setting)}\` for \`${process.name}\`: uploads above 2.5 MB end in an error.`,
      subject: 'FILE_UPLOAD_TEMP_DIR',
      related: [{ at: process.at, message: `\`${process.name}\` runs here` }],
      ...(isAtLeast(settings.django, '4.0') === 'no' ? { django: [] } : {}),
      ...(process.host === 'machine' ? { severity: 'warning', because: 'somebody may have made the folder by hand on the machine' } : {}),
    }),
  );
}
