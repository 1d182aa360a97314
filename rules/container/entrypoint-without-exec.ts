import { defineRule, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { startScripts } from '../shared/processes/start-scripts.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const SCRIPT = '#!/bin/sh\nset -e\npython manage.py migrate --noinput\n';
const image = (last: string, more = '') => ({
  ...django(),
  'entrypoint.sh': `${SCRIPT}${more}${last}\n`,
  Dockerfile: DOCKERFILE.replace('CMD [', 'ENTRYPOINT ["/app/entrypoint.sh"]\nCMD ['),
});

export default defineRule({
  id: 'container/entrypoint-without-exec',
  title: 'Entrypoint script does not exec the server',
  severity: 'warning',
  topic: 2,
  since: '0.1.0',
  why: 'The shell stays process 1 and hands no signal on: at each deployment the server never hears that it shall stop, and is killed after the grace period with requests in flight.',
  fix: 'End the script with `exec "$@"`.',
  autofix: 'safe',
  links: ['https://docs.docker.com/reference/dockerfile/#entrypoint', 'https://docs.docker.com/build/building/best-practices/#entrypoint'],
  cross: true,
  examples: {
    bad: [image('"$@" # !'), image('gunicorn mysite.wsgi --bind 0.0.0.0:8000 --workers 3 # !')],
    good: [
      image('exec "$@"'),
      image('exec gunicorn mysite.wsgi \\\n  --bind 0.0.0.0:8000 \\\n  --workers 3'),
      image('exec gunicorn mysite.wsgi --bind 0.0.0.0:8000'),
      // Hands the signal on itself.
      image('gunicorn mysite.wsgi --bind 0.0.0.0:8000', 'trap "kill -TERM $PID" TERM\n'),
      // Several programs under a supervisor.
      image('supervisord -n'),
      // What runs last is not plain.
      image('if [ -n "$1" ]; then exec "$@"; fi'),
      { ...django(), Dockerfile: DOCKERFILE, 'scripts/dev.sh': '#!/bin/sh\ngunicorn mysite.wsgi\n' },
    ],
  },
  needs: ['processes', 'repository'],
  check({ processes, repository }, ctx) {
    const told = new Set<string>();
    for (const process of processes) {
      if (process.host !== 'container' || (process.server === null && process.taskQueue === null)) continue;
      for (const file of startScripts([process], repository)) {
        const at = told.has(file) ? null : lastCommand(file, repository);
        if (at === null) continue;
        told.add(file);
        ctx.report({
          at,
          message: `\`${file}\` starts ${process.taskQueue === null ? 'the server' : `\`${process.name}\``} as its child: SIGTERM never reaches it and it is killed with ${process.taskQueue === null ? 'requests' : 'tasks'} in flight.`,
          subject: file,
          related: [{ at: process.at, message: `\`${process.name}\` runs the script` }],
        });
      }
    }
  },
});

const SERVER = /^("\$@"|\$@|"?\$\*"?|gunicorn|uvicorn|daphne|hypercorn|granian|uwsgi|celery)(?=\s|$)(?!.*&\s*$)/;

/** The last command of a script when it starts what is to stay, without `exec`. */
function lastCommand(file: string, { read }: Pick<RepositoryFacts, 'read'>): Span | null {
  const text = read(file);
  if (text === null || !/^#!.*sh\b/.test(text) || /^\s*trap\s/m.test(text)) return null;
  const lines: { text: string; start: number }[] = [];
  let offset = 0;
  let continued = false;
  for (const line of text.split('\n')) {
    const last = lines.at(-1);
    if (continued && last !== undefined) last.text += `\n${line}`;
    else if (line.trim() !== '' && !line.trimStart().startsWith('#')) lines.push({ text: line, start: offset });
    continued = /\\\s*$/.test(line);
    offset += line.length + 1;
  }
  const last = lines.at(-1);
  if (last === undefined || !SERVER.test(last.text) || /[;|]|&&/.test(last.text)) return null;
  const [first = ''] = last.text.split('\n');
  return { file, start: last.start, end: last.start + first.trimEnd().length };
}
