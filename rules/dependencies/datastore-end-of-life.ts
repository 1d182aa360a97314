import {
  defineRule,
  endOfLife,
  endOfLifeSource,
  type InfrastructureResource,
  isEnded,
  type ProductName,
  type Report,
  type RepositoryFacts,
} from '../../src/rule.ts';
import { type ImageReference, imageReference, postgresRelease, releaseOf } from '../shared/processes/image-reference.ts';
import { productionImages } from '../shared/processes/production-images.ts';
import { django } from '../shared/values/examples.ts';

const compose = (image: string) => ({
  ...django(),
  'docker-compose.yml': `services:\n  web:\n    image: app\n    command: gunicorn mysite.wsgi\n  store:\n    image: ${image}\n`,
});
const terraform = (lines: string) => ({ ...compose('postgres:17'), 'infra/main.tf': lines });
const workflow = (image: string) => ({
  ...compose('postgres:17'),
  '.github/workflows/ci.yml': `on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    services:\n      db: # !\n        image: ${image}\n    steps:\n      - run: python manage.py test\n`,
});

const unmarked = (files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([file, text]) => [file, text.replaceAll(' # !', '')]));

const NAMES: Readonly<Partial<Record<ProductName, string>>> = {
  postgresql: 'PostgreSQL',
  mysql: 'MySQL',
  mariadb: 'MariaDB',
  redis: 'Redis',
  valkey: 'Valkey',
  rabbitmq: 'RabbitMQ',
  memcached: 'Memcached',
  elasticsearch: 'Elasticsearch',
};

export default defineRule({
  id: 'dependencies/datastore-end-of-life',
  title: 'End-of-life database, cache or broker version',
  severity: 'warning',
  topic: 3,
  since: '0.1.0',
  why: 'Security holes and data corruption that are found from now on stay: no release is made for this series any more, and each year makes the way to the next one longer.',
  fix: 'Plan the upgrade to a supported major release (dump and restore, or pg_upgrade).',
  autofix: 'none',
  links: [endOfLifeSource('postgresql').source, 'https://www.postgresql.org/support/versioning/'],
  cwe: ['CWE-1104'],
  examples: {
    bad: [
      compose('postgres:13 # !'),
      compose('postgis/postgis:12-3.4-alpine # !'),
      compose('mysql:8.0.36 # !'),
      compose('mariadb:10.6 # !'),
      compose('redis:6.0-alpine # !'),
      compose('rabbitmq:3-management # !'),
      terraform('resource "aws_db_instance" "db" {\n  engine = "postgres"\n  engine_version = "13.7" # !\n}\n'),
      workflow('postgres:12'),
    ],
    good: [
      compose('postgres:16.4'),
      // The newest of its major release.
      compose('redis:7-alpine'),
      compose('mysql:8'),
      // No release, an unknown one, and one of somebody else.
      compose('postgres'),
      compose('postgres:latest'),
      compose('postgres:42'),
      compose('example/postgres:9.6'),
      { ...compose('postgres:16'), 'docker-compose.dev.yml': 'services:\n  db:\n    image: postgres:9.6\n' },
      terraform('resource "aws_db_instance" "db" {\n  engine = "postgres"\n  engine_version = "17.2"\n}\n'),
      unmarked(workflow('postgres:17')),
      { ...unmarked(workflow('postgres:12')), 'pyproject.toml': '[project]\nname = "mysite"\nclassifiers = ["Framework :: Django"]\n' },
    ],
    undecided: [{ ...compose('postgres:${PG_RELEASE}'), '.env.example': 'PG_RELEASE=13\n' }],
  },
  needs: ['repository'],
  check({ repository }, ctx) {
    const told = new Set<string>();
    const judge = (product: ProductName, release: string, at: Report['at'], file: string, more: Partial<Report> = {}) => {
      const key = `${file} ${product} ${release}`;
      if (!isEnded(product, release, ctx.today) || told.has(key)) return;
      told.add(key);
      ctx.report({
        ...(at === undefined ? {} : { at }),
        message: `${NAMES[product] ?? product} ${release} has had no fixes since ${endOfLife(product, release)}.`,
        subject: `${product} ${release}`,
        ...more,
      });
    };
    const { model } = repository;
    for (const { image, at } of productionImages(model, (value) => openStore(value, ctx))) {
      const found = storeRelease(image);
      if (found !== null) judge(found.product, found.release, at, at.file);
    }
    // A library tests with all that its users may still run.
    const isLibrary = repository.holding(['Framework :: Django']).length > 0;
    for (const { file, image, at } of isLibrary ? [] : testServices(model)) {
      const found = storeRelease(imageReference(image));
      if (found !== null) judge(found.product, found.release, at, file, { severity: 'note', because: 'only the tests run on it' });
    }
    for (const resource of model.infrastructure?.resources.items ?? []) {
      const found = managedRelease(resource);
      if (found === null) continue;
      const extended = resource.type.startsWith('aws_') || resource.type.startsWith('AWS::');
      judge(found.product, found.release, resource.placeOf(...found.path), resource.file, {
        ...(extended ? { severity: 'note', because: 'AWS goes on with fixes of its own, at a price' } : {}),
      });
    }
  },
});

function openStore(value: Parameters<NonNullable<Parameters<typeof productionImages>[1]>>[0], ctx: { undecided(why: string): void }): void {
  if (value.kind !== 'known') ctx.undecided('The tag of an image is not in the repository.');
}

/** Images whose tag is the release of the store. */
const STORES: Readonly<Record<string, ProductName>> = {
  mysql: 'mysql',
  'mysql/mysql-server': 'mysql',
  mariadb: 'mariadb',
  redis: 'redis',
  'valkey/valkey': 'valkey',
  rabbitmq: 'rabbitmq',
  memcached: 'memcached',
  elasticsearch: 'elasticsearch',
  'docker.elastic.co/elasticsearch/elasticsearch': 'elasticsearch',
  'bitnami/postgresql': 'postgresql',
  'bitnami/redis': 'redis',
  'bitnami/mysql': 'mysql',
  'bitnami/mariadb': 'mariadb',
  'bitnami/rabbitmq': 'rabbitmq',
};

interface StoreRelease {
  readonly product: ProductName;
  readonly release: string;
}

function storeRelease(image: ImageReference): StoreRelease | null {
  const postgres = postgresRelease(image);
  if (postgres !== null) return { product: 'postgresql', release: shortened(postgres) };
  const product = Object.hasOwn(STORES, image.repository) ? STORES[image.repository] : undefined;
  const release = releaseOf(image.tag);
  return product === undefined || release === null ? null : { product, release };
}

/** Before 10 the second number is of the major release. */
function shortened(release: string): string {
  const [major = '', minor] = release.split('.');
  return Number(major) >= 10 || minor === undefined ? major : `${major}.${minor}`;
}

/** Services of the jobs of pipelines. */
function testServices({ pipelines }: RepositoryFacts['model']) {
  return pipelines.flatMap(({ file, jobs }) =>
    jobs.flatMap(({ services }) => services.flatMap(({ image, at }) => (image === null ? [] : [{ file, image, at }]))),
  );
}

const ENGINES: readonly (readonly [RegExp, ProductName])[] = [
  [/postgres/i, 'postgresql'],
  [/mariadb/i, 'mariadb'],
  [/mysql/i, 'mysql'],
  [/valkey/i, 'valkey'],
  [/redis/i, 'redis'],
];
/** Where resources name the program and its release, when both are written. */
const MANAGED: Readonly<Record<string, { readonly engine: string | null; readonly version: string; readonly product?: ProductName }>> = {
  aws_db_instance: { engine: 'engine', version: 'engine_version' },
  aws_rds_cluster: { engine: 'engine', version: 'engine_version' },
  aws_elasticache_cluster: { engine: 'engine', version: 'engine_version' },
  aws_elasticache_replication_group: { engine: 'engine', version: 'engine_version', product: 'redis' },
  azurerm_postgresql_flexible_server: { engine: null, version: 'version', product: 'postgresql' },
  google_sql_database_instance: { engine: 'database_version', version: 'database_version' },
};

function managedRelease(resource: InfrastructureResource): (StoreRelease & { readonly path: readonly string[] }) | null {
  const place = Object.hasOwn(MANAGED, resource.type) ? MANAGED[resource.type] : undefined;
  if (place === undefined) return null;
  const text = (path: string | null) => {
    const value = path === null ? undefined : resource.get(path);
    return value?.kind === 'known' && (typeof value.value === 'string' || typeof value.value === 'number') ? String(value.value) : null;
  };
  const engine = text(place.engine);
  // Aurora counts releases of its own.
  if (engine?.startsWith('aurora-mysql') || engine === 'aurora') return null;
  const product = (engine === null ? undefined : ENGINES.find(([pattern]) => pattern.test(engine))?.[1]) ?? place.product;
  const written = text(place.version)
    ?.replace(/^(POSTGRES|MYSQL)_/, '')
    .replaceAll('_', '.');
  const release = releaseOf(written ?? null);
  if (product === undefined || release === null) return null;
  return { product, release: product === 'postgresql' ? shortened(release) : release, path: [place.version] };
}
