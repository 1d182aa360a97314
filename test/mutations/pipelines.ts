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
];
