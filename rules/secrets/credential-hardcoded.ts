import {
  type Context,
  casesOf,
  type Data,
  defineRule,
  isSecretName,
  type Known,
  placeOf,
  type RepositoryFacts,
  Secret,
  type SettingsFacts,
} from '../../src/rule.ts';
import { isEnvFile } from '../shared/secrets/env-files.ts';
import { providerOf } from '../shared/secrets/provider-tokens.ts';
import { isTestModule } from '../shared/secrets/secret-key.ts';
import { isTrivial, looksGenerated, looksReal } from '../shared/secrets/secret-value.ts';
import { isMapping, isSequence, isText } from '../shared/values/data.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';
import { variableOf } from '../shared/values/origin.ts';

const PASSWORD = 'fS8pQ2vLw0Xk';
const TOKEN = 'Zt7Qm4Xw9Lr2Vb6Nc8Kd1Hs5Jf3';

function database(password: string, host = 'db.mysite.net'): string {
  return `DATABASES = {\n    'default': {\n        'ENGINE': 'django.db.backends.postgresql',\n        'NAME': 'site',\n        'USER': 'site',\n        'PASSWORD': ${password},\n        'HOST': '${host}',\n    }\n}\n`;
}

function served(settings: string, files: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { ...django(settings), Dockerfile: DOCKERFILE, ...files };
}

export default defineRule({
  id: 'secrets/credential-hardcoded',
  title: 'Password or API key written in settings',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'Whoever can read the repository, its forks or its history can use it, and it cannot be changed without a release.',
  fix: 'Read it from the environment without a default, and change it.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#databases',
    'https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#email-backend-settings',
    'https://12factor.net/config',
  ],
  cwe: ['CWE-798'],
  examples: {
    bad: [
      served(database(`'${PASSWORD}'`).replace(`'${PASSWORD}',`, `'${PASSWORD}', # !`)),
      served(`EMAIL_HOST_PASSWORD = '${PASSWORD}' # !\n`),
      served(`MAIL_API_KEY = '${TOKEN}' # !\n`),
      served(`SIMPLE_JWT = {'SIGNING_KEY': '${TOKEN}'} # !\n`),
      served(`ANYMAIL = {'MAILGUN_API_KEY': '${TOKEN}'} # !\n`),
      served(`import os\n\nEMAIL_HOST_PASSWORD = os.environ.get('MAIL_PASSWORD', '${PASSWORD}') # !\n`, {
        'docker-compose.yml': compose({ web: '    environment:\n      SITE: library\n' }),
      }),
      served(database("'postgres'").replace("'postgres',", "'postgres', # !")),
    ],
    good: [
      served("import os\n\nEMAIL_HOST_PASSWORD = os.environ['MAIL_PASSWORD']\n", {
        '.env': `MAIL_PASSWORD=${PASSWORD}\n`,
        'docker-compose.yml': compose({ web: '    env_file: .env\n' }),
      }),
      served("EMAIL_HOST_PASSWORD = ''\n"),
      served("EMAIL_HOST_PASSWORD = 'changeme'\nMAIL_API_KEY = 'your-key-here'\n"),
      served("LOGIN_TOKEN = 'csrf_token'\nAPI_KEY = 'X-API-Key'\nRESET_PASSWORD = 'accounts/reset_password.html'\n"),
      served(`${database("''")}import os\n\nDATABASES['default']['PASSWORD'] = os.environ.get('DB_PASSWORD')\n`),
      served("import os\nfrom .base import *\n\nEMAIL_HOST_PASSWORD = os.environ['MAIL_PASSWORD']\n", {
        'mysite/base.py': `EMAIL_HOST_PASSWORD = '${PASSWORD}'\n`,
        'docker-compose.yml': compose({ web: `    environment:\n      MAIL_PASSWORD: ${PASSWORD}\n` }),
      }),
      served("REST_FRAMEWORK = {'DEFAULT_THROTTLE_RATES': {'change_password': '5/m/user', 'reset_password': '1/m/ip,1/m/key'}}\n"),
      // A fallback for one's own machine.
      served(`import os\n\n${database("os.environ.get('DB_PASSWORD', 'library1234')", 'localhost')}`),
      served(`import os\n\n${database("os.environ.get('DB_PASSWORD', 'site')", '')}`),
      // On a developer's own machine, which is all that the repository shows.
      django(database("'postgres'", 'localhost')),
      // Keys that browsers get anyway, and those that reCAPTCHA publishes for tests.
      served(
        "GOOGLE_MAPS_API_KEY = 'Zt7Qm4Xw9Lr2Vb6Nc8Kd1Hs5Jf3AbCdEf'\nGOOGLE_MAP_API_KEY = 'Zt7Qm4Xw9Lr2Vb6Nc8Kd1Hs5Jf3AbCdEf'\nRECAPTCHA_PRIVATE_KEY = '6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe'\n",
      ),
    ],
    undecided: [
      served(`import os\n\nEMAIL_HOST_PASSWORD = os.environ.get('MAIL_PASSWORD', '${PASSWORD}')\n`, {
        'docker-compose.yml': compose({ web: '    env_file: .env\n' }),
      }),
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (isTestModule(settings)) return;
    const judge: Judge = { settings, repository, ctx, told: new Set() };
    for (const name of settings.names) {
      if (!SAID_ELSEWHERE.test(name)) judgeValue(judge, name, [name], settings.get(name));
    }
  },
});

/** Judged by rules of their own. */
const SAID_ELSEWHERE = /^(SECRET_KEY(_FALLBACKS)?|AUTH_PASSWORD_VALIDATORS|PASSWORD_HASHERS|LOGGING|TEMPLATES|MIDDLEWARE|INSTALLED_APPS)$/;
/** Names that look secret and hold what browsers get, what documentation shows, or the name of a header. */
const HARMLESS =
  /GOOGLE_?MAP|MAPBOX|RECAPTCHA_(PUBLIC|SITE)|PUBLISHABLE|CAPTCHA_TEST|^SILENCED|_(HEADER|PREFIX|PARAM|FIELD|TEMPLATE|REGEX|LABEL|FORM|SERIALIZER)|VERIFYING_KEY|PUBLIC/i;

interface Judge {
  readonly settings: SettingsFacts;
  readonly repository: Pick<RepositoryFacts, 'tracks'>;
  readonly ctx: Context;
  readonly told: Set<string>;
}

type Path = readonly string[];

function judgeValue(judge: Judge, setting: string, path: Path, value: ReturnType<SettingsFacts['get']>): void {
  if (path.length > 6) return;
  const cases = casesOf(value);
  for (const { then } of cases) {
    if (then.kind !== 'known') continue;
    if (isMapping(then.value)) {
      for (const { key, value: inner } of then.value.entries)
        if (typeof key === 'string') judgeValue(judge, setting, [...path, key], inner);
    } else if (isSequence(then.value)) {
      for (const item of then.value.items) judgeValue(judge, setting, path, item);
    } else if (isCredential(judge, path, then)) report(judge, path, then, cases.length === 1);
  }
}

function isCredential({ settings }: Judge, path: Path, { value, origin }: Known<Data | undefined>): boolean {
  const key = path.at(-1) ?? '';
  if (!isText(value) || !isSecretName(key) || HARMLESS.test(path.join('.')) || PUBLISHED.some((one) => equal(value, one))) return false;
  const variable = variableOf(origin);
  const at = placeOf(origin);
  if (at === undefined || variable?.state === 'given' || isEnvFile(at.file)) return false;
  // A provider's own token has a rule that says whose it is.
  if (providerOf(textOf(value)) !== null) return false;
  if (!/PASS|PWD/i.test(key)) return looksGenerated(value);
  if (!isDatabase(path)) return looksReal(value);
  if (!isLocal(settings, path)) return looksReal(value) || (isTrivial(value) && value.length > 0);
  return (
    variable === null && looksReal(value) && value.length >= 8 && isMixed(textOf(value)) && !namesItself(settings, path, textOf(value))
  );
}

function isMixed(text: string): boolean {
  return /\d/.test(text) && /[a-z]/i.test(text);
}

/** The user's or the database's own name with something behind it: made up for one machine. */
function namesItself(settings: SettingsFacts, path: Path, text: string): boolean {
  return ['USER', 'NAME'].some((part) => {
    const name = settings.get('DATABASES', path[1] ?? '', part);
    return (
      name.kind === 'known' &&
      typeof name.value === 'string' &&
      name.value.length > 2 &&
      text.toLowerCase().includes(name.value.toLowerCase())
    );
  });
}

/** reCAPTCHA's keys for tests, as its documentation gives them. */
const PUBLISHED = ['6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe', '6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI'];

function equal(value: string | Secret, text: string): boolean {
  return value instanceof Secret ? value.equals(text) : value === text;
}

function textOf(value: string | Secret): string {
  return value instanceof Secret ? value.reveal() : value;
}

function isDatabase(path: Path): boolean {
  return path[0] === 'DATABASES' && path.length === 3;
}

/** A database on the machine itself, or in the same compose project: nobody else reaches it, and its own rule speaks of its password. */
function isLocal(settings: SettingsFacts, path: Path): boolean {
  const host = settings.get('DATABASES', path[1] ?? '', 'HOST');
  return host.kind !== 'known' || typeof host.value !== 'string' || !host.value.includes('.') || /^127\.|^0\.0/.test(host.value);
}

function report({ ctx, repository, told }: Judge, path: Path, known: Known<Data | undefined>, certain: boolean): void {
  const at = placeOf(known.origin);
  const key = `${at?.file}:${at?.start} ${path.join('.')}`;
  if (at === undefined || told.has(key) || repository.tracks(at.file) === 'no') return;
  told.add(key);
  const name = path.join('.');
  if (!certain) {
    ctx.undecided(`Whether \`${name}\` is the text in the source depends on what is not in the repository.`, known.origin);
    return;
  }
  const variable = variableOf(known.origin);
  ctx.report({
    at: known.origin,
    message:
      variable === null
        ? `\`${name}\` is written in the source: whoever reads the repository can use it.`
        : `\`${name}\` falls back to a value in the source, because nothing gives \`${variable.name}\`.`,
    subject: name,
  });
}
