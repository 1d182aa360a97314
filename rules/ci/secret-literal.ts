import { defineRule, isPlaceholder, isSecretName, type JobStep } from '../../src/rule.ts';
import { bitbucket, circleci, gitlab, SSH, sh, stage } from '../shared/pipelines/examples.ts';
import { django } from '../shared/values/examples.ts';

const workflow = (env: string, run = 'ssh deploy@server "cd /srv && git pull"') =>
  `on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    env:\n${env}    steps:\n      - run: ${run}\n`;

export default defineRule({
  id: 'ci/secret-literal',
  title: 'Secret literal in pipeline definition',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Everyone who can read the repository, its forks or its history has the credential of production.',
  fix: 'Keep it in the secrets of the repository or environment and rotate the one that was written here.',
  autofix: 'unsafe',
  links: ['https://docs.github.com/en/actions/security-for-github-actions/security-guides/using-secrets-in-github-actions'],
  cwe: ['CWE-798'],
  examples: {
    bad: [
      { ...django(), '.github/workflows/deploy.yml': workflow('      DB_PASSWORD: fS8pQ2vLw0 # !\n') },
      { ...django(), ...gitlab(`deploy:\n  variables:\n    DB_PASSWORD: fS8pQ2vLw0 # !\n  script:\n    - ${SSH}\n`) },
      {
        ...django(),
        ...circleci(
          `  deploy:\n    docker: [{ image: cimg/base:2024.01 }]\n    environment:\n      DB_PASSWORD: fS8pQ2vLw0 # !\n    steps:\n      - run: ${SSH}\n`,
          '      - deploy\n',
        ),
      },
      {
        ...django(),
        ...bitbucket(
          '  default:\n    - step:\n        name: deploy\n        script:\n          - pipe: atlassian/ssh-run:0.8.1\n            variables:\n              DB_PASSWORD: fS8pQ2vLw0 # !\n              COMMAND: git pull\n',
        ),
      },
      {
        ...django(),
        Jenkinsfile: `pipeline {\n  agent any\n  environment {\n    DB_PASSWORD = 'fS8pQ2vLw0' # !\n  }\n  stages {\n${stage('Deploy', sh(SSH))}  }\n}\n`,
      },
    ],
    good: [
      {
        ...django(),
        ...gitlab(
          `variables:\n  POSTGRES_PASSWORD: fS8pQ2vLw0\ntest:\n  services: ["postgres:16"]\n  script: [pytest]\ndeploy:\n  stage: deploy\n  script:\n    - ${SSH}\n`,
        ),
      },
      { ...django(), '.github/workflows/deploy.yml': workflow('      DB_PASSWORD: ${{ secrets.DB_PASSWORD }}\n') },
      { ...django(), '.github/workflows/deploy.yml': workflow('      DB_PASSWORD: changeme\n') },
      {
        ...django(),
        '.github/workflows/test.yml': workflow('      DB_PASSWORD: fS8pQ2vLw0\n', 'python manage.py test').replace('deploy:', 'test:'),
      },
      {
        ...django(),
        '.github/workflows/deploy.yml': `${workflow('      STAGE: live\n')}      - run: python manage.py test\n        env:\n          SECRET_KEY: fS8pQ2vLw0\n`,
      },
    ],
  },
  needs: ['pipelines'],
  check({ pipelines }, ctx) {
    for (const pipeline of pipelines) {
      for (const job of pipeline.jobs) {
        if (job.deploys === null) continue;
        const seen = new Set<string>();
        const services = new Set(
          pipeline.jobs
            .flatMap((one) => one.services)
            .flatMap((service) => [...service.variables.values()].flatMap((value) => (value.kind === 'known' ? [value.value] : []))),
        );
        for (const [name, value] of job.steps.filter((step) => !runsTests(step)).flatMap((step) => [...step.variables])) {
          // `${{ secrets.X }}` and the like are not known, and so no literals.
          if (!isSecretName(name) || seen.has(name) || value.kind === 'unknown') continue;
          seen.add(name);
          ctx.expect(
            value,
            (text) => isPlaceholder(text) || services.has(text) || /^\$|^(test|testing|dummy|build|ci|insecure)/i.test(text),
            () => ({ message: `\`${name}\` is written into job \`${job.id}\`, which deploys.`, subject: `${pipeline.file} ${name}` }),
          );
        }
      }
    }
  },
});

/** What only such a step gets opens nothing but the test run; variables of the job reach the other steps as well. */
function runsTests({ commands }: JobStep): boolean {
  return (
    commands.some(({ name, management }) => management?.name === 'test' || /^(pytest|py\.test|tox|nox)$/.test(name ?? '')) &&
    commands.every(({ remote }) => !remote)
  );
}
