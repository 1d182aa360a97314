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
  readonly className?: string;
  /** `--deployment`: only these are kept. */
  readonly deployment?: readonly string[];
}
