import { defineRule } from '../../src/rule.ts';
import { github, job, project, run } from '../shared/pipelines/examples.ts';
import { callersOf } from '../shared/pipelines/order.ts';
import { rollouts } from '../shared/pipelines/production.ts';

const SSH = `ssh -i key deploy@server "git pull"`;
const deploy = (more = '', mark = '', env = `        env:\n          KEY: \${{ secrets.KEY }}\n`) =>
  project(github(job('deploy', `${run(SSH, mark)}${env}`, more)));

export default defineRule({
  id: 'ci/environment-protection-missing',
  title: 'Deploy job without a protected environment',
  severity: 'note',
  topic: 9,
  since: '0.1.0',
  why: 'The secrets of production belong to the whole repository: every workflow on every branch can read them, and nobody is asked before a deployment.',
  fix: 'Name an environment (`environment: production`), keep the secrets there, and limit it to the main branch.',
  autofix: 'unsafe',
  links: [
    'https://docs.github.com/en/actions/how-tos/deploy/configure-and-manage-deployments/manage-environments',
    'https://docs.zizmor.sh/audits/#secrets-outside-env',
  ],
  examples: {
    bad: [deploy('', ' # !')],
    good: [
      deploy('    environment: production\n'),
      deploy('', '', ''),
      project(github(job('test', `${run('pytest')}        env:\n          KEY: \${{ secrets.KEY }}\n`))),
    ],
  },

  needs: ['pipelines'],
  check({ pipelines }, ctx) {
    const told = new Set<string>();
    for (const { pipeline, job } of rollouts(pipelines)) {
      const isOpen = pipeline.system === 'github' && job.environment === null && job.secrets.some((name) => name !== 'GITHUB_TOKEN');
      if (
        !isOpen ||
        job.deploys === null ||
        told.has(pipeline.file) ||
        callersOf(pipeline, pipelines).some((one) => one.job.environment !== null)
      )
        continue;
      told.add(pipeline.file);
      ctx.report({ at: job.deploys, message: `\`${job.id}\` deploys with secrets that belong to no environment.`, subject: pipeline.file });
    }
  },
});
