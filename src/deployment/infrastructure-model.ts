import type { Answer, Collection, Data } from '../core/data.ts';
import type { Span } from '../core/span.ts';
import type { Value } from '../core/value.ts';

/** Resources that the files of a repository declare at a cloud provider. */
export interface InfrastructureFacts {
  readonly resources: Collection<InfrastructureResource>;
}

/** One resource; variables and locals are put in where they are literal, everything else is unknown. */
export interface InfrastructureResource {
  /** `ecs`: a task definition in JSON that stands alone. */
  readonly language: 'terraform' | 'cloudformation' | 'ecs';
  /** As the language names it: "aws_db_instance", "data.aws_iam_policy_document", "AWS::RDS::DBInstance", "task-definition". */
  readonly type: string;
  readonly name: string;
  /** Names it among all resources: "infra/module.db/aws_db_instance.main". */
  readonly address: string;
  /** Whether it is made at all: 'maybe' where a count, a condition or its module decides. */
  readonly exists: Answer;
  readonly file: string;
  readonly at: Span;
  /**
   * The value at a path of arguments (properties in CloudFormation, where `@DeletionPolicy` is an attribute of the resource itself), blocks and
   * indexes; nested blocks of one name are a list, JSON texts (`policy`, `container_definitions`) are what they say. Known undefined when nothing stands there.
   */
  get(...path: readonly (string | number)[]): Value<Data | undefined>;
  /** Where the innermost part of the path that exists is written. */
  placeOf(...path: readonly (string | number)[]): Span;
  /** Other resources that an argument refers to (`aws_lb.web.arn`). */
  refersTo(...path: readonly (string | number)[]): readonly ResourceReference[];
}

export interface ResourceReference {
  /** "module" for a module that is not in the repository. */
  readonly type: string;
  readonly name: string;
  readonly address: string;
}
