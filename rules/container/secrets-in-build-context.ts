import { type Build, defineRule, type RepositoryFacts } from '../../src/rule.ts';
import { compose, DOCKERFILE, django } from '../shared/examples.ts';

const files = {
  ...django(),
  'docker-compose.yml': compose({ web: '    env_file: .env\n' }),
  '.env': 'DB_NAME=site\n',
  '.gitignore': '.env\n',
};
const marked = DOCKERFILE.replace('COPY . .', 'COPY . . # !');

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
  cwe: ['cwe-538'],
  cross: true,
  examples: {
    bad: [
      { ...files, Dockerfile: marked },
      { ...files, Dockerfile: marked, '.dockerignore': '*.sqlite3\n' },
    ],
    good: [
      { ...files, Dockerfile: DOCKERFILE, '.dockerignore': '.git\n.env*\n' },
      { ...files, Dockerfile: DOCKERFILE, '.dockerignore': '*\n!mysite\n!manage.py\n' },
      { ...files, Dockerfile: DOCKERFILE.replace('COPY . .', 'COPY mysite ./mysite') },
    ],
  },
  needs: ['processes', 'repository'],
  check({ processes, repository }, ctx) {
    const seen = new Set<string>();
    for (const process of processes) {
      const build = process.image?.build;
      if (!build || seen.has(build.dockerfile)) continue;
      seen.add(build.dockerfile);
      const copy = build.copies.find(
        (one) => one.from === null && one.sources.some((source) => source === '.' || source === './' || source === '*'),
      );
      const exposed = copy === undefined ? [] : secretsIn(build, repository);
      if (copy === undefined || exposed.length === 0) continue;
      ctx.report({
        at: copy.at,
        message: `The whole build context is copied and ${build.ignoreFile === null ? 'no .dockerignore' : `\`${build.ignoreFile}\` does not`} keep${build.ignoreFile === null ? 's' : ''} ${exposed.map((name) => `\`${name}\``).join(' and ')} out of the image.`,
        subject: build.dockerfile,
      });
    }
  },
});

/** Files with secrets that stand in the context, or that git ignores because they are expected to stand there. */
function secretsIn(build: Build, repository: RepositoryFacts): readonly string[] {
  const inContext = (path: string) =>
    build.context === '' || build.context === '.'
      ? path
      : path.startsWith(`${build.context}/`)
        ? path.slice(build.context.length + 1)
        : null;
  const present = repository.files.flatMap((path) => {
    const relative = inContext(path);
    return relative !== null &&
      /^(\.env(\.(prod|production|live|staging))?|[^/]*\.env)$/.test(relative) &&
      !/example|sample|template|dist/i.test(relative)
      ? [relative]
      : [];
  });
  const expected = repository.gitIgnores(build.context === '' || build.context === '.' ? '.env' : `${build.context}/.env`) ? ['.env'] : [];
  return [...new Set([...present, ...expected])].filter((path) => !build.ignores(path)).sort();
}
