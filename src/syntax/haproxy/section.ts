import type { Span } from '../../core/span.ts';

/** One configuration file of HAProxy. */
export interface HaproxyFile {
  readonly sections: readonly HaproxySection[];
  /** True when template statements (`{% … %}`, `.if`) stand in it: any line may be absent or repeated. */
  readonly templated: boolean;
}

export interface HaproxySection {
  /** "global", "defaults", "frontend", "backend", "listen" and the rarer ones. */
  readonly kind: string;
  readonly name: HaproxyWord | null;
  /** Words after the name: `frontend web 127.0.0.1:80`, `defaults a from b`. */
  readonly args: readonly HaproxyWord[];
  /** The opening words. */
  readonly at: Span;
  readonly lines: readonly HaproxyLine[];
}

export interface HaproxyLine {
  readonly words: readonly HaproxyWord[];
  readonly span: Span;
}

export interface HaproxyWord {
  /** Quotes and escapes resolved, variables not put in. */
  readonly text: string;
  readonly span: Span;
  /** True when a variable of the environment or a template hole stands in it. */
  readonly hole: boolean;
}
