import type { Span } from '../../core/span.ts';
import type { InputProblem } from '../../files/tree.ts';

/** One HCL text as Terraform reads it: `*.tf`, `*.tfvars`. */
export interface HclFile {
  readonly body: HclBody;
  readonly problems: readonly InputProblem[];
}

export interface HclBody {
  /** In the order of the text; of two with one name Terraform takes neither. */
  readonly attributes: readonly HclAttribute[];
  readonly blocks: readonly HclBlock[];
  readonly span: Span;
}

export interface HclAttribute {
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: HclExpression;
  /** From the name to the end of the value. */
  readonly span: Span;
}

export interface HclBlock {
  readonly type: string;
  readonly labels: readonly { readonly text: string; readonly span: Span }[];
  readonly body: HclBody;
  /** From the type to the `{`. */
  readonly head: Span;
  /** From the type to the `}`. */
  readonly span: Span;
}

/** An expression; what is not followed is `opaque`, with what it refers to. */
export type HclExpression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null; readonly span: Span }
  /** A text with `${…}` in it. `plain` is false when directives (`%{ if … }`) or trimming decide what stands there. */
  | { readonly kind: 'template'; readonly parts: readonly (string | HclExpression)[]; readonly plain: boolean; readonly span: Span }
  | { readonly kind: 'list'; readonly items: readonly HclExpression[]; readonly span: Span }
  | { readonly kind: 'object'; readonly entries: readonly HclEntry[]; readonly span: Span }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly HclExpression[];
      /** The last argument is spread: `f(list...)`. */
      readonly spreads: boolean;
      readonly span: Span;
    }
  | {
      readonly kind: 'conditional';
      readonly test: HclExpression;
      readonly yes: HclExpression;
      readonly no: HclExpression;
      readonly span: Span;
    }
  /** `!a` and `-a` have no right side. */
  | {
      readonly kind: 'operation';
      readonly operator: string;
      readonly left: HclExpression;
      readonly right: HclExpression | null;
      readonly span: Span;
    }
  /** `var.a`, `aws_lb.web.arn`, `local.map["key"]`. */
  | { readonly kind: 'reference'; readonly root: string; readonly path: readonly HclStep[]; readonly span: Span }
  /** A step into the value of another expression: `f(x)[0].id`. */
  | { readonly kind: 'member'; readonly of: HclExpression; readonly path: readonly HclStep[]; readonly span: Span }
  /** `[for … ]`, and what cannot be read; `parts` are the references in it. */
  | { readonly kind: 'opaque'; readonly parts: readonly HclExpression[]; readonly span: Span };

export interface HclEntry {
  /** A bare name is a literal text. */
  readonly key: HclExpression;
  readonly value: HclExpression;
}

/** A name or index; `*` for a splat; an expression for a computed index. */
export type HclStep = string | number | { readonly kind: 'splat' } | { readonly kind: 'index'; readonly by: HclExpression };
