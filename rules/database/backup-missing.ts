import { type Answer, defineRule, type Process, type RepositoryFacts, type Store } from '../../src/rule.ts';
import { mentionIn, OPERATIONS, PROSE } from '../shared/code/mentions.ts';
import { databasesOf } from '../shared/stores/databases.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const settings = (host = "'db'") =>
  `import os\nDATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app', 'PASSWORD': os.environ.get('DB_PASSWORD'), 'HOST': ${host}}}\n`;
const store = (mark = '') =>
  `  db:${mark}\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: \${DB_PASSWORD:?}\n    volumes: ["pgdata:/var/lib/postgresql/data"]\n`;
const project = (services: string, host?: string) => ({
  ...django(settings(host)),
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': compose({ web: '    environment:\n      MODE: production\n', services, volumes: 'volumes:\n  pgdata:\n' }),
});

export default defineRule({
  id: 'database/backup-missing',
  title: 'No database backup found in the deployment definition',
  severity: 'warning',
  topic: 3,
  since: '0.1.0',
  why: 'The deployment runs its own database server: a broken disk, a wrong command or a bad migration takes all data with it, and nothing here could bring it back.',
  fix: 'Schedule pg_dump (or mysqldump) to storage on another machine, and try a restore; an image such as postgres-backup-local does it in the compose file.',
  autofix: 'none',
  links: ['https://www.postgresql.org/docs/current/backup.html', 'https://dev.mysql.com/doc/refman/8.4/en/backup-and-recovery.html'],
  cwe: ['CWE-693'],
  examples: {
    bad: [project(store(' # !'))],
    good: [
      project(`${store()}  dumps:\n    image: prodrigestivill/postgres-backup-local:16\n`),
      { ...project(store()), 'deploy/nightly.sh': '#!/bin/sh\ndocker compose exec -T db pg_dump app | gzip > /srv/app.sql.gz\n' },
      {
        ...project(store()),
        'mysite/cron.py': "from django.core.management import call_command\n\ndef nightly():\n    call_command('dbbackup')\n",
      },
      { ...project(store()), 'README.md': 'The host is backed up each night.\n' },
      {
        ...project(store()),
        'docker-compose.yml': compose({
          web: '    environment:\n      MODE: production\n    volumes: [".:/app"]\n',
          services: store(),
          volumes: 'volumes:\n  pgdata:\n',
        }),
      },
      project(store().replace(/ {4}volumes.*\n/, '')),
      project(store(), "'app.c9akciq32.eu-west-1.rds.amazonaws.com'"),
      { ...django(settings("'db.internal'")), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose() },
    ],
    undecided: [
      {
        ...project(store(), "os.environ['DB_HOST']"),
        'docker-compose.yml': compose({ web: '    env_file: .env\n', services: store(), volumes: 'volumes:\n  pgdata:\n' }),
      },
    ],
  },

  needs: ['stores', 'evaluations', 'repository'],
  check({ stores, evaluations, repository }, ctx) {
    const processes = evaluations.flatMap((settings) => settings.processes);
    const serves = processes.some(({ server }) => server !== null && server.software !== 'runserver');
    if (!serves || processes.some(mountsSource)) return;
    for (const one of stores) {
      if (one.kind !== 'postgresql' && one.kind !== 'mysql') continue;
      const hosts = evaluations.flatMap((settings) => databasesOf(settings).map(({ get }) => get('HOST')));
      const uses = hosts.map((host): Answer => (host.kind === 'known' ? (host.value === one.name ? 'yes' : 'no') : 'maybe'));
      if ((!uses.includes('yes') && !uses.includes('maybe')) || !keepsData(one)) continue;
      if (isBackedUp(repository)) continue;
      if (!uses.includes('yes')) {
        ctx.undecided(`Whether production keeps its data in \`${one.name}\` is not known.`, one.process.at);
        continue;
      }
      ctx.report({
        at: one.process.at,
        message: `\`${one.name}\` holds the data of production, and no backup of it was found in this repository.`,
        subject: `backup ${one.name}`,
        severity: 'note',
        because: 'backups may be made where this repository does not show it',
      });
    }
  },
});

/** Edits show at once where the whole checkout is mounted: that is for development as often as not. */
function mountsSource({ mounts }: Process): boolean {
  return mounts.items.some(({ kind, source }) => kind === 'bind' && (source === '' || source === '.'));
}

/** Without a volume nothing outlives the container anyway, and that is the fault to mend first. */
function keepsData({ process: { mounts } }: Store): boolean {
  return mounts.complete !== true || mounts.items.some(({ kind }) => kind === 'named' || kind === 'bind');
}

const BACKUP =
  /back-?[_ ]?(ed )?up|pg_?dump|mysqldump|mariadb-dump|mydumper|xtrabackup|pg_basebackup|pgbackrest|wal-[eg]\b|\bbarman\b|\brestic\b|\bborg(matic)?\b|databack|velero|\bsnapshot/i;

/** Anything that speaks of a backup may be it: scripts, schedules, images, packages, prose, even the name of a file. */
function isBackedUp(repository: RepositoryFacts): boolean {
  if (repository.files.some((file) => /backup|dump(s|db|_db)?\.\w+$/i.test(file))) return true;
  if (mentionIn(repository, OPERATIONS, BACKUP) !== null || mentionIn(repository, PROSE, BACKUP) !== null) return true;
  return repository.codeMentions(/dbbackup|pg_dump|mysqldump|backup_(db|database)/).items.length > 0;
}
