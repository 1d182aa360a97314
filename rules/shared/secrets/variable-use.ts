import type { RepositoryFacts, SettingsFacts } from '../../../src/rule.ts';
import { isEnvExample, isEnvFile } from './env-files.ts';

/** Who reads an environment variable: asked of all texts of the repository, since a name that stands nowhere is read by nobody in it. */

/** Variables of interpreters, servers, libraries, images and tools, which read them without being told. */
const KNOWN = new RegExp(
  `^(${[
    'PY[A-Z]*|PIP_\\w+|POETRY_\\w+|UV_\\w+|PIPENV_\\w+|VIRTUAL_ENV|DJANGO_(SETTINGS_MODULE|CONFIGURATION|SUPERUSER_\\w+|ALLOW_ASYNC_UNSAFE|COLORS|RUNSERVER\\w*|WATCHMAN\\w*|AUTORELOAD\\w*|DATABASE_URL)',
    'GUNICORN_CMD_ARGS|WEB_CONCURRENCY|PORT|HOST|FORWARDED_ALLOW_IPS|(UVICORN|HYPERCORN|GRANIAN|UWSGI|CELERYD?|FLOWER|C_FORCE|SENTRY|AWS|OTEL|NEW_RELIC|DD|DATADOG|ELASTIC_APM|PROMETHEUS|APPLICATIONINSIGHTS|LOGFIRE|SCOUT)_?\\w*',
    '(DATABASE|CACHE|REDIS|EMAIL|SEARCH|CHANNELS|BROKER|CLOUDINARY|MEMCACHED?|RABBITMQ|AMQP|CLOUDAMQP|REDISCLOUD|REDISTOGO|HEROKU_\\w*)_(URL|URI|TLS_URL|SERVERS)',
    'PG[A-Z]+|POSTGRES(QL)?_(DB|DATABASE|USER|PASSWORD|INITDB\\w*|HOST_AUTH_METHOD|MULTIPLE\\w*|EXTENSIONS?)(_FILE)?|PGDATA|(MYSQL|MARIADB)_(ROOT_PASSWORD|ROOT_HOST|DATABASE|USER|PASSWORD|ALLOW\\w*|RANDOM\\w*)(_FILE)?|RABBITMQ_\\w+|MINIO_\\w+|MONGO_INITDB\\w*|PGADMIN_\\w+|KEYCLOAK_\\w+|ELASTIC\\w*|GF_\\w+|GRAFANA_\\w+|NEO4J_AUTH|NEO4J_dbms\\w*|INFLUXDB_\\w+|LOKI_\\w+|discovery\\.type|ES_JAVA_OPTS',
    'TZ|LANG|LANGUAGE|LC_\\w+|PATH|HOME|USER|SHELL|TERM|TMPDIR|HOSTNAME|SHLVL|EDITOR|PS1|COLUMNS|GPG_KEY|UID|GID|PUID|PGID|UMASK|S6_\\w+',
    '\\w*SSL_CERT\\w*|REQUESTS_\\w+|CURL_\\w+|(HTTPS?|NO|ALL|FTP)_PROXY|DOCKER\\w*|COMPOSE_\\w+|BUILDKIT\\w*|VIRTUAL_(HOST|PORT|PATH|PROTO)|LETSENCRYPT_\\w+|TRAEFIK_\\w+|NGINX_\\w+|CERTBOT_\\w+|ACME_\\w+|CADDY_\\w+',
    'GOOGLE_\\w+|GCLOUD_\\w+|GCP_\\w+|AZURE_\\w+|NODE_\\w+|NPM_\\w+|YARN_\\w+|VITE_\\w+|NEXT_\\w+|NUXT_\\w+|REACT_\\w+|VUE_\\w+|EXPO_\\w+|DEBIAN_FRONTEND|LD_\\w+|MALLOC_\\w+|OMP_\\w+|MPL\\w+|HF_\\w+|TRANSFORMERS_\\w+|OPENAI_\\w+|ANTHROPIC_\\w+|GIT_\\w+|JAVA_\\w+|PROJ_\\w+|GDAL_\\w+|TESSDATA_\\w+|NLTK_\\w+|IPYTHON\\w*|NO_COLOR|FORCE_COLOR|CI',
  ].join('|')})$`,
  'i',
);

export function isKnownToTools(name: string): boolean {
  return KNOWN.test(name);
}

/** Ways to read variables whose names stand nowhere. */
const DYNAMIC =
  /environ\.(items|keys|values|copy)\(|\bin os\.environ\s*[:\]]|\bdict\(os\.environ|\*\*os\.environ|environ(\.get\(|\[)\s*(f["']|[a-z]\w*\s*[,\])+])|environ\.get\(\s*[A-Z_]+\s*[,)]|getenv\(\s*(f["']|[A-Za-z_]+\s*[,)])|\bprefixed\(|env_prefix|\b(env|config)\(\s*f["']|\bimport_module\(|^\s*(from|import)\s+(configurations|goodconf|cbs|classy_settings|pydantic_settings|dynaconf|prettyconf|everett|environ_config|typed_settings|django12factor|getconf|confz|hydra|omegaconf|ssm\w*|split_settings)\b|\bBaseSettings\b|\bprefix\s*=/m;

/** Whether the project reads some variable by a name that cannot be searched for. */
export function readsUnnamed({ codeMentions }: Pick<RepositoryFacts, 'codeMentions'>): boolean {
  return codeMentions(DYNAMIC).items.length > 0;
}

/** Whether something of the repository takes the value: what only gives it one is no use. */
export function isUsed(name: string, repository: RepositoryFacts, evaluations: readonly SettingsFacts[]): boolean {
  if (isKnownToTools(name) || evaluations.some(({ reads }) => reads.some((read) => read.name === name))) return true;
  const use = new RegExp(`(?<![\\w])${name}(?![\\w])(?!["']?\\s*(?::(?![-?+])|=(?!=)))|\\$\\{?${name}(?![\\w])`);
  const { read, files, model } = repository;
  const takes = (file: string) => !isEnvFile(file) && !isEnvExample(file) && use.test(read(file) ?? '');
  // Settings name most of them: they are asked first, since asking everything costs as much as the tree is long.
  if (evaluations.some(({ evaluated }) => evaluated.files.some(takes)) || repository.holding([name]).some(takes)) return true;
  // An image from elsewhere reads what it likes.
  const others = model.deployments.flatMap(({ processes }) => processes.filter(({ settings }) => settings === null));
  if (others.some(({ environment }) => environment.variables.has(name))) return true;
  return files.some((file) => OTHER_CODE.test(file) && !/(^|\/)(node_modules|vendor)\//.test(file) && takes(file));
}

/** What the search for secrets leaves out: pages, programs of browsers, tests. */
const OTHER_CODE = /\.([mc]?[jt]sx?|vue|svelte|html?)$|(^|\/)tests?\/.*\.py$|(^|\/)(test_[^/]*|[^/]*_tests?|tests|conftest)\.py$/i;

/** Whether two names are one in different spellings: a prefix, another order of the words, a plural, a slip. */
export function isNear(a: string, b: string): boolean {
  if (a === b) return false;
  const one = a.toUpperCase().split('_');
  const other = b.toUpperCase().split('_');
  if (one.join('') === other.join('') || [...one].sort().join() === [...other].sort().join()) return true;
  const [long, short] = one.length >= other.length ? [one, other] : [other, one];
  if (long.length === short.length + 1) return short.join('_').length >= 5 && short.length > 1 && long.slice(1).join() === short.join();
  if (long.length !== short.length) return false;
  const differing = long.flatMap((word, at) => (word === short[at] ? [] : [[word, short[at] ?? ''] as const]));
  const [pair] = differing;
  if (pair === undefined || differing.length > 1) return false;
  const [x, y] = pair;
  if (x === `${y}S` || y === `${x}S`) return y.length > 2 && x.length > 2;
  return Math.min(x.length, y.length) >= 5 && distance(x, y) <= (Math.min(x.length, y.length) >= 7 ? 2 : 1);
}

/** Insertions, deletions, replacements and swaps of neighbours. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_none, at) => at)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (rows[i - 2]?.[j - 2] ?? 9) + 1 : 9;
      row.push(Math.min((rows[i - 1]?.[j] ?? 9) + 1, (row[j - 1] ?? 9) + 1, (rows[i - 1]?.[j - 1] ?? 9) + cost, swapped));
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 9;
}
