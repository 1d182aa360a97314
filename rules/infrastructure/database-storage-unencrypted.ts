import { defineRule } from '../../src/rule.ts';
import { databaseInstances, isCopy } from '../shared/infrastructure/databases.ts';
import { block, cloudformation, terraform } from '../shared/infrastructure/example.ts';
import { argument, argumentValue, ask, called, isTrue, pathIn, tell } from '../shared/infrastructure/resources.ts';
import { and, answer, not } from '../shared/values/answer.ts';

const ENCRYPTED = argument('storage_encrypted', 'StorageEncrypted');

export default defineRule({
  id: 'infrastructure/database-storage-unencrypted',
  title: 'RDS storage not encrypted',
  severity: 'warning',
  topic: 3,
  since: '0.1.0',
  why: 'Disks, snapshots and replicas hold the data in clear, and encryption cannot be switched on later: the database has to be copied.',
  fix: 'Set storage_encrypted to true before there is data (it is false when nothing is said); else restore an encrypted copy of a snapshot.',
  autofix: 'unsafe',
  links: [
    'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html',
    'https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/r/db_instance.html.markdown',
  ],
  cwe: ['CWE-311'],
  examples: {
    bad: [
      terraform(block('aws_db_instance', '  engine = "postgres"\n', 'main', ' # !')),
      terraform(block('aws_db_instance', '  storage_encrypted = false # !\n')),
      terraform(block('aws_db_instance', '  storage_encrypted = false # !\n  snapshot_identifier = null\n')),
      cloudformation('  Db: # !\n    Type: AWS::RDS::DBInstance\n    Properties:\n      Engine: postgres\n'),
      cloudformation('  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      StorageEncrypted: false # !\n'),
    ],
    good: [
      terraform(block('aws_db_instance', '  storage_encrypted = true\n')),
      terraform(block('aws_db_instance', '  replicate_source_db = aws_db_instance.first.identifier\n')),
      terraform(block('aws_db_instance', '  snapshot_identifier = "before"\n')),
      terraform(block('aws_rds_cluster', '  engine = "aurora-postgresql"\n')),
      cloudformation('  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      StorageEncrypted: true\n'),
      cloudformation('  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      DBClusterIdentifier: !Ref Cluster\n'),
    ],
    undecided: [terraform(`${block('aws_db_instance', '  storage_encrypted = var.encrypted\n')}variable "encrypted" {}\n`)],
  },

  needs: ['infrastructure'],
  check({ infrastructure }, ctx) {
    for (const resource of databaseInstances(infrastructure)) {
      const value = argumentValue(resource, ENCRYPTED);
      const unset = ask(value, (data) => answer(data === undefined));
      tell(
        resource,
        and(not(ask(value, isTrue)), not(isCopy(resource))),
        () => ({
          at: resource.placeOf(...pathIn(resource, ENCRYPTED)),
          message: `The storage of \`${called(resource)}\` is not encrypted${unset === 'yes' ? ', since nothing asks for it' : ''}.`,
        }),
        ctx,
      );
    }
  },
});
