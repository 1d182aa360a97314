/** The JSON Schemas that ship with the package, by file name: what each command prints, and the configuration file. */
export function schemas(ids) {
  const areas = [...new Set(ids.map((id) => id.slice(0, id.indexOf('/'))))];
  return {
    'check.schema.json': schema('Output of `django-prodcheck --format json`', CHECK),
    'settings.schema.json': schema('Output of `django-prodcheck settings --format json`', SETTINGS),
    'topology.schema.json': schema('Output of `django-prodcheck topology --format json`', TOPOLOGY),
    'env.schema.json': schema('Output of `django-prodcheck env --format json`', ENV),
    'rules.schema.json': schema('Output of `django-prodcheck rules --format json`', RULES),
    'config.schema.json': schema('Configuration of django-prodcheck', config(ids, areas)),
  };
}

function schema(title, body) {
  return { $schema: 'http://json-schema.org/draft-07/schema#', title, ...body };
}

const text = { type: 'string' };
const flag = { type: 'boolean' };
const count = { type: 'integer', minimum: 0 };
const at1 = { type: 'integer', minimum: 1 };
const anything = {};
const orNull = (one) => ({ anyOf: [one, { type: 'null' }] });
const list = (items) => ({ type: 'array', items });
const map = (values) => ({ type: 'object', additionalProperties: values });
const oneOf = (...values) => ({ enum: values });
/** All properties are always there but those of `optional`, and no others. */
const object = (properties, optional = {}) => ({
  type: 'object',
  properties: { ...properties, ...optional },
  required: Object.keys(properties),
  additionalProperties: false,
});

const severity = oneOf('error', 'warning', 'note');
const point = { file: text, line: at1, column: at1 };
const proof = object({ file: text, line: at1, text });
const topic = object({
  topic: { type: 'integer', minimum: 1, maximum: 10 },
  passed: count,
  failed: count,
  undecided: count,
  notApplicable: count,
});

const CHECK = object({
  version: { const: 1 },
  root: text,
  today: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
  deployments: list(object({ id: text, project: orNull(text), environment: text, settingsModule: orNull(text), evidence: list(proof) })),
  findings: list(
    object({
      rule: text,
      severity,
      message: text,
      ...point,
      endLine: at1,
      endColumn: at1,
      subject: text,
      related: list(object({ ...point, message: text })),
      deployments: list(text),
      coveredBy: orNull(object(point)),
      django: list(text),
      fingerprint: { type: 'string', pattern: '^[0-9a-f]{16}$' },
      fix: orNull(text),
    }),
  ),
  undecided: list(object({ rule: text, why: text, file: orNull(text), line: orNull(at1), deployments: list(text) })),
  summary: object({
    files: count,
    error: count,
    warning: count,
    note: count,
    passed: count,
    undecided: count,
    notApplicable: count,
    topics: list(topic),
  }),
});

const step = object({ file: orNull(text), line: orNull(at1), column: orNull(at1), step: text });
/** A value and what decided it; a part of a setting has its path as well. */
const decided = (path, more) => ({
  anyOf: [
    object({ ...path, kind: { const: 'known' }, value: anything, origin: list(step) }, more),
    object({ ...path, kind: { const: 'conditional' }, cases: list(object({ when: text, value: anything, origin: list(step) })) }, more),
    object({ ...path, kind: { const: 'unknown' }, why: text, names: list(text), origin: list(step) }, more),
  ],
});
/** Of a setting that is asked for by name: values inside it that are decided elsewhere than the container, and assignments that it overrides. */
const setting = decided({}, { parts: list(decided({ path: text }, {})), overrides: list(object({ file: text, line: at1 })) });
const read = object({ name: text, required: flag, provided: orNull(flag), default: anything, file: text, line: at1 });
const SETTINGS = object({
  version: { const: 1 },
  modules: list(
    object({
      module: text,
      file: orNull(text),
      project: text,
      deployments: list(text),
      processes: list(text),
      django: orNull(text),
      complete: flag,
      raised: orNull(object({ type: text, message: text, file: text, line: at1 })),
      files: list(text),
      environment: map(object({ value: anything, file: orNull(text), line: orNull(at1) })),
      settings: map(setting),
      reads: list(read),
    }),
  ),
});

const line = object({ file: text, line: at1 });
const ENV = object({
  version: { const: 1 },
  modules: list(
    object({
      module: text,
      deployments: list(text),
      processes: list(text),
      variables: list(
        object({
          name: text,
          required: flag,
          provided: orNull(flag),
          missing: flag,
          default: anything,
          providedBy: orNull(line),
          reads: list(line),
        }),
      ),
    }),
  ),
});

const processTopology = object({
  name: text,
  role: oneOf('web', 'worker', 'beat', 'proxy', 'database', 'cache', 'broker', 'task', 'other'),
  file: text,
  line: at1,
  host: oneOf('container', 'machine'),
  image: orNull(text),
  command: text,
  workdir: text,
  user: text,
  server: orNull(text),
  taskQueue: orNull(text),
  settings: orNull(object({ module: text, file: orNull(text), fault: orNull(text), presumed: orNull(text), evidence: list(proof) })),
  environment: object({ closed: flag, because: orNull(text), variables: list(text), sources: list(text) }),
  binds: list(text),
  mounts: list(object({ kind: text, source: text, target: text, readOnly: flag })),
  ports: list(text),
  dependsOn: list(object({ on: text, condition: text })),
  cpus: orNull(text),
  memory: orNull(text),
  replicas: text,
  restart: orNull(text),
});
const location = object({
  match: text,
  line: at1,
  pass: orNull(text),
  reaches: list(object({ process: text, link: text })),
  files: orNull(text),
});
const TOPOLOGY = object({
  version: { const: 1 },
  projects: list(object({ root: text, django: orNull(text), python: orNull(text), settingsModules: list(text) })),
  deployments: list(
    object({
      id: text,
      name: orNull(text),
      kind: text,
      platform: orNull(text),
      alternative: flag,
      project: orNull(text),
      evidence: list(proof),
      processes: list(processTopology),
      proxies: list(
        object({
          software: text,
          file: text,
          line: at1,
          process: orNull(text),
          listens: list(object({ address: text, tls: flag })),
          names: list(text),
          locations: list(location),
        }),
      ),
      stores: list(object({ name: text, kind: text, authenticated: oneOf('yes', 'no', 'maybe') })),
      volumes: list(text),
      links: list(object({ from: text, to: text, kind: oneOf('route', 'store', 'volume', 'dependency'), by: text, proven: flag })),
    }),
  ),
  setAside: list(object({ id: text, because: text })),
  pipelines: list(object({ file: text, system: text, jobs: list(object({ id: text, deploys: flag })) })),
});

const RULES = list(
  object({
    id: text,
    title: text,
    severity,
    area: text,
    topic: { type: 'integer', minimum: 1, maximum: 10 },
    cross: flag,
    replaces: list(text),
    django: list(text),
    cwe: list(text),
    fix: oneOf('safe', 'unsafe', 'none'),
    since: text,
    url: text,
  }),
);

function config(ids, areas) {
  const textOrList = (items) => ({ anyOf: [items, list(items)] });
  const pattern = textOrList(oneOf('*', ...areas.map((area) => `${area}/*`), ...ids));
  const release = { type: 'string', pattern: '^\\d+\\.\\d+(\\.\\d+)?$' };
  return {
    type: 'object',
    properties: {
      select: { description: 'Rules to report: ids or areas.', ...pattern },
      ignore: { description: 'Rules not to report.', ...pattern },
      include: { description: 'Globs of files to look at; all when absent.', ...textOrList(text) },
      exclude: { description: 'Globs of files not to look at.', ...textOrList(text) },
      'fail-on': { description: 'The lowest severity that makes the exit status 1.', enum: ['error', 'warning', 'note', 'never'] },
      strict: { description: 'Suppressions need a reason.', type: 'boolean' },
      settings: { description: 'Settings modules to judge instead of the ones found.', ...textOrList(text) },
      class: { description: 'Class of django-configurations.', type: 'string', pattern: '^[A-Za-z_]\\w*$' },
      path: { description: 'Further import roots; the first is the working directory.', ...textOrList(text) },
      'env-file': { description: 'Environment files, the last wins.', ...textOrList(text) },
      env: { description: 'Variables that lie over every environment.', ...map(text) },
      deployments: {
        description: 'What counts as production, over what is found: ids as `topology` prints them.',
        type: 'object',
        properties: {
          only: { description: 'Not empty: these are production, and nothing else is.', ...textOrList(text) },
          add: { description: 'These are production as well, whatever their names and places say.', ...textOrList(text) },
          exclude: { description: 'These are not; * and ** stand for parts of an id.', ...textOrList(text) },
          names: { description: 'Names of your own, each for an id; --deployment takes them.', ...map(text) },
        },
        additionalProperties: false,
      },
      cpus: { description: 'CPUs of the machine.', type: 'number', exclusiveMinimum: 0 },
      django: { description: 'Release of Django, instead of the one that the project pins.', ...release },
      python: { description: 'Release of Python.', ...release },
    },
    additionalProperties: false,
  };
}
