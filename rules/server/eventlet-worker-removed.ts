import { defineRule, type ReleaseRange } from '../../src/rule.ts';
import { byCompose, byConfig, byProcfile, byUnit } from '../shared/processes/start-example.ts';
import { isAtLeast } from '../shared/values/release.ts';

/** The files of an example with another requirement for gunicorn. */
function requiring(line: string, files: Record<string, string>): Record<string, string> {
  return { ...files, 'requirements.txt': `Django==5.2.8\n${line}\n` };
}

const LINE = 'gunicorn mysite.wsgi --bind 0.0.0.0:8000 -k eventlet';

export default defineRule({
  id: 'server/eventlet-worker-removed',
  title: 'Eventlet worker class with a gunicorn that removed it',
  severity: 'error',
  topic: 2,
  since: '0.1.0',
  why: 'gunicorn 26.0 dropped the eventlet worker: the server stops at the start because it does not find the class.',
  fix: 'Use `--worker-class gthread --threads 4`, or gevent.',
  autofix: 'unsafe',
  links: ['https://gunicorn.org/news/'],
  examples: {
    bad: [
      requiring('gunicorn==27.0.1', byCompose(`${LINE} # !`)),
      requiring('gunicorn>=26', byProcfile(`${LINE} # !`)),
      requiring('gunicorn==26.0.0', byConfig("worker_class = 'eventlet' # !\n")),
      requiring('gunicorn', byUnit(`${LINE} # !`)),
    ],
    good: [
      byCompose(LINE),
      requiring('gunicorn==25.3.0', byUnit(LINE)),
      requiring('gunicorn<26', byUnit(LINE)),
      requiring('gunicorn==27.0.1', byCompose('gunicorn mysite.wsgi --bind 0.0.0.0:8000 -k gevent')),
    ],
  },
  needs: ['processes', 'deployment'],
  check({ processes, deployment }, ctx) {
    const range = deployment.project?.packages.range('gunicorn') ?? null;
    const removed = range === null ? 'maybe' : isAtLeast(range, '26');
    if (removed === 'no') return;
    for (const process of processes) {
      if (process.server?.software !== 'gunicorn') continue;
      ctx.expect(
        process.server.workerClass,
        (name) => (/^(egg:gunicorn#)?eventlet$|^gunicorn\.workers\.geventlet\./.test(name) ? (range === null ? 'maybe' : 'no') : 'yes'),
        (_name, decided) => ({
          at: decided,
          message: `\`${process.name}\` asks gunicorn for its eventlet worker, which 26.0 removed: the server does not start.`,
          subject: process.name,
          ...(removed === 'maybe' && range !== null ? unpinned(range) : {}),
        }),
      );
    }
  },
});

function unpinned({ origin }: ReleaseRange) {
  return {
    severity: 'note',
    because: 'the requirement still allows an older gunicorn',
    related: [{ at: origin, message: 'a new installation brings the newest gunicorn' }],
  } as const;
}
