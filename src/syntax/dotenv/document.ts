import type { Span } from '../../core/span.ts';
import type { InputProblem } from '../../files/tree.ts';

/** Who reads the file. The same text means different things to each of them. */
export type DotenvDialect =
  | 'compose' // compose-go: `env_file:` and the project's `.env`
  | 'systemd' // `EnvironmentFile=`
  | 'python-dotenv' // load_dotenv, dotenv_values
  | 'decouple' // python-decouple's RepositoryEnv
  | 'django-environ' // Env.read_env
  | 'npm'; // the npm package dotenv

export interface DotenvOptions {
  /** django-environ: `read_env(parse_comments=True)`. */
  readonly parseComments?: boolean;
  /** The file starts with a byte order mark that is no longer in the text: decouple and django-environ stumble over it. */
  readonly bom?: boolean;
}

export interface DotenvEntry {
  /** Empty for a text such as `=x`; expandDotenv leaves these out where the tool gives them to no process. */
  readonly key: string;
  readonly keySpan: Span;
  /** The value with quotes and escapes resolved; null for a key without `=`. A template still to be expanded when `expand` is true. */
  readonly value: string | null;
  /** The value as written: quotes included, blanks and comments around it not. */
  readonly valueSpan: Span;
  readonly raw: string;
  /** 1-based line of the key. */
  readonly line: number;
  readonly quote: 'none' | 'single' | 'double' | 'backtick';
  /** True when the dialect substitutes variables in this value and it has something that looks like one. */
  readonly expand: boolean;
  /** Why releases of the reader disagree about this line; then its value is unknown. */
  readonly doubt: string | null;
}

export interface DotenvDocument {
  readonly file: string;
  readonly dialect: DotenvDialect;
  /** In the order of the text; of equal keys the last one wins in every dialect. */
  readonly entries: readonly DotenvEntry[];
  /** Why the reader refuses the file as a whole (compose); the entries before the error are given all the same. */
  readonly rejected: string | null;
  readonly problems: readonly InputProblem[];
}
