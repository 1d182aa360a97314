import { defineRule, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { isEnvExample, isRealEnvFile } from '../shared/secrets/env-files.ts';
import { compose, DOCKERFILE, django, unit } from '../shared/values/examples.ts';

const READS = "from decouple import config\n\nSECRET_KEY = config('SECRET_KEY')\n";
const ENV_FILE = compose({ web: '    env_file: .env\n' });

export default defineRule({
  id: 'secrets/env-file-not-ignored',
  title: '.env used but not git-ignored',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'One `git add .` puts the credentials of production into the repository.',
  fix: 'Add the name to .gitignore.',
  autofix: 'safe',
  links: ['https://git-scm.com/docs/gitignore', 'https://12factor.net/config'],
  cwe: ['CWE-538'],
  cross: true,
  examples: {
    bad: [
      { ...django(), Dockerfile: DOCKERFILE, 'docker-compose.yml': ENV_FILE, '.gitignore': '__pycache__/ # !\n' },
      { ...django(), 'deploy/mysite.service': unit('EnvironmentFile=/srv/mysite/.env'), '.gitignore': '*.pyc # !\n' },
      { ...django(READS), '.env.example': 'SECRET_KEY=\n', '.gitignore': '*.pyc # !\n' },
      {
        ...django(),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose({ web: '    env_file: deploy/prod.env\n' }),
        '.gitignore': '.env # !\n',
      },
    ],
    good: [
      { ...django(), Dockerfile: DOCKERFILE, 'docker-compose.yml': ENV_FILE, '.gitignore': '.env\n' },
      { ...django(), Dockerfile: DOCKERFILE, 'docker-compose.yml': ENV_FILE, '.gitignore': '.env*\n!.env.example\n' },
      // Tracked on purpose, with nothing in it that is secret.
      { ...django(), Dockerfile: DOCKERFILE, 'docker-compose.yml': ENV_FILE, '.gitignore': '*.pyc\n', '.env': 'SITE_NAME=library\n' },
      { ...django(), 'deploy/mysite.service': unit('EnvironmentFile=/etc/mysite/env'), '.gitignore': '*.pyc\n' },
      // It looks somewhere else.
      {
        ...django("from dotenv import dotenv_values\n\nVALUES = dotenv_values('/data/.env')\n"),
        '.env.example': 'SECRET_KEY=\n',
        '.gitignore': '*.pyc\n',
      },
      // Nothing says that such a file is ever there.
      { ...django(READS), '.gitignore': '*.pyc\n' },
      {
        ...django(),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose({ web: '    env_file: .env.example\n' }),
        '.gitignore': '*.pyc\n',
      },
    ],
    undecided: [{ ...django(), Dockerfile: DOCKERFILE, 'docker-compose.yml': ENV_FILE }],
  },

  needs: ['repository'],
  check({ repository }, ctx) {
    const told = new Set<string>();
    for (const { path, at } of [...deployed(repository), ...searched(repository)]) {
      const inside = !path.startsWith('/') && !path.startsWith('..') && path !== '';
      if (!inside || told.has(path) || isEnvExample(path) || repository.gitIgnores(path) || repository.tracks(path) === 'yes') continue;
      told.add(path);
      const isThere = repository.bytes(path) !== null;
      if (!repository.files.includes('.gitignore') || (isThere && repository.tracks(path) === 'maybe')) {
        ctx.undecided(`Whether git keeps \`${path}\` out is not known.`, at);
        continue;
      }
      ctx.report({
        at: { file: '.gitignore', start: 0, end: 0 },
        message: `\`${path}\` is not ignored by git, so the next \`git add .\` commits what production reads from it.`,
        subject: path,
        related: [{ at, message: 'it is read here' }],
      });
    }
  },
});

interface Used {
  readonly path: string;
  readonly at: Span;
}

/** What compose files and units name. */
function deployed({ model }: RepositoryFacts): readonly Used[] {
  return model.deployments.flatMap(({ compose: facts, processes }) => [
    ...(facts?.envFiles ?? []),
    ...(facts?.missingEnvFiles.filter(({ required }) => required) ?? []),
    ...processes.flatMap(({ unit: facts, paths }) =>
      (facts?.get('Service', 'EnvironmentFile') ?? []).flatMap(({ text, at }) => {
        const place = paths.locate(text.replace(/^-/, ''));
        return place.in === 'machine' && place.repository !== null ? [{ path: place.repository, at }] : [];
      }),
    ),
  ]);
}

/** What looks for `.env` in the folders of the code, or is told of it by that name. */
const READERS = /\bdecouple\b|\b(load_dotenv|read_dotenv|find_dotenv)\(\s*\)|['"]\.env['"]/;

/** The `.env` beside its example, where a library looks for one. */
function searched({ files, codeMentions }: RepositoryFacts): readonly Used[] {
  const examples = files.filter((file) => /(^|\/)\.env[._-](example|sample|template|dist)$|(^|\/)(example|sample)\.env$/.test(file));
  const [place] = examples.length === 0 ? [] : codeMentions(READERS).items;
  if (place === undefined) return [];
  return examples.flatMap((file) => {
    const folder = file.slice(0, file.lastIndexOf('/') + 1);
    return place.file.startsWith(folder) && isRealEnvFile(`${folder}.env`) ? [{ path: `${folder}.env`, at: place }] : [];
  });
}
