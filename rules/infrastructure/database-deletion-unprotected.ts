import { type Answer, defineRule, type InfrastructureResource } from '../../src/rule.ts';
import { databaseInstances, isReplica } from '../shared/infrastructure/databases.ts';
import { block, cloudformation, terraform } from '../shared/infrastructure/example.ts';
import { argument, argumentValue, ask, called, isTrue, ofTypes, pathIn, tell } from '../shared/infrastructure/resources.ts';
import { and, answer, not, or } from '../shared/values/answer.ts';

const PROTECTED = argument('deletion_protection', 'DeletionProtection');
const SKIPPED = argument('skip_final_snapshot', '@DeletionPolicy');
const CLUSTERS = { terraform: ['aws_rds_cluster'], cloudformation: ['AWS::RDS::DBCluster'] };

export default defineRule({
  id: 'infrastructure/database-deletion-unprotected',
  title: 'RDS can be destroyed without trace',
  severity: 'warning',
  topic: 3,
  since: '0.1.0',
  why: 'A renamed resource or a careless destroy deletes the database, and without a final snapshot the last copy with it.',
  fix: 'Set deletion_protection to true (it is false when nothing is said) and let a final snapshot be made.',
  autofix: 'unsafe',
  links: [
    'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html',
    'https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/r/db_instance.html.markdown',
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html',
  ],
  examples: {
    bad: [
      terraform(block('aws_db_instance', '  skip_final_snapshot = true # !\n')),
      terraform(block('aws_rds_cluster', '  deletion_protection = false\n  skip_final_snapshot = true # !\n')),
      terraform(block('aws_db_instance', '  engine = "postgres"\n', 'main', ' # !')),
      terraform(block('aws_db_instance', '  deletion_protection = true\n  skip_final_snapshot = true # !\n')),
      cloudformation('  Db:\n    Type: AWS::RDS::DBInstance\n    DeletionPolicy: Delete # !\n    Properties:\n      Engine: postgres\n'),
    ],
    good: [
      terraform(block('aws_db_instance', '  deletion_protection = true\n')),
      terraform(block('aws_db_instance', '  lifecycle {\n    prevent_destroy = true\n  }\n')),
      terraform(block('aws_db_instance', '  replicate_source_db = aws_db_instance.first.identifier\n  skip_final_snapshot = true\n')),
      terraform(block('aws_db_instance', '  skip_final_snapshot = true\n', 'test')),
      cloudformation(
        '  Db:\n    Type: AWS::RDS::DBInstance\n    DeletionPolicy: Snapshot\n    Properties:\n      DeletionProtection: true\n',
      ),
    ],
    undecided: [
      terraform(`${block('aws_db_instance', '  deletion_protection = var.keep\n')}variable "keep" {}\n`),
      terraform(block('aws_db_instance', '  skip_final_snapshot = terraform.workspace != "prod"\n')),
    ],
  },

  needs: ['infrastructure'],
  check({ infrastructure }, ctx) {
    for (const resource of [...databaseInstances(infrastructure), ...ofTypes(infrastructure, CLUSTERS)]) {
      if (isReplica(resource) !== 'no') continue;
      const open = not(isProtected(resource));
      const lost = losesLastCopy(resource);
      const both = and(open, lost);
      const at = resource.placeOf(...pathIn(resource, lost === 'no' ? PROTECTED : SKIPPED));
      const name = `\`${called(resource)}\``;
      const message =
        both === 'yes'
          ? `${name} may be deleted, and no final snapshot is made.`
          : lost === 'yes'
            ? `No final snapshot is made when ${name} is deleted.`
            : `Nothing keeps ${name} from being deleted.`;
      const weaker =
        both === 'yes'
          ? {}
          : { severity: 'note' as const, because: lost === 'yes' ? 'it is protected from deletion' : 'a final snapshot is made' };
      tell(resource, both === 'maybe' ? 'maybe' : or(open, lost), () => ({ at, message, ...weaker }), ctx);
    }
  },
});

function isProtected(resource: InfrastructureResource): Answer {
  const own = ask(argumentValue(resource, PROTECTED), isTrue);
  return resource.language === 'terraform' ? or(own, ask(resource.get('lifecycle', 0, 'prevent_destroy'), isTrue)) : own;
}

/** Databases of a stack are kept as a snapshot unless their DeletionPolicy says `Delete`. */
function losesLastCopy(resource: InfrastructureResource): Answer {
  const value = argumentValue(resource, SKIPPED);
  return resource.language === 'terraform' ? ask(value, isTrue) : ask(value, (data) => answer(data === 'Delete'));
}
