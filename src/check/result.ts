import type { Data } from '../core/data.ts';
import type { Finding, OutcomeKind, Severity, Undecided } from '../core/finding.ts';
import type { Span } from '../core/span.ts';
import type { Value } from '../core/value.ts';
import { type DeclaredProduction, NOTHING_DECLARED } from '../deployment/declared.ts';
import type { Deployment, DeploymentModel, Process, Project } from '../deployment/model.ts';
import type { InputProblem, SourceTree } from '../files/tree.ts';
import type { Rule, Topic } from '../rule.ts';
import type { Environment, EvaluatedSettings, ReleaseRange, SettingsRequest } from '../settings/model.ts';

export { type DeclaredProduction, NOTHING_DECLARED } from '../deployment/declared.ts';

/** What the command line and the configuration decide about one run (DESIGN §8). Every path is relative to the root. */
export interface CheckOptions {
  /** Patterns of rules to report: a rule id or `area/*`. Empty is all. */
  readonly select: readonly string[];
  readonly ignore: readonly string[];
  /** Suppressions need a reason. */
  readonly strict: boolean;
  /** "2026-11-21": decides end-of-life. */
  readonly today: string;
  readonly cpus: number | null;
  /** Dotted modules of `--settings`; not empty replaces discovery. */
  readonly settings: readonly string[];
  /** `--class` of django-configurations. */
  readonly className: string | null;
  /** `--path`: further import roots, the first is the working directory. */
  readonly paths: readonly string[];
  readonly envFiles: readonly string[];
  /** `--env NAME=VALUE`, the last of two wins. */
  readonly env: ReadonlyMap<string, string>;
  readonly hermetic: boolean;
  /** `--deployment`: judge only this one. */
  readonly deployment: string | null;
  /** `--django` and `--python` override what the project pins. */
  readonly django: string | null;
  readonly python: string | null;
  /** What the configuration says of production. */
  readonly production: DeclaredProduction;
}

/** Options of a run that is told nothing but the date. */
export function defaultOptions(today: string): CheckOptions {
  return {
    select: [],
    ignore: [],
    strict: false,
    today,
    cpus: null,
    settings: [],
    className: null,
    paths: [],
    envFiles: [],
    env: new Map(),
    hermetic: false,
    deployment: null,
    django: null,
    python: null,
    production: NOTHING_DECLARED,
  };
}

/** What "link" hands over. */
export interface Linked {
  readonly model: DeploymentModel;
  readonly problems: readonly InputProblem[];
}

/** The stages before "check", as functions, so that tests can put small fakes in their place. */
export interface Stages {
  link(tree: SourceTree, options: CheckOptions): Promise<Linked>;
  /** Called once for each distinct module and environment; goes on past a required variable that nothing gives. */
  evaluate(request: SettingsRequest): Promise<EvaluatedSettings>;
  /** What Django itself takes for a setting that nothing sets (the path is empty); known undefined when it has no default. */
  defaultOf(name: string, path: readonly (string | number)[], django: ReleaseRange): Value<Data | undefined>;
}

export interface CheckInput {
  readonly tree: SourceTree;
  readonly rules: readonly Rule[];
  readonly options: CheckOptions;
  readonly stages: Stages;
}

/** One settings module under one environment, and the processes of a deployment that share it. */
export interface Evaluation {
  readonly deployment: Deployment;
  readonly project: Project;
  readonly module: string;
  readonly processes: readonly Process[];
  readonly environment: Environment;
  readonly evaluated: EvaluatedSettings;
  /** Set when production names no usable module and this is the one that is meant. */
  readonly presumed: { readonly at: Span; readonly message: string } | null;
}

/** A rule's outcome in one deployment; `deployment` is null for what concerns the repository itself. */
export interface Outcome {
  readonly rule: string;
  readonly deployment: string | null;
  readonly kind: OutcomeKind;
}

export interface TopicCount {
  readonly topic: Topic;
  readonly passed: number;
  readonly failed: number;
  readonly undecided: number;
  readonly notApplicable: number;
}

/** `error`, `warning` and `note` count findings, the rest outcomes (rule × deployment); `files` counts files that were read. */
export interface Summary extends Readonly<Record<Severity, number>> {
  readonly files: number;
  readonly passed: number;
  readonly undecided: number;
  readonly notApplicable: number;
  readonly topics: readonly TopicCount[];
}

/** The product of the stage "check": everything a report needs, in memory. */
export interface CheckResult {
  /** Sorted by path, line, column, id; suppressed and replaced ones are gone. */
  readonly findings: readonly Finding[];
  readonly undecided: readonly Undecided[];
  readonly outcomes: readonly Outcome[];
  readonly summary: Summary;
  readonly model: DeploymentModel;
  readonly evaluations: readonly Evaluation[];
  readonly problems: readonly InputProblem[];
  /** Findings that an inline comment keeps back, for formats that list them (SARIF). */
  readonly suppressed: readonly { readonly finding: Finding; readonly reason: string }[];
}

/** A rule threw: a bug of ours, never of the project. The run ends with exit status 2. */
export class RuleError extends Error {
  readonly rule: string;

  constructor(rule: string, cause: unknown) {
    super(`Rule ${rule} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'RuleError';
    this.rule = rule;
  }
}
