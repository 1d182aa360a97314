import { defineRule, type RepositoryFacts } from '../../src/rule.ts';
import { folderOf, isDevice, type LogFile, serverLogFiles, settingsLogFiles } from '../shared/logs/log-files.ts';
import { DOCKERFILE, django, unit } from '../shared/values/examples.ts';

function logging(mark: string, type = 'logging.FileHandler'): string {
  return `LOGGING = {\n    'version': 1,\n    'disable_existing_loggers': False,\n    'handlers': {\n        'file': {\n            'class': '${type}',\n            'filename': '/var/log/mysite/app.log',${mark}\n        },\n    },\n    'root': {'handlers': ['file']},\n}\n`;
}

export default defineRule({
  id: 'logging/log-file-never-rotated',
  title: 'Log files never rotate',
  severity: 'warning',
  topic: 8,
  since: '0.1.0',
  why: 'The file grows until the disk is full; when somebody moves it away, the process goes on writing to the old one.',
  fix: 'Log to stdout, or use logging.handlers.WatchedFileHandler together with logrotate.',
  autofix: 'unsafe',
  links: [
    'https://docs.python.org/3/library/logging.handlers.html#watchedfilehandler',
    'https://docs.gunicorn.org/en/stable/deploy.html#logging',
  ],
  cwe: ['CWE-779'],
  cross: true,
  examples: {
    bad: [
      { ...django(logging(' # !')), 'mysite.service': unit('LogsDirectory=mysite') },
      {
        ...django(logging(' # !')),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': 'services:\n  web:\n    build: .\n    volumes:\n      - logs:/var/log/mysite\nvolumes:\n  logs:\n',
      },
    ],
    good: [
      { ...django(logging('', 'logging.handlers.WatchedFileHandler')), 'mysite.service': unit('LogsDirectory=mysite') },
      {
        ...django(logging('')),
        'mysite.service': unit('LogsDirectory=mysite'),
        'deploy/logrotate.d/mysite': '/var/log/mysite/*.log {\n    weekly\n    rotate 8\n    copytruncate\n}\n',
      },
      { ...django(logging('')), Dockerfile: DOCKERFILE },
      { ...django(), 'mysite.service': unit() },
    ],
  },

  needs: ['processes', 'evaluations', 'repository', 'deployment'],
  check({ processes, evaluations, repository, deployment }, ctx) {
    const servers = deployment.alternative ? [] : serverLogFiles(processes).filter(({ process }) => process.host === 'machine');
    const told = new Set<string>();
    for (const file of [...evaluations.flatMap(settingsLogFiles), ...servers]) {
      if (!growsWithoutEnd(file) || told.has(folderOf(file.path)) || isRotated(file.path, repository)) continue;
      told.add(folderOf(file.path));
      const presumed = file.settings?.presumed ?? null;
      ctx.report({
        at: file.at,
        message: `Nothing rotates \`${file.path}\`, so it grows until the disk is full.`,
        subject: file.path,
        related: [{ at: file.process.at, message: `\`${file.process.name}\` writes it` }, ...(presumed === null ? [] : [presumed])],
      });
    }
  },
});

/** What lies in the layers of a container ends with it. */
function growsWithoutEnd({ process, path, handler }: LogFile): boolean {
  if (!path.startsWith('/') || isDevice(path)) return false;
  if (handler !== null && handler.type !== 'logging.FileHandler') return false;
  const place = process.paths.locate(path);
  if (process.host === 'machine') return place.in !== 'volume';
  return place.in === 'volume' && place.kind !== 'tmpfs';
}

/** A logrotate file, or provisioning that writes one, which names the file or its folder. */
function isRotated(path: string, { files, read }: Pick<RepositoryFacts, 'files' | 'read'>): boolean {
  const candidates = files.filter((file) => /logrotate|newsyslog/i.test(file) || /\.(sh|ya?ml|j2|md|rst|conf)$/.test(file));
  return candidates.some((file) => {
    const text = read(file) ?? '';
    return (/logrotate/i.test(file) || /logrotate/i.test(text)) && text.includes(folderOf(path));
  });
}
