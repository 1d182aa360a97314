import { type Command, defineRule } from '../../src/rule.ts';
import { gitlab, jenkins, sh, stage } from '../shared/pipelines/examples.ts';
import { django } from '../shared/values/examples.ts';

const workflow = (command: string) =>
  `on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          ssh deploy@server "cd /srv/mysite && ${command}\n`;

export default defineRule({
  id: 'ci/remote-shell-syntax',
  title: 'Remote deploy script needs bash but gets sh',
  severity: 'note',
  topic: 9,
  since: '0.1.0',
  why: 'useradd gives new users /bin/sh, and ssh runs the command with it: the first `source` stops the deployment with code 127.',
  fix: 'Write `.` instead of `source`, or run the command through `bash -c`.',
  autofix: 'safe',
  links: ['https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_19'],
  examples: {
    bad: [
      { ...django(), '.github/workflows/deploy.yml': workflow('source venv/bin/activate && git pull" # !') },
      { ...django(), ...gitlab('deploy:\n  script:\n    - ssh deploy@server "source venv/bin/activate && git pull" # !\n') },
      { ...django(), ...jenkins(stage('Deploy', sh('ssh deploy@server "source venv/bin/activate && git pull"', ' # !'))) },
    ],
    good: [
      { ...django(), '.github/workflows/deploy.yml': workflow('. venv/bin/activate && git pull"') },
      { ...django(), '.github/workflows/deploy.yml': workflow('git pull"') },
    ],
  },
  needs: ['pipelines'],
  check({ pipelines }, ctx) {
    for (const pipeline of pipelines) {
      const commands = pipeline.jobs.flatMap((job) => job.steps.flatMap((step) => step.commands));
      for (const command of commands.filter((one) => one.remote && needsBash(one))) {
        ctx.report({
          at: command.at,
          message: `\`${command.name}\` on the remote machine is bash: a login shell of /bin/sh stops here with code 127.`,
          subject: pipeline.file,
        });
      }
    }
  },
});

function needsBash(command: Command): boolean {
  return command.name === 'source' || command.name === '[[' || command.name === 'shopt' || command.name === 'pushd';
}
