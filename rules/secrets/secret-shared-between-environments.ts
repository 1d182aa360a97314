import { defineRule, isSecretName, type Process, placeOf, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { isEnvExample, isEnvFile, isForTests } from '../shared/secrets/env-files.ts';
import { looksReal } from '../shared/secrets/secret-value.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const KEY = 'k7v2m9x4q8w1z5c3b6n0p-f7d2s9a4g8h1j5l3r6t0y-u7i2o9e4';
const OTHER = 'Zt7Qm4Xw9Lr2Vb6Nc8Kd1Hs5Jf3-Zt7Qm4Xw9Lr2Vb6Nc8Kd1Hs5Jf3';
const FILES = {
  ...django("import os\n\nSECRET_KEY = os.environ['SECRET_KEY']\n"),
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': compose({ web: '    env_file: .env.production\n' }),
};

export default defineRule({
  id: 'secrets/secret-shared-between-environments',
  title: 'Same secret in several environments',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Who gets at the key of staging, of a pipeline or of one developer’s machine has that of production.',
  fix: 'Give each environment a value of its own.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#secret-key', 'https://12factor.net/config'],
  cwe: ['CWE-1391'],
  cross: true,
  examples: {
    bad: [
      { ...FILES, '.env.production': `SECRET_KEY=${KEY}\n`, '.env.staging': `SECRET_KEY=${KEY} # !\n` },
      { ...FILES, '.env.production': `DB_PASSWORD=fS8pQ2vLw0Xk\n`, '.env.local': `DB_PASSWORD='fS8pQ2vLw0Xk' # !\n` },
      {
        ...FILES,
        '.env.production': `SECRET_KEY=${KEY}\n`,
        '.github/workflows/test.yml': `on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    env:\n      SECRET_KEY: ${KEY} # !\n    steps:\n      - run: python manage.py test\n`,
      },
    ],
    good: [
      { ...FILES, '.env.production': `SECRET_KEY=${KEY}\n`, '.env.staging': `SECRET_KEY=${OTHER}\n` },
      { ...FILES, '.env.production': 'DB_PASSWORD=changeme\n', '.env.local': 'DB_PASSWORD=changeme\n' },
      { ...FILES, '.env.production': `MAIL_HOST=${KEY}\n`, '.env.local': `MAIL_HOST=${KEY}\n` },
      // The rule about published keys speaks of an example.
      { ...FILES, '.env.production': `SECRET_KEY=${KEY}\n`, '.env.example': `SECRET_KEY=${KEY}\n` },
    ],
  },

  needs: ['processes', 'repository'],
  check({ processes, repository }, ctx) {
    const secrets = new Map(processes.flatMap(secretsOf));
    if (secrets.size === 0) return;
    const told = new Set<string>();
    for (const { key, text, at } of [...inFiles(repository), ...inPipelines(repository)]) {
      const own = secrets.get(text);
      if (own === undefined || own.at.file === at.file || told.has(`${at.file} ${key}`)) continue;
      told.add(`${at.file} ${key}`);
      ctx.report({
        at,
        message: `\`${key}\` has the value here that production uses${own.key === key ? '' : ` as \`${own.key}\``}.`,
        subject: `${at.file} ${key}`,
        related: [{ at: own.at, message: 'production takes it from here' }],
      });
    }
  },
});

interface Place {
  readonly key: string;
  readonly at: Span;
}

function isKept(key: string): boolean {
  return isSecretName(key) && /SECRET_KEY$|PASS|PWD|SIGNING/i.test(key);
}

function secretsOf({ environment, settings }: Process): readonly (readonly [string, Place])[] {
  if (settings === null) return [];
  return [...environment.variables].flatMap(([key, value]) => {
    const at = value.kind === 'known' ? placeOf(value.origin) : undefined;
    if (value.kind !== 'known' || at === undefined || !isKept(key) || value.value.length < 8 || !looksReal(value.value)) return [];
    return [[value.value, { key, at }] as const];
  });
}

/** Env files named for staging, tests or development; production's own are none. */
function inFiles({ files, assignments }: RepositoryFacts): readonly (Place & { readonly text: string })[] {
  return files.flatMap((file) => {
    if (!isEnvFile(file) || isEnvExample(file) || !(isForTests(file) || /stag(e|ing)/i.test(file))) return [];
    return assignments(file, 'python-dotenv').flatMap(({ key, value, valueAt }) =>
      value === null || !isKept(key) ? [] : [{ key, text: value.reveal(), at: valueAt }],
    );
  });
}

function inPipelines({ model }: RepositoryFacts): readonly (Place & { readonly text: string })[] {
  return model.pipelines.flatMap(({ jobs }) =>
    jobs.flatMap(({ steps }) =>
      steps.flatMap(({ variables }) =>
        [...variables].flatMap(([key, value]) => {
          const at = value.kind === 'known' ? placeOf(value.origin) : undefined;
          return value.kind !== 'known' || at === undefined || !isKept(key) ? [] : [{ key, text: value.value, at }];
        }),
      ),
    ),
  );
}
