import { defineRule } from '../../src/rule.ts';
import { byUnit } from '../shared/processes/start-example.ts';
import { isDroppedInto, isOfUser, isTimed } from '../shared/processes/units.ts';

const EXEC = 'gunicorn mysite.wsgi --bind 127.0.0.1:8000';

export default defineRule({
  id: 'server/systemd-restart-missing',
  title: 'Unit does not restart after a crash',
  severity: 'warning',
  topic: 2,
  since: '0.1.0',
  why: 'Restart= is `no` by default: once the server is killed for memory or crashes, the site stays down until somebody notices.',
  fix: 'Add `Restart=on-failure` and `RestartSec=3` to [Service].',
  autofix: 'safe',
  links: ['https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Restart='],
  examples: {
    bad: [
      { ...byUnit(EXEC), 'mysite.service': unitWith('[Service] # !', '') },
      { ...byUnit(EXEC), 'mysite.service': unitWith('[Service]', 'Restart=no # !\n') },
      { ...byUnit(EXEC), 'mysite.service': unitWith('[Service] # !', '').replace('gunicorn mysite.wsgi', 'python manage.py qcluster') },
    ],
    good: [
      byUnit(EXEC, 'Restart=always\n'),
      byUnit(EXEC, 'Restart=on-failure\n'),
      { ...byUnit('gunicorn mysite.wsgi'), 'mysite.socket': '[Socket]\nListenStream=/run/mysite.sock\n' },
      byUnit('python manage.py clearsessions', 'Type=oneshot\n'),
      { ...byUnit(EXEC), 'mysite.service.d/restart.conf': '[Service]\nRestart=always\n' },
      { ...byUnit('python manage.py qcluster'), 'mysite.timer': '[Timer]\nOnCalendar=daily\n' },
    ],
    undecided: [byUnit(EXEC, 'Restart={{ restart }}\n')],
  },
  needs: ['processes', 'repository'],
  check({ processes, repository }, ctx) {
    for (const process of processes) {
      const { unit, restart } = process;
      if (unit === null || (process.server === null && process.taskQueue === null) || unit.type === 'oneshot') continue;
      // The next connection starts it again.
      if (unit.socketActivated) continue;
      if (isDroppedInto(unit, repository) || isTimed(unit, repository) || isOfUser(unit)) continue;
      if (restart === null) {
        ctx.report({ at: unit.at, message: `\`${unit.file}\` sets no \`Restart=\`: after a crash it stays down.`, subject: unit.file });
        continue;
      }
      ctx.expect(
        restart,
        (when) => when !== 'no',
        (_when, decided) => ({
          at: decided,
          message: `\`${unit.file}\` sets \`Restart=no\`: after a crash it stays down.`,
          subject: unit.file,
        }),
      );
    }
  },
});

function unitWith(section: string, lines: string): string {
  return (byUnit(EXEC, lines)['mysite.service'] ?? '').replace('[Service]', section);
}
