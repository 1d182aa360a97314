import type { Span } from '../../core/span.ts';
import type { InputProblem } from '../../files/tree.ts';

/** A shell script or command line as its simple commands in order of the text. */
export interface ShellScript {
  readonly shebang: string | null;
  /** All simple commands outside function bodies and command substitutions. */
  readonly commands: readonly ShellCommand[];
  readonly functions: readonly ShellFunction[];
  readonly comments: readonly ShellComment[];
  readonly problems: readonly InputProblem[];
}

export interface ShellFunction {
  readonly name: string;
  readonly span: Span;
  readonly commands: readonly ShellCommand[];
}

export interface ShellComment {
  /** Without the `#`. */
  readonly text: string;
  readonly span: Span;
  readonly alone: boolean;
}

/** How a command is joined to the one before it in its list; `start` for the first. A newline is `;`. */
export type Connector = 'start' | ';' | '&&' | '||' | '|' | '&';

export interface ShellCommand {
  /** `test`: `[[ … ]]`, `arithmetic`: `(( … ))`; both have no words. */
  readonly kind: 'simple' | 'test' | 'arithmetic';
  /** Name and arguments; a leading `exec` is taken off. Empty for assignments alone and for `exec 2>&1`. */
  readonly words: readonly ShellWord[];
  /** Assignments before the name; without a name they set the shell's own variables. */
  readonly assignments: readonly ShellAssignment[];
  readonly redirections: readonly ShellRedirection[];
  readonly span: Span;
  /** `exec` stands before it: the process is replaced and nothing after it runs. */
  readonly exec: boolean;
  readonly before: Connector;
  /** What follows in its list: `||` and `true` mean that its failure is ignored; `start` when nothing does. */
  readonly after: Connector;
  readonly background: boolean;
  /** `! command`. */
  readonly negated: boolean;
  /** Enclosing constructs, outermost first. */
  readonly context: readonly ShellContext[];
  /**
   * True when it may not run although what stands before it ran: in a branch or loop body, after `||`, after `[ … ] &&`.
   * What an earlier `exit` or `exec` in a branch prevents is not counted.
   */
  readonly conditional: boolean;
}

export interface ShellContext {
  /** `condition`: the test of an if or while (always run once); `subshell` and `group` run as they stand. */
  readonly kind: 'condition' | 'then' | 'else' | 'case' | 'loop' | 'subshell' | 'group' | 'function';
  readonly span: Span;
  /** Source of the test, of the word of `case` or of the loop's words; the function's name. */
  readonly label: string;
  /** Patterns of the branch of a `case`, as written; none for the others. */
  readonly patterns: readonly string[];
}

export interface ShellAssignment {
  readonly name: string;
  /** Null for arrays and `NAME[i]=`: not read. */
  readonly value: ShellWord | null;
  readonly append: boolean;
  readonly span: Span;
}

export interface ShellRedirection {
  readonly operator: string;
  /** Descriptor as written: 2 in `2>file`; null for the usual one. */
  readonly descriptor: number | null;
  readonly target: ShellWord | null;
  /** Body of `<<`; null otherwise. */
  readonly heredoc: { readonly body: ShellWord; readonly expand: boolean } | null;
  readonly span: Span;
}

export interface ShellWord {
  readonly parts: readonly ShellPart[];
  readonly span: Span;
  /** The word itself when nothing in it is expanded; null otherwise. */
  readonly literal: string | null;
}

export type ShellPart =
  | { readonly kind: 'literal'; readonly text: string; readonly quoted: boolean; readonly span: Span }
  | ShellVariable
  | { readonly kind: 'command'; readonly script: ShellScript | null; readonly quoted: boolean; readonly span: Span }
  /** Globs, braces, arithmetic, process substitution, a tilde: text that the shell turns into something else. */
  | {
      readonly kind: 'other';
      readonly text: string;
      readonly what: 'glob' | 'brace' | 'arithmetic' | 'process' | 'tilde' | 'unread';
      readonly span: Span;
    };

export interface ShellVariable {
  readonly kind: 'variable';
  /** "PORT", "1", "@", "?". */
  readonly name: string;
  /** Quoted variables stay one word and are not globbed. */
  readonly quoted: boolean;
  readonly span: Span;
  readonly operation: ShellOperation | null;
}

export type ShellOperation =
  /** `${V-w}`, `${V:-w}`, `${V=w}`, `${V:?w}`, `${V:+w}` … */
  | { readonly kind: 'default'; readonly operator: '-' | ':-' | '=' | ':=' | '+' | ':+' | '?' | ':?'; readonly operand: ShellWord }
  /** Lengths, slices, replacements, indirection: not computed. */
  | { readonly kind: 'other'; readonly text: string };

/** Reads a script; never throws. `offset` is added to every span: where the text starts in the file. */
export type ParseShell = (text: string, file: string, place?: ShellPlace) => ShellScript;

/** Where the characters of a script stand in its file: a fixed offset, or a function for text that was joined or unescaped. */
export type ShellPlace = number | ((at: number) => number);
