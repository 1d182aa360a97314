import { textOrigin } from '../../core/origin.ts';
import type { Value } from '../../core/value.ts';
import type { SourceTree } from '../../files/tree.ts';
import { processCommand } from '../command/of-process.ts';
import type { Command, Deployment, Image, Job, PathMap, Pipeline, Process, Project, SettingsChoice } from '../model.ts';
import { repositoryFile } from '../path-map.ts';
import { isForDevelopment, isForServers, isProductionModule } from './naming.ts';
import type { FoundProject } from './project.ts';
import { type ChoiceContext, chooseSettings, type ReadEntry } from './settings-choice.ts';

/** What the choice of settings modules needs throughout the model. */
export interface SettingsLinking {
  readonly tree: SourceTree;
  readonly projects: readonly FoundProject[];
  readonly readEntry: ReadEntry;
  /** The application that a command serves or loads; null when it is no server and no worker. */
  appOf(command: Command): Value<string> | null;
}

/** Fills in the settings module of a process, of the commands it runs and of those that build its image. */
export function withSettings(process: Process, linking: SettingsLinking): Process {
  const context = contextFor(process.paths, linking);
  const choose = (command: Command): Command => ({
    ...command,
    settings: chooseSettings(command, { ...context, app: linking.appOf(command) }),
  });
  const steps = process.steps.map(choose);
  const app = process.server?.app ?? process.taskQueue?.app ?? null;
  const main = mainCommand(process);
  const chosen = main === null ? null : chooseSettings(main, { ...context, app });
  return {
    ...process,
    steps,
    image: withBuildSettings(process.image, choose),
    settings: chosen ?? settingsOfSteps(process, steps, context),
  };
}

function contextFor(paths: PathMap, linking: SettingsLinking): Omit<ChoiceContext, 'app'> {
  const { tree, projects, readEntry } = linking;
  return { tree, projects, readEntry, locate: (path) => repositoryFile(paths, path) };
}

/** The command of the process itself, in the environment in which it starts. */
function mainCommand(process: Process): Command | null {
  if (process.command.kind !== 'known') return null;
  const argv = process.command.value;
  const { environment, workdir } = process;
  return {
    name: null,
    argv,
    at: process.commandAt,
    environment,
    workdir,
    conditional: false,
    failureIgnored: false,
    remote: false,
    management: null,
    settings: null,
  };
}

function withBuildSettings(image: Image | null, choose: (command: Command) => Command): Image | null {
  if (image === null || image.build === null) return image;
  return { ...image, build: { ...image.build, runs: image.build.runs.map(choose) } };
}

/** A process whose own command is not understood runs the project all the same when a step of it does, or its environment names its settings. */
function settingsOfSteps(process: Process, steps: readonly Command[], context: Omit<ChoiceContext, 'app'>): SettingsChoice | null {
  if (process.server !== null || process.taskQueue !== null || !isOpaque(process) || process.image === null) return null;
  const last = steps.flatMap((one) => (one.remote || one.settings === null ? [] : [one.settings])).at(-1);
  if (last !== undefined) return last;
  if (process.image.build === null || !process.environment.variables.has('DJANGO_SETTINGS_MODULE')) return null;
  return chooseSettings(processCommand(process, []), { ...context, app: unknownApp(process) });
}

/** Nothing is known of the command, or it is a script that could not be followed. */
function isOpaque(process: Process): boolean {
  if (process.command.kind !== 'known')
    return process.role !== 'database' && process.role !== 'cache' && process.role !== 'broker' && process.role !== 'proxy';
  const words = process.command.value.slice(0, 2).map((word) => (word.kind === 'known' ? word.value.replace(/^.*\//, '') : ''));
  const program = /^(ba|da|a)?sh$/.test(words[0] ?? '') ? words[1] : words[0];
  return (
    program !== undefined &&
    (program.endsWith('.sh') || /^(start|entrypoint|docker-entrypoint|run|serve|launch|boot)([-_.].*)?$/.test(program))
  );
}

function unknownApp(process: Process): Value<string> {
  return { kind: 'unknown', why: 'dynamic-call', names: [], origin: textOrigin(process.commandAt) };
}

/** Fills in the settings modules of the commands of a pipeline, which runs in a checkout. */
export function withPipelineSettings(pipeline: Pipeline, paths: PathMap, linking: SettingsLinking): Pipeline {
  const context = contextFor(paths, linking);
  const choose = (command: Command): Command => ({
    ...command,
    settings: chooseSettings(command, { ...context, app: linking.appOf(command) }),
  });
  const inJob = (job: Job): Job => ({ ...job, steps: job.steps.map((step) => ({ ...step, commands: step.commands.map(choose) })) });
  return { ...pipeline, jobs: pipeline.jobs.map(inJob) };
}

/** Tells a process that loads settings for development which module stands beside them for production. */
export function withProduction(process: Process, project: Project): Process {
  const { settings } = process;
  if (settings === null || settings.fault !== null || settings.file === null || settings.module.kind !== 'known') return process;
  const production = isForDevelopment(settings.module.value) ? project.settingsModules.find(isForServers) : undefined;
  return production === undefined ? process : { ...process, settings: { ...settings, production } };
}

type Presumed = NonNullable<SettingsChoice['presumed']>;

/** The one module that production is meant to load, per project root, when exactly one candidate remains. */
export function presumedModules(deployments: readonly Deployment[], projects: readonly FoundProject[]): ReadonlyMap<string, Presumed> {
  const out = new Map<string, Presumed>();
  for (const project of projects) {
    const candidates = new Map<string, Presumed>();
    for (const deployment of deployments) {
      for (const process of deployment.processes) addChosen(process, project, candidates);
    }
    for (const { module, path } of project.settingsFiles) {
      if (!isProductionModule(module) || candidates.has(module)) continue;
      candidates.set(module, { module, file: path, because: 'its name says production', at: { file: path, start: 0, end: 0 } });
    }
    const [only] = candidates.values();
    if (only !== undefined && candidates.size === 1) out.set(project.root, only);
  }
  return out;
}

function addChosen(process: Process, project: FoundProject, candidates: Map<string, Presumed>): void {
  const { settings } = process;
  if (settings === null || isFaulty(settings) || settings.file === null || settings.module.kind !== 'known') return;
  if (project.root !== '' && !settings.file.startsWith(`${project.root}/`)) return;
  const at = settings.evidence[0]?.at ?? process.commandAt;
  const module = settings.module.value;
  if (!candidates.has(module)) candidates.set(module, { module, file: settings.file, because: `${process.name} loads it`, at });
}

/** Puts the presumed module beside every choice of a process that is itself a fault. */
export function withPresumed(process: Process, presumed: Presumed | undefined): Process {
  if (presumed === undefined) return process;
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
export function pipelineWithPresumed(pipeline: Pipeline, presumed: Presumed | undefined): Pipeline {
  if (presumed === undefined) return pipeline;
  const mend = (command: Command): Command =>
    command.settings === null ? command : { ...command, settings: mended(command.settings, presumed) };
  return {
    ...pipeline,
    jobs: pipeline.jobs.map((job) => ({ ...job, steps: job.steps.map((step) => ({ ...step, commands: step.commands.map(mend) })) })),
  };
}

function mended(choice: SettingsChoice, presumed: Presumed): SettingsChoice {
  return isFaulty(choice) ? { ...choice, presumed } : choice;
}

function isFaulty({ fault, production }: SettingsChoice): boolean {
  return fault !== null || production !== undefined;
}
