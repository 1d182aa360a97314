import { defineRule, type JobStep, type Pipeline, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { github, job, project, run } from '../shared/pipelines/examples.ts';
import { stepsOnce } from '../shared/pipelines/production.ts';

const flow = (steps: string, on = 'on: issue_comment\n') => project(github(job('answer', steps), on));
const TITLE = `echo "\${{ github.event.issue.title }}"`;

export default defineRule({
  id: 'ci/template-injection',
  title: 'Untrusted event data expanded inside a run script',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'GitHub writes the text into the script before the shell reads it: a title such as `"; curl …` is a command in a job that has a token.',
  fix: 'Hand the value over through `env:` and use it as `"$VARIABLE"`.',
  autofix: 'unsafe',
  links: ['https://docs.zizmor.sh/audits/#template-injection', 'https://docs.github.com/en/actions/concepts/security/script-injections'],
  cwe: ['CWE-94'],
  examples: {
    bad: [
      flow(`      - run: |\n          date\n          ${TITLE} # !\n`),
      flow(run(`echo "\${{ github.head_ref }}" # !`), 'on: pull_request_target\n'),
      flow(run(`echo "\${{ github.event.pull_request.title }}" # !`), 'on: pull_request\n'),
      flow(
        `      - uses: actions/github-script@v8\n        with:\n          script: |\n            console.log("\${{ github.event.comment.body }}") # !\n`,
      ),
    ],
    good: [
      flow(`      - run: echo "$TITLE"\n        env:\n          TITLE: \${{ github.event.issue.title }}\n`),
      flow(`      - run: date\n        if: contains(github.event.comment.body, '/deploy')\n`),
      flow(run(`echo "\${{ github.event.issue.number }} \${{ github.sha }}"`)),
      flow(`      - uses: example/notify@v1\n        with:\n          text: \${{ github.event.issue.title }}\n`),
      flow(run(`echo "\${{ contains(github.event.issue.title, 'x') }}"`)),
    ],
  },

  needs: ['pipelines', 'repository'],
  check({ pipelines, repository }, ctx) {
    for (const { step, job, pipeline } of stepsOnce(pipelines.filter(({ system }) => system === 'github'))) {
      const found = injected(step, repository);
      if (found === null) continue;
      const { name, at } = found;
      ctx.report({
        at,
        message: `\`${name}\` is text of a stranger, and becomes part of the script.`,
        subject: `${pipeline.file} ${job.id} ${name}`,
        ...(isOpenToAll(pipeline) ? {} : ({ severity: 'warning', because: 'runs that strangers start have no secrets here' } as const)),
      });
    }
  },
});

/** Events that anybody causes, and that run with the secrets of the repository. */
function isOpenToAll({ triggers }: Pipeline): boolean {
  return triggers.some(({ event }) => /^(issues|issue_comment|discussion\w*|pull_request_target|workflow_run|workflow_call)$/.test(event));
}

const UNTRUSTED =
  /\$\{\{\s*(github\.(?:head_ref|event\.(?:(?:issue|pull_request|discussion)\.(?:title|body)|(?:comment|review|review_comment)\.body|pull_request\.head\.(?:ref|label|repo\.default_branch)|head_commit\.(?:message|author\.(?:email|name))|commits\S*\.(?:message|author\.(?:email|name))|workflow_run\.head_branch)))\s*\}\}/;

function injected(
  { script, uses, inputs }: JobStep,
  { read }: Pick<RepositoryFacts, 'read'>,
): { readonly name: string; readonly at: Span } | null {
  const at = script?.at ?? (uses?.startsWith('actions/github-script@') === true ? inputs.get('script')?.at : undefined);
  if (at === undefined) return null;
  const found = UNTRUSTED.exec((read(at.file) ?? '').slice(at.start, at.end));
  if (found === null) return null;
  const start = at.start + found.index;
  return { name: found[1] ?? '', at: { file: at.file, start, end: start + found[0].length } };
}
