import { defineRule } from '../../src/rule.ts';
import { django } from '../shared/values/examples.ts';

export default defineRule({
  id: 'container/compose-version-key-obsolete',
  title: 'Obsolete version key',
  severity: 'note',
  topic: 9,
  since: '0.1.0',
  why: 'Compose ignores the top-level `version` and prints a warning on every command; readers take it for a choice that means something.',
  fix: 'Delete the line.',
  autofix: 'safe',
  links: ['https://docs.docker.com/reference/compose-file/version-and-name/'],
  examples: {
    bad: [
      { ...django(), 'docker-compose.yml': "version: '3.8' # !\nservices:\n  web:\n    image: app\n    command: gunicorn mysite.wsgi\n" },
    ],
    good: [
      { ...django(), 'docker-compose.yml': 'services:\n  web:\n    image: app\n    command: gunicorn mysite.wsgi\n' },
      {
        ...django(),
        'docker-compose.yml': "version: '3.8'\nservices:\n  web:\n    image: app\n    command: gunicorn mysite.wsgi\n",
        'deploy.sh': '#!/bin/sh\ndocker stack deploy -c docker-compose.yml site\n',
      },
    ],
  },
  needs: ['compose', 'repository'],
  check({ compose, repository }, ctx) {
    if (compose.version === null || usesOldCompose(repository.files, (path) => repository.read(path))) return;
    ctx.report({ at: compose.version, message: 'Compose ignores the top-level `version` key and warns about it.', subject: 'version' });
  },
});

const SCRIPT = /(^|\/)(Makefile|Jenkinsfile|.*\.(sh|bash|mk|ya?ml))$/;

/** `docker stack deploy` still asks for the key, and so does the first generation of Compose. */
function usesOldCompose(files: readonly string[], read: (path: string) => string | null): boolean {
  return files.some((file) => SCRIPT.test(file) && /docker stack deploy|docker-compose==?1\./.test(read(file) ?? ''));
}
