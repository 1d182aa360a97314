import {
  casesOf,
  type Data,
  defineRule,
  type InfrastructureResource,
  isPlaceholder,
  placeOf,
  Secret,
  type Span,
  stepsOf,
  type Value,
} from '../../src/rule.ts';
import { block, terraform } from '../shared/infrastructure/example.ts';
import { ask, called, isTrue } from '../shared/infrastructure/resources.ts';
import { holds, isSequence } from '../shared/values/data.ts';

/** Arguments that hold the password of a data store, by the type of its resource. */
const PASSWORDS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^aws_db_instance$/, ['password', 'password_wo']],
  [/^aws_(rds|docdb|neptune|redshift)_cluster$/, ['master_password', 'master_password_wo']],
  [/^aws_elasticache_(replication_group|cluster)$/, ['auth_token', 'auth_token_wo']],
  [/^aws_elasticache_user$/, ['passwords']],
  [/^google_sql_(user|database_instance)$/, ['password', 'root_password']],
  [/^azurerm_(postgresql|mysql|mariadb)(_flexible)?_server$/, ['administrator_password', 'administrator_login_password']],
];

const DB = (lines: string) => block('aws_db_instance', lines);

export default defineRule({
  id: 'secrets/terraform-password-literal',
  title: 'Database password literal in Terraform',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Everyone who can read the repository or the state can log in to the database.',
  fix: 'Let RDS keep it (manage_master_user_password = true), or make it with random_password and store it in Secrets Manager; then change it.',
  autofix: 'unsafe',
  links: [
    'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html',
    'https://developer.hashicorp.com/terraform/language/manage-sensitive-data',
  ],
  cwe: ['CWE-798', 'CWE-312'],
  replaces: ['secrets/credential-hardcoded'],
  examples: {
    bad: [
      terraform(DB('  password = "fS8pQ2vLw0Xk" # !\n')),
      terraform(`${DB('  password = local.password\n')}locals {\n  password = "fS8pQ2vLw0Xk" # !\n}\n`),
      terraform(`${DB('  password = var.password\n')}variable "password" {\n  default = "fS8pQ2vLw0Xk" # !\n}\n`),
      terraform(block('aws_rds_cluster', '  master_password = "fS8pQ2vLw0Xk" # !\n')),
      terraform(
        block('aws_elasticache_replication_group', '  transit_encryption_enabled = true\n  auth_token = "fS8pQ2vLw0Xk-fS8pQ2" # !\n'),
      ),
      terraform(block('google_sql_user', '  password = "fS8pQ2vLw0Xk" # !\n')),
    ],
    good: [
      terraform(DB('  manage_master_user_password = true\n')),
      terraform(DB('  password = random_password.db.result\n') + block('random_password', '  length = 32\n', 'db')),
      terraform(DB('  password = data.aws_ssm_parameter.password.value\n')),
      terraform(`${DB('  password = var.password\n')}variable "password" {\n  sensitive = true\n}\n`),
      terraform(`${DB('  password = var.password\n')}variable "password" {\n  default = ""\n}\n`),
      terraform(`${DB('  password = var.password\n')}variable "password" {\n  default = "changeme"\n}\n`),
      terraform(DB('  password = "fS8pQ2vLw0Xk"\n  lifecycle {\n    ignore_changes = [password]\n  }\n')),
      terraform(`${DB('  password = var.password\n')}variable "password" {}\n`, {
        'infra/terraform.tfvars': 'password = "fS8pQ2vLw0Xk"\n',
      }),
    ],
  },

  needs: ['infrastructure', 'repository'],
  check({ infrastructure, repository }, ctx) {
    const told = new Set<string>();
    for (const resource of infrastructure.resources.items) {
      for (const name of PASSWORDS.find(([type]) => type.test(resource.type))?.[1] ?? []) {
        if (isReplacedLater(resource, name)) continue;
        const at = writtenAt(resource, name);
        // Of what variable files hold another rule speaks.
        if (at === null || /\.tfvars(\.json)?$/.test(at.file) || repository.tracks(at.file) === 'no') continue;
        const place = `${at.file}:${at.start}`;
        if (!told.has(place))
          ctx.report({ at, message: `The password of \`${called(resource)}\` is written out here.`, subject: resource.address });
        told.add(place);
      }
    }
  },
});

/** The first password is set once and changed elsewhere. */
function isReplacedLater(resource: InfrastructureResource, name: string): boolean {
  const ignored = resource.get('lifecycle', 0, 'ignore_changes');
  const managed = ask(resource.get('manage_master_user_password'), isTrue) === 'yes';
  return managed || (ignored.kind === 'known' && holds(ignored.value, name) === 'yes');
}

/** Where the text of a password stands; null when no text gives it, or one that only stands in for it. */
function writtenAt(resource: InfrastructureResource, name: string): Span | null {
  for (const value of textsOf(resource.get(name))) {
    for (const { when, then } of casesOf(value)) {
      if (then.kind === 'unknown' || (typeof then.value !== 'string' && !(then.value instanceof Secret))) continue;
      const text = then.value.toString();
      if (text === '' || (when.length > 0 && isPlaceholder(then.value))) continue;
      const last = stepsOf(then.origin).at(-1);
      return (last === undefined ? undefined : placeOf(last)) ?? placeOf(then.origin) ?? null;
    }
  }
  return null;
}

function textsOf(value: Value<Data | undefined>): readonly Value<Data | undefined>[] {
  return value.kind === 'known' && isSequence(value.value) ? value.value.items : [value];
}
