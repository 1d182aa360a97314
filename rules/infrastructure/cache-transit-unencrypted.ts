import { type Answer, defineRule, type InfrastructureResource } from '../../src/rule.ts';
import { block, cloudformation, terraform } from '../shared/infrastructure/example.ts';
import { argument, argumentValue, ask, called, isGiven, isTrue, ofTypes, pathIn, tell } from '../shared/infrastructure/resources.ts';
import { and, answer, not, or } from '../shared/values/answer.ts';

const GROUPS = { terraform: ['aws_elasticache_replication_group'], cloudformation: ['AWS::ElastiCache::ReplicationGroup'] };
const ENCRYPTED = argument('transit_encryption_enabled', 'TransitEncryptionEnabled');
const ENGINE = argument('engine', 'Engine');
const TLS = '  transit_encryption_enabled = true\n';

export default defineRule({
  id: 'infrastructure/cache-transit-unencrypted',
  title: 'ElastiCache without transit encryption or auth',
  severity: 'warning',
  topic: 7,
  since: '0.1.0',
  why: 'Sessions, cached pages and task payloads cross the network in clear, and every host that reaches the port may read and change them.',
  fix: 'Set transit_encryption_enabled to true with an auth_token or a user group, and use rediss:// in the settings.',
  autofix: 'unsafe',
  links: [
    'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html',
    'https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/r/elasticache_replication_group.html.markdown',
  ],
  cwe: ['CWE-319', 'CWE-306'],
  examples: {
    bad: [
      terraform(block('aws_elasticache_replication_group', '  engine = "redis"\n', 'main', ' # !')),
      terraform(block('aws_elasticache_replication_group', '  transit_encryption_enabled = false # !\n')),
      terraform(block('aws_elasticache_replication_group', TLS, 'main', ' # !')),
      cloudformation('  Cache: # !\n    Type: AWS::ElastiCache::ReplicationGroup\n    Properties:\n      Engine: redis\n'),
    ],
    good: [
      terraform(`${block('aws_elasticache_replication_group', `${TLS}  auth_token = var.token\n`)}variable "token" {}\n`),
      terraform(block('aws_elasticache_replication_group', `${TLS}  user_group_ids = [aws_elasticache_user_group.app.id]\n`)),
      terraform(block('aws_elasticache_replication_group', '  global_replication_group_id = "first"\n')),
      terraform(block('aws_elasticache_cluster', '  engine = "memcached"\n')),
      cloudformation(
        '  Cache:\n    Type: AWS::ElastiCache::ReplicationGroup\n    Properties:\n      TransitEncryptionEnabled: true\n      AuthToken: !Ref Token\n',
      ),
    ],
    undecided: [
      terraform(`${block('aws_elasticache_replication_group', '  transit_encryption_enabled = var.tls\n')}variable "tls" {}\n`),
      terraform(block('aws_elasticache_replication_group', '  engine = "valkey"\n')),
    ],
  },

  needs: ['infrastructure'],
  check({ infrastructure }, ctx) {
    for (const resource of ofTypes(infrastructure, GROUPS)) {
      // A second region has what the first one says.
      if (isGiven(resource.get(resource.language === 'terraform' ? 'global_replication_group_id' : 'GlobalReplicationGroupId')) !== 'no')
        continue;
      const clear = isClear(resource);
      const open = not(asksForPassword(resource));
      const at = resource.placeOf(...pathIn(resource, clear === 'no' ? argument('auth_token', 'AuthToken') : ENCRYPTED));
      const message =
        clear === 'yes'
          ? `Clients talk to \`${called(resource)}\` in clear.`
          : `\`${called(resource)}\` asks nobody for a password, so every host that reaches it may read and write.`;
      tell(resource, clear === 'maybe' ? 'maybe' : or(clear, open), () => ({ at, message }), ctx);
    }
  },
});

/** Redis is in clear when nothing is said; what Valkey does then depends on its release. */
function isClear(resource: InfrastructureResource): Answer {
  const value = argumentValue(resource, ENCRYPTED);
  const unset = ask(value, (data) => answer(data === undefined));
  const isRedis = ask(argumentValue(resource, ENGINE), (data) => answer(data === undefined || data === 'redis'));
  return and(not(ask(value, isTrue)), unset === 'no' || isRedis === 'yes' ? 'yes' : 'maybe');
}

function asksForPassword(resource: InfrastructureResource): Answer {
  const names = resource.language === 'terraform' ? ['auth_token', 'auth_token_wo', 'user_group_ids'] : ['AuthToken', 'UserGroupIds'];
  return or(...names.map((name) => isGiven(resource.get(name))));
}
