import { defineRule, isSecretName, type RepositoryFacts } from '../../src/rule.ts';
import { isNamedByScript } from '../shared/secrets/exported.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

/** Variables that the shell or compose itself always gives. */
const ALWAYS_THERE =
  /^(COMPOSE_\w+|DOCKER_\w+|PWD|OLDPWD|UID|GID|EUID|HOME|USER|HOSTNAME|PATH|SHELL|TERM|LANG|TZ|SSH_AUTH_SOCK|DISPLAY|XDG_\w+)$/;

function compose(image: string): string {
  return `services:\n  web:\n    build: .\n    environment:\n      SITE_NAME: ${image}`;
}

export default defineRule({
  id: 'environment/interpolated-variable-missing',
  title: 'Compose variable has no value anywhere',
  severity: 'warning',
  topic: 1,
  since: '0.1.0',
  why: 'Compose puts an empty text in its place and only warns, so the container starts with a value that nobody meant.',
  fix: 'Give the variable in the .env file beside the compose file, or write ${NAME:?message} so that compose refuses to start.',
  autofix: 'safe',
  links: ['https://docs.docker.com/reference/compose-file/interpolation/'],
  cwe: ['CWE-1188'],
  cross: true,
  examples: {
    bad: [
      { ...django(), Dockerfile: DOCKERFILE, '.env': 'OTHER=1\n', 'docker-compose.yml': compose('${SITE_NAME} # !\n') },
      { ...django(), Dockerfile: DOCKERFILE, '.env.example': 'OTHER=1\n', 'docker-compose.yml': compose('${SITE_PASSWORD} # !\n') },
    ],
    good: [
      { ...django(), Dockerfile: DOCKERFILE, '.env': 'SITE_NAME=a\n', 'docker-compose.yml': compose('${SITE_NAME}\n') },
      { ...django(), Dockerfile: DOCKERFILE, '.env': 'OTHER=1\n', 'docker-compose.yml': compose('${SITE_NAME:-a}\n') },
      { ...django(), Dockerfile: DOCKERFILE, '.env': 'OTHER=1\n', 'docker-compose.yml': compose('a$${SITE_NAME}\n') },
    ],
    undecided: [{ ...django(), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose('${SITE_NAME}\n') }],
  },

  needs: ['compose', 'repository'],
  check({ compose, repository }, ctx) {
    for (const { name, at, feeds } of compose.unsetVariables) {
      if (ALWAYS_THERE.test(name) || !/^\w+$/.test(name)) continue;
      const files = envFiles(compose.files, repository);
      const [example = ''] = files;
      if (files.length === 0 || isNamedByScript(name, repository)) {
        ctx.undecided(`\`${name}\` may be given where compose is called.`, at);
        continue;
      }
      // The file itself decides; an example of one may lag behind it.
      const isCertain = files.some((file) => /(^|\/)\.env$/.test(file));
      ctx.report({
        at,
        message: `Nothing gives \`${name}\`, ${isCertain ? '`.env`' : `\`${example}\``} included: compose puts an empty text into ${feeds}.`,
        subject: name,
        ...(isCertain && isGrave(name, feeds) ? { severity: 'error' } : {}),
      });
    }
  },
});

/** An empty password lets anyone in, and an empty image name or tag stops the start. */
function isGrave(name: string, feeds: string): boolean {
  return isSecretName(name) || isSecretName(feeds.slice(feeds.lastIndexOf('.') + 1)) || feeds.endsWith('.image');
}

/** Without an env file, or an example of one, nothing is known of what production gives. */
function envFiles(composeFiles: readonly string[], { files }: Pick<RepositoryFacts, 'files'>): readonly string[] {
  const folders = new Set([...composeFiles.map((file) => file.slice(0, file.lastIndexOf('/') + 1))]);
  return files.filter((file) => {
    const slash = file.lastIndexOf('/') + 1;
    return folders.has(file.slice(0, slash)) && /^\.?env([._-].*)?$/.test(file.slice(slash));
  });
}
