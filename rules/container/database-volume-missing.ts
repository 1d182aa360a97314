import { defineRule, type Process, type Store } from '../../src/rule.ts';
import { cluster, workload } from '../shared/values/cluster-example.ts';
import { django } from '../shared/values/examples.ts';

/** A database in a pod, with a volume on its folder. */
const pod = (mark: string, volume: string) =>
  cluster({
    files: {
      'k8s/db.yaml': workload('db', {
        mark,
        container: '          volumeMounts:\n            - name: data\n              mountPath: /var/lib/postgresql/data\n',
        pod: `      volumes:\n        - name: data\n          ${volume}\n`,
      }).replace('registry.example.com/mysite:1', 'postgres:16'),
    },
  });

const DATA_FOLDERS: Readonly<Record<string, readonly string[]>> = {
  postgresql: ['/var/lib/postgresql/data', '/var/lib/postgresql'],
  mysql: ['/var/lib/mysql'],
  mongodb: ['/data/db'],
};

export default defineRule({
  id: 'container/database-volume-missing',
  title: 'Database data not on a named volume',
  severity: 'error',
  topic: 3,
  since: '0.1.0',
  why: 'The data lives in the container or in an anonymous volume: recreating the container loses it or leaves it orphaned.',
  fix: 'Mount a named volume on the data directory of the database (`pgdata:/var/lib/postgresql/data`).',
  autofix: 'unsafe',
  links: ['https://hub.docker.com/_/postgres'],
  examples: {
    bad: [
      pod(' # !', 'emptyDir: {}'),
      {
        ...django(),
        'docker-compose.yml':
          'services:\n  web:\n    image: app\n    command: gunicorn mysite.wsgi\n  db: # !\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: ${DB_PASSWORD:?}\n',
      },
    ],
    good: [
      pod('', 'persistentVolumeClaim: {claimName: data}'),
      {
        ...django(),
        'docker-compose.yml':
          'services:\n  web:\n    image: app\n    command: gunicorn mysite.wsgi\n  db:\n    image: postgres:16\n    volumes:\n      - pgdata:/var/lib/postgresql/data\nvolumes:\n  pgdata:\n',
      },
      {
        ...django(),
        'docker-compose.yml':
          'services:\n  web:\n    image: app\n    command: gunicorn mysite.wsgi\n  db:\n    image: postgres:16\n    environment:\n      PGDATA: /data/pg\n    volumes:\n      - pgdata:/data\nvolumes:\n  pgdata:\n',
      },
    ],
  },
  needs: ['stores'],
  check({ stores }, ctx) {
    for (const store of stores) {
      const folders = dataFolders(store);
      if (folders.length === 0 || store.process.host !== 'container') continue;
      ctx.none(
        store.process.mounts,
        (mount) => mount.kind !== 'anonymous' && folders.some((folder) => covers(mount.target, folder) || covers(folder, mount.target)),
        () => ({
          at: store.process.at,
          message: `The data of \`${store.name}\` is on no named volume: recreating the container loses it.`,
          subject: store.name,
        }),
      );
    }
  },
});

function dataFolders(store: Store): readonly string[] {
  const own = pgdata(store.process);
  return own === null ? (DATA_FOLDERS[store.kind] ?? []) : [own];
}

function pgdata(process: Process): string | null {
  const value = process.environment.variables.get('PGDATA');
  return value?.kind === 'known' ? value.value : null;
}

/** Whether a mount at `outer` holds the folder `inner`. */
function covers(outer: string, inner: string): boolean {
  const base = outer.replace(/\/+$/, '');
  return inner === base || inner.startsWith(`${base}/`);
}
