import { expect, test } from 'vitest';
import type { Command } from '../../src/deployment/model.ts';
import { readPipelines } from '../../src/deployment/pipeline/pipelines.ts';
import { memoryTree } from '../../src/files/memory.ts';
import { parseDockerfile } from '../../src/syntax/dockerfile/index.ts';
import { loadShell } from '../../src/syntax/shell/index.ts';
import { loadYaml } from '../../src/syntax/yaml/index.ts';

const syntaxes = { parseYaml: await loadYaml(), parseShell: await loadShell(), parseDockerfile };
const FILE = '.github/workflows/ci.yml';

function read(text: string) {
  const [pipeline] = readPipelines(memoryTree({ [FILE]: text }), syntaxes, []);
  if (pipeline === undefined) throw new Error('no pipeline');
  return pipeline;
}

function onlyJob(steps: string, more = '') {
  const [job] = read(`on: push\n${more}jobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n${steps}`).jobs;
  if (job === undefined) throw new Error('no job');
  return job;
}

function lastCommand(job: ReturnType<typeof onlyJob>): Command {
  const command = job.steps.flatMap((step) => step.commands).at(-1);
  if (command === undefined) throw new Error('no command');
  return command;
}

const words = (command: Command) => command.argv.map((word) => (word.kind === 'known' ? word.value : '?'));

test('variables of workflow, job and step reach a command, the inner ones win', () => {
  const job = onlyJob(
    '      - run: python manage.py test\n        env:\n          B: step\n          C: ${{ secrets.C }}\n',
    'env:\n  A: workflow\n  B: workflow\n',
  );
  const { variables, closed } = lastCommand(job).environment;
  expect(variables.get('A')).toMatchObject({ kind: 'known', value: 'workflow' });
  expect(variables.get('B')).toMatchObject({ kind: 'known', value: 'step' });
  expect(variables.get('C')).toMatchObject({ kind: 'unknown', names: ['C'] });
  expect(variables.get('CI')).toMatchObject({ value: 'true' });
  expect(closed).toBe(true);
  expect(job.steps[0]?.variables.has('CI')).toBe(false);
});

test('commands stand where the text does, also behind expressions and in folded blocks', () => {
  const text = `on: push
jobs:
  a:
    runs-on: x
    steps:
      - run: |
          docker pull \${{ github.sha }} done
          python manage.py migrate
      - run: >-
          python manage.py
          check
`;
  const commands = read(text).jobs[0]?.steps.flatMap((step) => step.commands) ?? [];
  const source = (command: Command) => text.slice(command.at.start, command.at.end);
  expect(commands.map(words)).toEqual([
    ['docker', 'pull', '?', 'done'],
    ['python', 'manage.py', 'migrate'],
    ['python', 'manage.py', 'check'],
  ]);
  expect(commands.map(source)[1]).toBe('python manage.py migrate');
  expect(source(commands[2] ?? lastCommand(onlyJob('')))).toMatch(/^python manage\.py\s+check$/);
});

test('a matrix value is known only when there is one', () => {
  const text = (values: string) =>
    read(
      `jobs:\n  a:\n    strategy:\n      matrix:\n        db: ${values}\n    steps:\n      - run: echo hi\n        env:\n          DB: \${{ matrix.db }}\n`,
    ).jobs[0]?.steps[0]?.variables.get('DB');
  expect(text('[pg]')).toMatchObject({ kind: 'known', value: 'pg' });
  expect(text('[pg, mysql]')).toMatchObject({ kind: 'unknown' });
});

test('working directories', () => {
  const job = onlyJob(
    '      - run: ls\n        working-directory: ./backend\n      - run: pwd\n',
    'defaults:\n  run:\n    working-directory: app\n',
  );
  expect(job.steps.map((step) => step.commands[0]?.workdir)).toMatchObject([{ value: '<ROOT>/backend' }, { value: '<ROOT>/app' }]);
});

test('services and containers', () => {
  const { jobs } = read(`jobs:
  a:
    container: python:3.12
    services:
      db:
        image: postgres:16
        ports: ['5433:5432', 5000]
        env:
          POSTGRES_DB: x
    steps: []
`);
  expect(jobs[0]).toMatchObject({
    container: true,
    services: [
      {
        name: 'db',
        image: 'postgres:16',
        ports: [
          { published: 5433, target: 5432 },
          { published: null, target: 5000 },
        ],
      },
    ],
  });
});

test('env files and GITHUB_ENV give variables to the steps after them', () => {
  const job = onlyJob(`      - run: |
          echo "SECRET_KEY=x" >> .env
          echo "DEBUG=1" >> $GITHUB_ENV
          pip list
      - run: python manage.py test
`);
  const { variables, closed } = lastCommand(job).environment;
  expect(variables.get('SECRET_KEY')?.kind).toBe('unknown');
  expect(variables.get('DEBUG')?.kind).toBe('unknown');
  expect(closed).toBe(true);
  expect(job.steps[0]?.commands[0]?.environment.variables.has('DEBUG')).toBe(false);
});

test('a copied example gives its names and no others', () => {
  const files = {
    [FILE]: 'jobs:\n  a:\n    steps:\n      - run: cp .env.example .env\n      - run: pytest\n',
    '.env.example': 'A=1\n# B=2\nexport C=\n',
  };
  const command = readPipelines(memoryTree(files), syntaxes, [])[0]?.jobs[0]?.steps[1]?.commands[0];
  expect([...(command?.environment.variables.keys() ?? [])]).toEqual(['CI', 'GITHUB_ACTIONS', 'A', 'C']);
  expect(command?.environment.closed).toBe(true);
});

test('a heredoc written to the env file gives its names', () => {
  const job = onlyJob('      - run: |\n          cat <<EOF > .env\n          A=1\n          B=2\n          EOF\n      - run: pytest\n');
  const { variables, closed } = lastCommand(job).environment;
  expect([variables.has('A'), variables.has('B'), closed]).toEqual([true, true, true]);
});

test.each(['cp .env.absent .env', 'cat config >> $GITHUB_ENV', 'echo "${{ secrets.ENV_FILE }}" > .env', 'make .env'])(
  'after `%s` any variable may be given',
  (script) => {
    const job = onlyJob(`      - run: ${JSON.stringify(script)}\n      - run: python manage.py test\n`);
    expect(lastCommand(job).environment.closed).not.toBe(true);
  },
);

test('actions: well-known ones set nothing, others may', () => {
  const after = (uses: string) => lastCommand(onlyJob(`      - uses: ${uses}\n      - run: pytest\n`)).environment.closed;
  expect(after('actions/checkout@v4')).toBe(true);
  expect(after('someone/load-secrets@v1')).not.toBe(true);
});

test.each([
  ['ssh deploy@host "cd app && git pull"', true],
  ['rsync -a . host:/srv', true],
  ['docker push registry/app', true],
  ['flyctl deploy --remote-only', true],
  ['kubectl get pods', false],
  ['pytest', false],
])('`%s` deploys: %s', (script, deploys) => {
  expect(onlyJob(`      - run: ${JSON.stringify(script)}\n`).deploys !== null).toBe(deploys);
});

test('a file without jobs is no pipeline, a hostile one does not throw', () => {
  expect(readPipelines(memoryTree({ [FILE]: 'name: x\n' }), syntaxes, [])).toEqual([]);
  expect(
    readPipelines(memoryTree({ [FILE]: 'jobs:\n  a: 1\n  b: [x]\n  c:\n    steps: {a: b}\n    services: []\n' }), syntaxes, []),
  ).toHaveLength(1);
});

test('the names of secrets are the same in any case', () => {
  expect(onlyJob('      - run: make\n        env: {A: "${{ secrets.github_token }}", B: "${{ secrets.Key }}"}\n').secrets).toEqual([
    'GITHUB_TOKEN',
    'KEY',
  ]);
});

test.each([
  ['      - uses: helm/kind-action@v1\n', null],
  ['      - run: minikube start --driver docker\n', null],
  ['      - run: make image\n', 'rollout'],
])('a job deploys, unless into a cluster that it makes: %j', (before, by) => {
  expect(onlyJob(`${before}      - run: helm install app chart\n`).deploysBy).toBe(by);
});
