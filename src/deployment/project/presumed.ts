import type { SourceTree } from '../../files/tree.ts';
import type { Command, Deployment, Pipeline, Process, SettingsChoice } from '../model.ts';
import type { SettingsFile } from './files.ts';
import { withBuildSettings } from './link-settings.ts';
import { isDevelopmentModule, isForServers, isProductionModule, isStaging } from './naming.ts';
import type { FoundProject } from './project.ts';
import { isPiece, tellsProduction } from './selectable.ts';

type Presumed = NonNullable<SettingsChoice['presumed']>;

/** The modules that stand in for a choice that is a fault, and for one that a source out of view makes. */
export interface Presumption {
  readonly ofFault: Presumed | undefined;
  readonly ofHidden: Presumed | undefined;
}

/** The one module that production is meant to load in each deployment, when exactly one candidate remains; by project root and deployment id. */
export function presumptions(deployments: readonly Deployment[], projects: readonly FoundProject[], tree: SourceTree) {
  const found = new Map(
    projects.map((project) => {
      const files = project.settingsFiles.filter((one) => !isPiece(one, tree));
      const chosen = new Map<string, Presumed>();
      for (const deployment of deployments) {
        for (const process of deployment.processes) addChosen(process, project, chosen);
      }
      return [project.root, { files, chosen }] as const;
    }),
  );
  return (root: string, id: string): Presumption => {
    const project = found.get(root);
    if (project === undefined) return { ofFault: undefined, ofHidden: undefined };
    const { files, chosen } = project;
    return { ofFault: only(withNamed(chosen, files)), ofHidden: hiddenModule(chosen, files, id, tree) };
  };
}

function withNamed(chosen: ReadonlyMap<string, Presumed>, files: readonly SettingsFile[]): ReadonlyMap<string, Presumed> {
  const candidates = new Map(chosen);
  for (const one of files) if (isProductionModule(one.module)) addFile(candidates, one, 'its name says production');
  return candidates;
}

/** What a source out of view may name: every module that is named for a server is a candidate, one for staging where staging is deployed. */
function hiddenModule(
  chosen: ReadonlyMap<string, Presumed>,
  files: readonly SettingsFile[],
  id: string,
  tree: SourceTree,
): Presumed | undefined {
  const candidates = new Map([...withNamed(chosen, files)].filter(([module]) => !isDevelopmentModule(module)));
  const staged = isStaging(id);
  for (const one of files) {
    if (!isForServers(one.module) || isDevelopmentModule(one.module)) continue;
    if (staged || !isStaging(one.module)) addFile(candidates, one, 'its name says that a server loads it');
  }
  if (candidates.size === 0) {
    for (const one of files) {
      if (!isDevelopmentModule(one.module) && tellsProduction(one, tree)) addFile(candidates, one, 'its own text says production');
    }
  }
  return only(candidates);
}

function addFile(candidates: Map<string, Presumed>, { module, path }: SettingsFile, because: string): void {
  if (!candidates.has(module)) candidates.set(module, { module, file: path, because, at: { file: path, start: 0, end: 0 } });
}

function only(candidates: ReadonlyMap<string, Presumed>): Presumed | undefined {
  return candidates.size === 1 ? [...candidates.values()][0] : undefined;
}

function addChosen(process: Process, project: FoundProject, candidates: Map<string, Presumed>): void {
  const { settings } = process;
  if (settings === null || isFaulty(settings) || settings.file === null || settings.module.kind !== 'known') return;
  if (project.root !== '' && !settings.file.startsWith(`${project.root}/`)) return;
  const at = settings.evidence[0]?.at ?? process.commandAt;
  const module = settings.module.value;
  if (!candidates.has(module)) candidates.set(module, { module, file: settings.file, because: `${process.name} loads it`, at });
}

/** Puts the presumed module beside every choice of a process that is itself a fault or hidden. */
export function withPresumed(process: Process, presumed: Presumption): Process {
  const mend = (command: Command): Command =>
    command.settings === null ? command : { ...command, settings: mended(command.settings, presumed) };
  return {
    ...process,
    settings: process.settings === null ? null : mended(process.settings, presumed),
    steps: process.steps.map(mend),
    image: withBuildSettings(process.image, mend),
  };
}

/** The same for the commands of a pipeline. */
export function pipelineWithPresumed(pipeline: Pipeline, presumed: Presumption): Pipeline {
  const mend = (command: Command): Command =>
    command.settings === null ? command : { ...command, settings: mended(command.settings, presumed) };
  return {
    ...pipeline,
    jobs: pipeline.jobs.map((job) => ({ ...job, steps: job.steps.map((step) => ({ ...step, commands: step.commands.map(mend) })) })),
  };
}

function mended(choice: SettingsChoice, { ofFault, ofHidden }: Presumption): SettingsChoice {
  if (isFaulty(choice)) return { ...choice, presumed: ofFault ?? null };
  return ofHidden !== undefined && mayBe(choice, ofHidden) ? { ...choice, presumed: ofHidden } : choice;
}

/** Whether the repository leaves the module open, and tells no other one for some case of production. */
function mayBe({ module }: SettingsChoice, { module: meant }: Presumed): boolean {
  if (module.kind === 'known') return false;
  if (module.kind === 'unknown') return true;
  return module.cases.every(({ then }) => then.kind !== 'known' || then.value === meant || isDevelopmentModule(then.value));
}

function isFaulty({ fault, production }: SettingsChoice): boolean {
  return fault !== null || production !== undefined;
}
