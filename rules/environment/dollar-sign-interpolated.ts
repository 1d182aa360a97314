import { defineRule, isSecretName, type RepositoryFacts, type SettingsFacts, type Span, type Substitution } from '../../src/rule.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const KEY = 'k7v2m9x4q8w1z5c3b6n0p';

function inCompose(value: string, files: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    ...django(),
    Dockerfile: DOCKERFILE,
    'docker-compose.yml': compose({ web: `    environment:\n      DB_PASSWORD: ${value}` }),
    ...files,
  };
}

function inEnvFile(line: string, more = ''): Record<string, string> {
  return {
    ...django(),
    Dockerfile: DOCKERFILE,
    'docker-compose.yml': compose({ web: `    env_file: ${more === '' ? 'web.env' : more}\n` }),
    'web.env': line,
  };
}

export default defineRule({
  id: 'environment/dollar-sign-interpolated',
  title: 'Dollar sign in a value is interpolated',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'Compose puts a variable there, mostly an empty text: the password that arrives is another one, or the key is shorter, and nothing says so.',
  fix: 'Write $$ in compose files, single quotes in env files, or take a value without $.',
  autofix: 'unsafe',
  links: [
    'https://docs.docker.com/reference/compose-file/interpolation/',
    'https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax',
    'https://django-environ.readthedocs.io/en/latest/tips.html#proxy-value',
  ],
  cwe: ['CWE-1188'],
  replaces: ['environment/interpolated-variable-missing'],
  examples: {
    bad: [
      inCompose(`${KEY}$xyz # !\n`),
      inCompose(`"${KEY}$xyz!" # !\n`, { '.env': 'SITE_NAME=library\n' }),
      inEnvFile(`SITE_NAME=library\nSECRET_KEY=${KEY}$xyz # !\n`),
      inEnvFile(`SECRET_KEY="${KEY}$xyz" # !\n`),
      {
        ...django("import environ\n\nenv = environ.Env()\nDB_PASSWORD = env('DB_PASSWORD')\n"),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose({ web: `    environment:\n      DB_PASSWORD: $$${KEY} # !\n` }),
        'requirements.txt': 'Django==5.2.8\ngunicorn==23.0.0\ndjango-environ==0.11.2\n',
      },
    ],
    good: [
      inCompose(`${KEY}$$xyz\n`),
      inCompose('${DB_PASSWORD}\n'),
      inCompose(`${KEY}\${xyz}\n`, { '.env': 'xyz=1\n' }),
      inCompose(`${KEY}-$SUFFIX\n`, { '.env.example': 'SUFFIX=\n' }),
      inEnvFile(`SECRET_KEY='${KEY}$xyz'\n`),
      inEnvFile(`SECRET_KEY=${KEY}$$xyz\n`),
      inEnvFile(`part=1\nSECRET_KEY=${KEY}$part\n`),
      inEnvFile(`NOTE=${KEY}$xyz\n`),
      inEnvFile(`SECRET_KEY=${KEY}$xyz\n`, '\n      - path: web.env\n        format: raw'),
      // A unit expands no dollar sign.
      {
        ...django(),
        '.env': `SECRET_KEY=${KEY}$xyz\n`,
        'deploy/mysite.service':
          '[Service]\nWorkingDirectory=/srv/mysite\nEnvironmentFile=/srv/mysite/.env\nExecStart=/srv/mysite/venv/bin/gunicorn mysite.wsgi\n',
      },
    ],
    undecided: [inCompose(`${KEY}-$SUFFIX\n`)],
  },

  needs: ['compose', 'evaluations', 'repository'],
  check({ compose: { substitutions, envFiles }, evaluations, repository }, ctx) {
    const told = new Set<string>();
    const report = (at: Span, name: string, key: string) => {
      const place = `${at.file}:${at.start}`;
      if (told.has(place)) return;
      told.add(place);
      ctx.report({
        at,
        message: `Compose takes a \`$\` in \`${key}\` for the start of a variable that nothing gives: the value arrives cut.`,
        subject: name,
      });
    };
    for (const one of substitutions) {
      const key = one.feeds.slice(one.feeds.lastIndexOf('.') + 1);
      if (!feedsSecret(one, key) || one.given === 'yes') continue;
      if (one.given === 'maybe' && isVariableName(one.name))
        ctx.undecided('Whether the variable is given where compose is called is not known.', one.at);
      else report(one.at, one.name, key);
    }
    const known = new Set(substitutions.flatMap(({ name, given }) => (given === 'yes' ? [name] : [])));
    for (const { path, raw } of envFiles) {
      for (const [at, name, key] of raw ? [] : cutIn(path, repository, known)) report(at, name, key);
    }
    for (const settings of evaluations) for (const finding of proxied(settings)) ctx.report(finding);
  },
});

/** A value with text of its own, in a key of an environment that names a secret. */
function feedsSecret({ braced, operator, literal, feeds }: Substitution, key: string): boolean {
  return !braced && operator === null && literal >= 8 && /\.environment\.[^.]+$/.test(feeds) && isSecretName(key);
}

/** Names that people give variables: such a one may be exported where compose is called. */
function isVariableName(name: string): boolean {
  return /^[A-Z][A-Z0-9_]{2,}$/.test(name);
}

/** Values of an env file that compose cuts, with the name that it takes out of them. */
function cutIn(
  path: string,
  { assignments, read }: RepositoryFacts,
  given: ReadonlySet<string>,
): readonly (readonly [Span, string, string])[] {
  const text = read(path) ?? '';
  const lines = assignments(path, 'compose');
  const own = new Set(lines.map(({ key }) => key));
  return lines.flatMap(({ key, value, valueAt, quote, expands }) => {
    if (!expands || quote === 'single' || value === null || !isSecretName(key)) return [];
    const raw = text.slice(valueAt.start, valueAt.end).replaceAll('$$', '');
    const names = [...raw.matchAll(/(?<!\\)\$([A-Za-z_]\w*)/g)].map((match) => match[1] ?? '');
    const name = names.find((one) => !own.has(one) && !given.has(one) && !isVariableName(one));
    const rest = raw.replace(/\$\w+/g, '');
    return name === undefined || rest.length < 8 ? [] : [[valueAt, name, key] as const];
  });
}

/** django-environ takes a value that begins with a dollar sign for the name of another variable. */
function proxied({ reads, processes }: SettingsFacts) {
  return reads.flatMap((read) => {
    if (read.library !== 'django-environ' || !isSecretName(read.name)) return [];
    const value = processes[0]?.environment.variables.get(read.name);
    if (value?.kind !== 'known' || !/^\$\w{8,}/.test(value.value)) return [];
    const named = value.value.slice(1);
    if (processes[0]?.environment.variables.has(named) || isVariableName(named)) return [];
    return [
      {
        at: value.origin,
        message: `The value of \`${read.name}\` begins with \`$\`: django-environ takes it for the name of another variable, which nothing gives.`,
        subject: read.name,
        related: [{ at: read.at, message: 'the settings read it here' }],
        fix: 'Put a backslash before the $ and read with escape_proxy, or take a value that does not begin with it.',
      },
    ];
  });
}
