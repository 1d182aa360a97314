import {
  type Answer,
  type Data,
  defineRule,
  type InfrastructureFacts,
  type InfrastructureResource,
  type RepositoryFacts,
  type Span,
} from '../../src/rule.ts';
import { besides, buckets, holdsAction, isBlocked, publicStatements } from '../shared/infrastructure/buckets.ts';
import { block, cloudformation, terraform } from '../shared/infrastructure/example.ts';
import { ask, called, tell } from '../shared/infrastructure/resources.ts';
import { and, answer, not } from '../shared/values/answer.ts';
import { dataOf } from '../shared/values/data.ts';
import { escaped } from '../shared/values/text.ts';

const ACLS = { terraform: ['aws_s3_bucket_acl'], cloudformation: [] };
/** Whoever may list finds every key; whoever may put replaces what stands there. */
const DANGEROUS = /^(\*|s3:(\*|Put(Object)?\*|PutObject|List\*|ListBucket|Delete\*|DeleteObject))$/i;

const bucket = (lines = '  bucket = "shop-media"\n') => block('aws_s3_bucket', lines);
const open = (text = 'false') =>
  block(
    'aws_s3_bucket_public_access_block',
    `  bucket = aws_s3_bucket.main.id\n  block_public_policy = ${text}\n  block_public_acls = ${text}\n`,
  );
const policy = (actions: string, mark = ' # !', principal = '"*"') =>
  block(
    'aws_s3_bucket_policy',
    `  bucket = aws_s3_bucket.main.id\n  policy = jsonencode({\n    Statement = [\n      {${mark}\n        Effect = "Allow"\n        Principal = ${principal}\n        Action = ${actions}\n        Resource = "*"\n      }\n    ]\n  })\n`,
  );
const acl = (name: string, mark = ' # !') => block('aws_s3_bucket_acl', `  bucket = aws_s3_bucket.main.id\n  acl = "${name}"${mark}\n`);
const MEDIA = { 'mysite/storage.py': "AWS_STORAGE_BUCKET_NAME = 'shop-media'\n" };

export default defineRule({
  id: 'infrastructure/bucket-public',
  title: 'Media bucket public for write or listing',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: 'Everybody can list or replace what users have uploaded, and serve files of their own from your address.',
  fix: 'Block public access, and let the application sign the URLs of uploads.',
  autofix: 'unsafe',
  links: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html',
    'https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/r/s3_bucket_public_access_block.html.markdown',
    'https://aws.amazon.com/blogs/aws/heads-up-amazon-s3-security-changes-are-coming-in-april-of-2023/',
  ],
  cwe: ['CWE-732', 'CWE-552'],
  examples: {
    bad: [
      terraform(bucket() + acl('public-read-write')),
      terraform(bucket('  acl = "public-read-write" # !\n')),
      terraform(bucket() + open() + policy('["s3:GetObject", "s3:ListBucket"]')),
      terraform(bucket() + open() + policy('"s3:PutObject"', ' # !', '{ AWS = ["*"] }')),
      terraform(
        bucket() +
          open() +
          block('aws_s3_bucket_policy', '  bucket = aws_s3_bucket.main.id\n  policy = data.aws_iam_policy_document.all.json\n') +
          'data "aws_iam_policy_document" "all" {\n  statement { # !\n    actions = ["s3:*"]\n    principals {\n      type = "*"\n      identifiers = ["*"]\n    }\n  }\n}\n',
      ),
      terraform(bucket() + open() + acl('public-read'), MEDIA),
      cloudformation('  Media:\n    Type: AWS::S3::Bucket\n    Properties:\n      AccessControl: PublicReadWrite # !\n'),
    ],
    good: [
      terraform(bucket() + open() + policy('"s3:GetObject"', '')),
      terraform(bucket() + open('true') + policy('"s3:*"', '')),
      terraform(bucket() + open() + policy('"s3:ListBucket"', '', '{ Service = "cloudfront.amazonaws.com" }')),
      terraform(bucket() + open() + policy('"s3:ListBucket"', '').replace('Resource = "*"', 'Condition = { IpAddress = {} }')),
      terraform(bucket() + open() + acl('public-read', '')),
      terraform(bucket() + open('true') + acl('public-read-write', '')),
      terraform(bucket() + acl('private', '')),
      cloudformation('  Media:\n    Type: AWS::S3::Bucket\n    Properties:\n      AccessControl: Private\n'),
    ],
    undecided: [
      terraform(bucket() + policy('"s3:PutObject"', '')),
      terraform(`${bucket()}${open('var.block')}${policy('"s3:PutObject"', '')}variable "block" {}\n`),
    ],
  },

  needs: ['infrastructure', 'repository'],
  check({ infrastructure, repository }, ctx) {
    for (const bucket of buckets(infrastructure)) {
      for (const { name, at } of aclsOf(bucket, infrastructure)) {
        const blocked = isBlocked(bucket, 'acls', infrastructure);
        const writes = is(name, /^public-?read-?write$/i);
        // An ACL is written by somebody who wants it; only a block that is in view takes its effect away.
        const writable = and(writes, blocked === 'yes' ? 'no' : 'yes');
        tell(bucket, writable, () => ({ at, message: `Everybody may write to \`${called(bucket)}\`.` }), ctx);
        const readable = and(is(name, /^public-?read$/i), not(blocked), answer(isMedia(bucket, repository)));
        if (readable === 'yes') {
          const because = 'nobody can write to it';
          const message = `Everybody may read \`${called(bucket)}\`, into which the application uploads.`;
          tell(bucket, readable, () => ({ at, message, severity: 'warning', because }), ctx);
        }
      }
      for (const one of publicStatements(bucket, infrastructure)) {
        const fault = and(one.answer, holdsAction(one.actions, DANGEROUS), not(isBlocked(bucket, 'policy', infrastructure)));
        const message = `A policy lets everybody list or change what is in \`${called(bucket)}\`.`;
        tell(bucket, fault, () => ({ at: one.at, message }), ctx);
      }
    }
  },
});

interface Acl {
  readonly name: ReturnType<InfrastructureResource['get']>;
  readonly at: Span;
}

function aclsOf(bucket: InfrastructureResource, facts: InfrastructureFacts): readonly Acl[] {
  const own = bucket.language === 'terraform' ? 'acl' : 'AccessControl';
  return [
    { name: bucket.get(own), at: bucket.placeOf(own) },
    ...besides(bucket, ACLS, facts).map((one) => ({ name: one.get('acl'), at: one.placeOf('acl') })),
  ];
}

function is(value: Acl['name'], pattern: RegExp): Answer {
  return ask(value, (data: Data | undefined) => answer(typeof data === 'string' && pattern.test(data)));
}

/** Whether the project's code names the bucket as the one of its uploads. */
function isMedia(bucket: InfrastructureResource, { codeMentions }: Pick<RepositoryFacts, 'codeMentions'>): boolean {
  const name = dataOf(bucket.get(bucket.language === 'terraform' ? 'bucket' : 'BucketName'));
  if (typeof name !== 'string' || name === '') return false;
  return codeMentions(new RegExp(`AWS_STORAGE_BUCKET_NAME\\b.{0,80}['"]${escaped(name)}['"]`)).items.length > 0;
}
