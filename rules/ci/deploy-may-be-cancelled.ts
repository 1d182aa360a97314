import { defineRule } from '../../src/rule.ts';
import { github, job, project, run, SSH } from '../shared/pipelines/examples.ts';
import { rollouts } from '../shared/pipelines/production.ts';

const deploy = (more: string, on = 'on: push\n') => project(github(job('deploy', run(SSH), more), on));

export default defineRule({
  id: 'ci/deploy-may-be-cancelled',
  title: 'cancel-in-progress on a deploying workflow',
  severity: 'warning',
  topic: 9,
  since: '0.1.0',
  why: 'The next push ends the run wherever it stands: half-way through migrate, or between pull and restart.',
  fix: 'Set `cancel-in-progress: false` where the workflow deploys.',
  autofix: 'safe',
  links: ['https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#concurrency'],
  examples: {
    bad: [
      deploy('    concurrency:\n      group: production # !\n      cancel-in-progress: true\n'),
      deploy('', 'on: push\nconcurrency:\n  group: ci # !\n  cancel-in-progress: true\n'),
    ],
    good: [
      deploy('    concurrency:\n      group: production\n      cancel-in-progress: false\n'),
      deploy('    concurrency: production\n'),
      deploy('', `on: push\nconcurrency:\n  group: ci-\${{ github.sha }}\n  cancel-in-progress: true\n`),
      deploy('', `on: push\nconcurrency:\n  group: ci\n  cancel-in-progress: \${{ github.ref != 'refs/heads/main' }}\n`),
      project(github(job('test', run('pytest')), 'on: push\nconcurrency:\n  group: ci\n  cancel-in-progress: true\n')),
    ],
  },

  needs: ['pipelines'],
  check({ pipelines }, ctx) {
    const told = new Set<string>();
    for (const { pipeline, job } of rollouts(pipelines)) {
      const found = [job.concurrency, pipeline.concurrency].find((one) => one?.cancels === 'yes' && !isApart(one.group ?? ''));
      if (found === undefined || found === null || told.has(pipeline.file)) continue;
      told.add(pipeline.file);
      ctx.report({
        at: found.at,
        message: `A newer run cancels \`${job.id}\` while it deploys.`,
        subject: pipeline.file,
        related: job.deploys === null ? [] : [{ at: job.deploys, message: 'it deploys here' }],
      });
    }
  },
});

/** A group of each commit, run or pull request has one run only on the branch that deploys. */
function isApart(group: string): boolean {
  return /github\.(sha|run_id|run_number|event\.pull_request)/.test(group);
}
