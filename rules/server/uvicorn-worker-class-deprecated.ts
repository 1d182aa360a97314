import { defineRule } from '../../src/rule.ts';
import { byCompose, byConfig, byProcfile } from '../shared/processes/start-example.ts';
import { isAtLeast } from '../shared/values/release.ts';

const LINE = 'gunicorn mysite.asgi --bind 0.0.0.0:8000 -k uvicorn.workers.UvicornWorker';

function requiring(line: string, files: Record<string, string>): Record<string, string> {
  return { ...files, 'requirements.txt': `Django==5.2.8\ngunicorn==23.0.0\n${line}\n` };
}

export default defineRule({
  id: 'server/uvicorn-worker-class-deprecated',
  title: 'Deprecated uvicorn.workers worker class',
  severity: 'note',
  topic: 2,
  since: '0.1.0',
  why: 'uvicorn.workers is deprecated since uvicorn 0.30 and will go; Django names the package uvicorn-worker in its stead.',
  fix: 'Install uvicorn-worker and use `uvicorn_worker.UvicornWorker`.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/howto/deployment/asgi/uvicorn/', 'https://uvicorn.dev/deployment/#gunicorn'],
  examples: {
    bad: [
      requiring('uvicorn==0.34.0', byCompose(`${LINE} # !`)),
      requiring('uvicorn[standard]>=0.30', byProcfile(`${LINE} # !`)),
      requiring('uvicorn==0.54.0', byConfig("worker_class = 'uvicorn.workers.UvicornH11Worker' # !\n")),
    ],
    good: [
      requiring('uvicorn==0.29.0', byCompose(LINE)),
      requiring('uvicorn', byCompose(LINE)),
      requiring('uvicorn==0.34.0', byCompose(LINE.replace('uvicorn.workers', 'uvicorn_worker'))),
      byCompose(LINE),
    ],
  },
  needs: ['processes', 'deployment'],
  check({ processes, deployment }, ctx) {
    const range = deployment.project?.packages.range('uvicorn') ?? null;
    if (range === null || isAtLeast(range, '0.30') !== 'yes') return;
    for (const process of processes) {
      if (process.server?.software !== 'gunicorn') continue;
      ctx.expect(
        process.server.workerClass,
        (name) => !/^uvicorn\.workers\.Uvicorn\w*Worker$/.test(name),
        (name, decided) => ({
          at: decided,
          message: `\`${name}\` is deprecated: \`uvicorn_worker.UvicornWorker\` takes its place.`,
          subject: process.name,
          related: [{ at: range.origin, message: 'this uvicorn warns of it at every start' }],
        }),
      );
    }
  },
});
