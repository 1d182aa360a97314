import { readCloudFormation } from '../cloudformation/cloudformation.ts';
import { readTaskFiles } from '../ecs/task-files.ts';
import type { Gathering } from '../gathering.ts';
import type { InfrastructureFacts, SetAside } from '../model.ts';
import { readTerraform } from '../terraform/terraform.ts';

export interface ReadInfrastructure {
  readonly facts: InfrastructureFacts | null;
  /** Files that are for development. */
  readonly setAside: readonly SetAside[];
}

/** What every language of infrastructure declares; null when the repository has none. */
export function readInfrastructure({ tree, syntaxes, problems }: Pick<Gathering, 'tree' | 'syntaxes' | 'problems'>): ReadInfrastructure {
  const all = [
    readTerraform(tree, syntaxes.parseYaml),
    readCloudFormation(tree, syntaxes.parseYaml),
    readTaskFiles(tree, syntaxes.parseYaml),
  ];
  problems.push(...all.flatMap((one) => one.problems));
  const setAside = all.flatMap((one) => one.setAside);
  if (all.every((one) => one.resources.length === 0)) return { facts: null, setAside };
  const open = all.find((one) => one.complete !== true);
  return { facts: { resources: { items: all.flatMap((one) => one.resources), complete: open?.complete ?? true } }, setAside };
}
