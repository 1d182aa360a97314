import { type Build, defineRule, type RepositoryFacts } from '../../src/rule.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const files = {
  ...django(),
  'docker-compose.yml': compose({ web: '    env_file: .env\n' }),
  '.env': 'DB_NAME=site\n',
  '.gitignore': '.env\n',
};
const marked = DOCKERFILE.replace('COPY . .', 'COPY . . # !');

function below(folder: string, inner: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(inner).map(([path, text]) => [`${folder}/${path}`, text]));
}

export default defineRule({
  id: 'container/secrets-in-build-context',
  title: 'COPY . . without excluding .env and .git',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Secrets and the whole history of the repository end up in the image, and settings that read `.env` work by accident on the machine that built it.',
  fix: 'Add a .dockerignore with .git, .env*, *.sqlite3 and media/.',
  autofix: 'safe',
  links: ['https://docs.docker.com/build/concepts/context/#dockerignore-files'],
  cwe: ['CWE-538'],
  cross: true,
  examples: {
    bad: [
      { ...django(), 'docker-compose.yml': compose({ web: '    env_file: .env.prod\n' }), '.gitignore': '.env.prod\n', Dockerfile: marked },
      {
        ...django('from dotenv import load_dotenv\n\nload_dotenv()\n'),
        'docker-compose.yml': compose(),
        '.gitignore': '.env\n',
        Dockerfile: marked,
      },
      { ...files, Dockerfile: marked },
      { ...files, Dockerfile: marked, '.dockerignore': '*.sqlite3\n' },
    ],
    good: [
      // Every template of .gitignore names .env: that alone does not put one here, nor does one that compose keeps elsewhere.
      { ...django(), 'docker-compose.yml': compose(), '.gitignore': '.env\n', Dockerfile: DOCKERFILE },
      {
        ...below('backend', { ...django('from dotenv import load_dotenv\n\nload_dotenv()\n'), Dockerfile: DOCKERFILE }),
        'docker-compose.yml': compose({ web: '    env_file: .env\n' }).replace('build: .', 'build: backend'),
        '.gitignore': '.env\n',
      },
      { ...files, Dockerfile: DOCKERFILE, '.dockerignore': '.git\n.env*\n' },
      // Heroku builds from what git holds: no file that it ignores is there.
      {
        ...django('from dotenv import load_dotenv\n\nload_dotenv()\n'),
        Dockerfile: DOCKERFILE,
        '.gitignore': '.env\n',
        'heroku.yml': 'build:\n  docker:\n    web: Dockerfile\n',
      },
      { ...files, Dockerfile: DOCKERFILE, '.dockerignore': '*\n!mysite\n!manage.py\n' },
      { ...files, Dockerfile: DOCKERFILE.replace('COPY . .', 'COPY mysite ./mysite') },
    ],
  },
  needs: ['deployment', 'processes', 'repository'],
  check({ deployment, processes, repository }, ctx) {
    // A platform builds from what git holds, and other rules tell what it should not.
    if (deployment.kind === 'platform') return;
    const seen = new Set<string>();
    for (const process of processes) {
      const build = process.image?.build;
      if (!build) continue;
      const copy = build.copies.find(
        (one) => one.from === null && one.sources.some((source) => source === '.' || source === './' || source === '*'),
      );
      const exposed = copy === undefined ? [] : secretsIn(build, repository);
      // One .dockerignore keeps them out of all images of a context.
      const place = `${build.context} ${build.ignoreFile}`;
      if (copy === undefined || exposed.length === 0 || seen.has(place)) continue;
      seen.add(place);
      ctx.report({
        at: copy.at,
        message: `The whole build context is copied and ${build.ignoreFile === null ? 'no .dockerignore' : `\`${build.ignoreFile}\` does not`} keep${build.ignoreFile === null ? 's' : ''} ${exposed.map((name) => `\`${name}\``).join(' and ')} out of the image.`,
        subject: build.dockerfile,
      });
    }
  },
});

/** Libraries that read a `.env` file by themselves, and the files that show what stands in one. */
const READERS = /\b(decouple|load_dotenv|dotenv_values|read_env|read_dotenv|environs)\b/;
const EXAMPLE = /^(\.?env[._-](example|sample|template|dist|default)|\.?(example|sample|template)\.env|env_sample)$/i;

/** Files with secrets that stand in the context, or that git ignores because something reads them there. */
function secretsIn(build: Build, repository: RepositoryFacts): readonly string[] {
  const prefix = build.context === '' || build.context === '.' ? '' : `${build.context}/`;
  const inContext = (path: string) => (path.startsWith(prefix) ? [path.slice(prefix.length)] : []);
  const inside = repository.files.flatMap(inContext);
  const present = inside.filter(
    (path) => /^(\.env(\.(prod|production|live|staging))?|[^/]*\.env)$/.test(path) && !/example|sample|template|dist/i.test(path),
  );
  // One image serves several deployments: what any of them names stands in the context.
  const named = repository.model.deployments.flatMap(({ compose }) => compose?.missingEnvFiles.map(({ path }) => path) ?? []);
  const searched =
    inside.some((path) => EXAMPLE.test(path)) ||
    (named.length === 0 && repository.codeMentions(READERS).items.some(({ file }) => file.startsWith(prefix)));
  const expected = searched && repository.gitIgnores(`${prefix}.env`) ? ['.env'] : [];
  return [...new Set([...present, ...named.flatMap(inContext), ...expected])].filter((path) => !build.ignores(path)).sort();
}
