import { defineRule } from '../../src/rule.ts';
import { type DeployScript, deployScripts } from '../shared/pipelines/deploy-script.ts';
import { bitbucket, circleci, circleJob, github, gitlab, job, project, run } from '../shared/pipelines/examples.ts';

const action = (script: string, more = '', ref = 'v1') =>
  project(
    github(
      job(
        'deploy',
        `      - uses: appleboy/ssh-action@${ref}\n        with:\n          host: shop.example\n${more}          script: |\n${script}`,
      ),
    ),
  );
const LINES =
  '            cd /srv\n            git pull # !\n            pip install -r requirements.txt\n            sudo systemctl restart shop\n';
const HEREDOC = (first: string, mark = '') =>
  `      - run: |\n          ssh deploy@shop.example <<'EOF'\n          ${first}git pull${mark}\n          python manage.py migrate\n          EOF\n`;

export default defineRule({
  id: 'ci/remote-script-ignores-failures',
  title: 'Remote deploy script ignores failures',
  severity: 'warning',
  topic: 9,
  since: '0.1.0',
  why: 'The shell on the server goes on after a command that fails, and tells only how the last one ended: a failed install or migrate is followed by a restart, and the job is green.',
  fix: 'Begin the script with `set -e`, or join its commands with `&&`.',
  autofix: 'safe',
  links: [
    'https://github.com/appleboy/ssh-action/pull/368',
    'https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#set',
  ],
  examples: {
    bad: [
      action(LINES),
      // The option is gone since 1.2.1, and ignored with a warning.
      action(LINES, '          script_stop: true\n'),
      project(github(job('deploy', HEREDOC('', ' # !')))),
      project(github(job('deploy', run('ssh deploy@shop.example "git pull; python manage.py migrate" # !')))),
      project(gitlab('deploy:\n  script:\n    - ssh deploy@shop.example "git pull; python manage.py migrate" # !\n')),
      project(
        circleci(
          circleJob('deploy', '      - run: ssh deploy@shop.example "git pull; python manage.py migrate" # !\n'),
          '      - deploy\n',
        ),
      ),
      project(
        bitbucket(
          '  default:\n    - step:\n        name: deploy\n        script:\n          - ssh deploy@shop.example "git pull; python manage.py migrate" # !\n',
        ),
      ),
    ],
    good: [
      action(`            set -e\n${LINES.replace(' # !', '')}`),
      action(LINES.replace(' # !', ''), '          script_stop: true\n', 'v1.0.3'),
      action('            cd /srv && git pull && pip install -r requirements.txt && sudo systemctl restart shop\n'),
      action('            cd /srv\n            make deploy\n'),
      project(github(job('deploy', HEREDOC('set -euo pipefail\n          ')))),
      project(github(job('deploy', run('ssh deploy@shop.example "git pull && python manage.py migrate"')))),
      project(
        github(
          job(
            'deploy',
            '      - run: |\n          git pull\n          python manage.py migrate\n          ssh deploy@shop.example "docker compose up -d"\n',
          ),
        ),
      ),
    ],
  },

  needs: ['pipelines', 'repository'],
  check({ pipelines, repository }, ctx) {
    for (const script of deployScripts(pipelines, repository)) {
      if (script.kind === 'job' || stops(script)) continue;
      const found = looseAfter(script);
      if (found === null) continue;
      ctx.report({
        at: found,
        message: 'When this command fails on the server, the script goes on with the next one.',
        subject: `${script.pipeline.file} ${script.job.id}`,
      });
    }
  },
});

/** `set -e` in any spelling; or the option of the action, where its release still has it. */
function stops({ text, step, job, start }: DeployScript): boolean {
  // The beginning of a text over ssh stands before the first command that is one.
  const before = job.steps.find(({ script }) => script !== null && script.at.start <= start && start <= script.at.end)?.script?.text ?? '';
  if (/\bset -\w*e|\bset -o errexit|bash -\w*e\w*\b|sh -e\b|\bpipefail\b.*-e/.test(`${text}\n${step.script === null ? '' : before}`))
    return true;
  const release = /@v?(\d+)\.(\d+)(?:\.(\d+))?$/.exec(step.uses ?? '');
  const isOld =
    release !== null &&
    (Number(release[1]) < 1 ||
      (Number(release[1]) === 1 && (Number(release[2]) < 2 || (Number(release[2]) === 2 && Number(release[3] ?? 9) < 1))));
  return isOld && step.inputs.get('script_stop')?.text === 'true';
}

/** The first act that another one follows without `&&` between them. */
function looseAfter({ lines, text, start }: DeployScript) {
  for (let i = 0; i + 1 < lines.length; i++) {
    const [one, next] = [lines[i], lines[i + 1]];
    if (one === undefined || next === undefined || one.conditional || next.conditional) continue;
    const between = text
      .slice(one.at.end - start, next.at.start - start)
      .replace(/\\\r?\n/g, ' ')
      .replace(/(&&|\|\|)\s*\n/g, '$1 ');
    if (/[;\n]/.test(between.replace(/#[^\n]*/g, ''))) return one.at;
  }
  return null;
}
