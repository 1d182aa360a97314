import { type Answer, defineRule, type Process, type RepositoryFacts, type SettingsFacts } from '../../src/rule.ts';
import { appOf, celeryCommands, runs, withoutComments } from '../shared/tasks/celery.ts';
import { celeryProject, REDIS, WORKER } from '../shared/tasks/task-example.ts';

const LIMIT = '    cpus: 0.5\n';
const COMMAND = 'command: celery -A mysite worker -l info';

export default defineRule({
  id: 'tasks/concurrency-from-host-cpus',
  title: 'Celery sizes its pool from the host CPUs inside a CPU-limited container',
  severity: 'note',
  topic: 6,
  since: '0.1.0',
  why: 'Without --concurrency Celery forks a process for each CPU of the host, whatever the container may use: on a large machine they fight over a fraction of a CPU, or run out of memory.',
  fix: 'Set --concurrency to what the limit bears (2, say), or to auto from Celery 5.7 on.',
  autofix: 'unsafe',
  links: [
    'https://docs.celeryq.dev/en/stable/userguide/configuration.html#worker-concurrency',
    'https://docs.celeryq.dev/en/stable/userguide/workers.html#concurrency',
  ],
  cwe: ['CWE-400'],
  cross: true,
  examples: {
    bad: [
      celeryProject(`${REDIS}${WORKER.replace(COMMAND, `${COMMAND} # !`)}${LIMIT}`),
      celeryProject(
        `${REDIS}${WORKER.replace(COMMAND, `${COMMAND} # !`)}    deploy:\n      resources:\n        limits:\n          memory: 512M\n`,
      ),
    ],
    good: [
      celeryProject(`${REDIS}${WORKER}`),
      celeryProject(`${REDIS}${WORKER}    cpus: "0"\n    mem_limit: "0"\n`),
      celeryProject(`${REDIS}${WORKER.replace('info', 'info -c 2')}${LIMIT}`),
      celeryProject(`${REDIS}${WORKER.replace('info', 'info --concurrency=2')}${LIMIT}`),
      celeryProject(`${REDIS}${WORKER.replace('info', 'info --autoscale=4,1')}${LIMIT}`),
      celeryProject(`${REDIS}${WORKER.replace('info', 'info -P threads')}${LIMIT}`),
      celeryProject(`${REDIS}${WORKER}${LIMIT}`, 'CELERY_WORKER_CONCURRENCY = 2\n'),
    ],
    undecided: [celeryProject(`${REDIS}${WORKER.replace('-l info', '$$OPTIONS')}${LIMIT}`)],
  },

  needs: ['evaluations', 'repository'],
  check({ evaluations, repository }, ctx) {
    for (const settings of evaluations) {
      for (const process of settings.processes) {
        const [command] = celeryCommands(process).filter((one) => runs(one, 'worker'));
        const limit = limitOf(process);
        if (command === undefined || limit === null) continue;
        const sized = isSized(process, settings, repository);
        if (sized === 'maybe') ctx.undecided(`How many processes \`${process.name}\` forks is not known.`, process.commandAt);
        if (sized !== 'no') continue;
        ctx.report({
          at: command.at,
          message: `\`${process.name}\` may use ${limit} and forks a process for each CPU of the host: nothing sets \`--concurrency\`.`,
          subject: process.name,
          ...(settings.presumed === null ? {} : { related: [settings.presumed] }),
        });
      }
    }
  },
});

/** In words; 0 is no limit. */
function limitOf({ cpus, memory }: Process): string | null {
  if (cpus?.kind === 'known' && cpus.value > 0) return `${cpus.value} CPUs`;
  return memory?.kind === 'known' && /[1-9]/.test(memory.value) ? `${memory.value} of memory` : null;
}

const OPTIONS = /^(-c\d*|--concurrency(=.*)?|--autoscale(=.*)?|-P.*|--pool(=.*)?)$/;

/** By an option, a setting, or the code of the app. */
function isSized(process: Process, settings: SettingsFacts, repository: RepositoryFacts): Answer {
  const { command, environment } = process;
  if (command.kind !== 'known') return 'maybe';
  if (command.value.some((word) => word.kind === 'known' && OPTIONS.test(word.value))) return 'yes';
  if (settings.names.some((name) => /(WORKER_CONCURRENCY|CELERYD_CONCURRENCY|WORKER_POOL|CELERYD_POOL|AUTOSCALE)/.test(name))) return 'yes';
  if ([...environment.variables.keys()].some((name) => /CONCURRENCY|AUTOSCALE/.test(name))) return 'yes';
  const app = appOf(process, settings, repository);
  if (app === null || command.value.some(({ kind }) => kind !== 'known') || settings.evaluated.complete !== true) return 'maybe';
  return /concurrency|autoscale|worker_pool/i.test(withoutComments(app.text)) ? 'maybe' : 'no';
}
