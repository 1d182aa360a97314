import { defineRule, type JobStep } from '../../src/rule.ts';
import { actionOf } from '../shared/pipelines/action-releases.ts';
import { github, job, project } from '../shared/pipelines/examples.ts';

const flow = (checkout: string, path: string, more = '', mark = '') =>
  project(
    github(
      job(
        'build',
        `      - uses: ${checkout}${mark}\n${more}      - uses: actions/upload-artifact@v4\n        with:\n          path: ${path}\n          include-hidden-files: true\n`,
      ),
    ),
  );

export default defineRule({
  id: 'ci/checkout-credentials-persisted',
  title: 'Checkout leaves a token on disk in a job that uploads artifacts',
  severity: 'note',
  topic: 5,
  since: '0.1.0',
  why: 'Before its sixth release actions/checkout keeps the token in .git/config: an artifact of the whole folder carries it to everybody who may load it.',
  fix: 'Set `persist-credentials: false` at the checkout, or upload only what is needed.',
  autofix: 'safe',
  links: ['https://docs.zizmor.sh/audits/#artipacked', 'https://github.com/actions/checkout/releases/tag/v6.0.0'],
  cwe: ['CWE-522'],
  examples: {
    bad: [flow('actions/checkout@v4', '.', '', ' # !')],
    good: [
      flow('actions/checkout@v6', '.'),
      flow('actions/checkout@v4', '.', '        with:\n          persist-credentials: false\n'),
      flow('actions/checkout@v4', 'dist/'),
    ],
  },

  needs: ['pipelines', 'repository'],
  check({ pipelines, repository }, ctx) {
    for (const { jobs, file } of pipelines.filter(({ system }) => system === 'github')) {
      for (const { steps, id } of jobs) {
        const at = steps.findIndex((step) => {
          const action = actionOf(step, repository);
          return (
            action?.name === 'actions/checkout' &&
            (action.version?.[0] ?? 6) < 6 &&
            step.inputs.get('persist-credentials')?.text !== 'false' &&
            !step.inputs.has('path')
          );
        });
        const checkout = steps[at];
        if (checkout === undefined || !steps.slice(at).some(uploadsAll)) continue;
        ctx.report({
          at: checkout.at,
          message: `The token that this leaves in .git/config goes into the artifact of \`${id}\`.`,
          subject: `${file} ${id}`,
        });
      }
    }
  },
});

/** Since its release 4.4 the upload leaves hidden files out unless it is told. */
function uploadsAll({ uses, inputs }: JobStep): boolean {
  const path = inputs.get('path')?.text.trim() ?? '';
  const isWhole = /^(\.|\.\/|\$\{\{\s*github\.workspace\s*\}\}\/?)$/.test(path);
  return uses?.startsWith('actions/upload-artifact@') === true && isWhole && inputs.get('include-hidden-files')?.text === 'true';
}
