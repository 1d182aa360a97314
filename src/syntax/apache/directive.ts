import type { Span } from '../../core/span.ts';
import type { InputProblem } from '../../files/tree.ts';

/** One configuration file of Apache httpd, includes not followed. */
export interface ApacheFile {
  readonly directives: readonly ApacheDirective[];
  /** Faults of the text; what could be read all the same is in `directives`. */
  readonly problems: readonly InputProblem[];
  /** True when template statements (`{% … %}`) stand in it: any directive may be absent or repeated. */
  readonly templated: boolean;
}

export interface ApacheDirective {
  /** As written; httpd itself does not mind the case. For a section the word after `<`. */
  readonly name: string;
  readonly nameSpan: Span;
  /** Words without quotes, `${NAME}` not put in; those of `<If …>` as they are split. */
  readonly args: readonly ApacheArg[];
  /** Everything after the name as written, line continuations taken out: what raw directives (`<If>`, `Define`) read. */
  readonly rest: string;
  /** Null for a plain directive. */
  readonly block: readonly ApacheDirective[] | null;
  /** From the name (or `<`) to the end of the line, or of the closing tag. */
  readonly span: Span;
}

export interface ApacheArg {
  readonly text: string;
  /** Quotes included. */
  readonly span: Span;
  readonly quote: '"' | "'" | null;
  /** True when a `{{ … }}` or `{% … %}` hole stands in it. `${NAME}` is no hole here: httpd has variables of that form. */
  readonly hole: boolean;
}
