import { type DeclaredProduction, NOTHING_DECLARED } from '../check/result.ts';
import type { Severity } from '../core/finding.ts';

/** What a configuration file may say; the command line goes over it. Every path is relative to the root. */
export interface Config {
  /** The file it was read from; null when there is none. */
  readonly file: string | null;
  readonly select: readonly string[];
  readonly ignore: readonly string[];
  /** Patterns of files to look at; empty is all. */
  readonly include: readonly string[];
  /** Patterns of files to leave out. */
  readonly exclude: readonly string[];
  readonly failOn: Severity | 'never' | null;
  readonly strict: boolean;
  readonly settings: readonly string[];
  readonly className: string | null;
  readonly paths: readonly string[];
  readonly envFiles: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly cpus: number | null;
  readonly django: string | null;
  readonly python: string | null;
  /** What counts as production, over what is found. */
  readonly deployments: DeclaredProduction;
}

export const EMPTY_CONFIG: Config = {
  file: null,
  select: [],
  ignore: [],
  include: [],
  exclude: [],
  failOn: null,
  strict: false,
  settings: [],
  className: null,
  paths: [],
  envFiles: [],
  env: new Map(),
  cpus: null,
  django: null,
  python: null,
  deployments: NOTHING_DECLARED,
};

/** A mistake in a configuration file, with its place. */
export interface ConfigProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

export type ConfigResult = { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly problem: ConfigProblem };
