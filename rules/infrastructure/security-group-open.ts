import {
  type Answer,
  type Data,
  defineRule,
  type InfrastructureFacts,
  type InfrastructureResource,
  type Mapping,
  type Span,
  type Value,
} from '../../src/rule.ts';
import { block, cloudformation, terraform } from '../shared/infrastructure/example.ts';
import { ask, called, tell } from '../shared/infrastructure/resources.ts';
import { and, answer, not, or } from '../shared/values/answer.ts';
import { dataOf, isMapping, isSequence } from '../shared/values/data.ts';

/** What listens on a port that nobody outside has to reach. */
const STORES: ReadonlyMap<number, string> = new Map([
  [5432, 'PostgreSQL'],
  [3306, 'MySQL'],
  [6379, 'Redis'],
  [11211, 'Memcached'],
  [5672, 'RabbitMQ'],
  [9200, 'Elasticsearch'],
]);
const SSH = 22;

const rule = (from: number, to: number, cidr: string, protocol = '"tcp"') =>
  `  ingress {\n    from_port = ${from}\n    to_port = ${to}\n    protocol = ${protocol}\n    cidr_blocks = [${cidr}]\n  }\n`;
const stack = (port: number, cidr: string) =>
  `  Group:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n      SecurityGroupIngress:\n        - IpProtocol: tcp\n          FromPort: ${port}\n          ToPort: ${port}\n          CidrIp: ${cidr}\n`;

export default defineRule({
  id: 'infrastructure/security-group-open',
  title: 'Security group opens a data store or SSH to the world',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Every address of the internet may try passwords and faults of the program that listens there.',
  fix: 'Name the security group of the application as the source; reach SSH through a bastion, a VPN or Session Manager.',
  autofix: 'unsafe',
  links: [
    'https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html',
  ],
  cwe: ['CWE-284', 'CWE-668'],
  examples: {
    bad: [
      terraform(block('aws_security_group', rule(5432, 5432, '"0.0.0.0/0" # !\n'))),
      terraform(block('aws_security_group', rule(0, 0, '"10.0.0.0/8", "0.0.0.0/0" # !\n', '"-1"'))),
      terraform(block('aws_security_group', rule(22, 22, '"0.0.0.0/0" # !\n'))),
      terraform(
        block(
          'aws_security_group_rule',
          '  type = "ingress"\n  from_port = 6000\n  to_port = 7000\n  protocol = "tcp"\n  ipv6_cidr_blocks = ["::/0"] # !\n',
        ),
      ),
      terraform(
        block(
          'aws_vpc_security_group_ingress_rule',
          '  from_port = 3306\n  to_port = 3306\n  ip_protocol = "tcp"\n  cidr_ipv4 = "0.0.0.0/0" # !\n',
        ),
      ),
      cloudformation(stack(6379, '0.0.0.0/0 # !')),
      cloudformation(
        '  In:\n    Type: AWS::EC2::SecurityGroupIngress\n    Properties:\n      IpProtocol: tcp\n      FromPort: 5432\n      ToPort: 5432\n      CidrIpv6: "::/0" # !\n',
      ),
    ],
    good: [
      terraform(block('aws_security_group', rule(443, 443, '"0.0.0.0/0"'))),
      terraform(block('aws_security_group', rule(5432, 5432, '"10.0.0.0/16"'))),
      terraform(block('aws_security_group', rule(5432, 5432, '"0.0.0.0/0"', '"udp"'))),
      terraform(block('aws_security_group', rule(5432, 5432, '"0.0.0.0/0"').replace('ingress', 'egress'))),
      terraform(
        block(
          'aws_security_group_rule',
          '  type = "egress"\n  from_port = 0\n  to_port = 0\n  protocol = "-1"\n  cidr_blocks = ["0.0.0.0/0"]\n',
        ),
      ),
      cloudformation(stack(443, '0.0.0.0/0')),
      terraform('', { 'unittests/scans/cfn_nag/stack.yaml': cloudformation(stack(22, '0.0.0.0/0'))['cloudformation/stack.yaml'] ?? '' }),
    ],
    undecided: [
      terraform(`${block('aws_security_group', rule(5432, 5432, 'var.cidr'))}variable "cidr" {}\n`),
      terraform(
        block(
          'aws_security_group',
          '  dynamic "ingress" {\n    for_each = var.ports\n    content {\n      from_port = ingress.value\n    }\n  }\n',
        ),
      ),
    ],
  },

  needs: ['infrastructure'],
  check({ infrastructure }, ctx) {
    for (const entry of ingressRules(infrastructure)) {
      const { resource } = entry;
      if (entry.is === 'hidden') {
        tell(resource, 'maybe', () => ({ at: entry.at, message: '' }), ctx);
        continue;
      }
      const open = portsOpen(entry.part);
      for (const { answer: worldwide, at } of worldIn(entry)) {
        const stores = [...STORES].filter(([port]) => open(port) === 'yes');
        const maybe = or(...[...STORES.keys(), SSH].map(open));
        const fault = stores.length > 0 || open(SSH) === 'yes' ? 'yes' : maybe;
        tell(resource, and(worldwide, fault), () => ({ at, ...words(resource, stores) }), ctx);
      }
    }
  },
});

function words(resource: InfrastructureResource, stores: readonly (readonly [number, string])[]) {
  const opened = stores.map(([port, name]) => `${port} (${name})`).join(', ');
  if (stores.length > 0)
    return { message: `\`${called(resource)}\` lets the whole internet in on port${stores.length > 1 ? 's' : ''} ${opened}.` };
  return {
    message: `\`${called(resource)}\` lets the whole internet in on port 22.`,
    severity: 'warning' as const,
    because: 'SSH asks for a key or password of its own',
  };
}

type Get = (name: string) => Value<Data | undefined>;

type Entry =
  | {
      readonly is: 'rule';
      readonly resource: InfrastructureResource;
      readonly part: Get;
      readonly placeOf: (...path: readonly (string | number)[]) => Span;
    }
  | { readonly is: 'hidden'; readonly resource: InfrastructureResource; readonly at: Span };

/** Every rule that lets something in: those inside of a group, and those that stand alone. */
function ingressRules({ resources }: InfrastructureFacts): readonly Entry[] {
  return resources.items.flatMap((resource): readonly Entry[] => {
    const alone: Entry = { is: 'rule', resource, part: (name) => resource.get(name), placeOf: (...path) => resource.placeOf(...path) };
    switch (resource.type) {
      case 'aws_security_group':
      case 'aws_default_security_group':
        return inside(resource, 'ingress');
      case 'AWS::EC2::SecurityGroup':
        return inside(resource, 'SecurityGroupIngress');
      case 'aws_security_group_rule':
        return ask(resource.get('type'), (data) => answer(data === 'ingress')) === 'yes' ? [alone] : [];
      case 'aws_vpc_security_group_ingress_rule':
      case 'AWS::EC2::SecurityGroupIngress':
        return [alone];
      default:
        return [];
    }
  });
}

function inside(resource: InfrastructureResource, name: string): readonly Entry[] {
  const value = resource.get(name);
  const data = dataOf(value);
  const hidden: Entry = { is: 'hidden', resource, at: resource.placeOf(name) };
  if (value.kind !== 'known') return [hidden];
  if (isMapping(data)) return [partOf(resource, name, null, data)];
  if (!isSequence(data)) return [];
  const rules = data.items.map((item, index): Entry => {
    const one = dataOf(item);
    return isMapping(one) ? partOf(resource, name, index, one) : hidden;
  });
  return data.complete ? rules : [...rules, hidden];
}

function partOf(resource: InfrastructureResource, name: string, index: number | null, data: Mapping): Entry {
  const path = index === null ? [name] : [name, index];
  return {
    is: 'rule',
    resource,
    part: (key) => data.entries.find((one) => one.key === key)?.value ?? resource.get(...path, key),
    placeOf: (...rest) => resource.placeOf(...path, ...rest),
  };
}

/** Which ports a rule opens for TCP; `-1` and `all` are every port. */
function portsOpen(part: Get): (port: number) => Answer {
  const protocol = or(...['protocol', 'ip_protocol', 'IpProtocol'].map((name) => ask(part(name), isEvery)));
  const tcp = or(
    ...['protocol', 'ip_protocol', 'IpProtocol'].map((name) =>
      ask(part(name), (data) => answer(data === 'tcp' || data === '6' || data === 6)),
    ),
  );
  const end = (names: readonly string[]) => names.map(part).find((value) => value.kind !== 'known' || value.value !== undefined);
  const from = end(['from_port', 'FromPort']);
  const to = end(['to_port', 'ToPort']);
  return (port) => {
    if (from === undefined || to === undefined) return protocol;
    const within = and(
      ask(from, (data) => bound(data, (one) => one <= port)),
      ask(to, (data) => bound(data, (one) => one >= port)),
    );
    return or(protocol, and(tcp, within));
  };
}

function isEvery(data: Data | undefined): Answer {
  return answer(data === '-1' || data === -1 || data === 'all');
}

function bound(data: Data | undefined, holds: (port: number) => boolean): Answer {
  if (typeof data === 'number') return answer(holds(data));
  return typeof data === 'string' && /^\d+$/.test(data) ? answer(holds(Number(data))) : 'maybe';
}

const LISTS = ['cidr_blocks', 'ipv6_cidr_blocks'];
const SINGLE = ['cidr_ipv4', 'cidr_ipv6', 'CidrIp', 'CidrIpv6'];

/** Where a rule names every address. */
function worldIn(entry: Extract<Entry, { readonly is: 'rule' }>): readonly { readonly answer: Answer; readonly at: Span }[] {
  const found: { readonly answer: Answer; readonly at: Span }[] = [];
  for (const name of SINGLE) {
    const all = ask(entry.part(name), isWorld);
    if (all !== 'no') found.push({ answer: all, at: entry.placeOf(name) });
  }
  for (const name of LISTS) {
    const value = entry.part(name);
    const data = dataOf(value);
    if (value.kind !== 'known') found.push({ answer: 'maybe', at: entry.placeOf(name) });
    if (!isSequence(data)) continue;
    const index = data.items.findIndex((item) => ask(item, isWorld) === 'yes');
    const any = or(...data.items.map((item) => ask(item, isWorld)), data.complete ? 'no' : 'maybe');
    if (any !== 'no') found.push({ answer: any, at: entry.placeOf(name, ...(index === -1 ? [] : [index])) });
  }
  // One rule, one finding: both kinds of addresses stand for the same gap.
  const sure = found.find((one) => not(one.answer) === 'no');
  return sure === undefined ? found.slice(0, 1) : [sure];
}

function isWorld(data: Data | undefined): Answer {
  return answer(data === '0.0.0.0/0' || data === '::/0');
}
