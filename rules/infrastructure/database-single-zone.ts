import { defineRule } from '../../src/rule.ts';
import { databaseInstances, isReplica } from '../shared/infrastructure/databases.ts';
import { block, cloudformation, terraform } from '../shared/infrastructure/example.ts';
import { argument, argumentValue, ask, called, isTrue, pathIn, tell } from '../shared/infrastructure/resources.ts';
import { and, answer, not } from '../shared/values/answer.ts';

const ZONES = argument('multi_az', 'MultiAZ');
const CLASS = argument('instance_class', 'DBInstanceClass');
const LARGE = '  instance_class = "db.m7g.large"\n';

export default defineRule({
  id: 'infrastructure/database-single-zone',
  title: 'RDS in a single availability zone',
  severity: 'note',
  topic: 10,
  since: '0.1.0',
  why: 'When its zone fails, and while its system is patched, the database is away and the whole site with it.',
  fix: 'Set multi_az to true: a standby in another zone takes over within a minute or two.',
  autofix: 'none',
  links: [
    'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html',
    'https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/r/db_instance.html.markdown',
  ],
  examples: {
    bad: [
      terraform(block('aws_db_instance', LARGE, 'main', ' # !')),
      terraform(block('aws_db_instance', `${LARGE}  multi_az = false # !\n`)),
      cloudformation('  Db: # !\n    Type: AWS::RDS::DBInstance\n    Properties:\n      DBInstanceClass: db.r6g.xlarge\n'),
    ],
    good: [
      terraform(block('aws_db_instance', `${LARGE}  multi_az = true\n`)),
      terraform(block('aws_db_instance', '  instance_class = "db.t4g.micro"\n')),
      terraform(block('aws_db_instance', `${LARGE}  replicate_source_db = aws_db_instance.first.identifier\n`)),
      terraform('', { 'terraform/staging/main.tf': block('aws_db_instance', LARGE) }),
    ],
    undecided: [
      terraform(`${block('aws_db_instance', `${LARGE}  multi_az = var.standby\n`)}variable "standby" {}\n`),
      terraform(`${block('aws_db_instance', '  instance_class = var.class\n')}variable "class" {}\n`),
    ],
  },

  needs: ['infrastructure'],
  check({ infrastructure }, ctx) {
    for (const resource of databaseInstances(infrastructure)) {
      if (isReplica(resource) !== 'no' || /(^|[/._-])(staging|stage|stg)(?=$|[/._-])/i.test(resource.address)) continue;
      // A burstable class says that an outage is worth less than a second instance.
      const isLarge = ask(argumentValue(resource, CLASS), (data) => (typeof data === 'string' ? answer(!/^db\.t\d/.test(data)) : 'maybe'));
      const alone = not(ask(argumentValue(resource, ZONES), isTrue));
      const at = resource.placeOf(...pathIn(resource, ZONES));
      tell(resource, and(alone, isLarge), () => ({ at, message: `\`${called(resource)}\` runs in one availability zone.` }), ctx);
    }
  },
});
