import { ci, type Mutation } from './edits.ts';

/** Faults of the pipeline of the model project. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'an action that GitHub refuses',
    edits: ci('      - run: python manage.py test\n', '      - run: python manage.py test\n      - uses: actions/upload-artifact@v3\n'),
    expect: ['ci/action-retired'],
  },
  {
    name: 'a deployment from every branch',
    edits: ci('  push:\n    branches: [main]\n', '  push:\n'),
    expect: ['ci/deploy-from-any-branch'],
  },
  { name: 'a deployment that does not wait', edits: ci('    needs: test\n', ''), expect: ['ci/deploy-without-tests'] },
  {
    name: 'code of forks beside the secrets',
    edits: [
      {
        file: '.github/workflows/preview.yml',
        replace:
          'on: pull_request_target\npermissions:\n  contents: read\njobs:\n  preview:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n        with:\n          ref: ${{ github.event.pull_request.head.sha }}\n      - run: pip install -r requirements.txt\n',
      },
    ],
    expect: ['ci/pull-request-code-with-secrets'],
  },
  { name: 'another Python', edits: ci('python-version: "3.12"', 'python-version: "3.13"'), expect: ['ci/python-version-mismatch'] },
  {
    name: 'a machine that is gone',
    edits: ci('  deploy:\n    needs: test\n    runs-on: ubuntu-latest\n', '  deploy:\n    needs: test\n    runs-on: ubuntu-20.04\n'),
    expect: ['ci/runner-image-retired'],
  },
  {
    name: 'any server that answers',
    edits: ci('-o UserKnownHostsFile=known_hosts', '-o StrictHostKeyChecking=no'),
    expect: ['ci/ssh-host-key-unchecked'],
  },
  {
    name: 'tests that cannot fail',
    edits: ci('      - run: python manage.py test\n', '      - run: python manage.py test || true\n'),
    expect: ['ci/test-failures-ignored'],
  },
  {
    name: 'tests that nothing runs',
    edits: [
      {
        file: '.github/workflows/ci.yml',
        replace:
          'on: push\npermissions:\n  contents: read\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ruff check .\n',
      },
    ],
    expect: ['ci/tests-missing'],
  },
  {
    name: 'an action for a Node.js that is gone',
    edits: ci('actions/setup-python@v6', 'actions/setup-python@v5'),
    expect: ['ci/action-runtime-deprecated'],
  },
  {
    name: 'an action that its owner can change',
    edits: ci('      - name: Deploy\n', '      - uses: webfactory/ssh-agent@v0.9.1\n      - name: Deploy\n'),
    expect: ['ci/action-unpinned'],
  },
  {
    name: 'a token that may do anything',
    edits: ci('permissions:\n  contents: read\n', ''),
    expect: ['ci/token-permissions-unrestricted'],
  },
  {
    name: 'two deployments at once',
    edits: ci('    concurrency: production\n', ''),
    expect: ['ci/concurrent-deploys-possible'],
  },
  {
    name: 'a deployment that the next one ends',
    edits: ci('    concurrency: production\n', '    concurrency:\n      group: production\n      cancel-in-progress: true\n'),
    expect: ['ci/deploy-may-be-cancelled'],
  },
  {
    name: 'a deployment outside of any environment',
    edits: ci('    environment: production\n', ''),
    expect: ['ci/environment-protection-missing'],
  },
  {
    name: 'a command that no machine has',
    edits: ci('      - run: python manage.py test\n', '      - run: docker-compose version\n      - run: python manage.py test\n'),
    expect: ['ci/compose-v1-command'],
  },
  {
    name: 'no check of the deployment',
    edits: ci(' && docker compose run --rm web python manage.py check --deploy --fail-level WARNING', ''),
    expect: ['ci/deploy-check-missing'],
  },
  {
    name: 'a check that cannot fail',
    edits: ci('check --deploy --fail-level WARNING', 'check --deploy'),
    expect: ['ci/deploy-check-ineffective'],
  },
  {
    name: 'no question after migrations',
    edits: [
      ...ci('      - run: python manage.py makemigrations --check --dry-run\n', ''),
      { file: 'loans/migrations/0001_initial.py', replace: 'class Migration:\n    pass\n' },
    ],
    expect: ['ci/migration-check-missing'],
  },
  {
    name: 'a script that goes on',
    edits: ci('git pull --ff-only && docker compose build', 'git pull --ff-only; docker compose build').concat(
      ci('docker compose run --rm collect && docker compose up -d', 'docker compose run --rm collect; docker compose up -d'),
    ),
    expect: ['ci/remote-script-ignores-failures'],
  },
  {
    name: 'a migration before its code',
    edits: ci(
      'git pull --ff-only && docker compose build',
      'docker compose run --rm web python manage.py migrate && git pull --ff-only && docker compose build',
    ),
    expect: ['ci/deploy-steps-out-of-order'],
  },
  {
    name: 'a secret in the log',
    edits: ci(
      '          install -m 600 /dev/null key\n',
      '          echo ${{ secrets.SSH_KEY }}\n          install -m 600 /dev/null key\n',
    ),
    expect: ['ci/secret-written-to-output'],
  },
  {
    name: 'a database that nobody waits for',
    edits: ci('        options: --health-cmd pg_isready --health-interval 5s --health-retries 10\n', ''),
    expect: ['ci/service-health-options-missing'],
  },
  {
    name: 'another database than the one that serves',
    edits: ci('image: postgres:16', 'image: postgres:15'),
    expect: ['ci/datastore-version-mismatch'],
  },
  {
    name: 'tests on a file',
    edits: [{ file: 'library/settings/testing.py', find: 'django.db.backends.postgresql', replace: 'django.db.backends.sqlite3' }],
    expect: ['ci/tests-on-sqlite'],
  },
  {
    name: 'the title of a stranger',
    edits: [
      {
        file: '.github/workflows/answer.yml',
        replace:
          'on: issues\npermissions: {}\njobs:\n  answer:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo "${{ github.event.issue.title }}"\n',
      },
    ],
    expect: ['ci/template-injection'],
  },
  {
    name: 'a token in an artifact',
    edits: ci(
      '      - run: pip install -r requirements.txt\n',
      '      - uses: actions/checkout@v5\n      - uses: actions/upload-artifact@v6\n        with:\n          path: .\n          include-hidden-files: true\n      - run: pip install -r requirements.txt\n',
    ),
    expect: ['ci/checkout-credentials-persisted'],
  },
];
