import { type Answer, type Data, defineRule, type InfrastructureFacts, type InfrastructureResource } from '../../src/rule.ts';
import { databaseInstances, isCopy, isReplica } from '../shared/infrastructure/databases.ts';
import { block, cloudformation, terraform } from '../shared/infrastructure/example.ts';
import { argument, argumentValue, ask, called, ofTypes, pathIn, tell } from '../shared/infrastructure/resources.ts';
import { and, answer, not } from '../shared/values/answer.ts';

const DAYS = argument('backup_retention_period', 'BackupRetentionPeriod');
const SELECTIONS = { terraform: ['aws_backup_selection'], cloudformation: ['AWS::Backup::BackupSelection'] };

export default defineRule({
  id: 'infrastructure/database-backups-disabled',
  title: 'RDS automated backups disabled',
  severity: 'warning',
  topic: 3,
  since: '0.1.0',
  why: 'Without automated backups there is no point in time to go back to: a wrong migration or a lost instance takes the data with it.',
  fix: 'Set backup_retention_period to 7 days or more. Terraform makes an instance with 0 when nothing is said, CloudFormation with 1.',
  autofix: 'unsafe',
  links: [
    'https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/r/db_instance.html.markdown',
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html#cfn-rds-dbinstance-backupretentionperiod',
    'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html',
  ],
  examples: {
    bad: [
      terraform(block('aws_db_instance', '  engine = "postgres"\n', 'main', ' # !')),
      terraform(block('aws_db_instance', '  backup_retention_period = 0 # !\n')),
      terraform(`${block('aws_db_instance', '  backup_retention_period = var.days # !\n')}variable "days" {}\n`, {
        'infra/prod.tfvars': 'days = 0\n',
      }),
      cloudformation('  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      BackupRetentionPeriod: 0 # !\n'),
    ],
    good: [
      terraform(block('aws_db_instance', '  backup_retention_period = 7\n')),
      terraform(block('aws_db_instance', '  replicate_source_db = aws_db_instance.first.identifier\n')),
      terraform(block('aws_rds_cluster', '  engine = "aurora-postgresql"\n')),
      terraform(
        block('aws_db_instance', '  engine = "postgres"\n') + block('aws_backup_selection', '  resources = [aws_db_instance.main.arn]\n'),
      ),
      cloudformation('  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      Engine: postgres\n'),
    ],
    undecided: [
      terraform(`${block('aws_db_instance', '  backup_retention_period = var.days\n')}variable "days" {\n  default = 0\n}\n`),
      terraform(block('aws_db_instance', '  snapshot_identifier = "before"\n')),
      terraform(
        block('aws_db_instance', '  engine = "postgres"\n') +
          block('aws_backup_selection', '  selection_tag {\n    type = "STRINGEQUALS"\n    key = "backup"\n    value = "yes"\n  }\n'),
      ),
    ],
  },

  needs: ['infrastructure'],
  check({ infrastructure }, ctx) {
    for (const resource of databaseInstances(infrastructure)) {
      if (isReplica(resource) === 'yes') continue;
      const days = argumentValue(resource, DAYS);
      const off = ask(days, (data) => keepsNone(data, resource));
      const unset = ask(days, (data) => answer(data === undefined));
      // A copy that says nothing of its backups has those of its source.
      const inherits = and(unset, isCopy(resource));
      const fault = and(off, inherits === 'no' ? 'yes' : 'maybe', not(selected(resource, infrastructure)));
      tell(
        resource,
        fault,
        () => ({
          at: resource.placeOf(...pathIn(resource, DAYS)),
          message: `\`${called(resource)}\` keeps no automated backups${unset === 'yes' ? ', since `backup_retention_period` is 0 when it is not set' : ''}.`,
        }),
        ctx,
      );
    }
  },
});

function keepsNone(data: Data | undefined, { language }: InfrastructureResource): Answer {
  if (data === undefined) return answer(language === 'terraform');
  if (typeof data !== 'number' && typeof data !== 'string') return 'maybe';
  return answer(Number(data) === 0);
}

/** Whether AWS Backup looks after it: by its address for certain, by its tags perhaps. */
function selected(resource: InfrastructureResource, infrastructure: InfrastructureFacts): Answer {
  const selections = ofTypes(infrastructure, SELECTIONS);
  if (selections.some((one) => one.refersTo().some(({ address }) => address === resource.address))) return 'yes';
  return selections.length > 0 ? 'maybe' : 'no';
}
