import { defineRule, type Mount, type Store } from '../../src/rule.ts';
import { imageReference, postgresRelease } from '../shared/processes/image-reference.ts';
import { django } from '../shared/values/examples.ts';

const compose = (image: string, mount: string, more = '') => ({
  ...django(),
  'docker-compose.yml': `services:\n  web:\n    image: app\n    command: gunicorn mysite.wsgi\n  db:\n    image: ${image}\n${more}    volumes:\n      - ${mount}\nvolumes:\n  pg:\n`,
});
const DATA = '/var/lib/postgresql/data';
const PARENT = '/var/lib/postgresql';

export default defineRule({
  id: 'container/postgres-volume-path-wrong',
  title: 'PostgreSQL 18+ volume mounted at the old path',
  severity: 'error',
  topic: 3,
  since: '0.1.0',
  why: 'Since 18 the image keeps its data under /var/lib/postgresql/18 and refuses to start with a volume at /var/lib/postgresql/data; before, a volume at /var/lib/postgresql holds nothing, because the image puts an anonymous one over its data folder. The data is lost with the container.',
  fix: 'Mount the volume on `/var/lib/postgresql` from 18 on and on `/var/lib/postgresql/data` before; move existing data with pg_upgrade or a dump.',
  autofix: 'unsafe',
  links: ['https://hub.docker.com/_/postgres', 'https://github.com/docker-library/postgres/pull/1259'],
  examples: {
    bad: [
      compose('postgres:18', `pg:${DATA} # !`),
      compose('postgis/postgis:18-3.6', `pg:${DATA} # !`),
      compose('pgvector/pgvector:pg18', `pg:${DATA} # !`),
      compose('postgres:16-alpine', `pg:${PARENT} # !`),
      compose('postgres:latest', `pg:${DATA} # !`),
    ],
    good: [
      compose('postgres:18', `pg:${PARENT}`),
      compose('postgres:17', `pg:${DATA}`),
      compose('postgres:18', `pg:${DATA}`, `    environment:\n      PGDATA: ${DATA}/pgdata\n`),
      compose('postgres:16', `pg:${PARENT}`, `    environment:\n      PGDATA: ${PARENT}/pgdata\n`),
      // An image with rules of its own.
      compose('example/postgres:18', `pg:${DATA}`),
      compose('postgres:16', `pg:${PARENT}\n      - data:${DATA}`),
    ],
    undecided: [compose('postgres:18', `pg:${DATA}`, '    env_file: ops.env\n')],
  },
  needs: ['stores'],
  check({ stores }, ctx) {
    for (const store of stores) {
      const reference = store.process.image?.reference;
      // A variable that nothing gives leaves "postgres:".
      if (store.kind !== 'postgresql' || reference?.kind !== 'known' || reference.value.endsWith(':')) continue;
      const image = imageReference(reference.value);
      const release = postgresRelease(image);
      const floating = image.repository === 'postgres' && (image.tag === null || /^(latest|alpine)/.test(image.tag)) && !image.digest;
      if (release === null && !floating) continue;
      const fault = misplaced(store, release === null || Number.parseInt(release, 10) >= 18);
      if (fault === null) continue;
      const pgdata = store.process.environment.variables.get('PGDATA');
      if (pgdata !== undefined || isOpen(store)) {
        if (pgdata?.kind !== 'known' || pgdata.value === '')
          ctx.undecided('Whether `PGDATA` puts the data into the volume is not in the repository.', fault.at);
        if (pgdata?.kind !== 'known' || pgdata.value === '' || covers(fault.target, pgdata.value)) continue;
      }
      ctx.report({
        at: fault.at,
        message: `\`${store.name}\` keeps its data elsewhere than in the volume at \`${fault.target}\`.`,
        subject: store.name,
        ...(release === null ? { severity: 'warning', because: 'the tag names no release, and the newest is 18' } : {}),
      });
    }
  },
});

/** The mount that is meant for the data and does not hold it. */
function misplaced({ process }: Store, new18: boolean): Mount | null {
  const at = (target: string) => process.mounts.items.find((one) => one.target.replace(/\/+$/, '') === target) ?? null;
  if (new18) return at(PARENT) === null ? at(DATA) : null;
  return at(DATA) === null ? at(PARENT) : null;
}

/** An env file that is not in view may set PGDATA. */
function isOpen({ process }: Store): boolean {
  const { closed } = process.environment;
  return closed !== true && closed.because !== 'the image may set variables';
}

function covers(outer: string, inner: string): boolean {
  const base = outer.replace(/\/+$/, '');
  return inner === base || inner.startsWith(`${base}/`);
}
