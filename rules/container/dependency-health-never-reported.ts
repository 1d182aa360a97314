import { type Dependency, defineRule, type Process } from '../../src/rule.ts';
import { imageReference } from '../shared/processes/image-reference.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const files = { ...django(), Dockerfile: DOCKERFILE };
const web = (on: string) => `services:\n  web:\n    build: .\n    depends_on:\n      ${on}:\n        condition: service_healthy`;
const db = '  db:\n    image: postgres:16\n';

/** Official images without a HEALTHCHECK of their own. */
const WITHOUT =
  /^(postgres|postgis\/postgis|pgvector\/pgvector|redis|valkey\/valkey|mysql|mariadb|mongo|rabbitmq|memcached|nginx|python|debian|ubuntu|alpine|node|caddy|httpd)$/;

export default defineRule({
  id: 'container/dependency-health-never-reported',
  title: 'service_healthy on a service that has no health check',
  severity: 'error',
  topic: 10,
  since: '0.1.0',
  why: 'A container without a health check never becomes healthy: Compose refuses to start the service that waits for it, and the deployment stops there.',
  fix: 'Give the service a `healthcheck` (`pg_isready`, `redis-cli ping`).',
  autofix: 'unsafe',
  links: ['https://docs.docker.com/compose/how-tos/startup-order/', 'https://docs.docker.com/reference/compose-file/services/#healthcheck'],
  replaces: ['container/startup-does-not-wait'],
  examples: {
    bad: [
      { ...files, 'docker-compose.yml': `${web('db').replace('      db:', '      db: # !')}\n${db}` },
      {
        ...files,
        'docker-compose.yml': `${web('db').replace('      db:', '      db: # !')}\n${db}    healthcheck:\n      disable: true\n`,
      },
      // An interval alone asks nothing.
      {
        ...files,
        'docker-compose.yml': `${web('db').replace('      db:', '      db: # !')}\n${db}    healthcheck:\n      interval: 5s\n`,
      },
      // Built here, on an image without one.
      {
        ...files,
        'docker-compose.yml': `${web('api').replace('      api:', '      api: # !')}\n  api:\n    build: .\n    command: ["gunicorn", "mysite.wsgi"]\n`,
      },
    ],
    good: [
      { ...files, 'docker-compose.yml': `${web('db')}\n${db}    healthcheck:\n      test: ["CMD", "pg_isready"]\n` },
      {
        ...files,
        'docker-compose.yml': `${web('api')}\n  api:\n    build: .\n    command: ["gunicorn", "mysite.wsgi"]\n`,
        Dockerfile: `${DOCKERFILE}HEALTHCHECK CMD curl -f http://localhost:8000/\n`,
      },
      // What another image brings along is not known.
      { ...files, 'docker-compose.yml': `${web('store')}\n  store:\n    image: example/store:2\n` },
      { ...files, 'docker-compose.yml': `${web('db').replace('service_healthy', 'service_started')}\n${db}` },
    ],
  },
  needs: ['processes', 'compose'],
  check({ processes }, ctx) {
    for (const process of processes) {
      for (const dependency of process.dependsOn) {
        const other = dependency.condition === 'service_healthy' ? processes.find(({ name }) => name === dependency.on) : undefined;
        const fault = other === undefined ? null : silence(other);
        if (fault !== null) ctx.report(describe(process, dependency, fault));
      }
    }
  },
});

function describe({ name }: Process, { on, at }: Dependency, fault: string) {
  return { at, message: `\`${name}\` waits for \`${on}\` to be healthy, but ${fault}: it is never started.`, subject: name };
}

/** Why a container never reports its health; null when it may. */
function silence({ healthcheck, probes, image }: Process): string | null {
  if (healthcheck?.disabled === true) return 'its health check is turned off';
  if (probes.length > 0 || image === null) return null;
  if (image.build !== null && image.build.healthcheck !== null)
    return image.build.healthcheck.disabled ? 'its health check is turned off' : null;
  const reference = image.build === null ? image.reference : (image.build.base?.reference ?? null);
  if (reference?.kind !== 'known' || !WITHOUT.test(imageReference(reference.value).repository)) return null;
  return healthcheck === null ? 'that service has no health check' : 'its health check has no `test`';
}
