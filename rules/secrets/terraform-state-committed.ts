import { defineRule, isSecretName, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { isForShow, reportIfTracked } from '../shared/secrets/committed.ts';
import { looksReal } from '../shared/secrets/secret-value.ts';
import { django } from '../shared/values/examples.ts';

const STATE = '{"version": 4, "resources": [{"type": "aws_db_instance", "instances": [{}]}]}';

export default defineRule({
  id: 'secrets/terraform-state-committed',
  title: 'Terraform state committed',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'The state stores every attribute in clear, passwords of databases and generated keys among them.',
  fix: 'Move it to an encrypted remote backend, remove it from the history, and change what stood in it.',
  autofix: 'none',
  links: [
    'https://developer.hashicorp.com/terraform/language/manage-sensitive-data',
    'https://developer.hashicorp.com/terraform/language/state/sensitive-data',
  ],
  cwe: ['CWE-312', 'CWE-538'],
  examples: {
    bad: [
      { ...django(), 'infra/terraform.tfstate': `${STATE} # !\n` },
      { ...django(), 'infra/terraform.tfstate.backup': `${STATE} # !\n` },
      { ...django(), 'infra/prod.tfvars': 'region = "eu-west-1"\ndb_password = "fS8pQ2vLw0Xk" # !\n' },
    ],
    good: [
      { ...django(), 'infra/terraform.tfstate': '{"version": 4, "resources": []}\n' },
      { ...django(), 'infra/.terraform/terraform.tfstate': '{"version": 3, "backend": {"type": "s3"}}\n' },
      { ...django(), 'infra/prod.tfvars': 'region = "eu-west-1"\ndb_password = ""\n' },
      {
        ...django(),
        'infra/prod.tfvars.example': 'db_password = "fS8pQ2vLw0Xk"\n',
        'infra/example.tfvars': 'db_password = "fS8pQ2vLw0Xk"\n',
      },
    ],
  },

  needs: ['repository'],
  check({ repository }, ctx) {
    for (const file of repository.files) {
      if (!/\.(tfstate(\.backup)?|tfvars)$/.test(file) || isForShow(file)) continue;
      const found = file.endsWith('.tfvars') ? variableIn(file, repository) : stateIn(file, repository);
      if (found === null) continue;
      reportIfTracked(file, () => ({ at: found.at, message: found.message, subject: file }), repository, ctx);
    }
  },
});

interface Found {
  readonly at: Span;
  readonly message: string;
}

function stateIn(file: string, { read }: RepositoryFacts): Found | null {
  const holds = /"(resources|modules)"\s*:\s*\[\s*\{/.test(read(file) ?? '');
  return holds
    ? { at: { file, start: 0, end: 0 }, message: `\`${file}\` is a Terraform state, which holds every password in clear.` }
    : null;
}

function variableIn(file: string, { read }: RepositoryFacts): Found | null {
  for (const match of (read(file) ?? '').matchAll(/^[ \t]*(\w+)[ \t]*=[ \t]*"([^"\n]*)"/gm)) {
    const [whole, name = '', value = ''] = match;
    if (!isSecretName(name) || !looksReal(value)) continue;
    const start = match.index + whole.indexOf(name);
    return { at: { file, start, end: start + name.length }, message: `\`${name}\` is written out in \`${file}\`.` };
  }
  return null;
}
