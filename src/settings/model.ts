import type { Answer, Data } from '../core/data.ts';
import type { Origin } from '../core/origin.ts';
import type { Span } from '../core/span.ts';
import type { Value } from '../core/value.ts';
import type { InputProblem, SourceTree } from '../files/tree.ts';

/** What a process finds in its environment. */
export interface Environment {
  readonly variables: ReadonlyMap<string, Value<string>>;
  /**
   * `closed`: what is not listed is definitely unset. Otherwise some source cannot be read (an absent env file, a platform
   * dashboard): a variable that is not listed may be set to anything.
   */
  readonly closed: true | { readonly because: string; readonly at?: Span };
}

/** A release range of a package, as far as the repository pins it. `from` inclusive, `before` exclusive; null is unbounded. */
export interface ReleaseRange {
  readonly from: string | null;
  readonly before: string | null;
  /** Set when one release is pinned exactly: "5.2.19". */
  readonly exact: string | null;
  readonly origin: Origin;
}

/** What is installed where the settings run, as far as package files tell. Names are normalised (PEP 503). */
export interface InstalledPackages {
  /** `yes` and `no` are proven, for every way in which the project is installed; anything else is `maybe`. */
  has(name: string): Answer;
  /** The releases that may be installed; null when no package file names the distribution. */
  range(name: string): ReleaseRange | null;
}

export interface SettingsRequest {
  readonly tree: SourceTree;
  /** Dotted name: "mysite.settings.production". */
  readonly module: string;
  /** Folders of the tree on sys.path, in order ('' is the root); the first is also the working directory. */
  readonly importRoots: readonly string[];
  readonly environment: Environment;
  readonly django: ReleaseRange;
  /** "3.12"; null when nothing pins it. */
  readonly python: string | null;
  /** Without it, nothing is known of what is installed. */
  readonly packages?: InstalledPackages;
  /** django-configurations: the class whose attributes are the settings. */
  readonly className?: string;
  readonly argv: readonly string[];
  /** `bare`: outside of the repository stands an operating system and nothing else. Otherwise what stands there is not known. */
  readonly host?: 'bare' | 'unknown';
  /** Files that the tree does not hold may be there: production may have been given them. Env files of a library are not meant. */
  readonly absentFiles?: 'unknown';
  /** Go on after a required variable that is absent: it yields an unknown with reason `missing-env`, `raised` tells the first one. */
  readonly assumeMissing?: boolean;
  /** Asks of each variable that is given whether the module would load without it, which costs further evaluations. */
  readonly counterfactuals?: boolean;
}

/** The outcome of evaluating one settings module under one environment. Never throws; what failed is told. */
export interface EvaluatedSettings {
  readonly module: string;
  /** The module's file; null when it is not in the tree. */
  readonly file: string | null;
  /** Upper-case names that the modules set, in order of first assignment. A name that may be absent is conditional or unknown. */
  readonly settings: ReadonlyMap<string, Value<Data>>;
  /** False when names that are not listed may be set (unresolved star import, exec of an absent file, …). */
  readonly complete: true | { readonly because: string; readonly at: Span };
  /** The first exception that loading it under this environment definitely ends in. */
  readonly raised: Raised | null;
  /** Nothing after `raised` was evaluated. Otherwise a value was assumed for what is missing, and the rest is told. */
  readonly stopped: boolean;
  /** Guards of the project (`raise`, `assert`, `sys.exit()`) that refuse this environment, in the order they would be met. */
  readonly refusals: readonly Refusal[];
  /** Every project file that was executed, in order. */
  readonly files: readonly string[];
  readonly reads: readonly EnvironmentRead[];
  readonly problems: readonly InputProblem[];
  /** All places that assign a name at module level, in the order they ran: the last one decides. */
  readonly assignments: ReadonlyMap<string, readonly Span[]>;
  /** First statement of the module: where an absent setting is reported. */
  readonly top: Span;
  /** Folders that the settings code itself creates (os.makedirs, Path.mkdir), as far as known. */
  readonly createsDirectories: readonly Value<string>[];
}

export interface Raised {
  /** "ImproperlyConfigured", "UndefinedValueError", "KeyError", … */
  readonly type: string;
  /** Without secret values. */
  readonly message: string;
  readonly at: Span;
  /** The variable whose absence or value is the reason. */
  readonly variable?: string;
  /** The project raises it itself, on purpose: `raise`, `assert`, `sys.exit()`. */
  readonly meant: boolean;
}

/** A guard that refuses the environment. */
export interface Refusal extends Raised {
  /** The variables it would not refuse with another value; empty when it refuses every environment that can be thought of. */
  readonly variables: readonly string[];
  /** It would not refuse if a file that the repository does not hold were there. */
  readonly asksForFile: boolean;
}

/** One read of an environment variable on the path taken. */
export interface EnvironmentRead {
  readonly name: string;
  /** os.environ, os.getenv, python-decouple, django-environ, … */
  readonly library: string;
  /** Without a value for it this evaluation would raise, whether or not one is given. */
  readonly required: boolean;
  /** Null when the environment is not closed and does not list it. */
  readonly provided: boolean | null;
  /** What a missing variable would yield, after the cast; null when there is no default. */
  readonly fallback: Value<Data> | null;
  readonly at: Span;
}
