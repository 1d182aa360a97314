import { defineRule, type EnvironmentRead, type RepositoryFacts, type SettingsFacts } from '../../src/rule.ts';
import { isEnvExample } from '../shared/secrets/env-files.ts';
import { isKnownToTools, isUsed, readsUnnamed } from '../shared/secrets/variable-use.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const READS = "import os\n\nSECRET_KEY = os.environ['SECRET_KEY']\nSITE_NAME = os.environ.get('SITE_NAME', '')\n";

function example(text: string, settings = READS): Record<string, string> {
  return { ...django(settings), Dockerfile: DOCKERFILE, '.env.example': text };
}

export default defineRule({
  id: 'environment/example-file-drift',
  title: 'Example env file and settings disagree',
  severity: 'note',
  topic: 1,
  since: '0.1.0',
  why: 'Whoever sets the site up from the example misses a variable and gets a crash, or sets one that has no effect.',
  fix: 'Add the missing names to the example and remove those that nothing reads.',
  autofix: 'unsafe',
  links: ['https://12factor.net/config'],
  cross: true,
  examples: {
    bad: [example('SITE_NAME=library # !\n'), example('SECRET_KEY=\nSITE_NAME=library\nSHELF_COLOUR=green # !\n')],
    good: [
      example('SECRET_KEY=\nSITE_NAME=library\n'),
      example('# SECRET_KEY=\nSITE_NAME=library\n'),
      example('SECRET_KEY=\nPOSTGRES_PASSWORD=\nTZ=UTC\n'),
      {
        ...example('SECRET_KEY=\nIMAGE_TAG=1\n'),
        'docker-compose.yml': compose({ services: '  cache:\n    image: redis:${IMAGE_TAG}\n' }),
      },
      { ...example('SECRET_KEY=\nSHELF_COLOUR=green\n'), 'mysite/views.py': "import os\n\nCOLOUR = os.environ.get('SHELF_COLOUR')\n" },
      example('SECRET_KEY=\nTIME_ZONE=UTC\n', `${READS}TIME_ZONE = 'UTC'\n`),
      // Only where another variable is given.
      example('SECRET_KEY=\nSITE_NAME=\n', `${READS}if os.environ.get('CDN_TOKEN'):\n    CDN_ZONE = os.environ['CDN_ZONE']\n`),
      { ...example('SECRET_KEY=\nSITE_NAME=\n'), 'frontend/package.json': '{}\n', 'frontend/.env.example': 'API_BASE=\n' },
      { ...example('SECRET_KEY=\nAPI_BASE=\n'), 'frontend/src/api.ts': 'const base = process.env.API_BASE;\n' },
      {
        ...example('SECRET_KEY=\nGRAPH_TITLE=a\n'),
        'docker-compose.yml': compose({ web: '    env_file: .env\n', services: '  graphs:\n    image: graphs:1\n    env_file: .env\n' }),
      },
      // The deployment gives it elsewhere.
      { ...example('SITE_NAME=\n'), 'docker-compose.yml': compose({ web: '    environment:\n      SECRET_KEY: k7v2m9x4q8w1\n' }) },
    ],
    undecided: [example('SECRET_KEY=\nSHELF_COLOUR=green\n', `${READS}ALL = dict(os.environ)\n`)],
  },

  needs: ['evaluations', 'repository'],
  check({ evaluations, repository }, ctx) {
    const examples = repository.files.filter(
      (file) => isEnvExample(file) && !/(^|\/)(tests?|docs?|node_modules|vendor)\//.test(file) && !isForOther(file, repository),
    );
    const [first, ...others] = examples;
    if (first === undefined || evaluations.length === 0) return;
    const keys = examples.flatMap((file) => repository.assignments(file, 'python-dotenv').map((one) => ({ ...one, file })));
    if (keys.length === 0) return;
    // Of several examples each may be for a process of its own.
    const missing = others.length > 0 ? [] : missingIn(first, evaluations, repository);
    const [{ keyAt: top }] = [keys[0] ?? { keyAt: { file: first, start: 0, end: 0 } }];
    if (missing.length > 0) {
      const names = missing.map((name) => `\`${name}\``).join(', ');
      ctx.report({
        at: top,
        message: `The settings do not load without ${names}, which \`${first}\` does not name.`,
        subject: `${first} missing`,
      });
    }
    // A setting of that name which is written out instead has a rule of its own.
    const dead = keys.filter(({ key }) => !evaluations.some(({ names }) => names.includes(key)) && !isUsed(key, repository, evaluations));
    const [one] = dead;
    if (one === undefined) return;
    if (readsUnnamed(repository) || evaluations.some(({ evaluated }) => evaluated.complete !== true)) {
      ctx.undecided('Something reads variables whose names are computed.', one.keyAt);
      return;
    }
    const names = [...new Set(dead.map(({ key }) => `\`${key}\``))];
    const listed = names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ');
    ctx.report({
      at: one.keyAt,
      message: `Nothing in the repository reads ${listed}, which the example names.`,
      subject: `${one.file} dead`,
    });
  },
});

/** An example that stands beside a program of another kind is for that one. */
function isForOther(file: string, { files }: RepositoryFacts): boolean {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  return folder !== '' && files.includes(`${folder}package.json`) && !files.includes(`${folder}manage.py`);
}

/** A statement of the module itself: what stands in a block or behind a condition may never be reached. */
function isUnconditional({ at }: EnvironmentRead, { read }: RepositoryFacts): boolean {
  const text = read(at.file) ?? '';
  const line = text.slice(text.lastIndexOf('\n', at.start - 1) + 1, at.start);
  return /^[A-Za-z_]/.test(line) && !/\b(if|and|or|while|for|with)\b/.test(line);
}

/** Required by settings of production, given by nothing that is in view, and not even named in a comment. */
function missingIn(file: string, evaluations: readonly SettingsFacts[], repository: RepositoryFacts): readonly string[] {
  if (/(^|[/._-])(local|dev|devel|development|tests?|docker|compose)(?=$|[/._-])/i.test(file)) return [];
  const text = repository.read(file) ?? '';
  const wanted = evaluations.flatMap(({ reads }) =>
    reads.filter((one) => one.required && one.provided === null && isUnconditional(one, repository)).map(({ name }) => name),
  );
  return [...new Set(wanted)].filter((name) => !isKnownToTools(name) && !new RegExp(`\\b${name}\\b`).test(text));
}
