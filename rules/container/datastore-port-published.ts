import { defineRule } from '../../src/rule.ts';
import { isPublicAddress } from '../shared/requests/address.ts';
import { cluster, service, workload } from '../shared/values/cluster-example.ts';
import { django } from '../shared/values/examples.ts';

const app = 'services:\n  web:\n    image: app\n    command: gunicorn mysite.wsgi\n';

/** Redis in a pod, behind a service of a type. */
const pod = (type: string, more = '') =>
  cluster({
    files: {
      'k8s/redis.yaml': workload('redis', {}).replace('registry.example.com/mysite:1', 'redis:7'),
      'k8s/service.yaml': service('redis', '    - port: 6379 # !\n').replace('spec:\n', `spec:\n  type: ${type}\n${more}`),
    },
  });
const unmarked = (files: Record<string, string>) => ({
  ...files,
  'k8s/service.yaml': files['k8s/service.yaml']?.replace(' # !', '') ?? '',
});

export default defineRule({
  id: 'container/datastore-port-published',
  title: 'Database, cache or broker published on all interfaces',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'A published port listens on 0.0.0.0 and goes around the firewall of the host (ufw). The Redis image runs with protected mode off: without a password anyone can read, write and run commands.',
  fix: 'Delete the `ports` entry (other services reach it by name), or prefix it with 127.0.0.1; in Kubernetes a service of type ClusterIP is enough.',
  autofix: 'safe',
  links: ['https://docs.docker.com/reference/compose-file/services/#ports', 'https://hub.docker.com/_/redis'],
  cwe: ['CWE-668', 'CWE-306'],
  examples: {
    bad: [
      pod('LoadBalancer'),
      { ...django(), 'docker-compose.yml': `${app}  redis:\n    image: redis:7-alpine\n    ports:\n      - "6379:6379" # !\n` },
      { ...django(), 'docker-compose.yml': `${app}  cache:\n    image: memcached:1.6\n    ports:\n      - 0.0.0.0:11211:11211 # !\n` },
    ],
    good: [
      unmarked(pod('ClusterIP')),
      unmarked(pod('LoadBalancer', '  loadBalancerSourceRanges: [10.0.0.0/8]\n')),
      { ...django(), 'docker-compose.yml': `${app}  redis:\n    image: redis:7-alpine\n` },
      { ...django(), 'docker-compose.yml': `${app}  redis:\n    image: redis:7-alpine\n    ports:\n      - "127.0.0.1:6379:6379"\n` },
      { ...django(), 'docker-compose.yml': `${app}  redis:\n    image: redis:7-alpine\n    expose: ["6379"]\n` },
    ],
    undecided: [
      {
        ...django(),
        'docker-compose.yml': `${app}    env_file: [ops.env]\n  redis:\n    image: redis:7-alpine\n    ports:\n      - "\${BIND_ADDRESS}:6379:6379"\n`,
      },
    ],
  },
  needs: ['stores', 'deployment'],
  check({ stores, deployment }, ctx) {
    const where =
      deployment.kind === 'kubernetes'
        ? 'opened to everybody by a load balancer or a port of the node'
        : 'published on every interface of the host';
    for (const store of stores) {
      for (const port of store.process.ports) {
        const weaker = store.authenticated === 'yes' || port.published === null;
        ctx.expect(
          port.address,
          (address) => !isPublicAddress(address),
          () => ({
            at: port.at,
            message: `\`${store.name}\` (${store.kind}) is ${where}${store.authenticated === 'no' ? ' and asks for no password' : ''}.`,
            subject: store.name,
            ...(weaker
              ? { severity: 'warning', because: store.authenticated === 'yes' ? 'it asks for a password' : 'the host port is random' }
              : {}),
          }),
        );
      }
    }
  },
});
