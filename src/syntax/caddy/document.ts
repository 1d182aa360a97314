import type { Span } from '../../core/span.ts';
import type { InputProblem } from '../../files/tree.ts';

/** One Caddyfile, imports not followed. */
export interface CaddyFile {
  /** The options block at the head of the file; null when there is none. */
  readonly options: CaddyBlock | null;
  readonly snippets: ReadonlyMap<string, CaddyBlock>;
  readonly sites: readonly CaddySite[];
  /** `import` lines outside of every block, and the lines of a file that is only a part of others. */
  readonly loose: readonly CaddyDirective[];
  /** Faults of the text; what could be read all the same stands in the rest. */
  readonly problems: readonly InputProblem[];
}

export interface CaddyBlock {
  readonly at: Span;
  readonly directives: readonly CaddyDirective[];
}

export interface CaddySite extends CaddyBlock {
  /** Addresses without their commas. */
  readonly addresses: readonly CaddyWord[];
  readonly span: Span;
}

export interface CaddyDirective {
  /** First word of the line: "reverse_proxy", "@static", "-Server" in a header block. */
  readonly name: string;
  readonly nameSpan: Span;
  readonly args: readonly CaddyWord[];
  readonly block: readonly CaddyDirective[] | null;
  /** From the name to the end of the line or the closing brace. */
  readonly span: Span;
}

export interface CaddyWord {
  /** Quotes taken off, heredocs without their common indentation. `{$NAME}` and `{name}` stand as written. */
  readonly text: string;
  readonly span: Span;
  readonly quote: '"' | '`' | 'heredoc' | null;
}
