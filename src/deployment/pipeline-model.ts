import type { Answer } from '../core/data.ts';
import type { Span } from '../core/span.ts';
import type { Value } from '../core/value.ts';
import type { Command } from './model.ts';

/** One CI definition: a workflow file, or what a file of another system says together with the local files it includes. */
export interface Pipeline {
  readonly file: string;
  readonly system: 'github' | 'gitlab' | 'circleci' | 'bitbucket' | 'jenkins';
  readonly name: string | null;
  readonly at: Span;
  readonly jobs: readonly Job[];
  /** What starts it. Only GitHub says so by name; for the others `Job.reach` tells. */
  readonly triggers: readonly Trigger[];
  /** What GITHUB_TOKEN may do in jobs that do not say; null when nothing is said. */
  readonly permissions: TokenPermissions | null;
  readonly concurrency: Concurrency | null;
  /** Why there may be jobs that are not in view (remote includes, libraries, orbs); null when all are. */
  readonly hidden: Hidden | null;
}

export interface Hidden {
  readonly because: string;
  readonly at: Span;
}

export interface Trigger {
  /** "push", "pull_request", "workflow_run", … */
  readonly event: string;
  /** Patterns of branches; null without a filter. */
  readonly branches: readonly string[] | null;
  readonly tags: readonly string[] | null;
  /** Kinds of the event ("closed"); none without a filter. */
  readonly types: readonly string[];
  /** Names of the workflows that a `workflow_run` follows. */
  readonly workflows: readonly string[];
  readonly at: Span;
}

export interface TokenPermissions {
  readonly at: Span;
  /** `read-all`, `write-all` or `{}`; null when scopes are listed. */
  readonly all: 'read' | 'write' | 'none' | null;
  readonly scopes: ReadonlyMap<string, string>;
}

/** What keeps two runs apart: `concurrency` of GitHub, `resource_group` of GitLab, `disableConcurrentBuilds` of Jenkins. */
export interface Concurrency {
  readonly at: Span;
  readonly group: string | null;
  /** A newer run ends the one in progress. */
  readonly cancels: Answer;
}

/** From where a job (in one that deploys: the step that does) can be started without a person's hand. */
export interface JobReach {
  /** By a push to any branch. */
  readonly branches: Answer;
  readonly pullRequests: Answer;
  /** What says so. */
  readonly at: Span;
}

export interface Job {
  readonly id: string;
  readonly at: Span;
  /** The whole definition. */
  readonly body: Span;
  /** Jobs that must have ended well before: of GitLab also those of earlier stages, of Jenkins and Bitbucket the ones before it. */
  readonly needs: readonly string[];
  /** Services are reached by their names, not at localhost. */
  readonly container: boolean;
  /** The image its steps run in; null on the machine of a runner. */
  readonly image: { readonly reference: string; readonly at: Span } | null;
  /** Labels of the machine, those of a matrix each; of GitHub only. */
  readonly runners: readonly { readonly label: string; readonly at: Span }[];
  readonly services: readonly JobService[];
  readonly steps: readonly JobStep[];
  /** Whether it puts something into production, with the step that says so. */
  readonly deploys: Span | null;
  /** `rollout`: a step acts on the place of production; `image`: it only pushes an image; `name`: nothing but its name says so. */
  readonly deploysBy: 'rollout' | 'image' | 'name' | null;
  readonly reach: JobReach;
  /** The deployment environment; `name` is null when it is computed. */
  readonly environment: { readonly name: string | null; readonly at: Span } | null;
  readonly permissions: TokenPermissions | null;
  readonly concurrency: Concurrency | null;
  readonly condition: Condition | null;
  /** A failing job fails nothing (`continue-on-error`, `allow_failure`); the place that says so. */
  readonly failureAllowed: Span | null;
  readonly matrix: ReadonlyMap<string, readonly string[]>;
  /** Names of secrets that its definition reads (`secrets.NAME`). */
  readonly secrets: readonly string[];
  /** A definition in another place that runs instead of steps. `file` is its path when it is in the tree. */
  readonly calls: { readonly uses: string; readonly file: string | null; readonly at: Span } | null;
  /** Why it may run more than its steps show; null when it does not. */
  readonly hidden: Hidden | null;
}

export interface Condition {
  readonly text: string;
  readonly at: Span;
}

export interface JobService {
  readonly name: string;
  readonly image: string | null;
  readonly ports: readonly { readonly published: number | null; readonly target: number; readonly at: Span }[];
  readonly variables: ReadonlyMap<string, Value<string>>;
  /** Options for `docker create`; null when none are given. */
  readonly options: { readonly text: string; readonly at: Span } | null;
  readonly at: Span;
}

export interface JobStep {
  readonly at: Span;
  readonly name: string | null;
  /** An action, orb command or pipe. */
  readonly uses: string | null;
  /** What is handed to it, as written. */
  readonly inputs: ReadonlyMap<string, { readonly text: string; readonly at: Span }>;
  readonly condition: Condition | null;
  /** Its failure does not fail the job; the place that says so. */
  readonly failureAllowed: Span | null;
  /** The `env:` map that reaches it (workflow, job, step), for secrets rules. */
  readonly variables: ReadonlyMap<string, Value<string>>;
  readonly commands: readonly Command[];
  /** Text of `run:`, with the place of its first character. */
  readonly script: { readonly text: string; readonly at: Span } | null;
}
