import { expect, test } from 'vitest';
import type { Command, Job } from '../../src/deployment/model.ts';
import { readPipelines } from '../../src/deployment/pipeline/pipelines.ts';
import { memoryTree } from '../../src/files/memory.ts';
import { parseDockerfile } from '../../src/syntax/dockerfile/index.ts';
import { loadShell } from '../../src/syntax/shell/index.ts';
import { loadYaml } from '../../src/syntax/yaml/index.ts';
import { build, project } from './projects.ts';

const syntaxes = { parseYaml: await loadYaml(), parseShell: await loadShell(), parseDockerfile };

function read(files: Readonly<Record<string, string>>) {
  const [pipeline] = readPipelines(memoryTree(files), syntaxes, []);
  if (pipeline === undefined) throw new Error('no pipeline');
  return pipeline;
}

function job(files: Readonly<Record<string, string>>, id: string): Job {
  const found = read(files).jobs.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no job ${id}`);
  return found;
}

const commandsOf = (one: Job): readonly Command[] => one.steps.flatMap((step) => step.commands);
const words = (command: Command) => command.argv.map((word) => (word.kind === 'known' ? word.value : '?')).join(' ');
const lines = (one: Job) => commandsOf(one).map(words);

test('a condition that names the event limits what starts a job, one that names a branch may', () => {
  const reach = (condition: string) =>
    job(
      {
        '.github/workflows/a.yml': `on: [push, pull_request]\njobs:\n  a:\n    if: ${condition}\n    steps:\n      - run: ssh x "git pull"\n`,
      },
      'a',
    ).reach;
  expect(reach("github.event_name == 'push'")).toMatchObject({ branches: 'yes', pullRequests: 'no' });
  expect(reach("github.event_name != 'pull_request' && success()")).toMatchObject({ branches: 'yes', pullRequests: 'no' });
  expect(reach("github.ref == 'refs/heads/main'")).toMatchObject({ branches: 'maybe', pullRequests: 'maybe' });
  expect(reach('always()')).toMatchObject({ branches: 'yes', pullRequests: 'yes' });
});

test('a composite action of the repository stands in the place of the step that uses it', () => {
  const found = job(
    {
      '.github/workflows/a.yml':
        'on: push\njobs:\n  a:\n    steps:\n      - uses: ./.github/actions/check\n        if: always()\n      - run: ls end\n',
      '.github/actions/check/action.yml': 'runs:\n  using: composite\n  steps:\n    - run: python manage.py test\n      shell: bash\n',
    },
    'a',
  );
  expect(lines(found)).toEqual(['python manage.py test', 'ls end']);
  expect(found.steps[1]).toMatchObject({ condition: { text: 'always()' }, at: { file: '.github/actions/check/action.yml' } });
});

test('a reusable workflow of the repository is named by its file', () => {
  const file = (uses: string) => ({
    '.github/workflows/a.yml': `on: push\njobs:\n  a:\n    uses: ${uses}\n`,
    '.github/workflows/b.yml': 'on: workflow_call\njobs:\n  b:\n    steps:\n      - run: pytest\n',
  });
  expect(job(file('./.github/workflows/b.yml'), 'a').calls).toMatchObject({ file: '.github/workflows/b.yml' });
  expect(job(file('org/shared/.github/workflows/b.yml@v1'), 'a').calls).toMatchObject({ file: null });
});

const GITLAB = `include:
  - local: /ci/base.yml
stages: [check, ship]
default:
  image: python:3.12
variables:
  DB_USER: app
  DATABASE_URL: postgres://\${DB_USER}@postgres/app
tests:
  extends: .tests
  stage: check
  services:
    - name: postgres:16
      alias: db
  script:
    - cd app
    - python manage.py test
release:
  stage: ship
  script:
    - !reference [.ssh, script]
    - ssh host "cd /srv && git pull"
  environment: production
  resource_group: production
  rules:
    - if: $CI_COMMIT_BRANCH == "main"
`;
const BASE =
  '.tests:\n  before_script:\n    - pip install -r requirements.txt\n  allow_failure: true\n.ssh:\n  script:\n    - ssh-add key\n';

test('GitLab: includes, extends, references, defaults and stages make the jobs', () => {
  const files = { '.gitlab-ci.yml': GITLAB, 'ci/base.yml': BASE };
  const tests = job(files, 'tests');
  const release = job(files, 'release');
  expect(lines(tests)).toEqual(['pip install -r requirements.txt', 'python manage.py test']);
  expect(tests).toMatchObject({ image: { reference: 'python:3.12' }, failureAllowed: { file: 'ci/base.yml' }, needs: [] });
  expect(tests.services).toMatchObject([{ name: 'db', image: 'postgres:16' }]);
  expect(commandsOf(tests)[1]?.environment.variables.get('DATABASE_URL')).toMatchObject({ value: 'postgres://app@postgres/app' });
  expect(commandsOf(tests)[1]?.environment.closed).not.toBe(true);
  expect(lines(release)).toEqual(['ssh-add key', 'git pull', 'ssh host cd /srv && git pull']);
  expect(release).toMatchObject({
    needs: ['tests'],
    deploysBy: 'rollout',
    environment: { name: 'production' },
    concurrency: { group: 'production' },
    reach: { branches: 'no', pullRequests: 'no' },
  });
  const [command] = commandsOf(tests).slice(-1);
  expect(GITLAB.slice(command?.at.start, command?.at.end)).toBe('python manage.py test');
});

test('GitLab: `needs: []` waits for nothing, a review environment is no production, a remote include hides jobs', () => {
  const text = (more: string) => `a:\n  stage: build\n  script: [make]\nb:\n  stage: deploy\n  script: ['ssh h "x"']\n${more}`;
  expect(job({ '.gitlab-ci.yml': text('') }, 'b').needs).toEqual(['a']);
  expect(job({ '.gitlab-ci.yml': text('  needs: []\n') }, 'b').needs).toEqual([]);
  expect(job({ '.gitlab-ci.yml': text('  environment: review/x\n') }, 'b').deploys).toBeNull();
  expect(read({ '.gitlab-ci.yml': text('') }).hidden).toBeNull();
  expect(read({ '.gitlab-ci.yml': `include:\n  - project: a/b\n    file: c.yml\n${text('')}` }).hidden).not.toBeNull();
  expect(job({ '.gitlab-ci.yml': text('  extends: .there\n') }, 'b').hidden).not.toBeNull();
});

test('GitLab: rules and only tell which branches start a job', () => {
  const reach = (more: string) => job({ '.gitlab-ci.yml': `b:\n  script: ['ssh h "x"']\n${more}` }, 'b').reach;
  expect(reach('')).toMatchObject({ branches: 'yes', pullRequests: 'no' });
  expect(reach('  only: [main]\n')).toMatchObject({ branches: 'no' });
  expect(reach('  only: [branches]\n')).toMatchObject({ branches: 'yes' });
  expect(reach('  when: manual\n')).toMatchObject({ branches: 'no' });
  expect(reach('  rules:\n    - if: $CI_PIPELINE_SOURCE == "merge_request_event"\n')).toMatchObject({
    branches: 'no',
    pullRequests: 'yes',
  });
  expect(reach('  rules:\n    - if: $FLAG\n')).toMatchObject({ branches: 'maybe' });
  expect(reach('workflow:\n  rules:\n    - if: $CI_COMMIT_TAG\n')).toMatchObject({ branches: 'maybe' });
});

const CIRCLECI = `version: 2.1
executors:
  python:
    parameters:
      version: { type: string, default: "3.11" }
    docker:
      - image: cimg/python:<< parameters.version >>
        environment:
          DJANGO_SETTINGS_MODULE: mysite.testing
      - image: cimg/postgres:16.2
commands:
  install:
    parameters:
      file: { type: string }
    steps:
      - run: pip install -r << parameters.file >>
jobs:
  test:
    executor: { name: python, version: "3.12" }
    working_directory: ~/code
    steps:
      - checkout
      - install: { file: requirements.txt }
      - run:
          name: tests
          working_directory: ~/code/app
          command: python manage.py test
  deploy:
    docker: [{ image: cimg/base:2024.01 }]
    steps:
      - run: ssh host "git pull"
workflows:
  main:
    jobs:
      - test
      - hold: { type: approval, requires: [test] }
      - deploy:
          requires: [hold]
      - deploy:
          name: at-once
          requires: [test]
      - heroku/deploy-via-git
`;

test('CircleCI: executors, commands with parameters, and what a workflow requires', () => {
  const files = { '.circleci/config.yml': CIRCLECI };
  const tests = job(files, 'test');
  expect(tests).toMatchObject({ image: { reference: 'cimg/python:3.12' }, services: [{ image: 'cimg/postgres:16.2' }] });
  expect(lines(tests)).toEqual(['pip install -r requirements.txt', 'python manage.py test']);
  expect(commandsOf(tests)[1]?.environment.variables.get('DJANGO_SETTINGS_MODULE')).toMatchObject({ value: 'mysite.testing' });
  expect(commandsOf(tests)[1]?.workdir).toMatchObject({ value: '<ROOT>/app' });
  expect(job(files, 'deploy')).toMatchObject({ needs: ['hold'], deploysBy: 'rollout', reach: { branches: 'no' } });
  expect(job(files, 'at-once')).toMatchObject({ needs: ['test'], reach: { branches: 'yes' } });
  expect(job(files, 'heroku/deploy-via-git').hidden).not.toBeNull();
});

const BITBUCKET = `image: python:3.12
definitions:
  services:
    postgres:
      image: postgres:16
      variables:
        POSTGRES_PASSWORD: test
pipelines:
  default:
    - step: &tests
        name: Tests
        services: [postgres]
        script:
          - python manage.py test
  branches:
    main:
      - step: *tests
      - parallel:
          - step:
              name: Lint
              script: [ruff check .]
          - step:
              name: Types
              script: [mypy .]
      - step:
          name: Deploy
          deployment: production
          trigger: manual
          script:
            - pipe: atlassian/ssh-run:0.8.1
              variables:
                SSH_USER: deploy
                COMMAND: git pull
`;

test('Bitbucket: each step is a job that waits for those before it', () => {
  const files = { 'bitbucket-pipelines.yml': BITBUCKET };
  const { jobs } = read(files);
  expect(jobs.map(({ id, needs }) => [id, needs])).toEqual([
    ['default: Tests', []],
    ['branches main: Tests', []],
    ['branches main: Lint', ['branches main: Tests']],
    ['branches main: Types', ['branches main: Tests']],
    ['branches main: Deploy', ['branches main: Lint', 'branches main: Types']],
  ]);
  expect(jobs[0]).toMatchObject({
    image: { reference: 'python:3.12' },
    services: [{ name: 'postgres', image: 'postgres:16' }],
    container: false,
  });
  expect(jobs[0]?.reach).toMatchObject({ branches: 'yes' });
  const deploy = jobs.at(-1);
  expect(deploy).toMatchObject({ deploysBy: 'rollout', environment: { name: 'production' }, reach: { branches: 'no' } });
  expect(deploy?.steps[0]).toMatchObject({ uses: 'atlassian/ssh-run:0.8.1' });
  expect(deploy?.steps[0]?.inputs.get('COMMAND')?.text).toBe('git pull');
});

const JENKINS = `pipeline {
  agent { docker { image 'python:3.12' } }
  environment {
    DJANGO_SETTINGS_MODULE = 'mysite.testing'
    TOKEN = credentials('token')
  }
  options { disableConcurrentBuilds() }
  stages {
    stage('Test') {
      steps {
        dir('app') {
          sh """
            ls \${env.TOKEN} \\$HOME
            python manage.py test
          """
        }
        catchError(buildResult: 'SUCCESS') { sh 'ruff check .' }
      }
    }
    stage('Deploy') {
      when { branch 'main' }
      steps {
        sshagent(['key']) { sh(script: 'ssh host "git pull"', label: 'pull') }
        notifyTeam()
        publishSomewhere 'x'
      }
    }
  }
}
`;

test('Jenkins: stages in order, with their folders, variables and agents', () => {
  const files = { Jenkinsfile: JENKINS };
  const tests = job(files, 'Test');
  expect(tests).toMatchObject({ image: { reference: 'python:3.12' }, needs: [], hidden: null });
  expect(lines(tests)).toEqual(['ls ? ?', 'python manage.py test', 'ruff check .']);
  const [, command] = commandsOf(tests);
  expect(command?.workdir).toMatchObject({ value: '<ROOT>/app' });
  expect(command?.environment.variables.get('DJANGO_SETTINGS_MODULE')).toMatchObject({ value: 'mysite.testing' });
  expect(JENKINS.slice(command?.at.start, command?.at.end)).toBe('python manage.py test');
  expect(tests.steps.map(({ failureAllowed }) => failureAllowed !== null)).toEqual([false, true]);
  const deploy = job(files, 'Deploy');
  expect(deploy).toMatchObject({ needs: ['Test'], deploysBy: 'rollout', reach: { branches: 'no' } });
  expect(deploy.hidden?.because).toContain('publishSomewhere');
  expect(read(files).concurrency).not.toBeNull();
});

test('Jenkins: a scripted pipeline is read as far as it goes, and says so', () => {
  const text = "node {\n  stage('Test') {\n    checkout scm\n    if (env.X) {\n      sh 'pytest'\n    }\n  }\n}\n";
  expect(read({ Jenkinsfile: text }).hidden).not.toBeNull();
  expect(commandsOf(job({ Jenkinsfile: text }, 'Test'))).toMatchObject([{ name: 'pytest', conditional: true }]);
});

test('a script that nothing closes ends with its file', async () => {
  const text =
    "pipeline {\n  agent any\n  stages {\n    stage('Test') {\n      steps { sh '''python manage.py test\n{'\n        sh \"docker push ${A}\"\n    }\n  }\n}\n";
  const { pipelines } = await build({ ...project(), Jenkinsfile: text });
  const ends: number[] = [];
  JSON.stringify(pipelines, (key, value) => {
    if (key === 'end' && typeof value === 'number') ends.push(value);
    return value instanceof Map ? [...value] : value;
  });
  expect(ends.length).toBeGreaterThan(3);
  expect(Math.max(...ends)).toBeLessThanOrEqual(text.length);
});
