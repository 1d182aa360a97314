import { defineRule, type Process } from '../../src/rule.ts';
import { onEcs } from '../shared/infrastructure/ecs-example.ts';
import { callsOfProcess, type ManagementCall } from '../shared/processes/management.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const ENTRYPOINT = {
  Dockerfile: DOCKERFILE.replace('CMD', 'ENTRYPOINT ["/app/entrypoint.sh"]\nCMD'),
  'entrypoint.sh': '#!/bin/sh\nset -e\npython manage.py migrate --noinput # !\nexec "$@"\n',
};
const SILENT = { ...ENTRYPOINT, 'entrypoint.sh': ENTRYPOINT['entrypoint.sh'].replace(' # !', '') };
const WORKER = '  worker:\n    build: .\n    command: celery -A mysite worker\n';
const services = (web = '', more = '') => ({ 'docker-compose.yml': `services:\n  web:\n    build: .\n${web}${more}` });

export default defineRule({
  id: 'database/migrate-in-every-replica',
  title: 'Every replica runs migrate at start',
  severity: 'warning',
  topic: 3,
  since: '0.1.0',
  why: 'Django takes no lock: migrations that start together collide ("relation already exists"), and one that fails restarts all containers over and over.',
  fix: 'Run migrate once a release, in a one-off service or job, and wait for it with service_completed_successfully.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/django-admin/#migrate',
    'https://docs.docker.com/reference/compose-file/services/#depends_on',
  ],
  cwe: ['CWE-362'],
  cross: true,
  examples: {
    bad: [
      onEcs('', {
        dockerfile: DOCKERFILE.replace(/CMD .*/, 'CMD python manage.py migrate && exec gunicorn mysite.wsgi --bind 0.0.0.0:8000 # !'),
      }),
      { ...django(), ...ENTRYPOINT, ...services('', WORKER) },
      { ...django(), ...ENTRYPOINT, ...services('    deploy:\n      replicas: 3\n') },
    ],
    good: [
      { ...django(), ...SILENT, ...services() },
      { ...django(), ...SILENT, ...services('', `${WORKER}    depends_on:\n      web:\n        condition: service_healthy\n`) },
      {
        ...django(),
        Dockerfile: DOCKERFILE,
        ...services('    deploy:\n      replicas: 3\n', '  migrate:\n    build: .\n    command: python manage.py migrate\n'),
      },
      {
        ...django(),
        ...SILENT,
        'entrypoint.sh': '#!/bin/sh\npython manage.py migrate_with_lock\nexec "$@"\n',
        ...services('', WORKER),
      },
    ],
    undecided: [
      {
        ...django(),
        ...SILENT,
        'entrypoint.sh': '#!/bin/sh\nif [ "$MIGRATE" = "1" ]; then\n  python manage.py migrate\nfi\nexec "$@"\n',
        ...services('    env_file: .env\n', `${WORKER}    env_file: .env\n`),
      },
    ],
  },

  needs: ['processes'],
  check({ processes }, ctx) {
    const running = processes.filter(({ server, taskQueue, host }) => (server !== null || taskQueue !== null) && host === 'container');
    const migrating = running.flatMap((process) => {
      const call = callsOfProcess(process).find(migrates);
      return call === undefined ? [] : [{ process, call }];
    });
    const together = migrating.filter(({ process }) => !migrating.some((one) => waitsFor(process, one.process.name, processes)));
    const [first, second] = together;
    if (first === undefined) return;
    const isReplicated = together.find(({ process }) => process.replicas.kind === 'known' && process.replicas.value > 1);
    if (second === undefined && isReplicated === undefined) return;
    const { call, process } = isReplicated ?? first;
    if (together.some((one) => one.call.conditional)) {
      ctx.undecided('Which containers run migrate depends on a condition of the script.', call.at);
      return;
    }
    const others = together.filter((one) => one.process !== process).map((one) => one.process);
    const who =
      isReplicated === undefined
        ? [process, ...others].map(({ name }) => `\`${name}\``).join(' and ')
        : `every replica of \`${process.name}\``;
    ctx.report({
      at: call.at,
      message: `${who.charAt(0).toUpperCase()}${who.slice(1)} run${isReplicated === undefined ? '' : 's'} migrate at the start: migrations that start together collide.`,
      subject: 'migrate',
      related: [process, ...others].map(({ at, name }) => ({ at, message: `\`${name}\` starts with it` })),
    });
  },
});

function migrates({ name, words }: ManagementCall): boolean {
  return name === 'migrate' && !words.some((word) => /lock|--check|--plan/.test(word));
}

/** Started only when the other one is ready, that is after its migrations. */
function waitsFor(process: Process, name: string, processes: readonly Process[], seen: readonly string[] = []): boolean {
  return process.dependsOn.some(({ on, condition }) => {
    if (condition === 'service_started' || seen.includes(on)) return false;
    const other = processes.find((one) => one.name === on);
    return on === name || (other !== undefined && waitsFor(other, name, processes, [...seen, on]));
  });
}
