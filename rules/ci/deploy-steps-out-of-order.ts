import { defineRule, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { type DeployAct, type DeployScript, deployScripts } from '../shared/pipelines/deploy-script.ts';
import { bitbucket, circleci, circleJob, github, gitlab, job, project, run } from '../shared/pipelines/examples.ts';
import { callsOfProcess } from '../shared/processes/management.ts';

const ssh = (text: string) => `ssh deploy@shop.example "${text}"`;
const RESTART_FIRST = 'git pull && sudo systemctl restart shop && python manage.py migrate';

export default defineRule({
  id: 'ci/deploy-steps-out-of-order',
  title: 'Deploy steps in the wrong order',
  severity: 'error',
  topic: 9,
  since: '0.1.0',
  why: 'The new code serves on the old schema, or commands run with packages and code of the release before: pages fail until the rest has run, or for good.',
  fix: 'Pull, install, migrate, collectstatic, and restart last.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/howto/deployment/', 'https://docs.djangoproject.com/en/stable/topics/migrations/'],
  examples: {
    bad: [
      project(github(job('deploy', run(`${ssh(RESTART_FIRST)} # !`)))),
      project(
        github(
          job(
            'deploy',
            '      - uses: appleboy/ssh-action@v1\n        with:\n          script: |\n            python manage.py migrate # !\n            git pull\n            sudo systemctl restart shop\n',
          ),
        ),
      ),
      project(github(job('deploy', run(`${ssh('git pull && python manage.py migrate && pip install -r requirements.txt')} # !`)))),
      project(
        github(job('deploy', run(`${ssh('git pull && python manage.py collectstatic --noinput && pip install -r requirements.txt')} # !`))),
      ),
      project(gitlab(`deploy:\n  script:\n    - ${ssh(RESTART_FIRST)} # !\n`)),
      project(circleci(circleJob('deploy', `      - run: ${ssh(RESTART_FIRST)} # !\n`), '      - deploy\n')),
      project(bitbucket(`  default:\n    - step:\n        name: deploy\n        script:\n          - ${ssh(RESTART_FIRST)} # !\n`)),
      project(github(job('deploy', run(`${ssh('docker compose up -d && docker compose exec -T web python manage.py migrate')} # !`)))),
    ],
    good: [
      project(
        github(
          job('deploy', run(ssh('git pull && pip install -r requirements.txt && python manage.py migrate && sudo systemctl restart shop'))),
        ),
      ),
      project(github(job('deploy', run(ssh('sudo systemctl restart nginx && python manage.py migrate && sudo systemctl restart shop'))))),
      project(
        github(
          job(
            'deploy',
            run(ssh('docker compose up -d db && docker compose run --rm web python manage.py migrate && docker compose up -d')),
          ),
        ),
      ),
      project(github(job('deploy', run(ssh('sudo systemctl restart shop && python manage.py migrate && sudo systemctl restart shop'))))),
      project(github(job('deploy', run(ssh('git pull && docker compose up -d'))))),
    ],
  },

  needs: ['pipelines', 'repository'],
  check({ pipelines, repository }, ctx) {
    for (const script of deployScripts(pipelines, repository)) {
      const found = script.lines.some(({ conditional }) => conditional) ? null : misplaced(script);
      if (found === null || (found.act === 'up' && migratesItself(repository))) continue;
      ctx.report({
        at: found.at,
        message: `${WORDS[found.act]} comes before ${WORDS[found.before].toLowerCase()}: ${found.then}.`,
        subject: `${script.pipeline.file} ${script.job.id}`,
        related: [{ at: found.late, message: 'this should have run before' }],
        ...(found.act === 'up'
          ? ({ severity: 'warning', because: '`exec` needs containers that are up; `run --rm` does not' } as const)
          : {}),
      });
    }
  },
});

const WORDS: Readonly<Record<DeployAct, string>> = {
  pull: 'The new code',
  install: 'The installation of packages',
  migrate: 'The migration',
  collect: 'The collection of static files',
  restart: 'The restart',
  up: 'The start of the containers',
};

/** What must not stand before what, and what happens then. */
const ORDER: readonly (readonly [DeployAct, DeployAct, string])[] = [
  ['restart', 'migrate', 'the new code serves on the old schema'],
  ['up', 'migrate', 'the new code serves on the old schema'],
  ['migrate', 'install', 'it runs with the packages of the release before'],
  ['collect', 'install', 'it runs with the packages of the release before'],
  ['migrate', 'pull', 'the migrations that the code brings are not run'],
];

interface Misplaced {
  readonly act: DeployAct;
  readonly before: DeployAct;
  readonly then: string;
  readonly at: Span;
  readonly late: Span;
}

/** Only where all of one kind stand before all of the other: what is repeated afterwards mends it. */
function misplaced({ lines }: DeployScript): Misplaced | null {
  for (const [act, before, then] of ORDER) {
    const early = lines.findLastIndex((line) => line.act === act);
    const late = lines.findIndex((line) => line.act === before);
    const [one, other] = [lines[early], lines[late]];
    if (one !== undefined && other !== undefined && early < late) return { act, before, then, at: one.at, late: other.at };
  }
  return null;
}

function migratesItself({ model }: RepositoryFacts): boolean {
  return model.deployments.some(({ processes }) => processes.some((one) => callsOfProcess(one).some(({ name }) => name === 'migrate')));
}
