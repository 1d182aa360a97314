import type { Answer, InfrastructureFacts, InfrastructureResource } from '../../../src/rule.ts';
import { or } from '../values/answer.ts';
import { isGiven, ofTypes } from './resources.ts';

/** Databases of RDS. */

const INSTANCE = { terraform: ['aws_db_instance'], cloudformation: ['AWS::RDS::DBInstance'] };

/** Instances that are no part of a cluster, which has these arguments itself. */
export function databaseInstances(facts: InfrastructureFacts): readonly InfrastructureResource[] {
  return ofTypes(facts, INSTANCE).filter((one) => isGiven(one.get('DBClusterIdentifier')) === 'no');
}

/** Copies take over what their source has: replicas, restored snapshots and points in time. */
export function isCopy(resource: InfrastructureResource): Answer {
  const sources =
    resource.language === 'terraform'
      ? ['replicate_source_db', 'snapshot_identifier', 'restore_to_point_in_time', 's3_import']
      : [
          'SourceDBInstanceIdentifier',
          'SourceDBClusterIdentifier',
          'DBSnapshotIdentifier',
          'DBClusterSnapshotIdentifier',
          'SourceDbiResourceId',
        ];
  return or(...sources.map((name) => isGiven(resource.get(name))));
}

/** Whether it follows another database, which is the one that is kept safe. */
export function isReplica(resource: InfrastructureResource): Answer {
  const sources =
    resource.language === 'terraform'
      ? ['replicate_source_db', 'replication_source_identifier', 'global_cluster_identifier']
      : ['SourceDBInstanceIdentifier', 'SourceDBClusterIdentifier', 'GlobalClusterIdentifier', 'ReplicationSourceIdentifier'];
  return or(...sources.map((name) => isGiven(resource.get(name))));
}
