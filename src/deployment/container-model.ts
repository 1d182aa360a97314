import type { Span } from '../core/span.ts';
import type { Value } from '../core/value.ts';

/** What the driver of a container does with what it prints. */
export interface ContainerLogging {
  readonly at: Span;
  /** Null: the daemon's default, json-file where nothing else is configured. */
  readonly driver: Value<string> | null;
  readonly options: ReadonlyMap<string, Value<string>>;
}

/** What lifts the walls between a container and its host. */
export interface Privilege {
  /** "privileged", or the name of a capability without CAP_. */
  readonly name: string;
  readonly at: Span;
}

/** How the program of a health check judges an answer. */
export interface HealthClient {
  /** "curl", "wget", "python". */
  readonly program: string;
  /** Whether an answer of 400 and above counts as a failure. */
  readonly failsOnError: boolean;
  readonly followsRedirects: boolean;
  /** The host in the address that it connects to, whatever Host header it sends. */
  readonly connectsTo: string;
}

/** A variable that a Dockerfile keeps: `ENV` in the image, `ARG` in the history of what was run with it. */
export interface KeptVariable {
  readonly kind: 'ENV' | 'ARG';
  readonly name: string;
  /** As the file writes it, or for an ARG as whoever builds gives it; null for an ARG without either. */
  readonly value: Value<string> | null;
  /** Whoever builds gives the argument, and its default does not count. */
  readonly given: boolean;
  /** Where it stands in the Dockerfile. */
  readonly at: Span;
}
