import { type Answer, type Deployment, defineRule, type Process, type RepositoryFacts } from '../../src/rule.ts';
import { sentryInits } from '../shared/logs/sentry.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const INIT = "import sentry_sdk\n\nsentry_sdk.init(dsn='https://key@o1.ingest.sentry.io/1')";
const file = (environment = '') => `services:\n  web:\n    build: .\n${environment}`;

function project(init: string, staging = ''): Record<string, string> {
  return { ...django(`${init}\n`), Dockerfile: DOCKERFILE, 'docker-compose.staging.yml': file(staging), 'docker-compose.prod.yml': file() };
}

export default defineRule({
  id: 'logging/sentry-environment-missing',
  title: 'Sentry environment not distinguished',
  severity: 'note',
  topic: 8,
  since: '0.1.0',
  why: 'The SDK calls every environment "production": errors of the staging site raise the alarm, and hide those of the real one.',
  fix: 'Pass environment=os.environ["SENTRY_ENVIRONMENT"], and set the variable in each deployment.',
  autofix: 'unsafe',
  links: ['https://docs.sentry.io/platforms/python/configuration/environments/'],
  examples: {
    bad: [project(`${INIT} # !`)],
    good: [
      project(INIT.replace("')", "', environment='staging')")),
      project(INIT, '    environment:\n      SENTRY_ENVIRONMENT: staging\n'),
      { ...django(`${INIT}\n`), Dockerfile: DOCKERFILE, 'docker-compose.prod.yml': file() },
      project(
        INIT.replace("dsn='https://key@o1.ingest.sentry.io/1'", "dsn=os.environ['SENTRY_DSN']").replace('import', 'import os\nimport'),
      ),
    ],
    undecided: [project(INIT, '    env_file: staging.env\n'), project(INIT.replace("')", "', **options)"))],
  },

  needs: ['deployment', 'repository'],
  check({ deployment, repository }, ctx) {
    const { deployments } = repository.model;
    const stages = deployments.filter(({ project }) => project !== null && project === deployment.project);
    if (!isStage(deployment) || stages.every(isStage)) return;
    for (const call of sentryInits(repository)) {
      // Only an address that is written out is the same everywhere.
      if (call.argument('environment') !== null || !/^['"]https:/.test(call.argument('dsn')?.text ?? '')) continue;
      const named = namesEnvironment(deployment, repository);
      if (named === 'yes') continue;
      if (named === 'maybe' || !call.complete)
        ctx.undecided(`Whether ${deployment.id} names its environment to Sentry is not known.`, call.at);
      else
        ctx.report({
          at: call.at,
          message: `${deployment.id} reports to the same Sentry project as production and names no environment: its errors are filed as production.`,
          subject: 'sentry_sdk.init',
        });
    }
  },
});

function isStage({ id }: Deployment): boolean {
  return /(^|[/._-])(stag(e|ing)|preprod|pre-prod|uat|qa|demo|review|sandbox)([/._-]|$)/i.test(id);
}

function namesEnvironment({ processes }: Deployment, { codeMentions }: RepositoryFacts): Answer {
  if (codeMentions(/SENTRY_ENVIRONMENT/).items.length > 0) return 'maybe';
  const answers = processes.filter(({ settings }) => settings !== null).map(gives);
  return answers.includes('yes') ? 'yes' : answers.includes('maybe') ? 'maybe' : 'no';
}

function gives({ environment }: Process): Answer {
  if (environment.variables.has('SENTRY_ENVIRONMENT')) return 'yes';
  return environment.closed === true ? 'no' : 'maybe';
}
