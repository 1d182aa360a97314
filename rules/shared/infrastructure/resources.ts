import type { Answer, Context, Data, InfrastructureFacts, InfrastructureResource, Report, Value } from '../../../src/rule.ts';
import { and, answer, not } from '../values/answer.ts';

/** Resources as rules ask about them, in the terms of both languages. */

/** What one thing is called in Terraform and in CloudFormation. */
export interface Names {
  readonly terraform: readonly string[];
  readonly cloudformation: readonly string[];
}

/** The resources of some types. */
export function ofTypes({ resources }: InfrastructureFacts, { terraform, cloudformation }: Names): readonly InfrastructureResource[] {
  return resources.items.filter(({ language, type }) => (language === 'terraform' ? terraform : cloudformation).includes(type));
}

type Path = readonly (string | number)[];

/** A path of arguments in each language. */
export interface Argument {
  readonly terraform: Path;
  readonly cloudformation: Path;
}

export function argument(terraform: string, cloudformation: string): Argument {
  return { terraform: [terraform], cloudformation: [cloudformation] };
}

export function pathIn(resource: InfrastructureResource, { terraform, cloudformation }: Argument): Path {
  return resource.language === 'terraform' ? terraform : cloudformation;
}

export function argumentValue(resource: InfrastructureResource, wanted: Argument): Value<Data | undefined> {
  return resource.get(...pathIn(resource, wanted));
}

/** The argument as the user has to write it. */
export function nameOf(resource: InfrastructureResource, wanted: Argument): string {
  return pathIn(resource, wanted).join('.');
}

/** The resource as a message names it: `aws_db_instance.main`, `Database`. */
export function called({ language, type, name }: InfrastructureResource): string {
  return language === 'terraform' ? `${type}.${name}` : name;
}

/** Whether an argument says yes; what nothing sets is no. */
export function isTrue(data: Data | undefined): Answer {
  if (data === undefined) return 'no';
  if (typeof data === 'boolean') return answer(data);
  return data === 'true' ? 'yes' : data === 'false' ? 'no' : 'maybe';
}

/** Whether something is given at all: a value that nobody knows counts as given, one that a condition takes away as perhaps. */
export function isGiven(value: Value<Data | undefined>): Answer {
  if (value.kind === 'unknown') return 'yes';
  if (value.kind === 'known') return answer(value.value !== undefined && value.value !== '');
  const given = value.cases.map(({ then }) => then.kind === 'unknown' || (then.value !== undefined && then.value !== ''));
  return given.every(Boolean) ? 'yes' : given.some(Boolean) ? 'maybe' : 'no';
}

/** What was reported in one run of a rule. */
const TOLD = new WeakMap<Context, Set<string>>();

/** Reports where the answer is yes and the resource is made; leaves the rule open where one of both is not certain. */
export function tell(
  resource: InfrastructureResource,
  fault: Answer,
  describe: () => Report & { readonly at: NonNullable<Report['at']> },
  ctx: Context,
): void {
  const judged = and(fault, resource.exists);
  if (judged === 'no') return;
  const report = describe();
  const place = 'file' in report.at ? `${report.at.file}:${report.at.start} ${report.message}` : null;
  const before = TOLD.get(ctx) ?? new Set<string>();
  TOLD.set(ctx, before);
  // A module that several environments call is one text.
  if (judged === 'yes' && place !== null && before.has(place)) return;
  if (judged === 'yes' && place !== null) before.add(place);
  if (judged === 'yes') ctx.report({ subject: resource.address, ...report });
  else if (not(fault) === 'yes') return;
  else ctx.undecided(`Whether this holds for \`${called(resource)}\` is not known.`, report.at);
}

/** One answer for all cases of a value. */
export function ask(value: Value<Data | undefined>, test: (data: Data | undefined) => Answer): Answer {
  if (value.kind === 'unknown') return 'maybe';
  if (value.kind === 'known') return test(value.value);
  const answers = value.cases.map(({ then }) => (then.kind === 'unknown' ? 'maybe' : test(then.value)));
  const [first] = answers;
  return first !== undefined && answers.every((one) => one === first) ? first : 'maybe';
}
