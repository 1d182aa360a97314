import { defineRule, type EnvironmentRead, placeOf, type SettingsFacts, type Span } from '../../src/rule.ts';
import { isNear, isUsed, readsUnnamed } from '../shared/secrets/variable-use.ts';
import { compose, DOCKERFILE, django, unit } from '../shared/values/examples.ts';

const READS = "import os\n\nALLOWED_HOSTS = os.environ.get('ALLOWED_HOSTS', '').split(',')\n";

function web(line: string, settings = READS): Record<string, string> {
  return { ...django(settings), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose({ web: `    environment:\n      ${line}\n` }) };
}

export default defineRule({
  id: 'environment/variable-never-read',
  title: 'Variable provided but never read, probably misspelt',
  severity: 'warning',
  topic: 1,
  since: '0.1.0',
  why: 'The deployment believes that it has configured something, while the settings use their default.',
  fix: 'Give it the name that the settings read, or remove it.',
  autofix: 'none',
  links: ['https://12factor.net/config'],
  cwe: ['CWE-1188'],
  cross: true,
  replaces: ['environment/required-variable-missing'],
  examples: {
    bad: [
      web('ALLOWED_HOST: example.com # !'),
      web('DJANGO_ALLOWED_HOSTS: example.com # !'),
      web('HOSTS_ALLOWED: example.com # !'),
      web('ALOWED_HOSTS: example.com # !'),
      {
        ...django(READS),
        Dockerfile: DOCKERFILE.replace('WORKDIR', 'ENV ALLOWEDHOSTS=example.com # !\nWORKDIR'),
        'docker-compose.yml': compose(),
      },
      { ...django(READS), 'deploy/mysite.service': unit('Environment=ALLOWED_HOST=example.com # !') },
      {
        ...django("import os\n\nSITE_TITLE = os.environ['SITE_TITLE']\n"),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose({ web: '    env_file: web.env\n' }),
        'web.env': 'SITE_TITEL=library # !\n',
      },
    ],
    good: [
      web('ALLOWED_HOSTS: example.com'),
      // Nothing that is read is near: then it may be for somebody else.
      web('SHELF_COLOUR: green'),
      web('ALLOWED_HOST: example.com', `${READS}HOST = os.environ.get('ALLOWED_HOST')\n`),
      { ...web('ALLOWED_HOST: example.com'), 'start.sh': 'echo "$ALLOWED_HOST"\n' },
      web('DB_HOST: db', "import os\n\nPORT = os.environ.get('DB_PORT', '5432')\n"),
      {
        ...django(READS),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose({ web: '    environment:\n      ALLOWED_HOST: a\n      ALLOWED_HOSTS: b\n' }),
      },
    ],
    undecided: [
      web('ALLOWED_HOST: example.com', `${READS}for name in os.environ.keys():\n    globals().setdefault(name, os.environ[name])\n`),
    ],
  },

  needs: ['evaluations', 'processes', 'repository'],
  check({ evaluations, processes, repository }, ctx) {
    const told = new Set<string>();
    for (const settings of evaluations) {
      const unmet = unmetReads(settings);
      for (const [name, at] of unmet.length === 0 ? [] : givenTo(settings)) {
        const read = unmet.find((one) => isNear(one.name, name));
        if (read === undefined || told.has(name) || isUsed(name, repository, evaluations)) continue;
        // One env file may serve other containers, which read what they like.
        const shared = processes.some((one) => one.settings === null && one.environment.variables.has(name));
        if (shared) continue;
        told.add(name);
        if (readsUnnamed(repository) || settings.evaluated.complete !== true) {
          ctx.undecided(`Something reads variables whose names are computed; \`${name}\` may be one.`, at);
          continue;
        }
        ctx.report({
          at,
          message: `Nothing reads \`${name}\`; the settings read \`${read.name}\`, which nothing gives.`,
          subject: read.name,
          related: [{ at: read.at, message: `\`${read.name}\` is read here` }],
          ...(read.required ? { severity: 'error' } : {}),
        });
      }
    }
  },
});

/** Reads that found nothing. */
function unmetReads({ reads }: SettingsFacts): readonly EnvironmentRead[] {
  return reads.filter(({ provided }) => provided === false);
}

/** What files of the repository give the processes of an evaluation. */
function givenTo({ processes }: SettingsFacts): readonly (readonly [string, Span])[] {
  return processes.flatMap(({ environment }) =>
    [...environment.variables].flatMap(([name, value]) => {
      const origin = value.kind === 'conditional' ? undefined : value.origin;
      const at = origin === undefined ? undefined : placeOf(origin);
      return at === undefined || !/^[A-Z]\w{3,}$/i.test(name) ? [] : [[name, at] as const];
    }),
  );
}
