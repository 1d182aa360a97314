import { defineRule } from '../../src/rule.ts';
import { actionOf, RETIRED_ACTIONS } from '../shared/pipelines/action-releases.ts';
import { github, job, project } from '../shared/pipelines/examples.ts';
import { stepsOnce } from '../shared/pipelines/production.ts';

const uses = (action: string, mark = '') => project(github(job('test', `      - uses: ${action}${mark}\n`)));

export default defineRule({
  id: 'ci/action-retired',
  title: 'Action version that GitHub fails outright',
  severity: 'error',
  topic: 9,
  since: '0.1.0',
  why: 'The run stops at this step: "automatically failed because it uses a deprecated version". Nothing behind it is tested or deployed.',
  fix: 'Use actions/upload-artifact, actions/download-artifact and actions/cache from v4 on.',
  autofix: 'safe',
  links: [
    'https://github.blog/changelog/2024-04-16-deprecation-notice-v3-of-the-artifact-actions/',
    'https://github.com/actions/cache/discussions/1510',
  ],
  examples: {
    bad: [
      uses('actions/upload-artifact@v3', ' # !'),
      uses('actions/download-artifact@v2.1.1', ' # !'),
      uses('actions/cache@v2', ' # !'),
      uses('actions/cache@v4.1.2', ' # !'),
      project({
        ...github('  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ./.github/actions/keep\n'),
        '.github/actions/keep/action.yml': 'runs:\n  using: composite\n  steps:\n    - uses: actions/cache@v1 # !\n',
      }),
    ],
    good: [
      uses('actions/upload-artifact@v4'),
      uses('actions/cache@v3'),
      uses('actions/cache@v4.2.0'),
      uses('actions/checkout@v2'),
      uses('actions/cache@5a3ec84eff668545956fd18022155c47e93e2684 # v4.2.3'),
    ],
    undecided: [project(github('  test:\n    runs-on: self-hosted\n    steps:\n      - uses: actions/upload-artifact@v3\n'))],
  },

  needs: ['pipelines', 'repository'],
  check({ pipelines, repository }, ctx) {
    for (const { job, step } of stepsOnce(pipelines.filter(({ system }) => system === 'github'))) {
      const action = actionOf(step, repository);
      const retired = RETIRED_ACTIONS.find(
        (one) => one.name === action?.name && one.since <= ctx.today && action.version !== null && one.isRetired(action.version),
      );
      if (action === null || retired === undefined) continue;
      if (job.runners.some(({ label }) => label === 'self-hosted')) {
        ctx.undecided('A server of GitHub Enterprise may still take this version.', action.at);
        continue;
      }
      ctx.report({
        at: action.at,
        message: `GitHub fails every run that uses \`${action.name}\` at this version, since ${retired.since}.`,
        subject: `${action.at.file} ${action.name}`,
        fix: `Use ${retired.instead}.`,
      });
    }
  },
});
