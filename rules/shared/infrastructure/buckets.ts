import type { Answer, Data, InfrastructureFacts, InfrastructureResource, Span } from '../../../src/rule.ts';
import { and, answer, not, or } from '../values/answer.ts';
import { anyItem, dataOf, isMapping, isSequence } from '../values/data.ts';
import { ask, isTrue, ofTypes } from './resources.ts';

/** Buckets of S3, and what stands beside them as resources of their own. */

const BUCKET = { terraform: ['aws_s3_bucket'], cloudformation: ['AWS::S3::Bucket'] };

export function buckets(facts: InfrastructureFacts): readonly InfrastructureResource[] {
  return ofTypes(facts, BUCKET);
}

/** Resources of a type that name the bucket. */
export function besides(
  bucket: InfrastructureResource,
  types: { readonly terraform: readonly string[]; readonly cloudformation: readonly string[] },
  facts: InfrastructureFacts,
): readonly InfrastructureResource[] {
  return ofTypes(facts, types).filter((one) =>
    one.refersTo(one.language === 'terraform' ? 'bucket' : 'Bucket').some(({ address }) => address === bucket.address),
  );
}

const BLOCKS = { terraform: ['aws_s3_bucket_public_access_block'], cloudformation: [] };

/** Whether a bucket is kept from the public: its block is off when nothing of the kind is said in Terraform's resource, on in AWS since April 2023. */
export function isBlocked(bucket: InfrastructureResource, what: 'acls' | 'policy', facts: InfrastructureFacts): Answer {
  const [terraform, cloudformation] =
    what === 'acls'
      ? [
          ['block_public_acls', 'ignore_public_acls'],
          ['BlockPublicAcls', 'IgnorePublicAcls'],
        ]
      : [
          ['block_public_policy', 'restrict_public_buckets'],
          ['BlockPublicPolicy', 'RestrictPublicBuckets'],
        ];
  if (bucket.language === 'cloudformation') {
    const own = bucket.get('PublicAccessBlockConfiguration');
    const says = ask(own, (data) => answer(data !== undefined));
    const on = or(...cloudformation.map((name) => ask(bucket.get('PublicAccessBlockConfiguration', name), isTrue)));
    return says === 'yes' ? on : 'maybe';
  }
  const blocks = besides(bucket, BLOCKS, facts);
  if (blocks.length === 0) return 'maybe';
  return or(...blocks.flatMap((one) => terraform.map((name) => and(one.exists, ask(one.get(name), isTrue)))));
}

/** One statement of a policy that lets everybody do something. */
export interface PublicStatement {
  readonly actions: Data | undefined;
  readonly answer: Answer;
  readonly at: Span;
}

const POLICIES = { terraform: ['aws_s3_bucket_policy'], cloudformation: ['AWS::S3::BucketPolicy'] };

/** The statements of the policies of a bucket that allow everybody, without a condition. */
export function publicStatements(bucket: InfrastructureResource, facts: InfrastructureFacts): readonly PublicStatement[] {
  return [bucket, ...besides(bucket, POLICIES, facts)].flatMap((holder) => {
    const name = holder.language === 'terraform' ? 'policy' : 'PolicyDocument';
    const documents = holder
      .refersTo(name)
      .flatMap(({ address }) =>
        facts.resources.items.filter((one) => one.address === address && one.type === 'data.aws_iam_policy_document'),
      );
    return [...inJson(holder, name), ...documents.flatMap(inDocument)];
  });
}

function inJson(holder: InfrastructureResource, name: string): readonly PublicStatement[] {
  const statements = dataOf(holder.get(name, 'Statement'));
  const list = isSequence(statements)
    ? statements.items.map((_, index) => [name, 'Statement', index])
    : isMapping(statements)
      ? [[name, 'Statement']]
      : [];
  return list.map((path) => {
    const get = (key: string) => holder.get(...path, key);
    const everybody = or(
      ask(get('Principal'), (data) => answer(data === '*')),
      ask(holder.get(...path, 'Principal', 'AWS'), (data) =>
        isSequence(data) ? anyItem(data, (one) => one === '*') : answer(data === '*'),
      ),
    );
    const free = ask(get('Condition'), (data) => answer(data === undefined));
    const allows = ask(get('Effect'), (data) => answer(data === 'Allow'));
    return { actions: dataOf(get('Action')), answer: and(everybody, free, allows), at: holder.placeOf(...path) };
  });
}

function inDocument(document: InfrastructureResource): readonly PublicStatement[] {
  const statements = dataOf(document.get('statement'));
  if (!isSequence(statements)) return [];
  return statements.items.map((_, index) => {
    const get = (...key: readonly (string | number)[]) => document.get('statement', index, ...key);
    const principals = dataOf(get('principals'));
    const everybody = isSequence(principals)
      ? or(
          ...principals.items.map((__, at) =>
            ask(get('principals', at, 'identifiers'), (data) => (isSequence(data) ? anyItem(data, (one) => one === '*') : 'maybe')),
          ),
        )
      : ask(get('principals'), (data) => answer(data !== undefined));
    const free = ask(get('condition'), (data) => answer(data === undefined));
    const allows = not(ask(get('effect'), (data) => answer(data === 'Deny')));
    return { actions: dataOf(get('actions')), answer: and(everybody, free, allows), at: document.placeOf('statement', index) };
  });
}

/** Whether actions hold one that a pattern fits. */
export function holdsAction(actions: Data | undefined, pattern: RegExp): Answer {
  if (typeof actions === 'string') return answer(pattern.test(actions));
  return isSequence(actions) ? anyItem(actions, (one) => (typeof one === 'string' ? pattern.test(one) : 'maybe')) : 'maybe';
}
