import { django } from '../values/examples.ts';

/** Pieces of pipelines that examples share. */

export const TESTS = { 'mysite/tests.py': 'def test_home():\n    assert True\n' };

/** A project with tests and files of its pipelines. */
export const project = (files: Readonly<Record<string, string>>): Record<string, string> => ({ ...django(), ...TESTS, ...files });

/** A workflow of GitHub: what starts it, and its jobs as text. */
export const github = (jobs: string, on = 'on:\n  push:\n    branches: [main]\n', name = 'ci'): Record<string, string> => ({
  [`.github/workflows/${name}.yml`]: `${on}jobs:\n${jobs}`,
});
/** One job of GitHub with steps as text. */
export const job = (id: string, steps: string, more = ''): string => `  ${id}:\n    runs-on: ubuntu-latest\n${more}    steps:\n${steps}`;
export const run = (command: string, mark = ''): string => `      - run: ${command}${mark}\n`;
export const CHECKOUT = '      - uses: actions/checkout@v6\n';
export const TEST_JOB = job('test', `${CHECKOUT}${run('python manage.py test')}`);
export const SSH = 'ssh deploy@server "cd /srv/mysite && git pull"';
export const gitlab = (text: string): Record<string, string> => ({ '.gitlab-ci.yml': text });
export const circleci = (jobs: string, workflow: string): Record<string, string> => ({
  '.circleci/config.yml': `version: 2.1\njobs:\n${jobs}workflows:\n  main:\n    jobs:\n${workflow}`,
});
export const circleJob = (id: string, steps: string, mark = ''): string =>
  `  ${id}:${mark}\n    docker:\n      - image: cimg/python:3.12\n    steps:\n      - checkout\n${steps}`;
export const bitbucket = (text: string): Record<string, string> => ({
  'bitbucket-pipelines.yml': `image: python:3.12\npipelines:\n${text}`,
});
/** A declarative pipeline of Jenkins with its stages as text. */
export const jenkins = (stages: string): Record<string, string> => ({
  Jenkinsfile: `pipeline {\n  agent any\n  stages {\n${stages}  }\n}\n`,
});
export const stage = (name: string, steps: string, more = ''): string =>
  `    stage('${name}') {\n${more}      steps {\n${steps}      }\n    }\n`;
export const sh = (command: string, mark = ''): string => `        sh '${command}'${mark}\n`;
