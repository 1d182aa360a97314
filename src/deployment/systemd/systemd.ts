import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import { baseName } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import type { Environment } from '../../settings/model.ts';
import {
  commandsOf,
  environmentOf,
  type IniDocument,
  type IniEntry,
  listEntries,
  type UnitCommand,
  type UnitWord,
} from '../../syntax/ini/index.ts';
import { type Started, textOf } from '../command/command.ts';
import { DEFAULTS, usual } from '../defaults/defaults.ts';
import { readEnvFile } from '../env-file.ts';
import { EMPTY_ENVIRONMENT, type EnvironmentLayer, givenBy, layerOf, lookUp, withLayers } from '../environment.ts';
import { programBehindHole } from '../filled-text.ts';
import { type Checkout, machineCheckout } from '../machine-checkout.ts';
import type { Command, PathMap, Process } from '../model.ts';
import { machinePaths, repositoryFile } from '../path-map.ts';
import { plainProcess } from '../plain-process.ts';
import type { FoundProject } from '../project/project.ts';
import { optionValue, type UnitFile, unitFacts } from './unit.ts';

/** What turning a unit into a process asks of the rest. */
export interface SystemdContext {
  readonly tree: SourceTree;
  readonly projects: readonly FoundProject[];
  /** Runs an argument vector as D1's shell reader does. */
  runArgv(
    argv: readonly Value<string>[],
    at: Span,
    place: { readonly environment: Environment; readonly workdir: Value<string>; readonly paths: PathMap },
  ): Started;
}

/** A unit's process before its server, role and settings are known. */
export interface UnitProcess {
  readonly process: Process;
  readonly main: Command | null;
}

/** Turns a service unit into the process that it starts. */
export function unitProcess(unit: UnitFile, context: SystemdContext): UnitProcess {
  const { document, path } = unit;
  const facts = unitFacts(unit, context.tree);
  const starts = commandsIn(document, 'ExecStart');
  const checkout = checkoutOf(document, starts, context);
  const workdir = workingDirectory(document, facts.at);
  const paths = machinePaths(checkout === null ? [] : [checkout], textOf(workdir));
  const environment = unitEnvironment(document, paths, context.tree, path);
  const run = (command: UnitCommand) => context.runArgv(argvOf(command, environment), command.span, { environment, workdir, paths });
  const before = commandsIn(document, 'ExecStartPre').flatMap((one) => markIgnored(run(one).commands, one.ignoresFailure));
  const started = starts.map(run);
  const main = started.at(-1) ?? null;
  const last = starts.at(-1);
  const steps = [...before, ...started.flatMap((one) => one.commands.filter((command) => command !== one.main))];
  const plain = plainProcess(baseName(path).replace(/@?\.service(\.\w+)?$/, ''), facts.at);
  const at = last?.span ?? facts.at;
  return {
    main: main?.main ?? null,
    process: {
      ...plain,
      command: main?.main ? known(main.main.argv, textOrigin(at)) : unknown('dynamic-call', textOrigin(at)),
      commandAt: at,
      steps,
      environment,
      workdir,
      user: facts.user ?? usual(DEFAULTS.systemd, 'user'),
      restart: optionValue(document, 'Restart'),
      stopSignal: optionValue(document, 'KillSignal'),
      hostNetwork: 'yes',
      unit: facts,
      paths,
    },
  };
}

function markIgnored(commands: readonly Command[], ignored: boolean): readonly Command[] {
  return ignored ? commands.map((one) => ({ ...one, failureIgnored: true })) : commands;
}

function commandsIn(document: IniDocument, key: string): readonly UnitCommand[] {
  return listEntries(document, 'Service', key).flatMap((entry) => commandsOf(entry).commands);
}

function workingDirectory(document: IniDocument, at: Span): Value<string> {
  const value = optionValue(document, 'WorkingDirectory');
  if (value === null) return usual(DEFAULTS.systemd, 'working_directory');
  if (value.kind !== 'known') return value;
  const text = value.value.replace(/^-/, '');
  return text.startsWith('/') ? known(text, value.origin) : unknown('host', textOrigin(at), [], 'str');
}

/** The arguments with `$NAME` and `${NAME}` put in as systemd does: a bare `$NAME` as a word of its own is split at blanks. */
function argvOf(command: UnitCommand, environment: Environment): readonly Value<string>[] {
  return command.argv.map(named).flatMap((word) => (command.literal ? [wordValue(word, word.text)] : substituted(word, environment)));
}

function named(word: UnitWord, index: number): UnitWord {
  const name = programBehindHole(word.text, index === 0);
  return name === null ? word : { ...word, text: name };
}

function wordValue(word: UnitWord, text: string): Value<string> {
  const origin = textOrigin(word.span);
  return word.specifiers.length > 0 || /\{\{|\{%/.test(text) ? unknown('host', origin, [], 'str') : known(text, origin);
}

function substituted(word: UnitWord, environment: Environment): readonly Value<string>[] {
  const whole = /^\$([A-Za-z_][A-Za-z0-9_]*)$/.exec(word.text);
  if (whole?.[1] !== undefined) {
    const value = lookUp(environment, whole[1]);
    if (value === null) return [];
    if (value.kind !== 'known') return [value];
    return value.value
      .split(/\s+/)
      .filter((one) => one !== '')
      .map((one) => known(one, value.origin));
  }
  let missing: Value<string> | null = null;
  const text = word.text.replace(/\$(?:\$|\{([A-Za-z_][A-Za-z0-9_]*)\})/g, (all, name: string | undefined) => {
    if (name === undefined) return '$';
    const value = lookUp(environment, name);
    if (value === null) return '';
    if (value.kind === 'known') return value.value;
    missing = value;
    return all;
  });
  return [missing ?? wordValue(word, text)];
}

function unitEnvironment(document: IniDocument, paths: PathMap, tree: SourceTree, file: string): Environment {
  const given = listEntries(document, 'Service', 'Environment').flatMap((entry) =>
    environmentOf(entry).map((one) => {
      const origin = textOrigin(one.span);
      const value = one.specifiers.length > 0 || /\{\{|\{%/.test(one.value) ? unknown('host', origin, [], 'str') : known(one.value, origin);
      return [one.name, givenBy(one.name, value, one.span, `${file}, Environment=`)] as const;
    }),
  );
  const layers = [layerOf(given), ...listEntries(document, 'Service', 'EnvironmentFile').map((entry) => envFileLayer(entry, paths, tree))];
  const passed = listEntries(document, 'Service', 'PassEnvironment')[0];
  if (passed !== undefined)
    layers.push(layerOf([], { because: 'PassEnvironment= hands on variables of the manager', at: passed.valueSpan }));
  return withLayers(EMPTY_ENVIRONMENT, layers);
}

function envFileLayer(entry: IniEntry, paths: PathMap, tree: SourceTree): EnvironmentLayer {
  const named = (entry.value ?? '').replace(/^-/, '');
  const path = named.startsWith('/') && !/[%{*]/.test(named) ? repositoryFile(paths, named) : null;
  return readEnvFile({
    tree,
    path,
    dialect: 'systemd',
    lookup: () => null,
    namedAt: entry.valueSpan,
    namedAs: named,
    purpose: `EnvironmentFile= of ${entry.keySpan.file}`,
  }).layer;
}

/** Where the unit's own words say that the code stands. */
function checkoutOf(document: IniDocument, starts: readonly UnitCommand[], { tree, projects }: SystemdContext): Checkout | null {
  const words = starts.flatMap((one) => one.argv.map((word) => word.text));
  const workdir = optionValue(document, 'WorkingDirectory');
  return machineCheckout({ words, workdir: workdir?.kind === 'known' ? workdir.value.replace(/^-/, '') : null }, tree, projects);
}
