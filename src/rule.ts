import type { Answer, Collection, Data } from './core/data.ts';
import type { Severity } from './core/finding.ts';
import type { Origin } from './core/origin.ts';
import type { Secret } from './core/secret.ts';
import type { Span } from './core/span.ts';
import type { Value } from './core/value.ts';
import type {
  Command,
  ComposeFacts,
  Deployment,
  DeploymentModel,
  InfrastructureFacts,
  Job,
  KubernetesFacts,
  Pipeline,
  PlatformFacts,
  PlaybookFacts,
  Process,
  Project,
  ProxyFacts,
  Store,
} from './deployment/model.ts';
import type { EnvironmentRead, EvaluatedSettings, ReleaseRange } from './settings/model.ts';

/** The one import of a rule: the contract, the facts it may ask for, and helpers to read values. */

export type RuleId = `${string}/${string}`;

/** A tiny project: path to text. ` # !` at the end of a line marks where a finding must start; it is removed before the run. */
export type ExampleFiles = Readonly<Record<string, string>>;
type AtLeastOne<T> = readonly [T, ...T[]];

export interface Examples {
  /** Each must give exactly the marked findings of this rule. */
  readonly bad: AtLeastOne<ExampleFiles>;
  /** This rule must say nothing and end in pass or not applicable. */
  readonly good: AtLeastOne<ExampleFiles>;
  /** This rule must say nothing and count as undecided. */
  readonly undecided?: readonly ExampleFiles[];
}

/** Of the ten areas of advice: 1 configuration, 2 application server, 3 database, 4 static and media, 5 security,
 * 6 background tasks, 7 cache, 8 logs and monitoring, 9 CI/CD, 10 scalability. */
export type Topic = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;

export interface RuleMeta {
  /** `area/fault-in-kebab-case`: names the fault and equals the path under rules/. */
  readonly id: RuleId;
  readonly title: string;
  readonly severity: Severity;
  readonly topic: Topic;
  readonly since: string;
  /** What happens in production when it is broken. Ends with a full stop. */
  readonly why: string;
  /** What to do. Ends with a full stop. */
  readonly fix: string;
  readonly autofix: 'safe' | 'unsafe' | 'none';
  readonly links: readonly string[];
  readonly cwe?: readonly string[];
  /** Ids of Django's own checks with the same or an overlapping fault. */
  readonly django?: readonly string[];
  /** Facts of more than one kind of file decide. */
  readonly cross?: boolean;
  /** Rules whose finding with an equal subject is dropped when this one fires. */
  readonly replaces?: readonly RuleId[];
  readonly formerly?: readonly RuleId[];
  readonly examples: Examples;
}

/** Everything a rule can ask about. A fact that is absent makes the outcome `notApplicable`. */
export interface Facts {
  /** The settings that a production process loads, evaluated under its environment. A rule that needs them runs once an evaluation. */
  readonly settings: SettingsFacts;
  /** Rules that need one of the following (and no settings) run once a deployment. */
  readonly deployment: Deployment;
  readonly processes: readonly Process[];
  readonly proxy: ProxyFacts;
  readonly stores: readonly Store[];
  readonly compose: ComposeFacts;
  readonly kubernetes: KubernetesFacts;
  readonly platform: PlatformFacts;
  /** The settings of all processes of the deployment, for rules that also speak of processes without any; an alternative has none. */
  readonly evaluations: readonly SettingsFacts[];
  /** Management commands that run while the images of the deployment are built, with what the settings lack there. */
  readonly builds: readonly CommandEvaluation[];
  /** Rules that need only the following run once a repository. */
  readonly repository: RepositoryFacts;
  readonly pipelines: readonly Pipeline[];
  readonly infrastructure: InfrastructureFacts;
  readonly playbooks: PlaybookFacts;
  /** Commands of CI jobs that load Django, evaluated in a clean clone under the environment of their step. */
  readonly jobCommands: readonly JobCommandEvaluation[];
}
export type FactName = keyof Facts;

export interface RepositoryFacts {
  readonly model: DeploymentModel;
  /** Paths of all files, sorted. */
  readonly files: readonly string[];
  /** Text of a file, null when it cannot be read. */
  read(path: string): string | null;
  /** Size of a file, as cheap as its name; null when it is not there. */
  bytes(path: string): number | null;
  /** The assignments of an env file as one of its readers sees them; [] when it cannot be read. */
  assignments(path: string, reader: 'compose' | 'systemd' | 'python-dotenv'): readonly EnvAssignment[];
  /**
   * Texts outside of tests and vendored code that contain one of the words, each asked once. Files whose name says that they are
   * no text, and long ones, are left out.
   */
  holding(words: readonly string[]): readonly string[];
  tracks(path: string): Answer;
  gitIgnores(path: string): boolean;
  /** Project Python files that mention a text outside of comments, for rules that ask whether code uses something (models with FileField). Paths of tests and migrations are left out. */
  codeMentions(pattern: RegExp): Collection<Span>;
}

/** One line of an env file. */
export interface EnvAssignment {
  readonly key: string;
  readonly keyAt: Span;
  /** Quotes and escapes resolved, nothing expanded; null for a key without `=`. */
  readonly value: Secret | null;
  /** Empty for a value that is. */
  readonly valueAt: Span;
  readonly quote: 'none' | 'single' | 'double' | 'backtick';
  /** The reader puts variables in, and something looks like one. */
  readonly expands: boolean;
}

export interface SettingsFacts {
  readonly module: string;
  readonly file: string;
  /** The processes of the deployment that load exactly this evaluation. */
  readonly processes: readonly Process[];
  readonly project: Project;
  readonly django: ReleaseRange;
  /** Where an absent setting is reported: the first statement of the module. */
  readonly top: Span;
  /** The value of a setting, or of a part of it by keys and indexes; Django's default for the pinned release when nothing sets it.
   * A key that is absent from a dict that is completely known gives Django's nested default where there is one, else known undefined. */
  get(name: string, ...path: readonly (string | number)[]): Value<Data | undefined>;
  /** Whether the project sets it at all. */
  sets(name: string): Answer;
  /** Names that the modules set, upper case. */
  readonly names: readonly string[];
  /** Span of the last assignment of a name at module level; `top` when there is none. */
  placeOf(name: string): Span;
  readonly reads: readonly EnvironmentRead[];
  readonly evaluated: EvaluatedSettings;
  /** Set when the module is only presumed (catalogue: presumed links): every finding then gets this related place. */
  readonly presumed: { readonly at: Span; readonly message: string } | null;
}

/** The settings that a command loads which is no process of a deployment: a build step, a CI step. */
export interface CommandEvaluation {
  readonly command: Command;
  readonly settings: SettingsFacts;
  /** Required variables that its environment definitely does not give. */
  readonly missing: readonly EnvironmentRead[];
}

export interface JobCommandEvaluation extends CommandEvaluation {
  readonly pipeline: Pipeline;
  readonly job: Job;
}

/** A finding in the words of a rule. Its place defaults to where the judged value was decided. */
export interface Report {
  readonly at?: Origin | Span;
  readonly message: string;
  readonly related?: readonly { readonly at: Origin | Span; readonly message: string }[];
  /** What is judged ("DATABASES.default", "location /static/"). Default: the rule's area. */
  readonly subject?: string;
  /** Other than the rule's own. Lowering needs `because`. */
  readonly severity?: Severity;
  /** Why the severity is lower here, in words. */
  readonly because?: string;
  /** The place that proves it. */
  readonly coveredBy?: Span;
  /** Ids of Django's checks that hold here; default: the rule's own list. */
  readonly django?: readonly string[];
  /** What to do in this very case. */
  readonly fix?: string;
}

/** The only way for a rule to look at a value: unknown cannot be mistaken for false. */
export interface Context {
  /** Broken when every case of the value is broken; open when some case is unknown, 'maybe' or differs. */
  expect<T>(value: Value<T>, ok: (value: T) => boolean | Answer, describe: (value: T, decidedAt: Origin) => Report): void;
  /** The same for several values at once; contradictory cases are dropped. */
  expectAll<T extends readonly unknown[]>(
    values: { readonly [K in keyof T]: Value<T[K]> },
    ok: (...values: T) => boolean | Answer,
    describe: (values: T, decidedAt: { readonly [K in keyof T]: Origin }) => Report,
  ): void;
  /** Fires when no member of the collection satisfies the predicate; open when the collection is incomplete or a member may. */
  none<T>(collection: Collection<T>, predicate: (item: T) => boolean | Answer, describe: () => Report): void;
  /** A structural fault with no value to judge. */
  report(report: Report): void;
  /** The rule cannot be settled here: why, and what would decide it. */
  undecided(why: string, at?: Origin | Span): void;
  /** The date findings are judged by, "2026-11-21". */
  readonly today: string;
  /** CPUs given by --cpus or the configuration; null when not given. */
  readonly cpus: number | null;
}

export interface Rule<N extends FactName = FactName> extends RuleMeta {
  readonly needs: readonly N[];
  check(facts: Pick<Facts, N>, ctx: Context): void;
}

export function defineRule<const N extends FactName>(rule: Rule<N>): Rule<N> {
  return rule;
}

export type { Answer, Collection, Data, Entry, Mapping, Sequence } from './core/data.ts';
export { CODE_NAMES, endOfLife, endOfLifeSource, isEnded, type ProductName, supportedReleases } from './core/end-of-life.ts';
export type { Severity } from './core/finding.ts';
export { compareRelease } from './core/guard.ts';
export type { Origin } from './core/origin.ts';
export { placeOf, stepsOf } from './core/origin.ts';
export { isPlaceholder, isSecretName, Secret } from './core/secret.ts';
export type { Span } from './core/span.ts';
export type { Known, Unknown, Value } from './core/value.ts';
export { bindValue, byDefault, casesOf, known, mapValue, originOf } from './core/value.ts';
export { DEFAULTS, usual } from './deployment/defaults/defaults.ts';
export type * from './deployment/model.ts';
export type { EnvironmentRead, Refusal, ReleaseRange } from './settings/model.ts';
