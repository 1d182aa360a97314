import { type Data, defineRule, isSecretName, placeOf, type Span, stepsOf, type Value } from '../../src/rule.ts';
import { isAllowed, isForShow } from '../shared/secrets/committed.ts';
import { providerOf } from '../shared/secrets/provider-tokens.ts';
import { looksGenerated, looksReal } from '../shared/secrets/secret-value.ts';
import { isMapping, isText } from '../shared/values/data.ts';
import { django } from '../shared/values/examples.ts';

const PLAY = '- hosts: web\n  roles: [app]\n';
const TASKS = { 'deploy/site.yml': PLAY, 'deploy/roles/app/tasks/main.yml': '- apt: name=nginx\n' };
const vars = (text: string, file = 'deploy/group_vars/all.yml') => ({ ...django(), ...TASKS, [file]: text });

export default defineRule({
  id: 'secrets/ansible-secret-literal',
  title: 'Plain-text secret in Ansible variables',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Whoever can read the repository, its forks or its history can use it, on every machine that the play reaches.',
  fix: 'Encrypt it with `ansible-vault encrypt_string`, or look it up in a secret store, and change it.',
  autofix: 'unsafe',
  links: [
    'https://docs.ansible.com/ansible/latest/vault_guide/index.html',
    'https://docs.ansible.com/ansible/latest/vault_guide/vault_encrypting_content.html',
  ],
  cwe: ['CWE-798', 'CWE-312'],
  examples: {
    bad: [
      vars('db_password: fS8pQ2vLw0Xk # !\n'),
      vars('app:\n  secret_key: Zt7Qm4Xw9Lr2Vb6Nc8Kd1Hs5Jf3 # !\n', 'deploy/host_vars/web1.yml'),
      vars('api_token: "Zt7Qm4Xw9Lr2Vb6Nc8Kd1Hs5Jf3" # !\n', 'deploy/roles/app/vars/main.yml'),
      vars('db_password: fS8pQ2vLw0Xk # !\n', 'deploy/roles/app/defaults/main.yml'),
      { ...django(), 'deploy/site.yml': '- hosts: web\n  vars:\n    db_password: fS8pQ2vLw0Xk # !\n  tasks:\n    - apt: name=nginx\n' },
    ],
    good: [
      vars('db_password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3162\n'),
      vars('$ANSIBLE_VAULT;1.1;AES256\n3162\n'),
      vars(`db_password: "{{ lookup('env', 'DB_PASSWORD') }}"\nsecret_key: "{{ vault_secret_key }}"\n`),
      vars('db_password: ""\nsecret_key: changeme\n', 'deploy/roles/app/defaults/main.yml'),
      vars('db_password_file: /etc/app/password\npassword_min_length: "12characters"\n'),
      vars('db_password: fS8pQ2vLw0Xk\n', 'deploy/roles/app/molecule/default/group_vars/all.yml'),
      { ...django(), 'deploy/site.yml': '- hosts: localhost\n  vars:\n    db_password: fS8pQ2vLw0Xk\n  tasks:\n    - apt: name=nginx\n' },
      { ...django(), 'deploy/site.yml': '- hosts: testhost\n  vars:\n    db_password: fS8pQ2vLw0Xk\n  tasks:\n    - apt: name=nginx\n' },
      vars('db_password: fS8pQ2vLw0Xk\n', 'deploy/group_vars/development.yml'),
    ],
  },

  needs: ['playbooks', 'repository'],
  check({ playbooks, repository }, ctx) {
    const told = new Set<string>();
    for (const { name, value, vaulted, at } of playbooks.variables) {
      if (vaulted || isForShow(at.file) || repository.tracks(at.file) === 'no') continue;
      for (const found of literalsIn([name], value, at)) {
        const key = `${found.at.file}:${found.at.start}`;
        if (told.has(key) || isAllowed(found.at.file, found.at.start, found.at.end, repository)) continue;
        told.add(key);
        ctx.report({
          at: found.at,
          message: `\`${found.path.join('.')}\` is written in plain text: whoever reads the repository can use it.`,
          subject: found.path.join('.'),
        });
      }
    }
  },
});

interface Literal {
  readonly path: readonly string[];
  readonly at: Span;
}

/** Where a variable, or a member of it, holds the text of a secret itself. */
function literalsIn(path: readonly string[], value: Value<Data>, at: Span): readonly Literal[] {
  if (value.kind !== 'known' || path.length > 6) return [];
  if (isMapping(value.value)) {
    return value.value.entries.flatMap(({ key, value: inner }) => (typeof key === 'string' ? literalsIn([...path, key], inner, at) : []));
  }
  const name = path.at(-1) ?? '';
  if (!isText(value.value) || !isSecretName(name) || stepsOf(value.origin).length > 1) return [];
  const isReal = /PASS|PWD/i.test(name) ? looksReal(value.value) : looksGenerated(value.value);
  // A provider's own token has a rule that says whose it is.
  const text = typeof value.value === 'string' ? value.value : value.value.reveal();
  return isReal && providerOf(text) === null ? [{ path, at: path.length === 1 ? at : (placeOf(value.origin) ?? at) }] : [];
}
