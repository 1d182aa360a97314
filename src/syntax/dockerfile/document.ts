import type { Span } from '../../core/span.ts';
import type { InputProblem } from '../../files/tree.ts';
import type { Piece } from '../pieces.ts';

/** One Dockerfile as buildkit parses it. */
export interface Dockerfile {
  readonly escape: '\\' | '`';
  /** `# syntax=` directive. */
  readonly syntax: string | null;
  /** ARG instructions before the first FROM. */
  readonly metaArgs: readonly ArgInstruction[];
  readonly stages: readonly Stage[];
  readonly comments: readonly DockerfileComment[];
  /** Faults for which buildkit refuses the file; what could be read all the same is in `stages`. */
  readonly problems: readonly InputProblem[];
}

export interface Stage {
  readonly index: number;
  /** Lower case, as buildkit compares names; null when it has none. */
  readonly name: string | null;
  /** Unexpanded: "python:${VERSION}-slim". */
  readonly base: Text;
  readonly platform: string | null;
  /** The FROM instruction. */
  readonly span: Span;
  readonly instructions: readonly Instruction[];
}

/** A piece of the file; `text` has continuations removed, quotes and variables stay as written. */
export interface Text {
  readonly text: string;
  readonly span: Span;
}

export interface DockerfileComment {
  /** Without the `#`. */
  readonly text: string;
  readonly span: Span;
}

interface Base {
  /** The keyword alone. */
  readonly keywordSpan: Span;
  /** From the keyword to the end of the last continued line or heredoc. */
  readonly span: Span;
}

export type Instruction =
  | ArgInstruction
  | EnvInstruction
  | RunInstruction
  | CommandInstruction
  | CopyInstruction
  | WorkdirInstruction
  | UserInstruction
  | ListInstruction
  | StopsignalInstruction
  | ShellInstruction
  | HealthcheckInstruction
  | OtherInstruction;

export interface ArgInstruction extends Base {
  readonly kind: 'ARG';
  readonly args: readonly { readonly name: string; readonly default: Text | null; readonly span: Span }[];
}

export interface EnvInstruction extends Base {
  readonly kind: 'ENV';
  readonly entries: readonly {
    readonly name: string;
    /** Quotes and variables as written. */
    readonly value: Text;
    readonly span: Span;
    /** `ENV NAME the rest of the line`. */
    readonly legacy: boolean;
  }[];
}

/** A command line: `exec` when buildkit takes it for JSON, `shell` otherwise (single quotes and trailing commas make it that). */
export interface CommandLine {
  readonly form: 'exec' | 'shell';
  /** Exec form: the items, unescaped, with the spans of the JSON strings. Shell form: one text (none when empty). */
  readonly argv: readonly Text[];
  /** Shell form: offsets of `argv[0].text` back to the file; see `placeOfShell`. */
  readonly pieces: readonly Piece[];
}

export interface RunInstruction extends Base {
  readonly kind: 'RUN';
  readonly command: CommandLine;
  readonly flags: readonly Flag[];
  readonly heredocs: readonly Heredoc[];
}

export interface CommandInstruction extends Base {
  readonly kind: 'CMD' | 'ENTRYPOINT';
  readonly command: CommandLine;
}

export interface CopyInstruction extends Base {
  readonly kind: 'COPY' | 'ADD';
  readonly sources: readonly Text[];
  readonly target: Text;
  /** Name, number or image of `--from`; null for the context. */
  readonly from: Text | null;
  readonly chown: string | null;
  readonly chmod: string | null;
  readonly flags: readonly Flag[];
  readonly heredocs: readonly Heredoc[];
}

export interface WorkdirInstruction extends Base {
  readonly kind: 'WORKDIR';
  readonly path: Text;
}

export interface UserInstruction extends Base {
  readonly kind: 'USER';
  readonly user: Text;
}

export interface ListInstruction extends Base {
  readonly kind: 'EXPOSE' | 'VOLUME';
  readonly items: readonly Text[];
}

export interface StopsignalInstruction extends Base {
  readonly kind: 'STOPSIGNAL';
  readonly signal: Text;
}

export interface ShellInstruction extends Base {
  readonly kind: 'SHELL';
  readonly argv: readonly Text[];
}

export interface HealthcheckInstruction extends Base {
  readonly kind: 'HEALTHCHECK';
  /** Null: `HEALTHCHECK NONE`. */
  readonly command: CommandLine | null;
  readonly flags: readonly Flag[];
}

/** LABEL, MAINTAINER, ONBUILD: nothing is asked about their inside. */
export interface OtherInstruction extends Base {
  readonly kind: 'LABEL' | 'MAINTAINER' | 'ONBUILD';
  readonly rest: Text;
}

/** `--name=value`; the value is '' for a bare flag. */
export interface Flag {
  readonly name: string;
  readonly value: string;
  readonly span: Span;
}

export interface Heredoc {
  readonly name: string;
  /** The body as buildkit hands it on; leading tabs removed for `<<-`. */
  readonly content: string;
  /** The body in the file. */
  readonly span: Span;
  /** False when the delimiter is quoted. */
  readonly expand: boolean;
}
