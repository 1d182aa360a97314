import { defineRule } from '../../src/rule.ts';
import { byCompose, byConfig, byProcfile, byUnit } from '../shared/processes/start-example.ts';

const LINE = 'gunicorn mysite.wsgi --bind 0.0.0.0:8000';

export default defineRule({
  id: 'server/worker-timeout-disabled',
  title: 'Gunicorn worker timeout disabled',
  severity: 'warning',
  topic: 2,
  since: '0.1.0',
  why: 'With a timeout of 0 a worker that hangs is never replaced: with each one the site answers less, until somebody restarts it.',
  fix: 'Set 30 to 120 seconds, in accord with the read timeout of the proxy.',
  autofix: 'unsafe',
  links: ['https://gunicorn.org/reference/settings/#timeout'],
  cwe: ['CWE-400'],
  examples: {
    bad: [
      byCompose(`${LINE} --timeout 0 # !`),
      byProcfile(`${LINE} -t 0 # !`),
      byUnit(`${LINE} --timeout=0 # !`),
      byConfig('timeout = 0 # !\n'),
      byCompose('gunicorn mysite.wsgi', '    environment:\n      GUNICORN_CMD_ARGS: --timeout=0 # !\n'),
    ],
    good: [
      byCompose(LINE),
      byCompose(`${LINE} --timeout 60`),
      {
        ...byCompose(`${LINE} --timeout 0`),
        'cloudbuild.yaml': 'steps:\n  - args: ["run", "deploy", "site"]\n    name: gcr.io/cloud-builders/gcloud\n',
      },
    ],
    undecided: [byProcfile(LINE)],
  },
  needs: ['processes', 'deployment', 'repository'],
  check({ processes, deployment, repository }, ctx) {
    // Cloud Run ends requests by itself, and its own samples turn the timeout off.
    if (deployment.platform?.name === 'cloud-run' || repository.files.some((file) => /(^|\/)cloudbuild\.ya?ml$/.test(file))) return;
    for (const process of processes) {
      if (process.server?.software !== 'gunicorn') continue;
      ctx.expect(
        process.server.timeout,
        (seconds) => seconds !== 0,
        (_seconds, decided) => ({
          at: decided,
          message: `\`${process.name}\` never replaces a worker that hangs: its timeout is 0.`,
          subject: process.name,
        }),
      );
    }
  },
});
