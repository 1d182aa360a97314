import { type Answer, defineRule, type InfrastructureFacts, type InfrastructureResource, type RepositoryFacts } from '../../src/rule.ts';
import { besides, buckets } from '../shared/infrastructure/buckets.ts';
import { block, terraform } from '../shared/infrastructure/example.ts';
import { ask, called, isTrue, tell } from '../shared/infrastructure/resources.ts';
import { and, answer, not, or } from '../shared/values/answer.ts';
import { dataOf } from '../shared/values/data.ts';
import { escaped } from '../shared/values/text.ts';

const VERSIONS = { terraform: ['aws_s3_bucket_versioning'], cloudformation: [] };
const BUCKET = (lines = '', mark = '') => block('aws_s3_bucket', `  bucket = "shop-uploads"\n${lines}`, 'main', mark);
const SETTINGS = { 'mysite/storage.py': "AWS_STORAGE_BUCKET_NAME = 'shop-uploads'\n" };
const versions = (status: string) =>
  block('aws_s3_bucket_versioning', `  bucket = aws_s3_bucket.main.id\n  versioning_configuration {\n    status = ${status}\n  }\n`);

export default defineRule({
  id: 'infrastructure/bucket-versioning-missing',
  title: 'Media bucket without versioning',
  severity: 'note',
  topic: 4,
  since: '0.1.0',
  why: 'An upload that a user, a bug or a script deletes or overwrites is gone: the bucket keeps nothing of it.',
  fix: 'Enable versioning, with a lifecycle rule that deletes old versions after a while.',
  autofix: 'none',
  links: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html'],
  examples: {
    bad: [
      terraform(BUCKET('', ' # !'), SETTINGS),
      terraform(BUCKET('', ' # !') + versions('"Suspended"'), SETTINGS),
      terraform(BUCKET('', ' # !').replace('shop-uploads', 'shop-x').replace('"main"', '"uploads"')),
    ],
    good: [
      terraform(BUCKET() + versions('"Enabled"'), SETTINGS),
      terraform(BUCKET('  versioning {\n    enabled = true\n  }\n'), SETTINGS),
      terraform(BUCKET().replace('shop-uploads', 'shop-assets')),
    ],
    undecided: [terraform(`${BUCKET()}${versions('var.status')}variable "status" {}\n`, SETTINGS)],
  },

  needs: ['infrastructure', 'repository'],
  check({ infrastructure, repository }, ctx) {
    for (const bucket of buckets(infrastructure)) {
      const fault = and(answer(holdsUploads(bucket, repository)), not(keepsVersions(bucket, infrastructure)));
      tell(bucket, fault, () => ({ at: bucket.at, message: `\`${called(bucket)}\` keeps no earlier versions of uploads.` }), ctx);
    }
  },
});

/** Named for uploads, or by the settings as their bucket. */
function holdsUploads(bucket: InfrastructureResource, { codeMentions }: Pick<RepositoryFacts, 'codeMentions'>): boolean {
  const name = dataOf(bucket.get(bucket.language === 'terraform' ? 'bucket' : 'BucketName'));
  const text = typeof name === 'string' ? name : '';
  if (/(^|[-_.])(media|uploads?)(?=$|[-_.])/i.test(`${bucket.name} ${text}`.replace(' ', '-'))) return true;
  return text !== '' && codeMentions(new RegExp(`AWS_STORAGE_BUCKET_NAME\\b.{0,80}['"]${escaped(text)}['"]`)).items.length > 0;
}

function keepsVersions(bucket: InfrastructureResource, facts: InfrastructureFacts): Answer {
  const isEnabled = (data: unknown): Answer => answer(data === 'Enabled');
  const beside = besides(bucket, VERSIONS, facts).map((one) => ask(one.get('versioning_configuration', 0, 'status'), isEnabled));
  return or(
    ask(bucket.get('versioning', 0, 'enabled'), isTrue),
    ask(bucket.get('VersioningConfiguration', 'Status'), isEnabled),
    ...beside,
  );
}
