import type { Process, Store } from '../../../src/rule.ts';

/** Variables with which the images of data stores take a password. */
export const PASSWORD_VARIABLES = [
  'POSTGRES_PASSWORD',
  'MYSQL_ROOT_PASSWORD',
  'MYSQL_PASSWORD',
  'MARIADB_ROOT_PASSWORD',
  'MARIADB_PASSWORD',
  'RABBITMQ_DEFAULT_PASS',
  'REDIS_PASSWORD',
  'MINIO_ROOT_PASSWORD',
  'MONGO_INITDB_ROOT_PASSWORD',
];
const NAME_VARIABLES = [
  'POSTGRES_USER',
  'POSTGRES_DB',
  'MYSQL_USER',
  'MYSQL_DATABASE',
  'MARIADB_USER',
  'MARIADB_DATABASE',
  'RABBITMQ_DEFAULT_USER',
];
const TRIVIAL = /^(postgres|password|root|admin|guest|example|secret|changeme|django|test|123456|minioadmin|mysql|rabbitmq|redis)$/i;

/** Whether a data store with this password opens to the first guess: a word that everybody tries, or a name that it is given itself. */
export function isDefaultPassword({ process }: Pick<Store, 'process'>, text: string): boolean {
  return TRIVIAL.test(text) || (text !== '' && NAME_VARIABLES.some((name) => textOf(process, name) === text));
}

function textOf(process: Process, name: string): string | null {
  const value = process.environment.variables.get(name);
  return value?.kind === 'known' ? value.value : null;
}
