import { type Context, defineRule, type Report } from '../../src/rule.ts';
import { folderOf, isDevice, type LogFile, serverLogFiles, settingsLogFiles } from '../shared/logs/log-files.ts';
import { exists } from '../shared/storage/folders.ts';
import { DOCKERFILE, django, unit } from '../shared/values/examples.ts';

function logging(mark: string): string {
  return `LOGGING = {\n    'version': 1,\n    'disable_existing_loggers': False,\n    'handlers': {\n        'file': {\n            'class': 'logging.FileHandler',\n            'filename': '/var/log/mysite/app.log',${mark}\n        },\n    },\n    'root': {'handlers': ['file']},\n}\n`;
}

/** The same, with a file beside the code. */
function beside(mark: string, more = ''): string {
  const file = `BASE_DIR / 'logs/app.log',${mark}`;
  return `from pathlib import Path\n\nBASE_DIR = Path(__file__).resolve().parent.parent\n${more}${logging('').replace("'/var/log/mysite/app.log',", file)}`;
}

export default defineRule({
  id: 'logging/log-directory-missing',
  title: 'Log file directory missing or not writable in production',
  severity: 'error',
  topic: 8,
  since: '0.1.0',
  why: 'Opening a log file in a folder that does not exist raises an error while Django or the server starts: the process does not come up.',
  fix: 'Log to stdout, or create the folder: RUN mkdir in the image, LogsDirectory= in the unit, or a mounted volume.',
  autofix: 'unsafe',
  links: [
    'https://docs.python.org/3/library/logging.handlers.html#filehandler',
    'https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#RuntimeDirectory=',
  ],
  cwe: ['CWE-755'],
  cross: true,
  examples: {
    bad: [
      { ...django(logging(' # !')), Dockerfile: DOCKERFILE },
      { ...django(), 'start.sh': '#!/bin/sh\nexec gunicorn mysite.wsgi --access-logfile /var/log/gunicorn/access.log # !\n' },
      { ...django(logging(' # !')), 'mysite.service': unit() },
      { ...django(beside(' # !')), Dockerfile: DOCKERFILE },
      { ...django(beside(' # !')), 'mysite.service': unit() },
    ],
    good: [
      { ...django(logging('').replace('/var/log/mysite/', '/app/logs/')), Dockerfile: DOCKERFILE, 'logs/.gitkeep': '' },
      { ...django(logging('')), Dockerfile: DOCKERFILE.replace('COPY', 'RUN mkdir -p /var/log/mysite\nCOPY') },
      { ...django(logging('')), 'mysite.service': unit('LogsDirectory=mysite') },
      {
        ...django(logging('')),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': 'services:\n  web:\n    build: .\n    volumes:\n      - logs:/var/log/mysite\nvolumes:\n  logs:\n',
      },
      { ...django(`import os\n\nos.makedirs('/var/log/mysite', exist_ok=True)\n${logging('')}`), Dockerfile: DOCKERFILE },
      { ...django(logging('').replace('/var/log/mysite/app.log', '/dev/stdout')), Dockerfile: DOCKERFILE },
      { ...django(beside('')), Dockerfile: DOCKERFILE.replace('CMD', 'RUN mkdir -p logs/old\nCMD') },
      { ...django(beside('')), Dockerfile: DOCKERFILE, 'logs/.gitkeep': '' },
      { ...django(beside('')), 'mysite.service': unit(), 'logs/.gitignore': '*\n' },
      { ...django(beside('', "(BASE_DIR / 'logs').mkdir(exist_ok=True)\n")), Dockerfile: DOCKERFILE },
      { ...django(beside('').replace('logs/app.log', 'app.log')), Dockerfile: DOCKERFILE },
    ],
    undecided: [{ ...django(logging('')), Dockerfile: DOCKERFILE.replace('python:3.12-slim', 'registry.example.com/base:1') }],
  },

  needs: ['processes', 'evaluations', 'repository'],
  check({ processes, evaluations, repository }, ctx) {
    const files = [...evaluations.flatMap(settingsLogFiles), ...serverLogFiles(processes)];
    const told = new Set<string>();
    for (const file of files) {
      if (!file.path.startsWith('/') || isDevice(file.path)) continue;
      const found = exists(folderOf(file.path), file.process, file.settings, repository, file.ownFolder);
      const key = `${found} ${file.handler === null} ${folderOf(file.path)} ${file.process.host}`;
      if (found === 'yes' || told.has(key)) continue;
      told.add(key);
      judge(file, found === 'maybe', ctx);
    }
  },
});

function judge(file: LogFile, open: boolean, ctx: Context): void {
  if (open) {
    ctx.undecided(`Whether the folder \`${folderOf(file.path)}\` exists is not known.`, file.at);
    return;
  }
  const { process, handler, settings } = file;
  const presumed = settings?.presumed ?? null;
  const who = handler === null ? 'the server does not start' : 'loading the settings ends in an error';
  ctx.report({
    at: file.at,
    message: `Nothing creates \`${folderOf(file.path)}\` for \`${process.name}\`, and \`${file.path}\` cannot be opened there: ${who}.`,
    subject: file.path,
    related: [{ at: process.at, message: `\`${process.name}\` runs here` }, ...(presumed === null ? [] : [presumed])],
    ...severity(file),
  });
}

function severity({ handler, ownFolder, process }: LogFile): Pick<Report, 'severity' | 'because'> {
  if (handler?.delayed === true) return { severity: 'note', because: 'the handler opens the file only at the first record' };
  if (process.host === 'machine') return { severity: 'warning', because: 'somebody may have made the folder by hand on the machine' };
  if (ownFolder !== null) return { severity: 'warning', because: 'a folder made by hand in the checkout is copied along' };
  return {};
}
