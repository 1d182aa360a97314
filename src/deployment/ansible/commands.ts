import { ROOT } from '../../core/data.ts';
import { textOrigin } from '../../core/origin.ts';
import { known, originOf, unknown, type Value } from '../../core/value.ts';
import type { SourceTree } from '../../files/tree.ts';
import type { Environment } from '../../settings/model.ts';
import { shlexSplit } from '../../syntax/shell/index.ts';
import type { YamlNode } from '../../syntax/yaml/index.ts';
import { givenBy, layerOf, unknownEnvironment, withLayers, withVariable } from '../environment.ts';
import { HOLE, programBehindHole } from '../filled-text.ts';
import type { Command, PlaybookTask } from '../model.ts';
import { runArgv, runText } from '../shell/run.ts';
import { placeWithin } from '../shell/text-place.ts';
import type { Syntaxes } from '../syntaxes.ts';
import { textOfData } from './values.ts';

/** What running the commands of tasks needs. */
export interface TaskCommands {
  readonly tree: SourceTree;
  readonly syntaxes: Syntaxes;
}

type Task = Omit<PlaybookTask, 'commands'>;

/** What command, shell, raw and django_manage run on the machine. */
export function commandsOfTask(
  task: Task,
  free: { readonly text: string; readonly node: YamlNode } | null,
  running: TaskCommands,
): readonly Command[] {
  const { tree, syntaxes } = running;
  const at = free?.node.span ?? task.at;
  const chdir = textOfData(task.get('chdir')) ?? textOfData(task.get('app_path')) ?? textOfData(task.get('project_path'));
  const workdir: Value<string> = chdir === null ? unknown('host', textOrigin(at), [], 'str') : known(chdir, textOrigin(at));
  const environment = environmentOf(task);
  const context = { tree, syntaxes, environment, workdir, locate: (path: string) => located(path) };
  if (task.module === 'django_manage') return managed(task, environment, workdir);
  if (task.module === 'command') {
    const argv = free === null ? listed(task) : split(free.text, free.node, tree);
    return argv.length === 0 ? [] : runArgv(argv, at, context).commands.map(masked);
  }
  if (free === null || (task.module !== 'shell' && task.module !== 'raw')) return [];
  return runText(free.text, placeWithin(tree, free.node.span, free.text), context).commands.map(masked);
}

function located(path: string): string | null {
  return path.startsWith(`${ROOT}/`) ? path.slice(ROOT.length + 1) : null;
}

/** `argv:` of the command module. */
function listed(task: Task): readonly Value<string>[] {
  const value = task.get('argv');
  if (value.kind !== 'known' || value.value === null || typeof value.value !== 'object' || !('kind' in value.value)) return [];
  if (value.value.kind !== 'list') return [];
  return value.value.items.map((item) => {
    const text = textOfData(item);
    return text === null ? unknown('host', originOf(item), [], 'str') : known(text, originOf(item));
  });
}

function split(text: string, node: YamlNode, tree: SourceTree): readonly Value<string>[] {
  const { file, place } = placeWithin(tree, node.span, text);
  const { words, ok } = shlexSplit(text, file, place, 'python');
  return ok ? words.map((word) => known(word.text, textOrigin(word.span))) : [];
}

/** A word with a part that is not known is not known; what the program is called was seen before. */
function masked(command: Command): Command {
  const argv = command.argv.map((word, index) => {
    if (word.kind !== 'known' || !word.value.includes(HOLE)) return word;
    const program = programBehindHole(word.value, index === 0);
    return program === null ? unknown('host', word.origin, [], 'str') : known(program, word.origin);
  });
  const name = command.name?.includes(HOLE) === true ? null : command.name;
  return { ...command, argv, name };
}

function environmentOf(task: Task): Environment {
  const open = unknownEnvironment('Ansible runs it with the environment of the machine', task.at);
  const value = task.keyword('environment');
  const data = value.kind === 'known' ? value.value : undefined;
  if (data === undefined || data === null || typeof data !== 'object' || !('kind' in data) || data.kind !== 'dict') return open;
  const given = data.entries.flatMap(({ key, value: one }) => {
    if (typeof key !== 'string') return [];
    const text: Value<string> =
      one.kind === 'known' && (typeof one.value === 'string' || typeof one.value === 'number')
        ? known(String(one.value), one.origin)
        : unknown('opaque-env', originOf(one), [key], 'str');
    return [[key, givenBy(key, text, task.at, `${task.file}, environment`)] as const];
  });
  return withLayers(open, [layerOf(given)]);
}

/** `community.general.django_manage: command=migrate app_path=/srv/app`. */
function managed(task: Task, environment: Environment, workdir: Value<string>): readonly Command[] {
  const command = task.get('command');
  const text = textOfData(command);
  const at = task.placeOf('command');
  const words = text === null ? [] : shlexSplit(text, at.file, at.start, 'python').words.map((one) => one.text);
  const origin = textOrigin(at);
  const [name] = words;
  const settings = task.get('settings');
  const chosen = textOfData(settings);
  const isGiven = settings.kind !== 'known' || settings.value !== undefined;
  const selected: Value<string> | null = !isGiven
    ? null
    : chosen === null
      ? unknown('host', originOf(settings), [], 'str')
      : known(chosen, originOf(settings));
  return [
    {
      name: 'manage.py',
      argv: [
        known('manage.py', origin),
        ...words.map((one) => known(one, origin)),
        ...(text === null ? [unknown('host', origin, [], 'str')] : []),
      ],
      at: task.at,
      environment: selected === null ? environment : withVariable(environment, 'DJANGO_SETTINGS_MODULE', selected),
      workdir,
      conditional: task.conditions.length > 0,
      failureIgnored: false,
      remote: false,
      management: name === undefined ? null : { name, at },
      settings: null,
    },
  ];
}
