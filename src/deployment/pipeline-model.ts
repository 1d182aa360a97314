import type { Span } from '../core/span.ts';
import type { Value } from '../core/value.ts';
import type { Command } from './model.ts';

/** One CI definition. */
export interface Pipeline {
  readonly file: string;
  readonly system: 'github' | 'gitlab' | 'circleci' | 'bitbucket' | 'jenkins';
  readonly name: string | null;
  readonly jobs: readonly Job[];
}

export interface Job {
  readonly id: string;
  readonly at: Span;
  readonly needs: readonly string[];
  /** Runs in a container of its own: services are reached by name. */
  readonly container: boolean;
  readonly services: readonly JobService[];
  readonly steps: readonly JobStep[];
  /** Whether it puts something into production, with the step that says so. */
  readonly deploys: Span | null;
}

export interface JobService {
  readonly name: string;
  readonly image: string | null;
  readonly ports: readonly { readonly published: number | null; readonly target: number; readonly at: Span }[];
  readonly variables: ReadonlyMap<string, Value<string>>;
  readonly at: Span;
}

export interface JobStep {
  readonly at: Span;
  readonly name: string | null;
  readonly uses: string | null;
  /** The `env:` map that reaches it (workflow, job, step), for secrets rules. */
  readonly variables: ReadonlyMap<string, Value<string>>;
  readonly commands: readonly Command[];
  /** Text of `run:`, with the place of its first character. */
  readonly script: { readonly text: string; readonly at: Span } | null;
}
