import { defineRule } from '../../src/rule.ts';
import { block, cloudformation, terraform } from '../shared/infrastructure/example.ts';
import { argument, argumentValue, ask, called, isTrue, ofTypes, pathIn, tell } from '../shared/infrastructure/resources.ts';

const INSTANCES = { terraform: ['aws_db_instance', 'aws_rds_cluster_instance'], cloudformation: ['AWS::RDS::DBInstance'] };
const PUBLIC = argument('publicly_accessible', 'PubliclyAccessible');

export default defineRule({
  id: 'infrastructure/database-publicly-accessible',
  title: 'RDS instance publicly accessible',
  severity: 'error',
  topic: 3,
  since: '0.1.0',
  why: 'The database gets a public address: only its password and a security group stand between it and everybody.',
  fix: 'Set publicly_accessible to false and reach the database from inside of its network.',
  autofix: 'safe',
  links: [
    'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html#USER_VPC.Hiding',
    'https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/r/db_instance.html.markdown',
  ],
  cwe: ['CWE-668'],
  examples: {
    bad: [
      terraform(block('aws_db_instance', '  publicly_accessible = true # !\n')),
      terraform(`${block('aws_rds_cluster_instance', '  publicly_accessible = local.open # !\n')}locals {\n  open = true\n}\n`),
      cloudformation('  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      PubliclyAccessible: true # !\n'),
    ],
    good: [
      terraform(block('aws_db_instance', '  engine = "postgres"\n')),
      terraform(block('aws_db_instance', '  publicly_accessible = false\n')),
      terraform(block('aws_db_instance', '  publicly_accessible = true\n', 'dev')),
      terraform('', { 'terraform/dev/main.tf': block('aws_db_instance', '  publicly_accessible = true\n') }),
      cloudformation('  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      PubliclyAccessible: "false"\n'),
    ],
    undecided: [
      terraform(`${block('aws_db_instance', '  publicly_accessible = var.open\n')}variable "open" {\n  default = true\n}\n`),
      terraform(block('aws_db_instance', '  count = var.create ? 1 : 0\n  publicly_accessible = true\n')),
      cloudformation('  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      PubliclyAccessible: !Ref Flag\n'),
    ],
  },

  needs: ['infrastructure'],
  check({ infrastructure }, ctx) {
    for (const resource of ofTypes(infrastructure, INSTANCES)) {
      const isPublic = ask(argumentValue(resource, PUBLIC), isTrue);
      const at = resource.placeOf(...pathIn(resource, PUBLIC));
      tell(resource, isPublic, () => ({ at, message: `\`${called(resource)}\` has a public address.` }), ctx);
    }
  },
});
