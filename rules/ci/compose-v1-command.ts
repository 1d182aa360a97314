import { type Command, defineRule, type Job } from '../../src/rule.ts';
import { github, gitlab, job, project, run } from '../shared/pipelines/examples.ts';
import { stepsOnce } from '../shared/pipelines/production.ts';

const UP = 'docker-compose up -d';

export default defineRule({
  id: 'ci/compose-v1-command',
  title: 'docker-compose v1 command',
  severity: 'warning',
  topic: 9,
  since: '0.1.0',
  why: 'Version 1 has had no releases since 2023, and GitHub took it off its machines in 2024: the step ends with "command not found".',
  fix: 'Write `docker compose`.',
  autofix: 'safe',
  links: ['https://github.com/actions/runner-images/issues/9692', 'https://docs.docker.com/compose/releases/migrate/'],
  examples: {
    bad: [
      project(github(job('test', run(`${UP} # !`)))),
      project(github(job('test', '      - run: |\n          docker-compose build # !\n          docker-compose up -d\n'))),
      project(github(job('deploy', run(`ssh deploy@shop.example "cd /srv && ${UP}" # !`)))),
    ],
    good: [
      project(github(job('test', run('docker compose up -d')))),
      project(github(job('test', `${run('pip install docker-compose')}${run(UP)}`))),
      project(
        github(
          job(
            'test',
            `${run('curl -L https://github.com/docker/compose/releases/download/1.29.2/docker-compose-Linux-x86_64 -o /usr/local/bin/docker-compose')}${run(UP)}`,
          ),
        ),
      ),
      project(github('  test:\n    runs-on: self-hosted\n    steps:\n      - run: docker-compose up -d\n')),
      project(gitlab('test:\n  image: docker/compose:1.29.2\n  script: [docker-compose up -d]\n')),
      project(github(job('test', `      - uses: KengoTODA/actions-setup-docker-compose@v1\n${run(UP)}`))),
    ],
  },

  needs: ['pipelines'],
  check({ pipelines }, ctx) {
    const told = new Set<string>();
    for (const { step, job, pipeline } of stepsOnce(pipelines.filter(({ system }) => system === 'github'))) {
      const call = step.commands.find(({ name }) => name === 'docker-compose');
      const key = `${pipeline.file} ${call?.remote ?? false}`;
      if (call === undefined || told.has(key) || bringsIt(job) || (!call.remote && !isHosted(job))) continue;
      told.add(key);
      ctx.report({
        at: call.at,
        message: call.remote
          ? 'The server is asked for `docker-compose`, the first version, which has had no releases since 2023.'
          : "`docker-compose` is not on GitHub's machines any more: the step fails.",
        subject: `${pipeline.file} docker-compose`,
        ...lowered(call),
      });
    }
  },
});

function lowered(call: Command) {
  return call.remote ? ({ severity: 'note', because: 'what the server has installed is not in the repository' } as const) : {};
}

function isHosted({ runners, image }: Job): boolean {
  return image === null && runners.length > 0 && runners.every(({ label }) => /^ubuntu-(latest|22\.04|24\.04|26\.04)(-arm)?$/.test(label));
}

/** The job itself installs it, or makes the word mean the second version. */
function bringsIt({ steps }: Job): boolean {
  return steps.some(
    ({ script, uses }) =>
      /docker-?compose/i.test(uses ?? '') ||
      /(install|download|curl|wget|ln -s|alias|add)\b[^\n]*docker-compose|docker\/compose\/releases/.test(
        (script?.text ?? '').replace(/\\\n/g, ' '),
      ),
  );
}
