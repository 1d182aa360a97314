import { type Command, defineRule, type Process, type RepositoryFacts } from '../../src/rule.ts';
import { gitlab, jenkins, sh, stage } from '../shared/pipelines/examples.ts';
import { django, unit } from '../shared/values/examples.ts';

const workflow = (command: string, mark = '') =>
  `on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          ssh deploy@server "cd /srv/mysite && \\\n            git pull && \\\n            ${command}"${mark}\n`;

export default defineRule({
  id: 'ci/deploy-drops-requests',
  title: 'Deployment restarts the server instead of reloading it',
  severity: 'warning',
  topic: 9,
  since: '0.1.0',
  why: 'A restart refused 17 of 60 requests where a reload refused none: between stop and start nothing listens.',
  fix: 'Add ExecReload=/bin/kill -s HUP $MAINPID to the unit and deploy with `systemctl reload`, or put a socket unit in front.',
  autofix: 'unsafe',
  links: ['https://docs.gunicorn.org/en/stable/signals.html', 'https://docs.gunicorn.org/en/stable/deploy.html#systemd'],
  cross: true,
  examples: {
    bad: [
      {
        ...django(),
        'mysite.service': unit('RuntimeDirectory=mysite\n'),
        '.github/workflows/deploy.yml': workflow('sudo systemctl restart mysite', ' # !'),
      },
      {
        ...django(),
        'mysite.service': unit('RuntimeDirectory=mysite\n'),
        ...gitlab('deploy:\n  script:\n    - ssh deploy@server "git pull && sudo systemctl restart mysite" # !\n'),
      },
      {
        ...django(),
        'mysite.service': unit('RuntimeDirectory=mysite\n'),
        ...jenkins(stage('Deploy', sh('ssh deploy@server "git pull && sudo systemctl restart mysite"', ' # !'))),
      },
    ],
    good: [
      {
        ...django(),
        'mysite.service': unit('RuntimeDirectory=mysite\nExecReload=/bin/kill -s HUP $MAINPID\n'),
        '.github/workflows/deploy.yml': workflow('sudo systemctl reload mysite'),
      },
      {
        ...django(),
        'mysite.service': unit('Requires=mysite.socket\n'),
        'mysite.socket': '[Socket]\nListenStream=/run/mysite/app.sock\n',
        '.github/workflows/deploy.yml': workflow('sudo systemctl restart mysite'),
      },
      {
        ...django(),
        'mysite.service': unit('RuntimeDirectory=mysite\n'),
        '.github/workflows/deploy.yml': workflow('sudo systemctl restart postgresql'),
      },
    ],
  },
  needs: ['pipelines', 'repository'],
  check({ pipelines, repository }, ctx) {
    const commands = pipelines.flatMap((pipeline) =>
      pipeline.jobs.flatMap((job) =>
        job.deploys === null ? [] : job.steps.flatMap((step) => step.commands.map((command) => ({ pipeline, command }))),
      ),
    );
    for (const { pipeline, command } of commands) {
      const name = restartedUnit(command);
      const process = name === null ? undefined : webUnit(repository, name);
      if (name === null || !process?.unit || process.unit.socketActivated) continue;
      ctx.report({
        at: command.at,
        message: `The deployment restarts \`${name}\`: requests that arrive between stop and start are refused.`,
        subject: `${pipeline.file} ${name}`,
        related: [
          {
            at: process.unit.reload ?? process.unit.at,
            message: process.unit.reload === null ? 'the unit has no ExecReload' : 'the unit can reload',
          },
        ],
      });
    }
  },
});

function restartedUnit(command: Command): string | null {
  if (command.name !== 'systemctl' && command.name !== 'service') return null;
  const words = command.argv.slice(1).flatMap((word) => (word.kind === 'known' && !word.value.startsWith('-') ? [word.value] : []));
  const [first, second] = words;
  const [verb, name] = command.name === 'systemctl' ? [first, second] : [second, first];
  return verb === 'restart' && name !== undefined ? name.replace(/\.service$/, '') : null;
}

function webUnit(repository: RepositoryFacts, name: string): Process | undefined {
  return repository.model.deployments
    .flatMap((deployment) => deployment.processes)
    .find((process) => process.server !== null && process.unit !== null && process.unit.file.split('/').at(-1) === `${name}.service`);
}
