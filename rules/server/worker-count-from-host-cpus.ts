import { defineRule, originOf, type Process, placeOf, type Span } from '../../src/rule.ts';
import { byCompose, byConfig } from '../shared/processes/start-example.ts';

const LIMIT = '    cpus: 2\n';

export default defineRule({
  id: 'server/worker-count-from-host-cpus',
  title: 'Worker formula counts host CPUs inside a limited container',
  severity: 'warning',
  topic: 2,
  since: '0.1.0',
  why: 'cpu_count() and nproc tell the CPUs of the machine, not the limit of the container: on a machine with 64 of them one container starts 129 workers and is killed for memory.',
  fix: 'Set WEB_CONCURRENCY in the manifest beside the limit, and use it for the number of workers.',
  autofix: 'unsafe',
  links: ['https://docs.python.org/3/library/os.html#os.cpu_count', 'https://github.com/benoitc/gunicorn/issues/2028'],
  cwe: ['CWE-400'],
  cross: true,
  examples: {
    bad: [
      {
        ...byConfig('', LIMIT),
        'gunicorn.conf.py': "import multiprocessing\nbind = '0.0.0.0:8000'\nworkers = multiprocessing.cpu_count() * 2 + 1 # !\n",
      },
      {
        ...byConfig('', '    deploy:\n      resources:\n        limits:\n          cpus: "1.5"\n'),
        'gunicorn.conf.py': "import os\nbind = '0.0.0.0:8000'\nworkers = os.cpu_count() # !\n",
      },
      byCompose("sh -c 'gunicorn mysite.wsgi --bind 0.0.0.0:8000 --workers $$(nproc)' # !", LIMIT),
    ],
    good: [
      { ...byConfig(''), 'gunicorn.conf.py': 'import multiprocessing\nworkers = multiprocessing.cpu_count() * 2 + 1\n' },
      { ...byConfig('', LIMIT), 'gunicorn.conf.py': 'import multiprocessing\nworkers = min(multiprocessing.cpu_count(), 4)\n' },
      byConfig('', LIMIT),
      {
        ...byConfig('', `${LIMIT}    environment:\n      WEB_CONCURRENCY: "3"\n`),
        'gunicorn.conf.py': "import multiprocessing, os\nworkers = int(os.environ.get('WEB_CONCURRENCY', multiprocessing.cpu_count()))\n",
      },
    ],
  },
  needs: ['processes', 'repository'],
  check({ processes, repository }, ctx) {
    for (const process of processes) {
      const counted = countedAt(process, (path) => repository.read(path));
      if (counted === null || process.host !== 'container' || process.cpus === null) continue;
      ctx.expect(
        process.cpus,
        () => false,
        (cpus, limit) => ({
          at: counted.at,
          message: `\`${process.name}\` counts its workers by \`${counted.text}\`, the CPUs of the machine, and may use only ${cpus}.`,
          subject: process.name,
          related: [{ at: limit, message: 'the limit of the container' }],
        }),
      );
    }
  },
});

interface Counted {
  readonly at: Span;
  readonly text: string;
}

/** The call that asks the machine for its CPUs and decides the number of workers; null when none does, or something else caps it. */
function countedAt({ server }: Process, read: (path: string) => string | null): Counted | null {
  if (server === null || server.workers.kind !== 'unknown' || server.workers.why !== 'host') return null;
  const at = placeOf(originOf(server.workers));
  const text = at === undefined ? null : read(at.file);
  if (at === undefined || text === null) return null;
  const call = /[\w.]*cpu_count\(\)|\bnproc\b/.exec(text.slice(at.start, at.end))?.[0];
  const line = text.slice(text.lastIndexOf('\n', at.start) + 1, (text.indexOf('\n', at.end) + 1 || text.length + 1) - 1);
  return call === undefined || /\bmin\s*\(|process_cpu_count/.test(line) ? null : { at, text: call };
}
