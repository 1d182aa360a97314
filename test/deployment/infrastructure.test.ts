import { describe, expect, test } from 'vitest';
import type { Data } from '../../src/core/data.ts';
import { MAX_MODULES } from '../../src/core/limits.ts';
import type { Value } from '../../src/core/value.ts';
import type { InfrastructureResource } from '../../src/deployment/model.ts';
import { build, project } from './projects.ts';

async function resources(files: Record<string, string>): Promise<readonly InfrastructureResource[]> {
  return (await build({ ...project(), ...files })).infrastructure?.resources.items ?? [];
}

async function only(files: Record<string, string>): Promise<InfrastructureResource> {
  const [one] = await resources(files);
  if (one === undefined) throw new Error('no resource');
  return one;
}

function found(all: readonly InfrastructureResource[], wanted: string): InfrastructureResource {
  const one = all.find(({ type }) => type === wanted);
  if (one === undefined) throw new Error(`no ${wanted}`);
  return one;
}

/** Plain where it is known, "?" where it is not, "a|b" for cases. */
function plain(value: Value<Data | undefined>): unknown {
  if (value.kind === 'unknown') return '?';
  if (value.kind === 'conditional') return value.cases.map(({ then }) => String(plain(then))).join('|');
  const { value: data } = value;
  if (typeof data !== 'object' || data === null) return data;
  if ('items' in data) return [...data.items.map(plain), ...(data.complete ? [] : ['…'])];
  if ('entries' in data) return Object.fromEntries(data.entries.map((one) => [String(one.key), plain(one.value)]));
  return String(data);
}

const DB = (more: string) => `resource "aws_db_instance" "main" {\n${more}\n}\n`;

describe('Terraform', () => {
  test.each<[string, string, Record<string, string>, unknown]>([
    ['a literal', 'a = 7', {}, 7],
    ['nothing', '', {}, undefined],
    ['null is nothing', 'a = null', {}, undefined],
    ['a local', 'a = local.x', { 'infra/l.tf': 'locals {\n x = "p-${local.y}"\n y = 1\n}' }, 'p-1'],
    ['a circle of locals', 'a = local.x', { 'infra/l.tf': 'locals {\n x = local.y\n y = local.x\n}' }, '?'],
    ['a default that anybody may override', 'a = var.x', { 'infra/v.tf': 'variable "x" {\n default = 3\n}' }, '?|3'],
    ['a variable without a default', 'a = var.x', { 'infra/v.tf': 'variable "x" {}' }, '?'],
    [
      'a variable file',
      'a = var.x',
      { 'infra/v.tf': 'variable "x" {\n default = 3\n}', 'infra/terraform.tfvars': 'x = 4\n', 'infra/dev.tfvars': 'x = 5\n' },
      4,
    ],
    ['a JSON variable file', 'a = var.x', { 'infra/v.tf': 'variable "x" {}', 'infra/prod.auto.tfvars.json': '{"x": [1]}' }, [1]],
    [
      'the file for production',
      'a = var.x',
      { 'infra/v.tf': 'variable "x" {}', 'infra/env/prod.tfvars': 'x = 4\n', 'infra/env/staging.tfvars': 'x = 5\n' },
      4,
    ],
    [
      'files that disagree',
      'a = var.x',
      { 'infra/v.tf': 'variable "x" {}', 'infra/prod-eu.tfvars': 'x = 4\n', 'infra/prod-us.tfvars': 'x = 5\n' },
      '?',
    ],
    [
      'a default beside variable files',
      'a = var.x',
      { 'infra/v.tf': 'variable "x" {\n default = 3\n}', 'infra/prod.tfvars': 'y = 4\n' },
      3,
    ],
    [
      'a default that the pipeline overrides',
      'a = var.x',
      {
        'infra/v.tf': 'variable "x" {\n default = 3\n}',
        'infra/prod.tfvars': 'y = 4\n',
        '.github/workflows/d.yml': 'on: push\nenv:\n  TF_VAR_x: 5\njobs: {}\n',
      },
      '?|3',
    ],
    ['both sides of an open test', 'a = terraform.workspace == "prod" ? 7 : 1', {}, '7|1'],
    ['a settled test', 'a = local.x == "prod" ? 7 : 1', { 'infra/l.tf': 'locals {\n x = "prod"\n}' }, 7],
    ['an argument of another resource', 'a = aws_x.y.port', { 'infra/o.tf': 'resource "aws_x" "y" {\n port = 5\n}' }, 5],
    ['what a provider makes', 'a = aws_x.y.arn', { 'infra/o.tf': 'resource "aws_x" "y" {\n port = 5\n}' }, '?'],
    ['functions', 'a = concat(tolist(["x"]), [lower("Y"), length([1, 2])])', {}, ['x', 'y', 2]],
    ['merged mappings', 'a = merge({ b = 1, c = 2 }, { c = 3 })', {}, { b: 1, c: 3 }],
    ['encoded JSON', 'a = jsonencode({ b = [var.x] })', { 'infra/v.tf': 'variable "x" {}' }, { b: ['?'] }],
    ['an unknown function', 'a = timestamp()', {}, '?'],
    ['blocks', 'a {\n b = 1\n}\na {\n b = 2\n}', {}, [{ b: 1 }, { b: 2 }]],
    ['blocks that are made', 'a {\n b = 1\n}\ndynamic "a" {\n for_each = var.x\n content {}\n}', {}, [{ b: 1 }, '…']],
    [
      'a policy in a heredoc',
      'policy = <<E\n{"a": ["${var.x}", "b-${var.x}", 1]}\nE',
      { 'infra/v.tf': 'variable "x" {}', 'infra/p.tfvars': '' },
      undefined,
    ],
  ])('%s', async (_name, text, files, expected) => {
    const one = (await resources({ 'infra/main.tf': DB(text), ...files })).find(({ type }) => type === 'aws_db_instance');
    expect(plain(one?.get('a') ?? { kind: 'known', value: undefined, origin: { step: 'default', of: '' } })).toEqual(expected);
  });

  test('JSON in a heredoc, a template file and a text', async () => {
    const files = {
      'infra/main.tf': `locals {\n n = "7"\n}\n${DB('policy = <<-E\n  {"a": ["${local.n}", "b-${local.n}", ${aws_x.y.z}]}\n  E')}${DB(
        'policy = templatefile("${path.module}/t.json", { n = "x" })',
      ).replace('main', 'two')}${DB('policy = "{\\"c\\": true}"').replace('main', 'three')}`,
      'infra/t.json': '{"d": "${n}", "e": ${m}}',
    };
    const all = await resources(files);
    expect(all.map((one) => plain(one.get('policy')))).toEqual([{ a: ['7', '?', '?'] }, { d: 'x', e: '?' }, { c: true }]);
    const place = all[0]?.get('policy', 'a', 0);
    const at = place?.kind === 'known' && place.origin.step === 'text' ? place.origin.at : null;
    expect(files['infra/main.tf'].slice(at?.start, at?.end)).toBe('"${local.n}"');
  });

  test('modules get their inputs, and give their outputs', async () => {
    const all = await resources({
      'live/prod/main.tf':
        'module "db" {\n source = "../../modules/db"\n days = 0\n group = aws_security_group.db.id\n}\nmodule "other" {\n source = "org/x/aws"\n}\nresource "aws_security_group" "db" {}\nresource "aws_x" "y" {\n a = module.db.days\n b = module.other.c\n}\n',
      'live/dev/main.tf': 'module "db" {\n source = "../../modules/db"\n days = 1\n}\n',
      'modules/db/main.tf':
        'variable "days" {}\nvariable "keep" {\n default = true\n}\nvariable "group" {\n default = null\n}\noutput "days" {\n value = var.days\n}\nresource "aws_db_instance" "main" {\n days = var.days\n keep = var.keep\n vpc_security_group_ids = [var.group]\n}\n',
    });
    const db = found(all, 'aws_db_instance');
    expect(all.filter(({ type }) => type === 'aws_db_instance')).toHaveLength(1);
    expect([plain(db.get('days')), plain(db.get('keep')), db.address]).toEqual([0, true, 'live/prod/module.db/aws_db_instance.main']);
    expect(db.refersTo('vpc_security_group_ids')).toEqual([
      { type: 'aws_security_group', name: 'db', address: 'live/prod/aws_security_group.db' },
    ]);
    const used = found(all, 'aws_x');
    expect([plain(used.get('a')), plain(used.get('b')), used.refersTo('b')]).toMatchObject([0, '?', [{ type: 'module', name: 'other' }]]);
  });

  test('what development has is set aside, what may not exist says so', async () => {
    const files = {
      'infra/main.tf': `${DB('count = var.x ? 1 : 0')}${DB('count = 0').replace('main', 'none')}${DB('').replace('main', 'dev')}${DB('tags = { Environment = "test" }').replace('main', 'tagged')}${DB('for_each = toset(["a"])').replace('main', 'each')}`,
      'terraform/dev/main.tf': DB(''),
    };
    const model = await build({ ...project(), ...files });
    expect(model.infrastructure?.resources.items.map(({ name, exists }) => [name, exists])).toEqual([
      ['main', 'maybe'],
      ['each', 'yes'],
    ]);
    expect(model.setAside).toContainEqual({ id: 'terraform/dev/main.tf', because: '"dev" names it for another purpose' });
    expect(
      (await build({ ...project(), 'm.tf': 'module "a" {\n source = "x/y"\n}\nresource "a_b" "c" {}' })).infrastructure?.resources.complete,
    ).toEqual({
      because: 'module "a" is not in the repository',
    });
  });

  test('places', async () => {
    const text = DB('  ingress {\n    cidr_blocks = ["10.0.0.0/8", "0.0.0.0/0"]\n  }');
    const one = await only({ 'main.tf': text });
    const cut = (...path: (string | number)[]) => {
      const { start, end } = one.placeOf(...path);
      return text.slice(start, end);
    };
    expect(cut('ingress', 0, 'cidr_blocks', 1)).toBe('"0.0.0.0/0"');
    expect(cut('ingress', 0, 'nothing')).toBe('ingress {');
    expect(cut('nothing')).toBe('resource "aws_db_instance" "main" {');
  });

  test('JSON syntax', async () => {
    const one = await only({
      'main.tf.json': '{"resource": {"aws_db_instance": {"main": {"a": "${local.x}-1", "b": [{"c": true}]}}}, "locals": {"x": "y"}}',
    });
    expect([plain(one.get('a')), plain(one.get('b', 0, 'c'))]).toEqual(['y-1', true]);
  });

  test('long chains and deep expressions end in the unknown', async () => {
    const nest = (inner: string) => `${'['.repeat(150)}${inner}${']'.repeat(150)}`;
    const locals = Array.from(
      { length: 70 },
      (_, i) => ` x${i} = ${nest(`local.x${i + 1}`)}\n y${i} = [local.y${i + 1}, local.y${i + 1}]\n`,
    ).join('');
    const sum = Array.from({ length: 5000 }, () => '1').join(' + ');
    const one = await only({ 'main.tf': `${DB(`a = local.x0\nb = ${sum}\nc = local.y0[0]`)}locals {\n${locals}}\n` });
    expect([one.get('a').kind, one.get('b').kind, one.get('c').kind]).toEqual(['known', 'unknown', 'known']);
  });

  test('damaged files and modules without end are survived', async () => {
    const { infrastructure } = await build({ ...project(), 'infra/main.tf': `${DB('a = [')}` });
    expect(infrastructure?.resources.items.map((one) => plain(one.get('a')))).toEqual(['?']);
    const calls = (to: string) => ['a', 'b', 'c'].map((name) => `module "${name}" {\n source = "${to}"\n}\n`).join('');
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`m${i}/main.tf`, `${calls(`../m${i + 1}`)}${DB('a = 1')}`]));
    const deep = (await build({ ...project(), ...files, 'm12/main.tf': DB('a = 1') })).infrastructure?.resources;
    expect(deep?.complete).toEqual({ because: 'modules call more modules than are followed' });
    expect(deep?.items.length).toBeLessThanOrEqual(MAX_MODULES + 1);
  });
});

const TEMPLATE = `AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Public:
    Type: String
    Default: "true"
Resources:
  Database:
    Type: AWS::RDS::DBInstance
    DeletionPolicy: Retain
    Properties:
      PubliclyAccessible: !Ref Public
      Name: !Sub "\${AWS::StackName}-db"
      Other: !Sub "\${Public}-db"
      VPCSecurityGroups: [!GetAtt Group.GroupId]
      BackupRetentionPeriod: !If [IsProd, 7, !Ref "AWS::NoValue"]
  Group:
    Type: AWS::EC2::SecurityGroup
    Condition: IsProd
`;

describe('CloudFormation', () => {
  test('parameters, functions, conditions and attributes', async () => {
    const all = await resources({ 'cloudformation/stack.yaml': TEMPLATE });
    const [db, group] = [found(all, 'AWS::RDS::DBInstance'), found(all, 'AWS::EC2::SecurityGroup')];
    expect(
      ['PubliclyAccessible', 'Name', 'Other', 'BackupRetentionPeriod', 'Missing', '@DeletionPolicy'].map((name) => plain(db.get(name))),
    ).toEqual(['?|true', '?', '?|true-db', '7|undefined', undefined, 'Retain']);
    expect(db.refersTo('VPCSecurityGroups')).toMatchObject([{ type: 'AWS::EC2::SecurityGroup', name: 'Group' }]);
    expect([db.exists, group.exists]).toEqual(['yes', 'maybe']);
    const { start, end } = db.placeOf('PubliclyAccessible');
    expect(TEMPLATE.slice(start, end)).toBe('PubliclyAccessible');
  });

  test('JSON, and what is for development', async () => {
    const json = JSON.stringify({
      AWSTemplateFormatVersion: '2010-09-09',
      Resources: { Db: { Type: 'AWS::RDS::DBInstance', Properties: { StorageEncrypted: 'false', Port: { 'Fn::Sub': 'a' } } } },
    });
    const one = await only({ 'infra/db.json': json, 'infra/dev/db.json': json });
    expect([plain(one.get('StorageEncrypted')), plain(one.get('Port'))]).toEqual([false, 'a']);
    expect(await resources({ 'infra/values.yaml': 'Resources: {}\n', 'infra/broken.yaml': `${TEMPLATE}  x: [` })).toHaveLength(2);
  });
});
