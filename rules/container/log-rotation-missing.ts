import { defineRule, type Process, type RepositoryFacts } from '../../src/rule.ts';
import { isMeantForProduction, isWorkshop } from '../shared/processes/meant-for-production.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';
import { hasWord } from '../shared/values/words.ts';

const files = { ...django(), Dockerfile: DOCKERFILE };
const compose = (text: string) => ({ ...files, 'docker-compose.prod.yml': `services:\n${text}` });
const WEB = '  web:\n    build: .\n';
const WORKER = '  worker:\n    build: .\n    command: celery -A mysite worker\n';

export default defineRule({
  id: 'container/log-rotation-missing',
  title: 'Container logs never rotate',
  severity: 'note',
  topic: 8,
  since: '0.1.0',
  why: 'The default driver of Docker keeps all that a container prints in one file that grows without end: one day the disk is full and the database stops with everything else.',
  fix: 'Set `logging: {driver: local}`, or json-file with `max-size` and `max-file`, for all services at once through an `x-` anchor; or set it for the daemon in daemon.json.',
  autofix: 'safe',
  links: ['https://docs.docker.com/engine/logging/configure/'],
  cwe: ['CWE-400'],
  examples: {
    bad: [
      compose(`${WEB.replace('web:', 'web: # !')}`),
      compose(`${WEB.replace('web:', 'web: # !')}    logging:\n      driver: json-file\n${WORKER}`),
      compose(`${WEB}    logging:\n      driver: local\n${WORKER.replace('worker:', 'worker: # !')}`),
    ],
    good: [
      compose(`${WEB}    logging:\n      driver: local\n${WORKER}    logging:\n      options:\n        max-size: 10m\n`),
      compose(`${WEB}    logging:\n      driver: gelf\n`),
      // It prints nothing.
      compose(`${WEB}    logging:\n      driver: gelf\n  cache:\n    image: memcached:1.6\n`),
      { ...compose(WEB), 'ansible/files/daemon.json': '{"log-driver": "local"}\n' },
      { ...compose(WEB), 'deploy/daemon.json': '{"log-opts": {"max-size": "10m"}}\n' },
      { ...files, 'docker-compose.yml': `services:\n${WEB}` },
    ],
    undecided: [compose(`${WEB}    logging:\n      driver: \${LOG_DRIVER}\n    env_file: ops.env\n`)],
  },
  needs: ['deployment', 'processes', 'compose', 'repository'],
  check({ deployment, processes, repository }, ctx) {
    if (!isMeantForProduction(deployment) || isWorkshop(deployment) || daemonRotates(repository)) return;
    const growing: Process[] = [];
    for (const process of processes.filter(
      (one) => one.host === 'container' && one.role !== 'task' && one.role !== 'other' && !isSilent(one),
    )) {
      const { logging } = process;
      const driver = logging?.driver ?? null;
      if (driver !== null && driver.kind !== 'known')
        ctx.undecided(`The log driver of \`${process.name}\` is not in the repository.`, process.at);
      else if ((driver === null || driver.value === 'json-file') && logging?.options.has('max-size') !== true) growing.push(process);
    }
    const [first, ...others] = growing;
    if (first === undefined) return;
    ctx.report({
      at: first.at,
      message:
        others.length === 0
          ? `What \`${first.name}\` prints is kept without end.`
          : `What ${growing.length} services print is kept without end: ${growing.map(({ name }) => `\`${name}\``).join(', ')}.`,
      subject: first.at.file,
    });
  },
});

/** memcached prints nothing until it is asked to. */
function isSilent({ image, command }: Process): boolean {
  return /(^|\/)memcached$/.test(image?.base ?? '') && hasWord(command, '-v', '-vv', '-vvv', '--verbose') !== 'yes';
}

/** The daemon's own configuration, where the repository holds it or a playbook writes it. */
function daemonRotates({ holding, read }: Pick<RepositoryFacts, 'holding' | 'read'>): boolean {
  return holding(['log-driver', 'log-opts']).some((file) =>
    /log-opts|log-driver["']?\s*[:=]\s*["']?(local|journald|syslog)/.test(read(file) ?? ''),
  );
}
