import { defineRule, type Process, type Unit } from '../../src/rule.ts';
import { byUnit } from '../shared/processes/start-example.ts';
import { isDroppedInto } from '../shared/processes/units.ts';

const GUNICORN = 'gunicorn mysite.wsgi --bind 127.0.0.1:8000';

export default defineRule({
  id: 'server/systemd-type-mismatch',
  title: 'systemd waits for a sign that the server never gives',
  severity: 'error',
  topic: 2,
  since: '0.1.0',
  why: 'With Type=notify systemd waits for a message that uvicorn, hypercorn, daphne, granian, waitress and Celery do not send, with Type=forking for the process to leave: after the start timeout it kills the server, again and again.',
  fix: 'Use `Type=exec` (gunicorn and uWSGI: `Type=notify`).',
  autofix: 'safe',
  links: ['https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Type=', 'https://gunicorn.org/deploy/#systemd'],
  examples: {
    bad: [
      byUnit('uvicorn mysite.asgi:application', 'Type=notify # !\n'),
      byUnit('daphne mysite.asgi:application', 'Type=notify # !\n'),
      byUnit('python manage.py qcluster', 'Type=notify # !\n'),
      byUnit(GUNICORN, 'Type=forking # !\n'),
    ],
    good: [
      byUnit(GUNICORN, 'Type=notify\n'),
      byUnit('uvicorn mysite.asgi:application', 'Type=exec\n'),
      byUnit('uvicorn mysite.asgi:application'),
      byUnit(`${GUNICORN} --daemon --pid /run/mysite.pid`, 'Type=forking\nPIDFile=/run/mysite.pid\n'),
      { ...byUnit('uvicorn mysite.asgi:application', 'Type=notify\n'), 'requirements.txt': 'Django==5.2.8\nuvicorn\nsdnotify==0.3.2\n' },
      { ...byUnit('uvicorn mysite.asgi:application', 'Type=notify\n'), 'mysite.service.d/type.conf': '[Service]\nType=exec\n' },
    ],
  },
  needs: ['processes', 'deployment', 'repository'],
  check({ processes, deployment, repository }, ctx) {
    const packages = deployment.project?.packages;
    if (['sdnotify', 'systemd-python', 'cysystemd', 'sd-notify'].some((name) => packages?.installs(name) === 'yes')) return;
    for (const process of processes) {
      const { unit } = process;
      if (unit === null || isDroppedInto(unit, repository) || usesNotify(unit)) continue;
      const [type] = unit.get('Service', 'Type').slice(-1);
      const program = silent(process);
      if (type === undefined || program === null) continue;
      if (unit.type === 'notify' && program !== 'gunicorn' && program !== 'uwsgi')
        ctx.report({
          at: type.at,
          message: `\`${unit.file}\` waits for a message of readiness, and ${program} sends none: systemd kills it after the start timeout.`,
          subject: unit.file,
        });
      if (unit.type === 'forking' && unit.get('Service', 'PIDFile').length === 0) judgeForking(process, program, type.at, ctx);
    }
  },
});

function judgeForking(process: Process, program: string, at: Unit['at'], ctx: Parameters<ReturnType<typeof defineRule>['check']>[1]): void {
  const daemon = process.server?.daemon ?? process.taskQueue?.daemon;
  if (daemon === undefined || process.unit === null) return;
  const { file } = process.unit;
  ctx.expect(
    daemon,
    (leaves) => leaves,
    () => ({
      at,
      message: `\`${file}\` waits for ${program} to go to the background, and it stays: systemd kills it after the start timeout.`,
      subject: file,
    }),
  );
}

/** The program that the unit starts, when it is known. */
function silent({ server, taskQueue }: Process): string | null {
  return server?.software ?? taskQueue?.software ?? null;
}

/** A shell line or a wrapper may send the message in its stead. */
function usesNotify({ execLines }: Unit): boolean {
  return execLines.some(({ words }) => words.some(({ text }) => /systemd-notify|(^|\/)(ba|da|z)?sh$/.test(text)));
}
