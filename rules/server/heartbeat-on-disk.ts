import { defineRule, known, type Process } from '../../src/rule.ts';
import { placeIn } from '../shared/processes/place.ts';
import { byCompose, byConfig, byImage, byUnit } from '../shared/processes/start-example.ts';

const LINE = 'gunicorn mysite.wsgi --bind 0.0.0.0:8000';

export default defineRule({
  id: 'server/heartbeat-on-disk',
  title: 'Gunicorn heartbeat file on a disk-backed folder of a container',
  severity: 'note',
  topic: 2,
  since: '0.1.0',
  why: 'Each worker shows that it lives through a file in /tmp, which is on a disk in a container: while the disk is busy it waits, and gunicorn kills workers that are well.',
  fix: 'Add `--worker-tmp-dir /dev/shm`.',
  autofix: 'safe',
  links: ['https://gunicorn.org/faq/', 'https://gunicorn.org/reference/settings/#worker_tmp_dir'],
  examples: {
    bad: [
      byCompose(`${LINE} # !`),
      { ...byImage(LINE, ' # !'), 'docker-compose.yml': 'services:\n  web:\n    build: .\n' },
      byConfig("worker_tmp_dir = '/tmp' # !\n"),
    ],
    good: [
      byCompose(`${LINE} --worker-tmp-dir /dev/shm`),
      byConfig("worker_tmp_dir = '/dev/shm'\n"),
      byCompose(LINE, '    tmpfs: /tmp\n'),
      byCompose(LINE, '    tmpfs: [/run/shm]\n    environment:\n      TMPDIR: /run/shm\n'),
      byUnit(LINE),
    ],
    undecided: [byImage(LINE)],
  },
  needs: ['processes'],
  check({ processes }, ctx) {
    for (const process of processes) {
      const { server } = process;
      if (server?.software !== 'gunicorn' || process.host !== 'container') continue;
      ctx.expect(
        server.option('worker_tmp_dir') ?? temporaryFolder(process),
        (folder) => (isInMemory(folder, process) ? 'yes' : process.mounts.complete === true ? 'no' : 'maybe'),
        (folder, decided) => ({
          at: placeIn(process, decided),
          message: `The workers of \`${process.name}\` keep their heartbeat files in \`${folder}\`, on the disk of the container.`,
          subject: process.name,
        }),
      );
    }
  },
});

/** TMPDIR, else /tmp: where Python makes temporary files. */
function temporaryFolder({ environment }: Process) {
  return environment.variables.get('TMPDIR') ?? known('/tmp', { step: 'default', of: 'Python' });
}

function isInMemory(folder: string, { paths }: Process): boolean {
  if (/^\/dev\/shm(\/|$)|^\/run\/shm(\/|$)/.test(folder)) return true;
  const place = paths.locate(folder);
  return place.in === 'volume' && place.kind === 'tmpfs';
}
