import { defineRule, known, originOf, type Process, placeOf } from '../../src/rule.ts';
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
      // Several services of one image, several commands of one file.
      {
        ...byImage(LINE, ' # !'),
        'docker-compose.yml': `services:\n  web:\n    build: .\n  api:\n    build: .\n  admin:\n    build: .\n    command: ${LINE} --workers 2\n`,
      },
      byCompose(`${LINE} # !\n  api:\n    build: .\n    command: ${LINE} --workers 2`),
    ],
    good: [
      byCompose(`${LINE} --worker-tmp-dir /dev/shm`),
      byConfig("worker_tmp_dir = '/dev/shm'\n"),
      byCompose(LINE, '    tmpfs: /tmp\n'),
      byCompose(LINE, '    tmpfs: [/run/shm]\n    environment:\n      TMPDIR: /run/shm\n'),
      byCompose(LINE, '    environment:\n      TMP: /dev/shm\n'),
      byUnit(LINE),
    ],
    undecided: [byImage(LINE)],
  },
  needs: ['processes'],
  check({ processes }, ctx) {
    // One fault a file and an image: further services that start from either are mended by the same words.
    const told = new Set<string>();
    for (const process of processes) {
      const { server, image } = process;
      if (server?.software !== 'gunicorn' || process.host !== 'container') continue;
      const folder = server.option('worker_tmp_dir') ?? temporaryFolder(process);
      const at = placeIn(process, originOf(folder));
      const places = [('file' in at ? at : placeOf(at))?.file, image?.build?.dockerfile].filter((file) => file !== undefined);
      if (places.some((file) => told.has(file))) continue;
      ctx.expect(
        folder,
        (one) => (isInMemory(one, process) ? 'yes' : process.mounts.complete === true ? 'no' : 'maybe'),
        (one, decided) => {
          for (const file of places) told.add(file);
          return {
            at: placeIn(process, decided),
            message: `The workers of gunicorn keep their heartbeat files in \`${one}\`, on the disk of the container.`,
            subject: process.name,
          };
        },
      );
    }
  },
});

/** TMPDIR, TEMP or TMP, else /tmp: where Python makes temporary files. */
function temporaryFolder({ environment: { variables } }: Process) {
  return variables.get('TMPDIR') ?? variables.get('TEMP') ?? variables.get('TMP') ?? known('/tmp', { step: 'default', of: 'Python' });
}

function isInMemory(folder: string, { paths }: Process): boolean {
  if (/^\/dev\/shm(\/|$)|^\/run\/shm(\/|$)/.test(folder)) return true;
  const place = paths.locate(folder);
  return place.in === 'volume' && place.kind === 'tmpfs';
}
