import type { Span } from '../../core/span.ts';
import type { InputProblem } from '../../files/tree.ts';

/** One nginx configuration file, includes not followed. */
export interface NginxFile {
  readonly directives: readonly NginxDirective[];
  readonly comments: readonly NginxComment[];
  /** Faults of the text; what could be read all the same is in `directives`. */
  readonly problems: readonly InputProblem[];
  /** True when template statements (`{% … %}`) stand in it: any directive may be absent or repeated. */
  readonly templated: boolean;
}

export interface NginxDirective {
  /** As written, case kept: nginx itself is case-sensitive. In `map` and `types` blocks the name is the first word of the line. */
  readonly name: string;
  readonly nameSpan: Span;
  /** Arguments without quotes; those of `if` without the outer parentheses. */
  readonly args: readonly NginxArg[];
  /** Null when it ends with `;`. The code of a Lua block is its last argument. */
  readonly block: readonly NginxDirective[] | null;
  /** From the name to the `;` or `}`. */
  readonly span: Span;
}

export interface NginxArg {
  /** Quotes taken off and `\"` undone; other backslashes stay, as nginx keeps them for regular expressions. */
  readonly text: string;
  /** Quotes included. */
  readonly span: Span;
  readonly quote: '"' | "'" | null;
  /** True when a `{{ … }}` or `{% … %}` hole stands in it. `${NAME}` is no hole here: see `variablesOf`. */
  readonly hole: boolean;
}

export interface NginxComment {
  /** Without the `#`. */
  readonly text: string;
  readonly span: Span;
  /** True when nothing but white space stands before it on its line. */
  readonly alone: boolean;
}

/** A `$name` or `${name}` in an argument: nginx's own variable, or one of envsubst in a template (upper case by custom). */
export interface NginxVariable {
  readonly name: string;
  readonly braced: boolean;
  /** Offset in the argument's text. */
  readonly at: number;
}
