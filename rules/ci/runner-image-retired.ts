import { defineRule } from '../../src/rule.ts';
import { github, project } from '../shared/pipelines/examples.ts';
import { retiredImage } from '../shared/pipelines/runner-images.ts';

const on = (runner: string, more = '') =>
  project(github(`  test:\n${more}    runs-on: ${runner}\n    steps:\n      - run: python manage.py test\n`));

export default defineRule({
  id: 'ci/runner-image-retired',
  title: 'Retired runner image',
  severity: 'error',
  topic: 9,
  since: '0.1.0',
  why: 'No machine answers to the label any more: the job waits until it is cancelled, and what depends on it never runs.',
  fix: 'Use ubuntu-24.04 or ubuntu-latest.',
  autofix: 'safe',
  links: ['https://github.com/actions/runner-images/issues/11101', 'https://github.com/actions/runner-images#available-images'],
  examples: {
    bad: [
      on('ubuntu-20.04 # !'),
      on('[ubuntu-18.04] # !'),
      on('macos-12 # !'),
      on(`\${{ matrix.os }} # !`, '    strategy:\n      matrix:\n        os: [ubuntu-24.04, windows-2019]\n'),
    ],
    good: [
      on('ubuntu-latest'),
      on('ubuntu-22.04'),
      on('[self-hosted, ubuntu-20.04]'),
      on(`\${{ vars.RUNNER }}`),
      project(github('  test:\n    runs-on: { group: ours, labels: ubuntu-20.04 }\n    steps:\n      - run: python manage.py test\n')),
    ],
  },

  needs: ['pipelines'],
  check({ pipelines }, ctx) {
    for (const { jobs, file } of pipelines.filter(({ system }) => system === 'github')) {
      for (const { id, runners } of jobs) {
        // With labels of its own beside it, the label is one of the owner's machines.
        const isOwn = runners.some(({ label }) => label === 'self-hosted');
        for (const { label, at } of isOwn ? [] : runners) {
          const retired = retiredImage(label, ctx.today);
          if (retired === null) continue;
          ctx.report({
            at,
            message: `\`${label}\` was removed on ${retired.since}: job \`${id}\` never starts.`,
            subject: `${file} ${id} ${label}`,
            fix: `Use ${retired.instead} or the latest image.`,
          });
        }
      }
    }
  },
});
