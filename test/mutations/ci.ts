import { ci, type Mutation } from './edits.ts';

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'tests on the production module',
    edits: ci('library.settings.testing', 'library.settings.production'),
    expect: ['ci/required-variable-missing'],
  },
  {
    name: 'bash on the other side',
    edits: ci('cd /srv/library &&', 'cd /srv/library && source venv/bin/activate &&'),
    expect: ['ci/remote-shell-syntax'],
  },
  {
    name: 'secret in the workflow',
    edits: ci('${{ secrets.SSH_KEY }}', 'x').map((edit) => ({
      ...edit,
      find: '          SSH_KEY: ${{ secrets.SSH_KEY }}\n',
      replace: '          SSH_KEY: ${{ secrets.SSH_KEY }}\n          DEPLOY_TOKEN: 5f1c9e7ab2\n',
    })),
    expect: ['ci/secret-literal'],
  },
  {
    name: 'database of the runner by name',
    edits: [{ file: 'library/settings/testing.py', find: '"HOST": "localhost"', replace: '"HOST": "postgres"' }],
    expect: ['ci/database-host-wrong'],
  },
];
