import { defineRule, type RepositoryFacts } from '../../src/rule.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';
import { escaped } from '../shared/values/text.ts';

const WEB = '    env_file: web.env\n    environment:\n      SITE_TITLE: ${SITE_NAME}';
const FILES = {
  ...django(),
  Dockerfile: DOCKERFILE,
  '.env': 'OTHER=1\n',
  'web.env': 'SITE_NAME=library\n',
  'docker-compose.yml': compose({ web: `${WEB}\n` }),
};

export default defineRule({
  id: 'environment/env-file-not-interpolated',
  title: 'env_file values expected in ${...} interpolation',
  severity: 'warning',
  topic: 1,
  since: '0.1.0',
  why: 'An env_file feeds the container only: Compose itself looks into `.env` and the shell, finds nothing and puts an empty text there.',
  fix: 'Put the variable into .env, or name the file with `docker compose --env-file`.',
  autofix: 'none',
  links: [
    'https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/',
    'https://docs.docker.com/reference/compose-file/services/#env_file',
  ],
  cwe: ['CWE-1188'],
  cross: true,
  replaces: ['environment/interpolated-variable-missing'],
  examples: {
    bad: [
      { ...FILES, 'docker-compose.yml': compose({ web: `${WEB} # !\n` }) },
      {
        ...FILES,
        'docker-compose.yml': compose({
          web: '    env_file: web.env\n',
          services: '  db:\n    image: postgres:16\n    environment:\n      POSTGRES_DB: ${SITE_NAME} # !\n',
        }),
      },
    ],
    good: [
      { ...FILES, '.env': 'SITE_NAME=library\n' },
      { ...FILES, 'docker-compose.yml': compose({ web: WEB.replace('SITE_NAME}', 'SITE_NAME:-library}\n') }) },
      { ...FILES, 'docker-compose.yml': compose({ web: WEB.replace('$', () => '$$').concat('\n') }) },
      { ...FILES, 'web.env': 'OTHER=1\n' },
    ],
    undecided: [
      { ...FILES, Makefile: 'deploy:\n\tdocker compose --env-file web.env up -d\n' },
      Object.fromEntries(Object.entries(FILES).filter(([path]) => path !== '.env')),
    ],
  },

  needs: ['compose', 'repository'],
  check({ compose: { substitutions, envFiles }, repository }, ctx) {
    const holders = new Map<string, string>();
    for (const { path } of envFiles) for (const { key } of repository.assignments(path, 'compose')) holders.set(key, path);
    const told = new Set<string>();
    for (const { name, operator, given, at, feeds } of substitutions) {
      const holder = holders.get(name);
      if (operator !== null || given === 'yes' || holder === undefined || told.has(name)) continue;
      told.add(name);
      if (given === 'maybe' || isHandedOver(holder, name, repository)) {
        ctx.undecided(`\`${name}\` may be given where compose is called.`, at);
        continue;
      }
      ctx.report({
        at,
        message: `\`${name}\` stands in \`${holder}\`, which only the container gets: Compose puts an empty text into ${feeds}.`,
        subject: name,
      });
    }
  },
});

/** A script, pipeline or instruction names the file on a command line, or the variable: either may reach compose. */
function isHandedOver(holder: string, name: string, { files, read }: RepositoryFacts): boolean {
  const base = escaped(holder.slice(holder.lastIndexOf('/') + 1));
  const handed = new RegExp(`--env-file|(source|\\.|cp|ln|export|cat)\\s[^\\n]*${base}|^\\s*(export\\s+)?${name}=`, 'm');
  const candidates = files.filter((file) =>
    /\.(sh|bash|mk|md|rst|service)$|(^|\/)(Makefile|makefile|justfile|Taskfile\.ya?ml|fabfile\.py|tasks\.py|package\.json|Jenkinsfile)$|^\.github\/workflows\/|^\.gitlab-ci\.yml$/.test(
      file,
    ),
  );
  return candidates.some((file) => handed.test(read(file) ?? ''));
}
