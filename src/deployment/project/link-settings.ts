import { textOrigin } from '../../core/origin.ts';
import type { Value } from '../../core/value.ts';
import type { SourceTree } from '../../files/tree.ts';
import { processCommand } from '../command/of-process.ts';
import type { Command, Image, Job, PathMap, Pipeline, Process, Project, SettingsChoice } from '../model.ts';
import { repositoryFile } from '../path-map.ts';
import { isForDevelopment, isForServers } from './naming.ts';
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

/** Changes what is known of the commands that build an image. */
export function withBuildSettings(image: Image | null, choose: (command: Command) => Command): Image | null {
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
