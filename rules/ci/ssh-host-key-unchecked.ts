import { defineRule, type Job, type JobStep, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { mentionIn } from '../shared/code/mentions.ts';
import { bitbucket, circleci, circleJob, github, gitlab, jenkins, job, project, run, sh, stage } from '../shared/pipelines/examples.ts';
import { stepsOnce } from '../shared/pipelines/production.ts';

const DEPLOY = 'ssh -o StrictHostKeyChecking=no deploy@shop.example "cd /srv && git pull"';
const KEYSCAN = 'ssh-keyscan shop.example >> ~/.ssh/known_hosts';

export default defineRule({
  id: 'ci/ssh-host-key-unchecked',
  title: 'SSH host key verification disabled',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Whoever answers at that address is taken for the server: he gets the code, and what the deployment sends with it.',
  fix: 'Keep the public host key of the server with the secrets, write it into known_hosts before the first connection, and leave the check on.',
  autofix: 'unsafe',
  links: [
    'https://man.openbsd.org/ssh_config#StrictHostKeyChecking',
    'https://docs.ansible.com/ansible/latest/inventory_guide/connection_details.html#managing-host-key-checking',
  ],
  cwe: ['CWE-322'],
  examples: {
    bad: [
      project(github(job('deploy', run(DEPLOY, ' # !')))),
      project(github(job('deploy', run(`scp -o UserKnownHostsFile=/dev/null app.tar deploy@shop.example:/srv`, ' # !')))),
      project(github(job('deploy', `      - run: |\n          ${KEYSCAN} # !\n          ssh deploy@shop.example "git pull"\n`))),
      project(
        gitlab(
          `deploy:\n  script:\n    - echo "StrictHostKeyChecking no" >> ~/.ssh/config # !\n    - ssh deploy@shop.example "git pull"\n`,
        ),
      ),
      project(
        github(
          job('deploy', `${run('ansible-playbook site.yml')}        env: # !\n          ANSIBLE_HOST_KEY_CHECKING: "False"\n`)
            .replace(' # !', '')
            .replace('"False"', '"False" # !'),
        ),
      ),
      project(circleci(circleJob('deploy', `      - run: ${DEPLOY} # !\n`), '      - deploy\n')),
      project(bitbucket(`  default:\n    - step:\n        script:\n          - ${DEPLOY} # !\n`)),
      project(jenkins(stage('Deploy', sh(DEPLOY, ' # !')))),
      project({ ...github(job('deploy', run('./deploy.sh'))), 'deploy.sh': `#!/bin/sh\n${DEPLOY} # !\n` }),
      project({ ...github(job('deploy', run('ansible-playbook site.yml'))), 'ansible.cfg': '[defaults]\nhost_key_checking = False # !\n' }),
    ],
    good: [
      project(github(job('deploy', run('ssh -o UserKnownHostsFile=known_hosts deploy@shop.example "git pull"')))),
      project(github(job('test', run('ssh -o StrictHostKeyChecking=no user@localhost true')))),
      project(github(job('test', run('ssh -p 2222 -o StrictHostKeyChecking=no user@127.0.0.1 true')))),
      project(github(job('deploy', run('ssh -o StrictHostKeyChecking=accept-new deploy@shop.example "git pull"')))),
      project({ 'docs/notes.md': `${DEPLOY}\n` }),
      project({ 'apps/libs/ansible/ansible.cfg': '[defaults]\nhost_key_checking = False\n' }),
      project({ 'vagrant/ansible.cfg': '[defaults]\nhost_key_checking = False\n' }),
      project(github(job('test', run('vagrant up && ssh -o StrictHostKeyChecking=no -i key vagrant@192.0.2.1 true')))),
    ],
  },

  needs: ['pipelines', 'repository'],
  check({ pipelines, repository }, ctx) {
    const told = new Set<string>();
    const tell = (at: Span, what: string, isNote: boolean) => {
      // One place in a file is enough to tell of.
      if (told.has(at.file)) return;
      told.add(at.file);
      ctx.report({
        at,
        message: isNote
          ? `${what} takes any key that the network hands out: that is no check.`
          : `${what}: any server that answers is trusted.`,
        subject: at.file,
        ...(isNote ? ({ severity: 'note', because: 'the key is asked of the network once, and then held against it' } as const) : {}),
      });
    };
    for (const { step, job } of stepsOnce(pipelines)) {
      const found = inStep(step, job, repository);
      if (found !== null) tell(found.at, found.what, found.isNote);
    }
    const settings = mentionIn(
      repository,
      /^((deploy\w*|infra\w*|ops|devops|provision\w*|ansible|playbooks?|scripts)\/)*ansible\.cfg$/,
      /^[ \t]*host_key_checking[ \t]*[=:][ \t]*(False|false|no|0)\b/m,
    );
    if (settings !== null && !LOCAL.test(settings.file)) tell(trimmed(settings, repository), 'Ansible checks no host keys', false);
  },
});

const LOCAL = /(^|[/_.-])(vagrant|molecule|tests?|dev|docker|local|examples?)([/_.-]|$)/i;
const OPTION = /StrictHostKeyChecking[ =]+["']?(no|off)\b|UserKnownHostsFile[ =]+["']?\/dev\/null/i;
const VARIABLE = /^(false|no|0)$/i;

interface Found {
  readonly at: Span;
  readonly what: string;
  readonly isNote: boolean;
}

function inStep(step: JobStep, job: Job, repository: Pick<RepositoryFacts, 'read'>): Found | null {
  const text = step.script?.text ?? '';
  if (/\bvagrant\b|terraform (apply|output)|\bmultipass\b|@(localhost|127\.0\.0\.1)\b/.test(text)) return null;
  for (const { argv, at, name } of step.commands) {
    const words = argv.map((word) => (word.kind === 'known' ? word.value : '?')).join(' ');
    if (name !== null && OPTION.test(words)) return { at, what: 'The check of host keys is off', isNote: false };
  }
  const written = inText(step, OPTION, repository);
  if (written !== null) return { at: written, what: 'The check of host keys is off', isNote: false };
  const variable = step.variables.get('ANSIBLE_HOST_KEY_CHECKING');
  if (variable?.kind === 'known' && VARIABLE.test(variable.value) && variable.origin.step === 'env' && variable.origin.at !== undefined)
    return { at: variable.origin.at, what: 'Ansible checks no host keys', isNote: false };
  const asks = step.commands.find(({ name }) => name === 'ssh-keyscan');
  return asks === undefined || job.deploys === null ? null : { at: asks.at, what: '`ssh-keyscan` in the job itself', isNote: true };
}

/** Where a text stands that a script only writes. */
function inText({ script }: JobStep, pattern: RegExp, { read }: Pick<RepositoryFacts, 'read'>): Span | null {
  if (script === null || !pattern.test(script.text)) return null;
  const source = (read(script.at.file) ?? '').slice(script.at.start, script.at.end);
  const found = pattern.exec(source);
  if (found === null) return null;
  const line = source.slice(source.lastIndexOf('\n', found.index) + 1).split('\n', 1)[0] ?? '';
  // Comments, and hosts of the machine itself.
  if (/^\s*#/.test(line) || /localhost|127\.0\.0\.1/.test(line)) return null;
  return { file: script.at.file, start: script.at.start + found.index, end: script.at.start + found.index + found[0].length };
}

function trimmed(at: Span, { read }: Pick<RepositoryFacts, 'read'>): Span {
  const text = (read(at.file) ?? '').slice(at.start, at.end);
  return { ...at, start: at.start + (text.length - text.trimStart().length) };
}
