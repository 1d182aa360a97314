import { defineRule } from '../../src/rule.ts';
import { mentionIn, OPERATIONS } from '../shared/code/mentions.ts';
import {
  bitbucket,
  circleci,
  circleJob,
  github,
  gitlab,
  jenkins,
  job,
  project,
  run,
  SSH,
  sh,
  stage,
} from '../shared/pipelines/examples.ts';
import { rollouts } from '../shared/pipelines/production.ts';

export default defineRule({
  id: 'ci/deploy-check-missing',
  title: 'manage.py check --deploy never runs',
  severity: 'note',
  topic: 9,
  since: '0.1.0',
  why: "Django's own checks of deployments know what is missing for HTTPS, cookies and hosts, and nobody asks them before the release.",
  fix: 'Run `python manage.py check --deploy --fail-level WARNING` under the settings of production before the deployment.',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/howto/deployment/checklist/',
    'https://docs.djangoproject.com/en/stable/ref/django-admin/#cmdoption-check-deploy',
  ],
  examples: {
    bad: [
      project(github(job('deploy', run(SSH, ' # !')))),
      project(gitlab(`deploy:\n  script:\n    - ${SSH} # !\n`)),
      project(circleci(circleJob('deploy', `      - run: ${SSH} # !\n`), '      - deploy\n')),
      project(bitbucket(`  default:\n    - step:\n        name: deploy\n        script:\n          - ${SSH} # !\n`)),
      project(jenkins(stage('Deploy', sh(SSH, ' # !')))),
    ],
    good: [
      project(github(`${job('test', run('python manage.py check --deploy --fail-level WARNING'))}${job('deploy', run(SSH))}`)),
      project({ ...github(job('deploy', run(SSH))), 'entrypoint.sh': '#!/bin/sh\npython manage.py check --deploy\nexec "$@"\n' }),
      project({ ...github(job('deploy', run(SSH))), '.pre-commit-config.yaml': 'repos: []\n# django-prodcheck\n' }),
      project(github(job('test', run('pytest')))),
      // Documentation and places before production are none.
      project(gitlab(`job_documentation_push:\n  script:\n    - rsync -a docs/_build/html/ www@server:/srv/docs/\n`)),
      project(github(job('deploy', run(SSH)), 'on: push\n', 'nonprod-releases')),
      project(github(job('deploy', run(SSH), '    environment: preprod\n'))),
    ],
  },

  needs: ['pipelines', 'repository'],
  check({ pipelines, repository }, ctx) {
    const [first] = rollouts(pipelines);
    if (first === undefined || repository.model.projects.length === 0) return;
    const asked = mentionIn(repository, OPERATIONS, /check\b[^\n]*--deploy|django-prodcheck|"--deploy"/);
    if (asked !== null || repository.codeMentions(/['"]--deploy['"]|include_deployment_checks|deploy=True/).items.length > 0) return;
    ctx.report({
      at: first.job.deploys ?? first.job.at,
      message: 'Nothing runs `check --deploy` before this deployment.',
      subject: 'check',
    });
  },
});
