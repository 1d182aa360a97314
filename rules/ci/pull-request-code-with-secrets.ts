import { defineRule, type Job, type JobStep, type Pipeline } from '../../src/rule.ts';
import { github, project, run } from '../shared/pipelines/examples.ts';

const HEAD = `\${{ github.event.pull_request.head.sha }}`;
const checkout = (ref: string, more = '') => `      - uses: actions/checkout@v6\n        with:\n          ref: ${ref}\n${more}`;
const flow = (steps: string, more = '', on = 'on: pull_request_target\n') =>
  project(github(`  check:\n    runs-on: ubuntu-latest\n${more}    steps:\n${steps}`, on));

export default defineRule({
  id: 'ci/pull-request-code-with-secrets',
  title: 'pull_request_target runs pull-request code with secrets',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'The event gives the job the token and the secrets of the repository, and the code that it then runs comes from a fork: anybody who opens a pull request has both.',
  fix: 'Use the event `pull_request`, which runs without secrets, or do not check out and run what the pull request brings.',
  autofix: 'unsafe',
  links: [
    'https://docs.zizmor.sh/audits/#dangerous-triggers',
    'https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/',
  ],
  cwe: ['CWE-829'],
  examples: {
    bad: [
      flow(`${checkout(`${HEAD} # !`)}${run('pip install -r requirements.txt')}`),
      flow(`${checkout(`\${{ github.head_ref }} # !`)}${run('pytest')}`),
      flow(
        `${checkout(`\${{ github.event.workflow_run.head_sha }} # !`)}${run('make build')}`,
        '',
        'on:\n  workflow_run:\n    workflows: [ci]\n    types: [completed]\n',
      ),
      flow(`${run('gh pr checkout 5 # !')}${run('npm ci')}`),
    ],
    good: [
      flow(`${checkout(HEAD)}${run('pytest')}`, '', 'on: pull_request\n'),
      flow(`      - uses: actions/checkout@v6\n${run('pytest')}`),
      flow(`      - uses: actions/labeler@v6\n`),
      flow(`${checkout(HEAD)}${run('git diff --stat')}`),
      flow(
        `${checkout('refs/pull/5/merge')}${run('pytest')}`,
        '    if: github.event.pull_request\n',
        'on:\n  pull_request:\n  workflow_run:\n    workflows: [ci]\n',
      ),
      flow(`${checkout(HEAD)}${run('pytest')}`, '    permissions: {}\n'),
    ],
    undecided: [flow(`${checkout(HEAD)}${run('pytest')}`, "    if: contains(github.event.pull_request.labels.*.name, 'safe to test')\n")],
  },

  needs: ['pipelines'],
  check({ pipelines }, ctx) {
    for (const pipeline of pipelines) {
      const trigger = pipeline.triggers.find(({ event }) => event === 'pull_request_target' || event === 'workflow_run');
      if (trigger === undefined) continue;
      for (const job of pipeline.jobs) {
        const found = takesForeignCode(job, trigger.event);
        if (found === null || isPowerless(job, pipeline)) continue;
        if (found.isGuarded) {
          ctx.undecided('A condition decides whose pull requests are run.', job.condition?.at ?? job.at);
          continue;
        }
        ctx.report({
          at: found.at,
          message: `\`${job.id}\` runs the code of pull requests from forks with the secrets of the repository.`,
          subject: `${pipeline.file} ${job.id}`,
          related: [
            { at: trigger.at, message: 'the event that hands them over' },
            { at: found.runs.at, message: 'code of the pull request runs here' },
          ],
        });
      }
    }
  },
});

/** Without secrets and without a right of the token there is nothing to take. */
function isPowerless({ permissions, secrets }: Job, pipeline: Pipeline): boolean {
  const own = permissions ?? pipeline.permissions;
  return own?.all === 'none' && secrets.length === 0;
}

const FOREIGN = /github\.event\.pull_request\.(head\.|number)|github\.head_ref|github\.event\.number|refs\/pull\//;
const FOLLOWED = /github\.event\.workflow_run\.head_/;
/** Programs that run what a checkout holds. */
const RUNS =
  /^(pip3?|python[\d.]*|manage\.py|pytest|tox|nox|poetry|uv|pipenv|pdm|make|npm|npx|yarn|pnpm|docker|docker-compose|bash|sh|pre-commit|mkdocs|cargo|go|bundle|node|coverage|hatch|just|invoke|playwright)$/;

function takesForeignCode(job: Job, event: string) {
  const at = job.steps.findIndex((step) => placeOfForeign(step, event) !== null);
  const [step] = at === -1 ? [] : job.steps.slice(at);
  const runs =
    at === -1
      ? undefined
      : job.steps.slice(at).find(({ commands, script }) => script !== null && commands.some((one) => isRunning(one.name, one.argv)));
  const place = step === undefined ? null : placeOfForeign(step, event);
  if (place === null || runs === undefined) return null;
  const conditions = [job.condition, step?.condition ?? null, runs.condition];
  // A label, an author or a repository that is asked for keeps strangers out.
  const isGuarded = conditions.some(
    (one) =>
      one !== null &&
      /label|author_association|head\.repo|actor|repository|sender|user\.login|fork|team|event_name|event ==|needs\.|steps\./.test(
        one.text,
      ),
  );
  return { at: place, runs, isGuarded };
}

function isRunning(name: string | null, argv: JobStep['commands'][number]['argv']): boolean {
  const [first] = argv;
  return (name !== null && RUNS.test(name)) || (first?.kind === 'known' && first.value.startsWith('./'));
}

function placeOfForeign({ uses, inputs, commands }: JobStep, event: string): JobStep['at'] | null {
  if (uses?.startsWith('actions/checkout@') === true) {
    const ref = inputs.get('ref') ?? inputs.get('repository');
    return ref !== undefined && (event === 'workflow_run' ? FOLLOWED : FOREIGN).test(ref.text) ? ref.at : null;
  }
  const taken =
    event !== 'pull_request_target'
      ? undefined
      : commands.find(
          ({ name, argv }) =>
            name === 'gh' &&
            argv[1]?.kind === 'known' &&
            argv[1].value === 'pr' &&
            argv[2]?.kind === 'known' &&
            argv[2].value === 'checkout',
        );
  return taken?.at ?? null;
}
