import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rules } from '../../rules/index.ts';
import { compose, DOCKERFILE, django } from '../../rules/shared/values/examples.ts';
import type { ExampleFiles } from '../../src/rule.ts';
import { renderings, runExample, textOutput } from '../helpers/run-example.ts';

/** A way to leave a secret in a repository: the rule that must see it, and the files for a secret of ours. */
type Plant = readonly [rule: string, files: (secret: string) => ExampleFiles];

const served = (settings: string): ExampleFiles => ({ ...django(settings), Dockerfile: DOCKERFILE });
const web = (line: string): ExampleFiles => ({
  ...django(),
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': compose({ web: `    environment:\n      ${line}\n` }),
});
const entrypoint = (line: string): ExampleFiles => ({
  ...django(),
  Dockerfile: DOCKERFILE.replace('CMD', 'ENTRYPOINT ["/app/entrypoint.sh"]\nCMD'),
  'entrypoint.sh': `#!/bin/sh\n${line}\nexec "$@"\n`,
});
const wrapped = (secret: string) => `${secret.repeat(8).slice(0, 192)}`.replace(/.{64}/g, '$&\n');

const PLANTS: readonly Plant[] = [
  ['secrets/credential-hardcoded', (secret) => served(`EMAIL_HOST_PASSWORD = '${secret}'\n`)],
  ['secrets/credential-hardcoded', (secret) => served(`ANYMAIL = {\n    'MAILGUN_API_KEY': '${secret}',\n}\n`)],
  ['secrets/credentials-in-url', (secret) => served(`CELERY_BROKER_URL = 'amqp://app:${secret}@queue.mysite.net//'\n`)],
  ['secrets/credentials-in-url', (secret) => web(`DATABASE_URL: postgres://app:${secret}@db.mysite.net/app`)],
  ['secrets/interpolation-fallback', (secret) => web(`APP_SECRET: \${APP_SECRET:-${secret}}`)],
  ['secrets/interpolation-fallback', (secret) => entrypoint(`export APP_SECRET="\${APP_SECRET:-${secret}}"`)],
  ['secrets/superuser-password-hardcoded', (secret) => web(`DJANGO_SUPERUSER_PASSWORD: ${secret}`)],
  [
    'secrets/superuser-password-hardcoded',
    (secret) => entrypoint(`echo "from a import U; U.objects.create_superuser('a', 'a@b.net', '${secret}')" | python manage.py shell`),
  ],
  ['secrets/env-file-committed', (secret) => ({ ...django(), '.env': `DEBUG=0\nDB_PASSWORD=${secret}\n` })],
  ['secrets/example-file-real-secret', (secret) => ({ ...django(), '.env.example': `SECRET_KEY=${secret}${secret}\n` })],
  ['secrets/terraform-state-committed', (secret) => ({ ...django(), 'prod.tfvars': `db_password = "${secret}"\n` })],
  [
    'secrets/terraform-state-committed',
    (secret) => ({ ...django(), 'a.tfstate': `{"resources": [{"password": "${secret}", "b": "${secret}"}]}` }),
  ],
  [
    'secrets/private-key-committed',
    (secret) => ({ ...django(), 'deploy/site.key': `-----BEGIN PRIVATE KEY-----\n${wrapped(secret)}-----END PRIVATE KEY-----\n` }),
  ],
  ['secrets/private-key-committed', (secret) => served(`JWT = """-----BEGIN EC PRIVATE KEY-----\n${wrapped(secret)}"""\n`)],
  ['secrets/provider-token-committed', (secret) => served(`PAYMENT = '${['sk', 'live', secret].join('_')}'\n`)],
  ['secrets/provider-token-committed', (secret) => served(`HOOK = 'https://hooks.slack.com/services/T0K7V2M9X/B0K7V2M9X/${secret}'\n`)],
  [
    'secrets/database-dump-committed',
    (secret) => ({ ...django(), 'site.sql': `${'-- nothing\n'.repeat(2500)}INSERT INTO django_session VALUES ('${secret}', 'x');\n` }),
  ],
  [
    'secrets/database-dump-committed',
    (secret) => ({
      ...django(),
      'data.json': `[{"model": "auth.user", "fields": {"password": "pbkdf2_sha256$600000$${secret}$x", "email": "anna@library.net"}}]\n`,
    }),
  ],
  ['environment/dollar-sign-interpolated', (secret) => web(`DB_PASSWORD: ${secret}$xyz`)],
  [
    'secrets/secret-shared-between-environments',
    (secret) => ({ ...web(`DB_PASSWORD: ${secret}`), '.env.staging': `DB_PASSWORD=${secret}\n` }),
  ],
];

/** 24 letters and digits, some of each, as a generator makes them; no word that stands in for a secret. */
const secrets = fc
  .tuple(fc.constantFrom('q7Kz', 'Z4vx', 'w9Jq'), fc.stringMatching(/^[2-9A-HJ-NP-Zb-df-hj-np-tv-z]{16}$/), fc.constantFrom('Vk3q', '8zWj'))
  .map((parts) => parts.join(''))
  .filter((text) => new Set(text).size >= 12 && !/x{2}|xyz|test|dev|foo|bar|demo|abc/i.test(text));

/** Pieces of a secret that nothing but the secret explains. */
function pieces(secret: string): readonly string[] {
  return Array.from({ length: secret.length - 5 }, (_none, at) => secret.slice(at, at + 6));
}

test.each(PLANTS.map(([rule, files], index) => [`${rule} ${index}`, rule, files] as const))(
  '%s: found, and no piece of it in any report',
  async (_name, rule, files) => {
    await fc.assert(
      fc.asyncProperty(secrets, async (secret) => {
        const project = files(secret);
        const result = await runExample(project, rules);
        expect(result.findings.map((one) => one.rule)).toContain(rule);
        const output = `${renderings(result, project, rules)}\n${await textOutput(result, project, rules)}`;
        expect(pieces(secret).filter((piece) => output.includes(piece))).toEqual([]);
      }),
      { numRuns: 4, seed: 20_261_121 },
    );
  },
);
