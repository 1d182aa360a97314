import type { DeclaredProduction } from './declared.ts';
import type { ReadEntry } from './project/settings-choice.ts';
import type { EvaluateFile } from './server/context.ts';

/** What a user may say about the model (DESIGN §8, "Meaning of options"). */
export interface ModelOptions {
  /** `--settings`: these modules replace discovery. */
  readonly settings?: readonly string[];
  /** `--path`: import roots, relative to the root. */
  readonly paths?: readonly string[];
  /** `--hermetic`: processes get the given environment and nothing else. */
  readonly hermetic?: boolean;
  /** `--env`: lies over the environment of every deployment. */
  readonly environment: ReadonlyMap<string, string>;
  readonly django?: string;
  readonly python?: string;
  /** What the configuration says of production. */
  readonly production?: DeclaredProduction;
  readonly className?: string;
  /** `--deployment`: only these are kept. */
  readonly deployment?: readonly string[];
}

/** What only an interpreter of Python can tell. */
export interface PythonTools {
  /** Names that a configuration file of a server sets. */
  readonly evaluate: EvaluateFile;
  /** DJANGO_SETTINGS_MODULE after an entry file has run, where its text alone does not tell. */
  readonly readEntry: ReadEntry;
}

/** Makes the interpreter ready; called only when some file needs it. */
export type StartPython = () => Promise<PythonTools>;
