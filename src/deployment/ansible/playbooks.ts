import { textOrigin } from '../../core/origin.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import { folderOf } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import { entry, get } from '../../syntax/yaml/index.ts';
import type { Play, PlaybookFacts, PlaybookTask } from '../model.ts';
import { purposeOf } from '../project/naming.ts';
import { pathIn } from '../repository-path.ts';
import type { Syntaxes } from '../syntaxes.ts';
import { ansibleFiles } from './files.ts';
import { hostCount, type Inventory, readInventory } from './inventory.ts';
import { type WrittenPlay, walkPlaybooks } from './plays.ts';
import { patternOf, taskOf } from './task.ts';
import { dataOf, textOfData, type VariableLookup } from './values.ts';
import { definitionsOf, lookupIn, variableFacts } from './variables.ts';

/** What the Ansible files of a repository do to the machines of production; null when it has none. */
export function readPlaybooks(tree: SourceTree, syntaxes: Syntaxes): PlaybookFacts | null {
  const files = ansibleFiles(tree);
  if (files === null) return null;
  const { parseYaml } = syntaxes;
  const walked = walkPlaybooks(tree, files.playbooks, files.roles, parseYaml);
  const definitions = [...definitionsOf(tree, files.variables, parseYaml), ...walked.definitions];
  const lookup = lookupIn(definitions);
  const inventories = files.inventories.flatMap((one) => readInventory(tree, one, parseYaml) ?? []);
  const plays = new Map<WrittenPlay, Play>();
  const playOf = (written: WrittenPlay | null): Play | null => {
    if (written === null) return null;
    const play = plays.get(written) ?? readPlay(written, inventories, lookup);
    plays.set(written, play);
    return play;
  };
  const tasks = walked.tasks.flatMap((one) => taskOf(one, playOf(one.play), lookup, { tree, syntaxes }) ?? []);
  return {
    files: [...walked.files],
    tasks,
    installed: tasks.flatMap((one) => installedBy(one, tree)),
    variables: variableFacts(definitions, lookup),
  };
}

function readPlay({ file, at, node }: WrittenPlay, inventories: readonly Inventory[], lookup: VariableLookup): Play {
  const hosts = patternOf(get(node, 'hosts'), lookup);
  const serial = entry(node, 'serial');
  return {
    file,
    at,
    hosts,
    hostCount: hosts.kind === 'known' ? countOf(hosts.value, inventories) : null,
    serial: serial === undefined ? null : dataOf(serial.value, lookup),
  };
}

/** Inventories of development do not count; of several the largest does. */
function countOf(pattern: string, inventories: readonly Inventory[]): number | null {
  if (/^(localhost|127\.0\.0\.1)$/.test(pattern)) return 1;
  const counts = inventories.filter((one) => purposeOf(one.file) !== 'development').map((one) => hostCount(pattern, one));
  const known = counts.filter((one) => one !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** The file of the tree that a template or copy task installs. */
function installedBy(task: PlaybookTask, tree: SourceTree): PlaybookFacts['installed'] {
  if (task.module !== 'template' && task.module !== 'copy') return [];
  const source = textOfData(task.get('src'));
  if (source === null || source.startsWith('/')) return [];
  const folder = task.module === 'template' ? 'templates' : 'files';
  const bases = task.role === null ? [] : [`${task.role}/${folder}`, task.role, `${task.role}/tasks`];
  const play = folderOf(task.play?.file ?? task.file);
  const near = [...bases, play === '' ? folder : `${play}/${folder}`, play].map((base) => pathIn(base, source));
  const path = near.find((one) => one !== null && tree.kindOf(one) === 'file');
  const to = task.get('dest');
  const dest = textOfData(to);
  const target: Value<string> | null =
    to.kind === 'known' && to.value === undefined
      ? null
      : dest === null
        ? unknown('host', textOrigin(task.placeOf('dest')), [], 'str')
        : known(dest, textOrigin(task.placeOf('dest')));
  return path === null || path === undefined ? [] : [{ path, task, to: target }];
}
