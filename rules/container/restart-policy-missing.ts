import { defineRule, type Process, type RepositoryFacts, type Role } from '../../src/rule.ts';
import { isMeantForProduction, isWorkshop } from '../shared/processes/meant-for-production.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const files = { ...django(), Dockerfile: DOCKERFILE };
const compose = (text: string) => ({ ...files, 'docker-compose.prod.yml': text });
const ALWAYS = '    restart: unless-stopped\n';
const WEB = '  web:\n    build: .\n';
const DB = '  db:\n    image: postgres:16\n    volumes: ["pg:/var/lib/postgresql/data"]\n';
const PROXY = '  proxy:\n    image: nginx:1.29\n    restart: always\n';
const END = 'volumes:\n  pg:\n';

const LONG_RUNNING: ReadonlySet<Role> = new Set(['web', 'worker', 'beat', 'proxy', 'database', 'cache', 'broker']);

export default defineRule({
  id: 'container/restart-policy-missing',
  title: 'Service does not restart after crash or reboot',
  severity: 'warning',
  topic: 10,
  since: '0.1.0',
  why: 'Docker restarts nothing by default: after a crash, an out-of-memory kill or a reboot of the host the service stays down until a person starts it.',
  fix: 'Add `restart: unless-stopped` to each service that runs on.',
  autofix: 'safe',
  links: [
    'https://docs.docker.com/reference/compose-file/services/#restart',
    'https://docs.docker.com/engine/containers/start-containers-automatically/',
  ],
  examples: {
    bad: [
      compose(`services:\n${WEB.replace('web:', 'web: # !')}${DB}${ALWAYS}${END}`),
      compose(`services:\n${WEB.replace('web:', 'web: # !')}    restart: "no"\n${DB}${ALWAYS}${END}`),
      { ...files, 'docker-compose.yml': `services:\n${WEB.replace('web:', 'web: # !')}${PROXY}` },
      // One finding a file.
      compose(`services:\n${WEB.replace('web:', 'web: # !')}  worker:\n    build: .\n    command: celery -A mysite worker\n${DB}${END}`),
    ],
    good: [
      compose(`services:\n${WEB}${ALWAYS}${DB}    restart: on-failure\n${END}`),
      compose(`services:\n${WEB}    deploy:\n      restart_policy:\n        condition: on-failure\n`),
      // Nothing says that this is more than a developer's machine.
      { ...files, 'docker-compose.yml': `services:\n${WEB}${DB}${END}` },
      { ...files, 'docker-compose.yml': `services:\n${WEB}${DB}${ALWAYS}${END}` },
      // Things that a proxy in front does not make production: debugging, the settings of a developer, his working copy.
      { ...files, 'docker-compose.yml': `services:\n${WEB}    environment:\n      SITE_DEBUG: "true"\n${PROXY}` },
      { ...files, 'docker-compose.yml': `services:\n${WEB}    volumes: [".:/app"]\n${PROXY}` },
      { ...files, 'docker-compose.yml': `services:\n${WEB}    command: python manage.py runserver 0.0.0.0:8000\n${PROXY}` },
      // Runs once.
      compose(
        `services:\n${WEB}${ALWAYS}    depends_on:\n      setup:\n        condition: service_completed_successfully\n  setup:\n    build: .\n  migrate:\n    build: .\n    command: python manage.py migrate\n`,
      ),
      // A swarm restarts whatever ends.
      compose(`services:\n${WEB}    deploy:\n      update_config:\n        order: start-first\n`),
      { ...compose(`services:\n${WEB}`), 'deploy.sh': 'docker stack deploy -c docker-compose.prod.yml site\n' },
      // So does the unit that starts Compose.
      {
        ...compose(`services:\n${WEB}`),
        'deploy/site.service': '[Service]\nExecStart=/usr/bin/docker compose up\nRestart=always\n[Install]\nWantedBy=multi-user.target\n',
      },
    ],
    undecided: [compose(`services:\n${WEB}    restart: \${RESTART_POLICY}\n    env_file: ops.env\n`)],
  },
  needs: ['processes', 'compose', 'deployment', 'repository'],
  check({ processes, compose, deployment, repository }, ctx) {
    if (!isMeantForProduction(deployment) || isWorkshop(deployment) || compose.swarm || startedByOthers(repository)) return;
    const once = new Set(
      processes.flatMap(({ dependsOn }) =>
        dependsOn.flatMap(({ on, condition }) => (condition === 'service_completed_successfully' ? [on] : [])),
      ),
    );
    const down: Process[] = [];
    for (const process of processes) {
      if (process.host !== 'container' || !LONG_RUNNING.has(process.role) || once.has(process.name)) continue;
      if (process.restart !== null && process.restart.kind !== 'known')
        ctx.undecided(`The restart policy of \`${process.name}\` is not in the repository.`, process.at);
      else if (process.restart === null || /^(no|false|none|)$/.test(process.restart.value)) down.push(process);
    }
    const [first, ...others] = down;
    if (first === undefined) return;
    ctx.report({
      at: first.at,
      message:
        others.length === 0
          ? `Nothing starts \`${first.name}\` again after a crash or a reboot.`
          : `Nothing starts ${down.length} services again after a crash or a reboot: ${down.map(({ name }) => `\`${name}\``).join(', ')}.`,
      subject: first.at.file,
      related: others.map(({ name, at }) => ({ at, message: `nor \`${name}\`` })),
    });
  },
});

/** A swarm, or a unit of systemd, starts again what has ended. */
function startedByOthers({ holding, read }: Pick<RepositoryFacts, 'holding' | 'read'>): boolean {
  const texts = (words: readonly string[]) => holding(words).map((file) => ({ file, text: read(file) ?? '' }));
  if (texts(['stack deploy']).some(({ text }) => /docker stack deploy/.test(text))) return true;
  return texts(['docker compose', 'docker-compose']).some(
    ({ file, text }) => file.endsWith('.service') && /^Exec\w+=.*docker[ -]compose.* up\b/m.test(text),
  );
}
