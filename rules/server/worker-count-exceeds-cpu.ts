import { defineRule, known, type Process, type Value } from '../../src/rule.ts';
import { cluster } from '../shared/values/cluster-example.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const run = (workers: string, web = '') => ({
  ...django(),
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': compose({ web: `    command: gunicorn mysite.wsgi --bind 0.0.0.0:8000 --workers ${workers}\n${web}` }),
});

/** The same in a pod, under a limit. */
const pod = (workers: string, cpu: string) =>
  cluster({
    container: `          args: [gunicorn, mysite.wsgi, --workers, '${workers.replace(' # !', '')}']${workers.endsWith('!') ? ' # !' : ''}\n          resources:\n            limits:\n              cpu: ${cpu}\n`,
  });

/** So few never hurt, whatever the machine. */
const ALWAYS_FINE = 3;

export default defineRule({
  id: 'server/worker-count-exceeds-cpu',
  title: 'Worker count above CPU x 2 + 1',
  severity: 'warning',
  topic: 2,
  since: '0.1.0',
  why: 'More processes than the CPUs can serve add memory and context switches: requests get slower, and a small container is killed for memory.',
  fix: 'Use 2 × CPU + 1 workers, or fewer workers with threads.',
  autofix: 'unsafe',
  links: ['https://docs.gunicorn.org/en/stable/design.html#how-many-workers'],
  cross: true,
  examples: {
    bad: [
      run('9 # !', '    cpus: 2\n'),
      run('8 # !', '    deploy:\n      resources:\n        limits:\n          cpus: "1.5"\n'),
      pod('9 # !', '2'),
      pod('6 # !', '1500m'),
    ],
    good: [pod('5', '2'), run('5', '    cpus: 2\n'), run('3', '    cpus: 0.5\n'), run('9', '    cpus: 4\n')],
    undecided: [run('9')],
  },
  needs: ['processes'],
  check({ processes }, ctx) {
    for (const process of processes) {
      const { server } = process;
      if (server === null || (server.software !== 'gunicorn' && server.software !== 'uvicorn')) continue;
      const cpus = cpusOf(process, ctx.cpus);
      if (cpus === null) {
        if (server.workers.kind === 'known' && server.workers.value <= ALWAYS_FINE) continue;
        ctx.undecided(
          `Nothing says how many CPUs \`${process.name}\` has: give \`--cpus N\`, or set a limit in the manifest.`,
          process.commandAt,
        );
        continue;
      }
      ctx.expectAll(
        [server.workers, cpus, server.workerClass] as const,
        (workers, cores, _class) => workers <= ALWAYS_FINE || workers <= 2 * Math.ceil(cores) + 1,
        ([workers, cores, workerClass], [decided, limit]) => {
          const asynchronous = workerClass !== 'sync' && workerClass !== 'gthread';
          return {
            at: decided.step === 'default' ? process.commandAt : decided,
            message: `\`${process.name}\` runs ${workers} workers on ${cores} CPU${cores === 1 ? '' : 's'}: 2 × CPU + 1 is ${2 * Math.ceil(cores) + 1}.`,
            subject: process.name,
            related: limit.step === 'default' ? [] : [{ at: limit, message: 'the CPU limit' }],
            ...(asynchronous ? { severity: 'note', because: 'the workers are asynchronous' } : {}),
          };
        },
      );
    }
  },
});

/** What the manifest limits the process to, else what the caller says the machine has. */
function cpusOf(process: Process, given: number | null): Value<number> | null {
  return process.cpus ?? (given === null ? null : known(given, { step: 'default', of: '--cpus' }));
}
