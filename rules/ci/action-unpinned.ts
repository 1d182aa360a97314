import { defineRule, type Job } from '../../src/rule.ts';
import { actionOf } from '../shared/pipelines/action-releases.ts';
import { github, job, project } from '../shared/pipelines/examples.ts';
import { stepsOnce } from '../shared/pipelines/production.ts';

const SECRET = `        with:\n          key: \${{ secrets.SSH_KEY }}\n`;
const uses = (action: string, more = '', mark = '') => project(github(job('deploy', `      - uses: ${action}${mark}\n${more}`)));

export default defineRule({
  id: 'ci/action-unpinned',
  title: 'Third-party action on a mutable reference',
  severity: 'note',
  topic: 5,
  since: '0.1.0',
  why: 'Whoever moves the tag or pushes to the branch runs code of his own in the job that holds the secrets.',
  fix: 'Pin the commit, with the release as a comment: `uses: owner/action@<commit> # v1.2.3`.',
  autofix: 'unsafe',
  links: [
    'https://docs.zizmor.sh/audits/#unpinned-uses',
    'https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions',
  ],
  cwe: ['CWE-829'],
  examples: {
    bad: [uses('appleboy/ssh-action@master', SECRET, ' # !'), uses('appleboy/ssh-action@v1', SECRET, ' # !')],
    good: [
      uses('appleboy/ssh-action@0ff4204d59e8e51228ff73bce53f80d53301dee2', SECRET),
      uses('appleboy/ssh-action@v1'),
      uses('actions/checkout@v6', SECRET),
      uses('./.github/actions/deploy', SECRET),
      uses('appleboy/ssh-action@v1', `        with:\n          key: \${{ secrets.GITHUB_TOKEN }}\n`),
    ],
  },

  needs: ['pipelines', 'repository'],
  check({ pipelines, repository }, ctx) {
    const told = new Set<string>();
    for (const { step, job } of stepsOnce(pipelines.filter(({ system }) => system === 'github'))) {
      const action = actionOf(step, repository);
      if (action === null || action.isCommit || /^(actions|github)\//.test(action.name) || !holdsSecrets(job)) continue;
      const isBranch = /^(main|master|head|develop|dev|trunk|latest)$/i.test(action.ref);
      const key = `${action.name} ${isBranch}`;
      if (told.has(key)) continue;
      told.add(key);
      ctx.report({
        at: action.at,
        message: isBranch
          ? `\`${action.name}\` is whatever its branch \`${action.ref}\` holds today, in a job that has secrets.`
          : `\`${action.name}\` is pinned by a tag, which its owner can move, in a job that has secrets.`,
        subject: action.name,
        ...(isBranch ? ({ severity: 'warning' } as const) : {}),
      });
    }
  },
});

/** Every step of a job can take what the runner holds; the token of the run itself is no such secret. */
function holdsSecrets({ secrets }: Job): boolean {
  return secrets.some((name) => name !== 'GITHUB_TOKEN');
}
