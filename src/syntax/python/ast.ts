/** Our own small syntax tree of Python: plain objects, UTF-16 offsets into the file's text, nothing of the parser in it. */

interface At {
  readonly start: number;
  readonly end: number;
}

export type Expr = ExprShape & At;
type ExprShape =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'str'; readonly value: string }
  | { readonly kind: 'bytes'; readonly value: string }
  | { readonly kind: 'fstring'; readonly parts: readonly (string | Interpolation)[] }
  | { readonly kind: 'const'; readonly value: true | false | null | '...' }
  | { readonly kind: 'list' | 'tuple' | 'set'; readonly items: readonly Expr[] }
  | { readonly kind: 'dict'; readonly items: readonly DictItem[] }
  | { readonly kind: 'star'; readonly value: Expr }
  | { readonly kind: 'unary'; readonly op: '-' | '+' | '~' | 'not'; readonly value: Expr }
  | { readonly kind: 'binary'; readonly op: BinaryOp; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'bool'; readonly op: 'and' | 'or'; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'compare'; readonly first: Expr; readonly rest: readonly { readonly op: CompareOp; readonly value: Expr }[] }
  | { readonly kind: 'call'; readonly func: Expr; readonly args: readonly Arg[] }
  | { readonly kind: 'attr'; readonly value: Expr; readonly name: string; readonly nameStart: number }
  | { readonly kind: 'index'; readonly value: Expr; readonly index: Expr }
  | { readonly kind: 'slice'; readonly low: Expr | null; readonly high: Expr | null; readonly step: Expr | null }
  | { readonly kind: 'ternary'; readonly test: Expr; readonly yes: Expr; readonly no: Expr }
  | { readonly kind: 'lambda'; readonly params: readonly Param[]; readonly body: Expr }
  | { readonly kind: 'comp'; readonly of: 'list' | 'set' | 'generator'; readonly body: Expr; readonly clauses: readonly CompClause[] }
  | { readonly kind: 'dictcomp'; readonly key: Expr; readonly value: Expr; readonly clauses: readonly CompClause[] }
  | { readonly kind: 'walrus'; readonly name: string; readonly value: Expr }
  | { readonly kind: 'yield' | 'await'; readonly value: Expr | null }
  | { readonly kind: 'unsupported'; readonly what: string };

export interface Interpolation {
  readonly value: Expr;
  /** The text before `=` in `{x=}`, kept as written. */
  readonly debug: string | null;
  readonly conversion: 'r' | 's' | 'a' | null;
  readonly format: readonly (string | Interpolation)[] | null;
}
/** A null key is `**value`. */
export interface DictItem {
  readonly key: Expr | null;
  readonly value: Expr;
}
export interface Arg {
  readonly kind: 'plain' | 'star' | 'doublestar' | 'keyword';
  readonly name: string;
  readonly value: Expr;
}
export interface Param {
  readonly kind: 'positional-only' | 'plain' | 'args' | 'keyword-only' | 'kwargs';
  readonly name: string;
  readonly fallback: Expr | null;
}
export type CompClause =
  | { readonly kind: 'for'; readonly target: Expr; readonly iter: Expr; readonly async: boolean }
  | { readonly kind: 'if'; readonly test: Expr };

export type BinaryOp = '+' | '-' | '*' | '/' | '//' | '%' | '**' | '@' | '&' | '|' | '^' | '<<' | '>>';
export type CompareOp = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in' | 'is' | 'is not';

export type Stmt = StmtShape & At;
type StmtShape =
  | { readonly kind: 'expr'; readonly value: Expr }
  | { readonly kind: 'assign'; readonly targets: readonly Expr[]; readonly value: Expr }
  | { readonly kind: 'annotate'; readonly target: Expr; readonly annotation: Expr; readonly value: Expr | null }
  | { readonly kind: 'augment'; readonly target: Expr; readonly op: BinaryOp; readonly value: Expr }
  | { readonly kind: 'if'; readonly test: Expr; readonly body: readonly Stmt[]; readonly orelse: readonly Stmt[] }
  | {
      readonly kind: 'for';
      readonly target: Expr;
      readonly iter: Expr;
      readonly body: readonly Stmt[];
      readonly orelse: readonly Stmt[];
      readonly async: boolean;
    }
  | { readonly kind: 'while'; readonly test: Expr; readonly body: readonly Stmt[]; readonly orelse: readonly Stmt[] }
  | {
      readonly kind: 'try';
      readonly body: readonly Stmt[];
      readonly handlers: readonly Handler[];
      readonly orelse: readonly Stmt[];
      readonly finally: readonly Stmt[];
    }
  | { readonly kind: 'with'; readonly items: readonly WithItem[]; readonly body: readonly Stmt[]; readonly async: boolean }
  | {
      readonly kind: 'def';
      readonly name: string;
      readonly params: readonly Param[];
      readonly body: readonly Stmt[];
      readonly decorators: readonly Expr[];
      readonly async: boolean;
    }
  | {
      readonly kind: 'class';
      readonly name: string;
      readonly args: readonly Arg[];
      readonly body: readonly Stmt[];
      readonly decorators: readonly Expr[];
    }
  | { readonly kind: 'return'; readonly value: Expr | null }
  | { readonly kind: 'import'; readonly names: readonly ImportName[] }
  | {
      readonly kind: 'from';
      /** Dots before the name: 0 is absolute. */
      readonly level: number;
      readonly module: string;
      /** Null is `*`. */
      readonly names: readonly ImportName[] | null;
    }
  | { readonly kind: 'global' | 'nonlocal'; readonly names: readonly string[] }
  | { readonly kind: 'del'; readonly targets: readonly Expr[] }
  | { readonly kind: 'assert'; readonly test: Expr; readonly message: Expr | null }
  | { readonly kind: 'raise'; readonly value: Expr | null }
  | { readonly kind: 'match'; readonly subject: Expr; readonly cases: readonly MatchCase[] }
  | { readonly kind: 'pass' | 'break' | 'continue' }
  /** Text that is no valid statement, or one that we do not read (`what` names it). `names`: what it may have bound. */
  | { readonly kind: 'unsupported'; readonly what: string; readonly names: readonly string[] };

export interface ImportName {
  readonly name: string;
  readonly as: string | null;
}
export interface Handler {
  readonly type: Expr | null;
  readonly name: string | null;
  readonly body: readonly Stmt[];
  readonly start: number;
  readonly group: boolean;
}
export interface WithItem {
  readonly value: Expr;
  readonly target: Expr | null;
}
export interface MatchCase {
  readonly pattern: Pattern;
  readonly guard: Expr | null;
  readonly body: readonly Stmt[];
}
export type Pattern =
  | { readonly kind: 'any' }
  | { readonly kind: 'capture'; readonly name: string }
  | { readonly kind: 'value'; readonly value: Expr }
  | { readonly kind: 'or'; readonly options: readonly Pattern[] }
  | { readonly kind: 'as'; readonly pattern: Pattern; readonly name: string }
  | { readonly kind: 'sequence'; readonly items: readonly Pattern[] }
  | { readonly kind: 'rest'; readonly name: string | null }
  | { readonly kind: 'mapping'; readonly items: readonly { readonly key: Expr; readonly pattern: Pattern }[]; readonly rest: string | null }
  | {
      readonly kind: 'class';
      readonly cls: Expr;
      readonly items: readonly Pattern[];
      readonly keywords: readonly { readonly name: string; readonly pattern: Pattern }[];
    }
  | { readonly kind: 'unsupported' };

export interface Comment {
  readonly start: number;
  readonly end: number;
}

/** One file of Python. */
export interface PythonModule {
  readonly file: string;
  readonly text: string;
  readonly body: readonly Stmt[];
  readonly comments: readonly Comment[];
  /** False when a part could not be parsed: real Python would refuse the whole file. */
  readonly valid: boolean;
}
