import type { InputProblem } from '../../files/tree.ts';
import type { InfrastructureFacts, InfrastructureResource, SetAside } from '../model.ts';

/** What the files of one language of infrastructure declare. */
export interface FoundInfrastructure {
  readonly resources: readonly InfrastructureResource[];
  readonly complete: InfrastructureFacts['resources']['complete'];
  readonly problems: readonly InputProblem[];
  readonly setAside: readonly SetAside[];
  /** Whether there is a file of the language at all. */
  readonly found: boolean;
}
