import { defineRule, type Process, placeOf, type Span } from '../../src/rule.ts';
import { folderOf, isDevice, isSentToOutput, type LogFile, serverLogFiles } from '../shared/logs/log-files.ts';
import { exists } from '../shared/storage/folders.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';
import { optionIn } from '../shared/values/words.ts';

const COMPOSE = 'services:\n  web:\n    build: .\n';

function image(option: string): string {
  return DOCKERFILE.replace('COPY . .', 'RUN mkdir -p /var/log/mysite\nCOPY . .').replace(
    '"--workers", "3"]',
    `"--workers", "3"${option}]`,
  );
}

function project(option: string, more = ''): Record<string, string> {
  return { ...django(), Dockerfile: image(option), 'docker-compose.yml': `${COMPOSE}${more}` };
}

const CELERY = { 'mysite/celery.py': "from celery import Celery\n\napp = Celery('mysite')\n" };
const FILE = ', "--access-logfile", "/var/log/mysite/access.log"';

export default defineRule({
  id: 'logging/server-log-file-in-container',
  title: 'Server logs to a file inside the container layer',
  severity: 'note',
  topic: 8,
  since: '0.1.0',
  why: 'The log is lost when the container is recreated, `docker logs` does not show it, and it grows in the layer without end.',
  fix: 'Log to `-`, which is the output of the container.',
  autofix: 'safe',
  links: ['https://docs.gunicorn.org/en/stable/settings.html#accesslog', 'https://docs.docker.com/engine/logging/configure/'],
  cwe: ['CWE-778'],
  examples: {
    bad: [
      {
        ...project(''),
        'docker-compose.yml': `${COMPOSE}    command: gunicorn mysite.wsgi --error-logfile /var/log/mysite/error.log # !\n`,
      },
      {
        ...project(''),
        ...CELERY,
        'docker-compose.yml': `${COMPOSE}  worker:\n    build: .\n    command: celery -A mysite worker --logfile=/var/log/mysite/celery.log # !\n`,
      },
    ],
    good: [
      project(', "--access-logfile", "-"'),
      project(', "--access-logfile", "/dev/stdout"'),
      project(FILE, '    volumes: ["logs:/var/log/mysite"]\nvolumes:\n  logs:\n'),
      project(''),
      {
        ...project(FILE),
        Dockerfile: image(FILE).replace('/var/log/mysite\n', '/var/log/mysite && ln -sf /dev/stdout /var/log/mysite/access.log\n'),
      },
    ],
    undecided: [{ ...django(), Dockerfile: image(FILE) }],
  },

  needs: ['processes', 'repository', 'deployment'],
  check({ processes, repository, deployment }, ctx) {
    if (deployment.alternative) return;
    const told = new Set<string>();
    for (const file of [...serverLogFiles(processes), ...processes.flatMap(taskLogFiles)]) {
      const { path, process, at } = file;
      if (process.host !== 'container' || isDevice(path) || isSentToOutput(file) || told.has(path)) continue;
      const place = process.paths.locate(path);
      if (place.in === 'volume' || exists(folderOf(path), process, null, repository, null) === 'no') continue;
      told.add(path);
      if (place.in !== 'container') {
        ctx.undecided(`Whether \`${path}\` lies on a volume is not known.`, at);
        continue;
      }
      ctx.report({
        at,
        message: `\`${process.name}\` logs to \`${path}\` inside its container: the file is lost with it, and the container's own log shows nothing.`,
        subject: path,
        related: [{ at: process.at, message: `\`${process.name}\` runs here, without a volume there` }],
      });
    }
  },
});

/** `celery … --logfile=PATH`; `%n` and the like stand for the node. */
function taskLogFiles(process: Process): readonly LogFile[] {
  if (process.taskQueue?.software !== 'celery') return [];
  const option = optionIn(process.command, '-f', '--logfile');
  if (option === null || option.kind !== 'known' || !option.value.startsWith('/')) return [];
  const at: Span = placeOf(option.origin) ?? process.commandAt;
  return [{ process, path: option.value, ownFolder: null, at, handler: null, settings: null }];
}
