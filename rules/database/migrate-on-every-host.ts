import { type Answer, type Context, defineRule, type PlaybookTask } from '../../src/rule.ts';
import { answer, or } from '../shared/values/answer.ts';
import { django } from '../shared/values/examples.ts';

const HOSTS = '[web]\nweb1.example.net\nweb2.example.net\n';
const MIGRATE = '    - name: migrate # !\n      command: ./manage.py migrate --noinput chdir=/srv/mysite\n';
const play = (task: string, more = '', hosts = HOSTS) => ({
  ...django(),
  'deploy/hosts': hosts,
  'deploy/ansible.cfg': '[defaults]\ninventory = hosts\n',
  'deploy/site.yml': `- hosts: web\n${more}  tasks:\n${task}`,
});
const quiet = (lines: string) => MIGRATE.replace(' # !', '') + lines;

export default defineRule({
  id: 'database/migrate-on-every-host',
  title: 'migrate runs on every host in parallel',
  severity: 'warning',
  topic: 3,
  since: '0.1.0',
  why: 'Ansible runs a task on all hosts of the play at once and Django takes no lock: migrations collide, and one host stops with half of them done.',
  fix: 'Add `run_once: true` to the task.',
  autofix: 'safe',
  links: [
    'https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_strategies.html#running-on-a-single-machine-with-run-once',
    'https://docs.ansible.com/ansible/latest/collections/community/general/django_manage_module.html',
  ],
  cwe: ['CWE-362'],
  examples: {
    bad: [
      play(MIGRATE),
      play('    - community.general.django_manage: # !\n        command: migrate\n        app_path: /srv/mysite\n'),
      play('    - shell: | # !\n        cd /srv/mysite\n        python manage.py migrate --noinput\n'),
      play(MIGRATE, '', '[web]\nweb[1:4].example.net\n'),
    ],
    good: [
      play(quiet('      run_once: true\n')),
      play(quiet('      throttle: 1\n')),
      play(quiet('      when: inventory_hostname == groups["web"][0]\n')),
      play(quiet('      delegate_to: "{{ groups.web | first }}"\n')),
      play(quiet(''), '  serial: 1\n'),
      play(quiet(''), '', '[web]\nweb1.example.net\n'),
      play('    - command: ./manage.py collectstatic chdir=/srv/mysite\n'),
    ],
    undecided: [
      play(quiet(''), '', 'web1.example.net\n'),
      play(quiet('      run_once: "{{ once }}"\n')),
      play(quiet('      when: is_primary\n')),
    ],
  },

  needs: ['playbooks'],
  check({ playbooks }, ctx) {
    for (const task of playbooks.tasks) {
      if (!task.commands.some((one) => one.management?.name === 'migrate' && !isPlan(one.argv))) continue;
      judge(task, ctx);
    }
  },
});

/** `migrate --plan` and `--check` change nothing. */
function isPlan(argv: PlaybookTask['commands'][number]['argv']): boolean {
  return argv.some((word) => word.kind === 'known' && /^--(plan|check)$/.test(word.value));
}

function judge(task: PlaybookTask, ctx: Context): void {
  const { play } = task;
  if (play === null || (play.hostCount !== null && play.hostCount < 2)) return;
  const once = or(isOnce(task), inTurn(task), onOneHost(task));
  if (once === 'yes') return;
  if (once === 'maybe' || play.hostCount === null) {
    ctx.undecided('On how many hosts it runs at once is not known.', task.at);
    return;
  }
  ctx.report({
    at: task.at,
    message: `migrate runs on all ${play.hostCount} hosts of the play at the same time.`,
    subject: 'migrate',
    related: [{ at: play.at, message: 'the play names the hosts' }],
  });
}

function isOnce(task: PlaybookTask): Answer {
  const once = task.keyword('run_once');
  const delegate = task.keyword('delegate_to');
  if (delegate.kind !== 'known' || (delegate.value !== undefined && delegate.value !== null)) return 'yes';
  if (once.kind !== 'known') return 'maybe';
  return answer(once.value === true);
}

/** One host after the other. */
function inTurn({ keyword, play }: PlaybookTask): Answer {
  const throttle = keyword('throttle');
  const serial = play?.serial ?? null;
  const bySerial: Answer = serial === null ? 'no' : serial.kind !== 'known' ? 'maybe' : answer(serial.value === 1 || serial.value === '1');
  return or(throttle.kind !== 'known' ? 'maybe' : answer(throttle.value === 1), bySerial);
}

/** A condition may leave one host: one that speaks of hosts does. */
function onOneHost({ conditions }: PlaybookTask): Answer {
  if (conditions.some((one) => /inventory_hostname|groups\b|play_hosts|ansible_play/.test(one))) return 'yes';
  return conditions.length > 0 ? 'maybe' : 'no';
}
