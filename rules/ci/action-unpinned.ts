import { defineRule, type Job, type Span } from '../../src/rule.ts';
import { actionOf } from '../shared/pipelines/action-releases.ts';
import { github, job, project } from '../shared/pipelines/examples.ts';
import { stepsOnce } from '../shared/pipelines/production.ts';
import { named } from '../shared/values/listed-texts.ts';

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
    bad: [
      uses('appleboy/ssh-action@master', SECRET, ' # !'),
      uses('appleboy/ssh-action@v1', SECRET, ' # !'),
      // One decision, one finding.
      uses('appleboy/ssh-action@v1', `${SECRET}      - uses: docker/login-action@v4\n      - uses: docker/build-push-action@v7\n`, ' # !'),
    ],
    good: [
      uses('appleboy/ssh-action@0ff4204d59e8e51228ff73bce53f80d53301dee2', SECRET),
      uses('appleboy/ssh-action@v1'),
      uses('actions/checkout@v6', SECRET),
      uses('./.github/actions/deploy', SECRET),
      uses('appleboy/ssh-action@v1', `        with:\n          key: \${{ secrets.GITHUB_TOKEN }}\n`),
      uses('example/coverage@develop', `        with:\n          github-token: \${{ secrets.github_token }}\n`),
    ],
  },

  needs: ['pipelines', 'repository'],
  check({ pipelines, repository }, ctx) {
    const told = new Set<string>();
    const tagged: { readonly name: string; readonly at: Span }[] = [];
    for (const { step, job } of stepsOnce(pipelines.filter(({ system }) => system === 'github'))) {
      const action = actionOf(step, repository);
      if (action === null || action.isCommit || /^(actions|github)\//.test(action.name) || !holdsSecrets(job)) continue;
      const isBranch = /^(main|master|head|develop|dev|trunk|latest)$/i.test(action.ref);
      const key = `${action.name} ${isBranch}`;
      if (told.has(key)) continue;
      told.add(key);
      if (!isBranch) tagged.push(action);
      else
        ctx.report({
          at: action.at,
          message: `\`${action.name}\` is whatever its branch \`${action.ref}\` holds today, in a job that has secrets.`,
          subject: action.name,
          severity: 'warning',
        });
    }
    const [first, ...others] = tagged;
    if (first === undefined) return;
    const names = named(tagged.map(({ name }) => name));
    ctx.report({
      at: first.at,
      message:
        others.length === 0
          ? `${names} is pinned by a tag, which its owner can move, in a job that has secrets.`
          : `${names} are pinned by tags, which their owners can move, in jobs that have secrets.`,
      subject: 'tags',
      related: others.map(({ name, at }) => ({ at, message: `\`${name}\`` })),
    });
  },
});

/** Every step of a job can take what the runner holds; the token of the run itself is no such secret. */
function holdsSecrets({ secrets }: Job): boolean {
  return secrets.some((name) => name !== 'GITHUB_TOKEN');
}
