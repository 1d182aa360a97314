import { defineRule, type Process, type RepositoryFacts } from '../../src/rule.ts';
import { sourceImage } from '../shared/processes/image-reference.ts';
import { startScripts } from '../shared/processes/start-scripts.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';
import { hasWord } from '../shared/values/words.ts';

const files = django();
const user = (line: string) => DOCKERFILE.replace('CMD', `${line}\nCMD`);

export default defineRule({
  id: 'container/runs-as-root',
  title: 'Application container runs as root',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Whoever gets into the application owns everything in the container, can change its code, and is root in the kernel when a flaw or a mount lets him out.',
  fix: 'Create a user in the image, give it the folders that the application writes to, and end with `USER app`.',
  autofix: 'unsafe',
  links: ['https://docs.docker.com/build/building/best-practices/#user', 'https://gunicorn.org/guides/docker/'],
  cwe: ['CWE-250'],
  examples: {
    bad: [
      { ...files, Dockerfile: DOCKERFILE.replace('slim', 'slim # !') },
      { ...files, Dockerfile: user('USER root # !').replace('USER root # !', 'RUN useradd app\nUSER app\nUSER root # !') },
      // The stage that is shipped decides.
      { ...files, Dockerfile: `FROM python:3.12 AS build\nUSER nobody\n${DOCKERFILE.replace('slim', 'slim # !')}` },
      // One finding, however many services start it.
      {
        ...files,
        Dockerfile: DOCKERFILE.replace('slim', 'slim # !'),
        'docker-compose.yml': 'services:\n  web:\n    build: .\n  worker:\n    build: .\n    command: celery -A mysite worker\n',
      },
    ],
    good: [
      { ...files, Dockerfile: user('USER app') },
      { ...files, Dockerfile: user('USER 1000:1000') },
      { ...files, Dockerfile: DOCKERFILE, 'docker-compose.yml': 'services:\n  web:\n    build: .\n    user: "1000"\n' },
      { ...files, Dockerfile: DOCKERFILE.replace('CMD [', 'ENTRYPOINT ["gosu", "app"]\nCMD [') },
      {
        ...files,
        'entrypoint.sh': '#!/bin/sh\nchown -R app /data\nexec su-exec app "$@"\n',
        Dockerfile: DOCKERFILE.replace('CMD [', 'ENTRYPOINT ["/app/entrypoint.sh"]\nCMD ['),
      },
      { ...files, Dockerfile: DOCKERFILE.replace('"--workers", "3"', '"--workers", "3", "--user", "www-data"') },
      // Heroku runs every image as a user of its own.
      { ...files, Dockerfile: DOCKERFILE, 'heroku.yml': 'build:\n  docker:\n    web: Dockerfile\n' },
      // Development only.
      { ...files, Dockerfile: user('USER app'), 'Dockerfile.dev': DOCKERFILE },
    ],
    undecided: [{ ...files, Dockerfile: DOCKERFILE.replace('python:3.12-slim', 'example/python-base:4') }],
  },
  needs: ['processes', 'repository'],
  check({ processes, repository }, ctx) {
    const told = new Set<string>();
    for (const process of processes) {
      const build = process.image?.build ?? null;
      if (build === null || process.settings === null || (process.server === null && process.taskQueue === null)) continue;
      const at = build.userAt ?? sourceImage(process.image)?.at ?? build.at;
      if (process.user.kind !== 'known') {
        ctx.undecided('Which user the base image runs as is not known.', at);
        continue;
      }
      if (
        !isRoot(process.user.value) ||
        (build.user.kind === 'known' && !isRoot(build.user.value)) ||
        told.has(build.dockerfile) ||
        stepsDown(process, repository)
      )
        continue;
      told.add(build.dockerfile);
      ctx.report({
        at,
        message:
          build.userAt === null
            ? 'No `USER` is set: the application runs as root.'
            : 'The last `USER` is root: the application runs as root.',
        subject: build.dockerfile,
        related: process.at.file === build.dockerfile ? [] : [{ at: process.at, message: `\`${process.name}\` is started from it` }],
      });
    }
  },
});

function isRoot(user: string): boolean {
  return /^(root|0)(:.*)?$/.test(user.trim());
}

const TOOLS =
  /\b(gosu|su-exec|setpriv|runuser|chpst|s6-setuidgid|setuidgid)\b|\bsu\s+(-\w+\s+)*[\w$"{]|\bchroot\s+--userspec|\bsudo\s+-\w*u/;

/** The server changes its user itself, or a script on the way to it does. */
function stepsDown(process: Process, repository: Pick<RepositoryFacts, 'files' | 'read'>): boolean {
  if (hasWord(process.command, '--user', '-u', '--uid', '--drop-privileges') !== 'no') return true;
  if (process.server?.software === 'uwsgi' || process.server?.configFile != null) {
    const text = process.server.configFile === null ? '' : (repository.read(process.server.configFile) ?? '');
    if (/^\s*(user|uid)\s*=/m.test(text)) return true;
  }
  return [...startScripts([process], repository)].some((file) => TOOLS.test(repository.read(file) ?? ''));
}
