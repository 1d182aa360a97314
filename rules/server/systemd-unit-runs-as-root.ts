import { defineRule, type Process, type Value } from '../../src/rule.ts';
import { byUnit } from '../shared/processes/start-example.ts';
import { isDroppedInto, isOfUser } from '../shared/processes/units.ts';

const EXEC = 'gunicorn mysite.wsgi --bind 127.0.0.1:8000';

/** The unit of an example with another line for the user. */
function asUser(line: string, exec = EXEC, section = '[Service]'): Record<string, string> {
  const files = byUnit(exec);
  return { ...files, 'mysite.service': (files['mysite.service'] ?? '').replace('User=deploy\n', line).replace('[Service]', section) };
}

export default defineRule({
  id: 'server/systemd-unit-runs-as-root',
  title: 'Django service runs as root under systemd',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'A system unit without `User=` runs as root: whoever gets code into the application, through a package or an upload, owns the machine.',
  fix: 'Add `User=` and `Group=` with an account of its own to [Service].',
  autofix: 'unsafe',
  links: ['https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#User='],
  cwe: ['CWE-250'],
  examples: {
    bad: [
      asUser('', EXEC, '[Service] # !'),
      asUser('User=root # !\n'),
      asUser('', 'python manage.py qcluster', '[Service] # !'),
      asUser('Group=www-data\n', 'uvicorn mysite.asgi:application', '[Service] # !'),
    ],
    good: [
      byUnit(EXEC),
      asUser('DynamicUser=yes\n'),
      asUser('', `${EXEC} --user www-data`),
      asUser('', 'uwsgi --module mysite.wsgi --uid www-data --http 127.0.0.1:8000'),
      { ...asUser(''), 'mysite.service.d/user.conf': '[Service]\nUser=deploy\n' },
      { ...asUser(''), 'mysite.service': (asUser('')['mysite.service'] ?? '').replace('multi-user.target', 'default.target') },
    ],
    undecided: [asUser('User={{ app_user }}\n')],
  },
  needs: ['processes', 'repository'],
  check({ processes, repository }, ctx) {
    for (const process of processes) {
      const { unit, user, settings } = process;
      if (unit === null || settings === null || isOfUser(unit) || isDroppedInto(unit, repository)) continue;
      if (unit.sandboxing.includes('DynamicUser') || startsContainer(process)) continue;
      const other = droppedTo(process);
      if (other !== null) continue;
      ctx.expect(
        user,
        (name) => name !== 'root' && name !== '0',
        (_name, decided) => ({
          at: unit.user === null ? unit.at : decided,
          message: `\`${unit.file}\` runs the application as root${unit.user === null ? ': it sets no `User=`' : ''}.`,
          subject: unit.file,
        }),
      );
    }
  },
});

/** The server itself changes to another user once it has its sockets. */
function droppedTo({ server, command }: Process): Value<string> | null {
  const option = server?.option('user') ?? server?.option('uid') ?? null;
  if (option !== null) return option;
  const words = command.kind === 'known' ? command.value : [];
  return words.find((word) => word.kind === 'known' && /^--uid(=|$)/.test(word.value)) ?? null;
}

function startsContainer({ unit }: Process): boolean {
  return unit?.execLines.some((line) => line.words.some(({ text }) => /(^|\/)(docker|podman)(-compose)?$/.test(text))) ?? false;
}
