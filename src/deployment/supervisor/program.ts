import { textOrigin } from '../../core/origin.ts';
import { known, mapValue, originOf, unknown, type Value } from '../../core/value.ts';
import type { SourceTree } from '../../files/tree.ts';
import type { Environment } from '../../settings/model.ts';
import type { IniEntry } from '../../syntax/ini/document.ts';
import { type CommandContext, textOf } from '../command/command.ts';
import { givenBy, layerOf, lookUp, withLayers } from '../environment.ts';
import { machineCheckout } from '../machine-checkout.ts';
import type { PathMap, Process, SupervisorProgram } from '../model.ts';
import { machinePaths, repositoryFile } from '../path-map.ts';
import type { FoundProject } from '../project/project.ts';
import { roleOf } from '../role.ts';
import type { ServerContext } from '../server/context.ts';
import { serverOf } from '../server/server.ts';
import { taskQueueOf } from '../server/task-queue.ts';
import { runArgv } from '../shell/run.ts';
import type { Syntaxes } from '../syntaxes.ts';
import { programName, type SupervisorSection } from './config.ts';
import { type ExpansionLookup, expand, expandedPairs, expandedValue, expandedWords } from './expand.ts';

/** What the programs of one supervisord share. */
export interface Supervision {
  readonly tree: SourceTree;
  readonly syntaxes: Syntaxes;
  readonly projects: readonly FoundProject[];
  readonly sections: readonly SupervisorSection[];
  /** What supervisord itself is: programs inherit its environment, user and folder. */
  readonly daemon: Process;
  /** Folder of a file of the configuration where supervisord reads it; null when that is not known. */
  here(file: string): string | null;
  readonly server: Pick<ServerContext, 'evaluate' | 'release'>;
  /** The container that supervisord runs in. */
  readonly within: string | null;
}

/** The processes that a supervisord starts, as its configuration says. */
export function programsOf(supervision: Supervision): readonly Process[] {
  return supervision.sections.flatMap((section) => {
    const name = programName(section);
    return name === null || section.get('command') === null ? [] : [processOf(name, section, supervision)];
  });
}

function processOf(name: string, section: SupervisorSection, supervision: Supervision): Process {
  const { daemon, within } = supervision;
  const option = (key: string, lookup: ExpansionLookup) => {
    const entry = section.get(key);
    return entry === null ? null : expandedValue(expand(entry, lookup));
  };
  const inherited = daemonEnvironment(supervision);
  const lookup = expansions(name, section, inherited, supervision);
  const environment = withPairs(inherited, section.get('environment'), lookup, `environment= of [${section.name}]`);
  const own = expansions(name, section, environment, supervision);
  const command = section.get('command');
  const expanded = command === null ? null : expand(command, own);
  const argv = expanded === null ? null : expandedWords(expanded);
  const workdir = option('directory', lookup) ?? supervisordOption('directory', supervision) ?? daemon.workdir;
  const paths = pathsOf(argv ?? [], workdir, supervision);
  const at = command?.valueSpan ?? section.at;
  const base: Process = {
    ...daemon,
    name: within === null ? name : `${within}/${name}`,
    at: section.at,
    command: unknown('unsupported-syntax', textOrigin(at, 'what the program runs is not known')),
    commandAt: at,
    steps: [],
    environment,
    workdir,
    user: option('user', lookup) ?? daemon.user,
    replicas: replicasOf(section, daemon),
    restart: daemon.host === 'container' ? daemon.restart : option('autorestart', lookup),
    stopGrace: seconds(option('stopwaitsecs', lookup)),
    program: factsOf(section, within),
    paths,
    role: 'other',
    server: null,
    taskQueue: null,
    settings: null,
  };
  return argv === null || argv.length === 0 ? base : started(base, argv, supervision);
}

function started(base: Process, argv: readonly Value<string>[], { tree, syntaxes, server: options }: Supervision): Process {
  const locate = (path: string) => repositoryFile(base.paths, path);
  const context: CommandContext = { tree, syntaxes, environment: base.environment, workdir: base.workdir, locate };
  const { main, commands, because } = runArgv(argv, base.commandAt, context);
  if (main === null) {
    const origin = textOrigin(base.commandAt, because ?? 'what the program runs is not known');
    return { ...base, command: unknown('unsupported-syntax', origin), steps: commands };
  }
  const server = serverOf(main, { tree, ...options, locate });
  const taskQueue = taskQueueOf(main);
  return {
    ...base,
    role: roleOf({ name: base.name, server, taskQueue, imageBase: null, built: false, argv: main.argv }),
    command: known(main.argv, textOrigin(main.at)),
    commandAt: main.at,
    steps: commands.filter((one) => one !== main),
    environment: main.environment,
    workdir: main.workdir,
    user: main.user ?? base.user,
    server,
    taskQueue,
  };
}

function factsOf(section: SupervisorSection, within: string | null): SupervisorProgram {
  return {
    file: section.file,
    at: section.at,
    within,
    get(option) {
      const entry = section.get(option);
      return entry === null ? null : { text: entry.value ?? '', at: entry.valueSpan };
    },
  };
}

function daemonSection({ sections }: Supervision): SupervisorSection | null {
  return sections.find((one) => one.name === 'supervisord') ?? null;
}

function supervisordOption(key: string, supervision: Supervision): Value<string> | null {
  const entry = daemonSection(supervision)?.get(key) ?? null;
  return entry === null ? null : expandedValue(expand(entry, expansions('', null, supervision.daemon.environment, supervision)));
}

/** The user that supervisord drops to; null when its configuration names none. */
export function daemonUser(supervision: Supervision): Value<string> | null {
  return supervisordOption('user', supervision);
}

function daemonEnvironment(supervision: Supervision): Environment {
  const { environment } = supervision.daemon;
  const entry = daemonSection(supervision)?.get('environment') ?? null;
  return withPairs(environment, entry, expansions('', null, environment, supervision), 'environment= of [supervisord]');
}

function withPairs(base: Environment, entry: IniEntry | null, lookup: ExpansionLookup, from: string): Environment {
  if (entry === null) return base;
  const pairs = expandedPairs(expand(entry, lookup));
  const { file } = entry.keySpan;
  if (pairs === null) return withLayers(base, [layerOf([], { because: `the ${from} is not read`, at: entry.valueSpan })]);
  return withLayers(base, [layerOf(pairs.map(([name, value, at]) => [name, givenBy(name, value, at, `${file}, ${from}`)]))]);
}

function expansions(
  program: string,
  section: SupervisorSection | null,
  environment: Environment,
  { sections, here, daemon }: Supervision,
): ExpansionLookup {
  return (name) => {
    const file = section?.file ?? daemon.at.file;
    if (name === 'here') return here(file);
    if (name === 'program_name') return /\{\{|\{%/.test(program) ? null : program;
    if (name === 'group_name') return groupOf(program, sections);
    if (name === 'process_num') return countOf(section) === 1 ? (section?.get('numprocs_start')?.value ?? '0') : null;
    if (!name.startsWith('ENV_')) return null;
    const value = lookUp(environment, name.slice('ENV_'.length));
    return value?.kind === 'known' ? value.value : null;
  };
}

function groupOf(program: string, sections: readonly SupervisorSection[]): string {
  const group = sections.find(
    (one) =>
      one.name.startsWith('group:') &&
      (one.get('programs')?.value ?? '')
        .split(',')
        .map((name) => name.trim())
        .includes(program),
  );
  return group?.name.slice('group:'.length) ?? program;
}

function countOf(section: SupervisorSection | null): number | null {
  const text = section?.get('numprocs')?.value ?? '1';
  return /^\d+$/.test(text) ? Number(text) : null;
}

function replicasOf(section: SupervisorSection, daemon: Process): Value<number> {
  const entry = section.get('numprocs');
  const count = countOf(section);
  if (entry === null || count === 1) return daemon.replicas;
  return count === null ? unknown('host', textOrigin(entry.valueSpan)) : mapValue(daemon.replicas, (one) => one * count);
}

function seconds(value: Value<string> | null): Value<number> | null {
  if (value === null) return null;
  if (value.kind !== 'known') return unknown('host', originOf(value));
  return /^\d+$/.test(value.value.trim()) ? mapValue(value, Number) : unknown('unsupported-syntax', value.origin);
}

/** In a container all programs see its files; on a machine the words of each say where the code stands. */
function pathsOf(argv: readonly Value<string>[], workdir: Value<string>, { daemon, tree, projects }: Supervision): PathMap {
  if (daemon.host === 'container') return daemon.paths;
  const words = argv.flatMap((word) => textOf(word) ?? []);
  const checkout = machineCheckout({ words, workdir: textOf(workdir) }, tree, projects);
  return machinePaths(checkout === null ? [] : [checkout], textOf(workdir));
}
