import { add, ci, compose, image, type Mutation, setting } from './edits.ts';

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'key in the source',
    edits: setting('os.environ["SECRET_KEY"]', '"Kq8-vN3m_pZr7TtL0sXw2YbC5dEfGhJ9aQ6uRi4oPkMnBvCxZl"'),
    expect: ['secrets/secret-key-hardcoded'],
  },
  {
    name: 'key of a template',
    edits: setting('os.environ["SECRET_KEY"]', '"django-insecure-Kq8vN3mpZr7TtL0sXw2YbC5dEfGhJ9aQ6uRi4oPkMn"'),
    expect: ['secrets/secret-key-publicly-known'],
  },
  { name: 'short old key', edits: add('SECRET_KEY_FALLBACKS = ["short"]'), expect: ['secrets/secret-key-fallbacks-unsafe'] },
  {
    name: 'key as bytes',
    edits: setting('os.environ["SECRET_KEY"]', 'b"Kq8-vN3m_pZr7TtL0sXw2YbC5dEfGhJ9aQ6uRi4oPkMnBvCxZl"'),
    expect: ['secrets/secret-key-is-bytes'],
  },
  {
    name: 'weak key',
    edits: compose('  env_file: .env\n', '  env_file: .env\n  environment:\n    SECRET_KEY: bb2tzq\n'),
    expect: ['secrets/secret-key-weak'],
  },
  {
    name: 'fallback in the interpolation',
    edits: compose('${POSTGRES_PASSWORD:?}', '${POSTGRES_PASSWORD:-bookworm-shelf}'),
    expect: ['secrets/interpolation-fallback'],
  },
  {
    name: 'key made at start',
    edits: setting('os.environ["SECRET_KEY"]', '__import__("secrets").token_urlsafe(50)'),
    expect: ['secrets/secret-key-random-per-process'],
  },
  {
    name: 'password in the settings',
    edits: setting('os.environ["EMAIL_HOST_PASSWORD"]', '"fS8pQ2vLw0Xk"'),
    expect: ['secrets/credential-hardcoded'],
  },
  {
    name: 'password in a URL',
    edits: setting('CELERY_BROKER_URL = "redis://redis:6379/0"', 'CELERY_BROKER_URL = "amqp://library:fS8pQ2vLw0Xk@queue.library.net//"'),
    expect: ['secrets/credentials-in-url'],
  },
  {
    name: 'database in the repository',
    edits: [{ file: 'library.sqlite3', replace: 'SQLite format 3'.repeat(2000) }],
    expect: ['secrets/database-dump-committed'],
  },
  {
    name: 'state of Terraform in the repository',
    edits: [{ file: 'infra/terraform.tfstate', replace: '{"version": 4, "resources": [{"instances": [{}]}]}\n' }],
    expect: ['secrets/terraform-state-committed'],
  },
  {
    name: 'env file in the repository',
    edits: [{ file: 'deploy/.env.production', replace: 'CATALOGUE_PASSWORD=fS8pQ2vLw0Xk\n' }],
    expect: ['secrets/env-file-committed'],
  },
  {
    name: 'env file that git does not ignore',
    edits: [{ file: '.gitignore', find: '.env\n', replace: '' }],
    expect: ['secrets/env-file-not-ignored'],
  },
  {
    name: 'key in the example',
    edits: [{ file: '.env.example', find: 'SECRET_KEY=\n', replace: 'SECRET_KEY=Kq8-vN3m_pZr7TtL0sXw2YbC5dEfGhJ9aQ6uRi4oPkMnBvCxZl\n' }],
    expect: ['secrets/example-file-real-secret'],
  },
  {
    name: 'private key in the repository',
    edits: [
      {
        file: 'deploy/site.key',
        replace: `-----BEGIN PRIVATE KEY-----\n${'MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAK7v2m9x4q8w1z5c\n'.repeat(3)}-----END PRIVATE KEY-----\n`,
      },
    ],
    expect: ['secrets/private-key-committed'],
  },
  {
    name: 'live token of a provider',
    edits: add(`PAYMENT_KEY = "${['sk', 'live', '4eC39HqLyjWDarjtT1zdp7dcA8Xk2Bv9'].join('_')}"`),
    expect: ['secrets/provider-token-committed'],
  },
  {
    name: 'superuser of the image',
    edits: image('    PYTHONUNBUFFERED=1 \\\n', '    PYTHONUNBUFFERED=1 \\\n    DJANGO_SUPERUSER_PASSWORD=bookworm \\\n'),
    expect: ['secrets/superuser-password-hardcoded'],
  },
  {
    name: 'password of a pipeline in production',
    edits: [
      ...ci(
        '      DJANGO_SETTINGS_MODULE: library.settings.testing\n',
        '      DJANGO_SETTINGS_MODULE: library.settings.testing\n      CATALOGUE_PASSWORD: fS8pQ2vLw0Xk\n',
      ),
      ...compose('  env_file: .env\n', '  env_file: .env\n  environment:\n    CATALOGUE_PASSWORD: fS8pQ2vLw0Xk\n'),
    ],
    expect: ['secrets/secret-shared-between-environments'],
  },
  {
    name: 'access to the cluster',
    edits: [
      {
        file: 'deploy/cluster.yaml',
        replace: 'apiVersion: v1\nkind: Config\nusers:\n  - name: deploy\n    user:\n      token: Zt7Qm4Xw9Lr2Vb6Nc8Kd1Hs5Jf3\n',
      },
    ],
    expect: ['secrets/cloud-credentials-committed'],
  },
];
