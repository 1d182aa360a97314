import { MAX_INCLUDE_DEPTH, MAX_ITERATIONS } from '../../core/limits.ts';
import type { Span } from '../../core/span.ts';
import { folderOf, joinPath } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import { asString, entriesOf, entry, get, itemsOf, type ParseYaml, type YamlMap, type YamlNode } from '../../syntax/yaml/index.ts';
import { textAt } from '../project/files.ts';
import { pathIn } from '../repository-path.ts';
import { type Definition, definitionsIn, fileDefinitions } from './variables.ts';

/** A task as written, with all that stands around it, from the inside out. */
export interface WrittenTask {
  readonly file: string;
  readonly node: YamlMap;
  readonly around: readonly YamlMap[];
  readonly handler: boolean;
  readonly role: string | null;
  readonly play: WrittenPlay | null;
}

export interface WrittenPlay {
  readonly file: string;
  readonly at: Span;
  readonly node: YamlMap;
}

/** What a walk through playbooks finds. */
export interface Walked {
  readonly tasks: readonly WrittenTask[];
  readonly definitions: readonly Definition[];
  readonly files: ReadonlySet<string>;
}

interface Walk {
  readonly tree: SourceTree;
  readonly parseYaml: ParseYaml;
  /** Folders of roles by the last part of their path. */
  readonly roles: readonly string[];
  readonly tasks: WrittenTask[];
  readonly definitions: Definition[];
  readonly files: Set<string>;
  readonly usedRoles: Set<string>;
  steps: number;
}

interface Place {
  readonly file: string;
  readonly around: readonly YamlMap[];
  readonly handler: boolean;
  readonly role: string | null;
  readonly play: WrittenPlay | null;
  readonly depth: number;
}

/** Follows plays into their roles and includes; roles that no play names come last. */
export function walkPlaybooks(tree: SourceTree, playbooks: readonly string[], roles: readonly string[], parseYaml: ParseYaml): Walked {
  const walk: Walk = { tree, parseYaml, roles, tasks: [], definitions: [], files: new Set(), usedRoles: new Set(), steps: MAX_ITERATIONS };
  for (const file of playbooks) readPlaybook(walk, file, 0);
  for (const role of roles) {
    if (walk.usedRoles.has(role)) continue;
    readRole(walk, role, { file: role, around: [], handler: false, role, play: null, depth: 0 }, 'main');
  }
  return walk;
}

function rootOf({ tree, parseYaml }: Walk, file: string): YamlNode | null {
  return parseYaml(textAt(tree, file), file, '1.1').documents[0]?.root ?? null;
}

function readPlaybook(walk: Walk, file: string, depth: number): void {
  if (depth > MAX_INCLUDE_DEPTH || walk.files.has(file)) return;
  walk.files.add(file);
  for (const node of itemsOf(rootOf(walk, file))) {
    if (node.kind !== 'map') continue;
    const imported = asString(get(node, 'import_playbook') ?? get(node, 'ansible.builtin.import_playbook'));
    const path = imported === undefined ? null : pathIn(folderOf(file), imported);
    if (path !== null && walk.tree.kindOf(path) === 'file') readPlaybook(walk, path, depth + 1);
    else if (get(node, 'hosts') !== undefined) readPlay(walk, file, node, depth);
  }
}

function readPlay(walk: Walk, file: string, node: YamlMap, depth: number): void {
  const play: WrittenPlay = { file, at: entry(node, 'hosts')?.keySpan ?? node.span, node };
  const place: Place = { file, around: [node], handler: false, role: null, play, depth };
  walk.definitions.push(...definitionsIn(get(node, 'vars'), scopeOf(play)));
  for (const item of itemsOf(get(node, 'vars_files'))) {
    const path = asString(item) === undefined ? null : pathIn(folderOf(file), asString(item) ?? '');
    if (path !== null && walk.tree.kindOf(path) === 'file' && !textAt(walk.tree, path).startsWith('$ANSIBLE_VAULT'))
      walk.definitions.push(...fileDefinitions(walk.tree, path, scopeOf(play), walk.parseYaml));
  }
  readTasks(walk, get(node, 'pre_tasks'), place);
  for (const item of itemsOf(get(node, 'roles'))) namedRole(walk, item, place);
  readTasks(walk, get(node, 'tasks'), place);
  readTasks(walk, get(node, 'post_tasks'), place);
  readTasks(walk, get(node, 'handlers'), { ...place, handler: true });
}

/** Plays for the machine at hand and for tests tell nothing of production. */
function scopeOf(play: WrittenPlay | null): Definition['scope'] {
  const hosts = asString(get(play?.node, 'hosts')) ?? '';
  return /^(localhost|127\.0\.0\.1)$|test|\bdev|\blocal|vagrant|sandbox/i.test(hosts) ? 'aside' : 'play';
}

function namedRole(walk: Walk, item: YamlNode, place: Place): void {
  const name = asString(item) ?? asString(get(item, 'role')) ?? asString(get(item, 'name'));
  const role = name === undefined ? null : roleFolder(walk, name, place.file);
  if (role !== null) readRole(walk, role, item.kind === 'map' ? { ...place, around: [item, ...place.around] } : place, 'main');
}

/** A role beside the playbook or in a `roles` folder above; else the only one of that name. */
function roleFolder({ tree, roles }: Walk, name: string, file: string): string | null {
  for (let folder = folderOf(file); ; folder = folderOf(folder)) {
    for (const path of [joinPath(folder, `roles/${name}`), joinPath(folder, name)]) if (tree.kindOf(path) === 'directory') return path;
    if (folder === '') break;
  }
  const last = roles.filter((one) => one === name || one.endsWith(`/${name}`));
  return last.length === 1 ? (last[0] ?? null) : null;
}

function readRole(walk: Walk, role: string, place: Place, tasksFrom: string): void {
  if (place.depth > MAX_INCLUDE_DEPTH) return;
  walk.usedRoles.add(role);
  const inRole: Place = { ...place, role, depth: place.depth + 1 };
  const meta = fileIn(walk, `${role}/meta/main`);
  if (meta !== null)
    for (const one of itemsOf(get(rootOf(walk, meta), 'dependencies'))) namedRole(walk, one, { ...inRole, file: `${role}/x` });
  const tasks = fileIn(walk, `${role}/tasks/${tasksFrom.replace(/\.ya?ml$/, '')}`);
  if (tasks !== null) readTaskFile(walk, tasks, inRole);
  const handlers = fileIn(walk, `${role}/handlers/main`);
  if (handlers !== null) readTaskFile(walk, handlers, { ...inRole, handler: true });
}

function fileIn({ tree }: Walk, stem: string): string | null {
  return ['.yml', '.yaml'].map((ending) => stem + ending).find((path) => tree.kindOf(path) === 'file') ?? null;
}

function readTaskFile(walk: Walk, file: string, place: Place): void {
  walk.files.add(file);
  readTasks(walk, rootOf(walk, file) ?? undefined, { ...place, file });
}

const INCLUDES = ['import_tasks', 'include_tasks', 'include'];
const ROLES = ['import_role', 'include_role'];

function readTasks(walk: Walk, node: YamlNode | undefined, place: Place): void {
  if (place.depth > MAX_INCLUDE_DEPTH) return;
  for (const item of itemsOf(node)) {
    if (item.kind !== 'map' || walk.steps-- <= 0) continue;
    if (get(item, 'block') !== undefined) {
      const inside: Place = { ...place, around: [item, ...place.around], depth: place.depth + 1 };
      for (const part of ['block', 'rescue', 'always']) readTasks(walk, get(item, part), inside);
    } else readTask(walk, item, place);
  }
}

function readTask(walk: Walk, item: YamlMap, place: Place): void {
  const of = (names: readonly string[]) =>
    names.map((name) => get(item, name) ?? get(item, `ansible.builtin.${name}`)).find((one) => one !== undefined);
  const included = of(INCLUDES);
  const role = of(ROLES);
  walk.definitions.push(...definitionsIn(get(item, 'vars'), scopeOf(place.play)));
  const inside: Place = { ...place, around: [item, ...place.around], depth: place.depth + 1 };
  if (included !== undefined) {
    const file = asString(included) ?? asString(get(included, 'file'));
    const path = file === undefined ? null : taskFile(walk, file, place);
    if (path !== null) readTaskFile(walk, path, inside);
  } else if (role !== undefined) {
    const name = asString(get(role, 'name'));
    const folder = name === undefined ? null : roleFolder(walk, name, place.file);
    if (folder !== null) readRole(walk, folder, inside, asString(get(role, 'tasks_from')) ?? 'main');
  } else if (entriesOf(item).length > 0) {
    walk.tasks.push({ file: place.file, node: item, around: place.around, handler: place.handler, role: place.role, play: place.play });
  }
}

/** Beside the file that includes it, or in the tasks of its role. */
function taskFile({ tree }: Walk, written: string, { file, role }: Place): string | null {
  const [name = ''] = written.split(/\s+/);
  const candidates = [pathIn(folderOf(file), name), role === null ? null : pathIn(`${role}/tasks`, name)];
  return candidates.find((path) => path !== null && tree.kindOf(path) === 'file') ?? null;
}
