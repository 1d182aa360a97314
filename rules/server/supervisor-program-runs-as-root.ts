import { type Answer, defineRule, type Process, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { program, supervisor } from '../shared/processes/supervisor-example.ts';
import { django } from '../shared/values/examples.ts';

const WEB = (lines = '') => program('web', 'gunicorn mysite.wsgi --bind 127.0.0.1:8000', lines);
const CONTAINER = (dockerfile = '') => ({
  Dockerfile: `FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n${dockerfile}CMD ["supervisord", "-n", "-c", "/app/deploy/supervisord.conf"]\n`,
  'docker-compose.yml': 'services:\n  web:\n    build: .\n',
});
const marked = (text: string) => text.replace(/^(\[program:web\])$/m, '$1 # !');

export default defineRule({
  id: 'server/supervisor-program-runs-as-root',
  title: 'Supervisor program runs as root',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'supervisord runs as root and changes the user of a program only when `user` says so: whoever breaks into the application owns the machine.',
  fix: 'Set `user` in the section of the program to an account of its own.',
  autofix: 'unsafe',
  links: [
    'https://supervisord.org/configuration.html#program-x-section-settings',
    'https://supervisord.org/configuration.html#supervisord-section-settings',
  ],
  cwe: ['CWE-250'],
  examples: {
    bad: [
      { ...django(), 'deploy/supervisord.conf': marked(supervisor(WEB())['deploy/supervisord.conf'] ?? '') },
      { ...django(), 'deploy/supervisord.conf': marked(supervisor(WEB('user=root\n'))['deploy/supervisord.conf'] ?? '') },
      { ...django(), ...CONTAINER(), 'deploy/supervisord.conf': marked(`[supervisord]\nnodaemon=true\n${WEB()}`) },
      // Only root can start another program as somebody else.
      { ...django(), 'etc/app.conf': marked(`${WEB()}${program('other', 'python manage.py rqworker', 'user=deploy\n')}`) },
    ],
    good: [
      { ...django(), ...supervisor(WEB('user=deploy\n')) },
      { ...django(), ...supervisor(WEB(), 'user=deploy') },
      { ...django(), ...CONTAINER('USER 1000\n'), 'deploy/supervisord.conf': `[supervisord]\nnodaemon=true\n${WEB()}` },
      // The server changes its user itself.
      { ...django(), ...supervisor(program('web', 'gunicorn mysite.wsgi --user deploy --bind 127.0.0.1:8000')) },
      { ...django(), ...supervisor(program('node', 'node server.js')) },
    ],
    undecided: [
      { ...django(), 'etc/app.conf': WEB() },
      { ...django(), ...supervisor(WEB('user=%(ENV_APP_USER)s\n')) },
    ],
  },

  needs: ['deployment', 'repository'],
  check({ deployment, repository }, ctx) {
    const { processes } = deployment;
    const evidence = processes.some((one) => one.host === 'machine' && switches(one)) ? 'yes' : 'maybe';
    for (const process of processes) {
      const { program: section, settings, taskQueue, user } = process;
      if (section === null || (settings === null && taskQueue === null) || dropsRights(process)) continue;
      if (user.kind === 'known' && !/^(root|0)(:|$)/.test(user.value)) continue;
      const isRoot =
        user.kind !== 'known'
          ? 'maybe'
          : process.host === 'container' || section.get('user') !== null
            ? 'yes'
            : startedByRoot(process, evidence, repository);
      if (isRoot === 'maybe') ctx.undecided(`Whether \`${process.name}\` runs as root is not known.`, section.at);
      else
        ctx.report({
          at: section.at,
          message: `\`${process.name}\` runs as root: ${section.get('user') === null ? 'neither its section nor that of supervisord names a user' : 'its section says so'}.`,
          subject: process.name,
          ...placeOfUser(section.get('user')?.at),
        });
    }
  },
});

function placeOfUser(at: Span | undefined) {
  return at === undefined ? {} : { related: [{ at, message: 'the user is named here' }] };
}

/** A program that names another user: only root may switch to it. */
function switches({ program: section, user }: Process): boolean {
  return section !== null && section.get('user') !== null && user.kind === 'known' && user.value !== 'root';
}

/** Nothing tells who starts supervisord, except what only root can do. */
function startedByRoot({ program: section }: Process, evidence: Answer, { read, model }: Pick<RepositoryFacts, 'read' | 'model'>): Answer {
  if (section === null || evidence === 'yes') return evidence;
  const logs = ['stdout_logfile', 'stderr_logfile'].some((option) => /^\/var\/log\//.test(section.get(option)?.text ?? ''));
  const daemon = /^(logfile|pidfile)\s*=\s*\/var\//m.test(read(section.file) ?? '');
  const installed = model.playbooks?.installed.some(
    ({ path, to }) => path === section.file && to?.kind === 'known' && to.value.startsWith('/etc/'),
  );
  return logs || daemon || installed === true ? 'yes' : 'maybe';
}

/** Servers and workers that start as root and go on as somebody else. */
function dropsRights({ command }: Process): boolean {
  return (
    command.kind === 'known' &&
    command.value.some((word) => word.kind === 'known' && /^(--user|--uid|-u|--user=.+|--uid=.+)$/.test(word.value))
  );
}
