import { type Context, casesOf, type Data, defineRule, type Process, placeOf, type SettingsFacts, type Span } from '../../src/rule.ts';
import { isEnvFile } from '../shared/secrets/env-files.ts';
import { isTestModule } from '../shared/secrets/secret-key.ts';
import { isNowhere, urlPasswords } from '../shared/secrets/url-password.ts';
import { isMapping, isSequence } from '../shared/values/data.ts';
import { compose, DOCKERFILE, django, unit } from '../shared/values/examples.ts';
import { variableOf } from '../shared/values/origin.ts';

const PASSWORD = 'fS8pQ2vLw0Xk';

function web(line: string, more = ''): Record<string, string> {
  return {
    ...django(),
    Dockerfile: DOCKERFILE,
    'docker-compose.yml': compose({ web: `    environment:\n      ${line}\n`, services: more }),
  };
}

export default defineRule({
  id: 'secrets/credentials-in-url',
  title: 'Credentials embedded in a committed URL',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Whoever can read the repository, its forks or its history can log in to the database, broker or mail server that the URL names.',
  fix: 'Keep the URL, or the password in it, in the environment of production, and change the password.',
  autofix: 'unsafe',
  links: ['https://12factor.net/config', 'https://docs.docker.com/compose/how-tos/use-secrets/'],
  cwe: ['CWE-798', 'CWE-522'],
  examples: {
    bad: [
      web(`DATABASE_URL: postgres://app:${PASSWORD}@db.mysite.net/app # !`),
      { ...django(), Dockerfile: DOCKERFILE.replace('WORKDIR', `ENV CACHE_URL=redis://:${PASSWORD}@cache:6379/1 # !\nWORKDIR`) },
      { ...django(), 'deploy/mysite.service': unit(`Environment=BROKER_URL=amqp://app:${PASSWORD}@10.0.0.4:5672/ # !`) },
      { ...django(`CELERY_BROKER_URL = 'amqp://app:${PASSWORD}@queue.mysite.net//' # !\n`), Dockerfile: DOCKERFILE },
      {
        ...django(
          `CACHES = {\n    'default': {\n        'BACKEND': 'django.core.cache.backends.redis.RedisCache',\n        'LOCATION': 'redis://:${PASSWORD}@cache.mysite.net:6379/1', # !\n    }\n}\n`,
        ),
        Dockerfile: DOCKERFILE,
      },
    ],
    good: [
      web('DATABASE_URL: postgres://app:${DB_PASSWORD:?}@db.mysite.net/app'),
      web('DATABASE_URL: postgres://app:changeme@db.mysite.net/app'),
      web('DATABASE_URL: postgres://app@db.mysite.net/app'),
      web(`DATABASE_URL: postgres://app:${PASSWORD}@localhost/app`),
      web(`SENTRY_DSN: https://${PASSWORD}:${PASSWORD}1@o1.ingest.sentry.io/2`),
      web('CACHE_URL: redis://:redis_password@cache:6379/1'),
      // The rule about passwords of data stores speaks of this one.
      web(
        'DATABASE_URL: postgres://app:app@db/app',
        '  db:\n    image: postgres:16\n    environment:\n      POSTGRES_USER: app\n      POSTGRES_PASSWORD: app\n',
      ),
      { ...django(`CELERY_BROKER_URL = 'amqp://app@queue.mysite.net//'\n`), Dockerfile: DOCKERFILE },
      {
        ...django("import os\n\nCELERY_BROKER_URL = os.environ['BROKER_URL']\n"),
        Dockerfile: DOCKERFILE,
        '.env': `BROKER_URL=amqp://app:${PASSWORD}@queue.mysite.net//\n`,
        'docker-compose.yml': compose({ web: '    env_file: .env\n' }),
      },
      {
        ...django(),
        'mysite/test.py': `CELERY_BROKER_URL = 'amqp://app:${PASSWORD}@queue.mysite.net//'\n`,
        Dockerfile: DOCKERFILE,
      },
    ],
  },

  needs: ['processes', 'evaluations', 'repository'],
  check({ processes, evaluations, repository }, ctx) {
    const report = reporter(ctx, (file) => repository.tracks(file) !== 'no');
    for (const process of processes) {
      for (const [name, value] of process.environment.variables) {
        const at = value.kind === 'known' ? placeOf(value.origin) : undefined;
        if (at === undefined || isEnvFile(at.file)) continue;
        // The text as it stands: what interpolation put in is no part of it.
        report(at, (repository.read(at.file) ?? '').slice(at.start, at.end), name, process.name, process);
      }
    }
    for (const settings of evaluations) {
      if (isTestModule(settings)) continue;
      for (const [at, text, name] of textsOf(settings)) report(at, text, name, settings.module, settings.processes[0] ?? null);
    }
  },
});

type Reporter = (at: Span, text: string, name: string, where: string, process: Process | null) => void;

function reporter(ctx: Context, isCommitted: (file: string) => boolean): Reporter {
  const told = new Set<string>();
  return (at, text, name, where) => {
    const [found] = urlPasswords(text).filter(({ host, trivial }) => !trivial && !isNowhere(host) && !isSentry(name, host));
    // The same URL in several places is one credential to change.
    if (found === undefined || told.has(text.slice(found.start, found.end)) || !isCommitted(at.file)) return;
    told.add(text.slice(found.start, found.end));
    ctx.report({
      at,
      message: `\`${name}\` of \`${where}\` is a URL with a password that everyone who reads the repository knows.`,
      subject: name,
    });
  };
}

/** A DSN of Sentry is no secret: browsers get it. */
function isSentry(name: string, host: string): boolean {
  return /DSN|SENTRY|RAVEN/i.test(name) || /sentry/i.test(host);
}

/** Texts of settings that the modules write out, dicts and lists included. */
function textsOf(settings: SettingsFacts): readonly (readonly [Span, string, string])[] {
  return settings.names.flatMap((name) =>
    casesOf(settings.get(name)).flatMap(({ then }) => (then.kind === 'known' ? textsIn(then.value, then.origin, name, 0) : [])),
  );
}

function textsIn(
  data: Data | undefined,
  origin: Parameters<typeof placeOf>[0],
  name: string,
  depth: number,
): readonly (readonly [Span, string, string])[] {
  if (depth > 6) return [];
  if (typeof data === 'string') {
    const at = variableOf(origin)?.state === 'given' ? undefined : placeOf(origin);
    return at !== undefined && data.includes('://') ? [[at, data, name]] : [];
  }
  const values = isMapping(data) ? data.entries.map(({ value }) => value) : isSequence(data) ? data.items : [];
  return values.flatMap((value) =>
    casesOf(value).flatMap(({ then }) => (then.kind === 'known' ? textsIn(then.value, then.origin, name, depth + 1) : [])),
  );
}
