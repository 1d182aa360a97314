import { type Build, defineRule, type Image, type Process, type RepositoryFacts } from '../../src/rule.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

export default defineRule({
  id: 'logging/python-output-buffered',
  title: 'Python output buffered in the container',
  severity: 'note',
  topic: 8,
  since: '0.1.0',
  why: 'What the process prints appears late, and the last lines are lost when it crashes.',
  fix: 'Add ENV PYTHONUNBUFFERED=1 to the image.',
  autofix: 'safe',
  links: ['https://docs.python.org/3/using/cmdline.html#envvar-PYTHONUNBUFFERED'],
  cwe: ['CWE-778'],
  examples: {
    bad: [
      {
        ...django(),
        Dockerfile: DOCKERFILE.replace('ENV PYTHONUNBUFFERED=1\n', '').replace('FROM python:3.12-slim', 'FROM python:3.12-slim # !'),
      },
    ],
    good: [
      { ...django(), Dockerfile: DOCKERFILE },
      {
        ...django(),
        Dockerfile: DOCKERFILE.replace('ENV PYTHONUNBUFFERED=1\n', '').replace(
          'FROM python:3.12-slim',
          'FROM python:3.12-slim AS unittests',
        ),
      },
      {
        ...django(),
        Dockerfile: DOCKERFILE.replace('ENV PYTHONUNBUFFERED=1\n', ''),
        'docker-compose.yml': 'services:\n  web:\n    build: .\n    environment:\n      PYTHONUNBUFFERED: "1"\n',
      },
    ],
    undecided: [
      {
        ...django(),
        Dockerfile: DOCKERFILE.replace('ENV PYTHONUNBUFFERED=1\n', '').replace('python:3.12-slim', 'registry.example.com/base:1'),
      },
    ],
  },

  needs: ['processes', 'deployment', 'repository'],
  check({ processes, deployment, repository }, ctx) {
    const told = new Set<string>();
    for (const process of processes) {
      const build = process.image?.build ?? null;
      if (build === null || (process.settings === null && process.server === null) || told.has(build.dockerfile)) continue;
      const flag = process.environment.variables.get('PYTHONUNBUFFERED');
      if (flag?.kind === 'known' && flag.value !== '') continue;
      if (flag !== undefined && flag.kind !== 'known') continue;
      if (isUnbuffered(process) || (deployment.kind === 'image' && isForTests(build, repository))) continue;
      told.add(build.dockerfile);
      const open = process.environment.closed !== true && deployment.kind !== 'image';
      if (open || !isPlainPython(process.image)) ctx.undecided('The environment or the base image may set `PYTHONUNBUFFERED`.', build.at);
      else {
        ctx.report({
          at: build.at,
          message: `The image of \`${process.name}\` does not set \`PYTHONUNBUFFERED\`: what Python prints appears late, and the last lines are lost in a crash.`,
          subject: build.dockerfile,
        });
      }
    }
  },
});

/** The official images set no such variable; others are not known. */
function isPlainPython(image: Image | null): boolean {
  return image?.base === 'python' || image?.base === 'debian' || image?.base === 'ubuntu' || image?.base === 'alpine';
}

/** The last stage of a Dockerfile that only runs the tests: what is shipped is built by another name. */
function isForTests({ at }: Build, { read }: Pick<RepositoryFacts, 'read'>): boolean {
  const [line = ''] = (read(at.file) ?? '').slice(at.start).split('\n', 1);
  return /\bAS\s+\S*(tests?|testing|dev|development|debug|lint|ci)\s*$/i.test(line);
}

function isUnbuffered({ command }: Process): boolean {
  return (
    command.kind !== 'known' ||
    command.value.some((word) => word.kind === 'known' && /^-[a-zA-Z]*u/.test(word.value) && !word.value.startsWith('--'))
  );
}
