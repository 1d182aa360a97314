import type { SourceTree } from '../../files/tree.ts';
import type { ParseYaml, YamlNode } from '../../syntax/yaml/index.ts';
import { entriesOf, get } from '../../syntax/yaml/index.ts';
import { textAt } from '../project/files.ts';

/** The hosts of one inventory by the groups they are in. */
export interface Inventory {
  readonly file: string;
  /** Every group with all its hosts, those of its children included; `all` is every host. */
  readonly groups: ReadonlyMap<string, ReadonlySet<string>>;
  /** False when a plugin or a template finds hosts. */
  readonly complete: boolean;
}

/** Reads a static inventory, INI or YAML; null for a file that is none. */
export function readInventory(tree: SourceTree, file: string, parseYaml: ParseYaml): Inventory | null {
  const text = textAt(tree, file);
  if (text === '' || text.startsWith('#!') || text.startsWith('$ANSIBLE_VAULT')) return null;
  if (!/\.ya?ml$/.test(file)) return iniInventory(file, text);
  const root = parseYaml(text, file, '1.1').documents[0]?.root;
  if (root?.kind !== 'map') return null;
  if (get(root, 'plugin') !== undefined) return { file, groups: new Map(), complete: false };
  const isGroups = root.entries.every(
    ({ value }) => value.kind === 'map' && value.entries.some(({ key }) => /^(hosts|children|vars)$/.test(key)),
  );
  return isGroups ? yamlInventory(file, root) : null;
}

interface Groups {
  readonly hosts: Map<string, Set<string>>;
  readonly children: Map<string, Set<string>>;
}

function yamlInventory(file: string, root: YamlNode): Inventory {
  const groups: Groups = { hosts: new Map(), children: new Map() };
  const walk = (name: string, node: YamlNode, depth: number) => {
    if (depth > 20) return;
    const hosts = get(node, 'hosts');
    const names = entriesOf(hosts).map((one) => one.key);
    if (hosts?.kind === 'scalar' && typeof hosts.value === 'string') names.push(hosts.text);
    add(groups.hosts, name, names.flatMap(expandRange));
    for (const child of entriesOf(get(node, 'children'))) {
      add(groups.children, name, [child.key]);
      walk(child.key, child.value, depth + 1);
    }
  };
  for (const { key, value } of entriesOf(root)) walk(key, value, 0);
  return inventoryOf(file, groups, true);
}

function add(into: Map<string, Set<string>>, name: string, values: readonly string[]): void {
  const set = into.get(name) ?? new Set<string>();
  for (const one of values) set.add(one);
  into.set(name, set);
}

function iniInventory(file: string, text: string): Inventory | null {
  const groups: Groups = { hosts: new Map(), children: new Map() };
  let section = 'ungrouped';
  let complete = true;
  for (const line of text.split('\n')) {
    const content = line.replace(/(^|\s)[#;].*$/, '').trim();
    if (content === '') continue;
    const heading = /^\[([^\]]+)\]$/.exec(content)?.[1];
    if (heading !== undefined) section = heading;
    else if (section.endsWith(':children')) add(groups.children, section.slice(0, -':children'.length), [content]);
    else if (!section.includes(':')) {
      const [name = ''] = content.split(/\s+/);
      if (!/^[\w.:[\]@-]+$/.test(name)) complete = false;
      else add(groups.hosts, section, expandRange(name));
    }
    if (heading !== undefined && !heading.includes(':')) add(groups.hosts, heading, []);
  }
  return groups.hosts.size === 0 && groups.children.size === 0 ? null : inventoryOf(file, groups, complete);
}

/** `web[01:12].example.org` is twelve hosts. */
function expandRange(name: string): readonly string[] {
  const found = /^(.*)\[(\d+):(\d+)\](.*)$/.exec(name);
  if (found === null) return [name];
  const [, before = '', from = '0', to = '0', after = ''] = found;
  const count = Math.min(Math.max(Number(to) - Number(from) + 1, 1), 1000);
  return Array.from({ length: count }, (_, index) => `${before}${String(Number(from) + index).padStart(from.length, '0')}${after}`);
}

function inventoryOf(file: string, { hosts, children }: Groups, complete: boolean): Inventory {
  const groups = new Map<string, ReadonlySet<string>>();
  const collect = (name: string, seen: Set<string>): ReadonlySet<string> => {
    const all = new Set(hosts.get(name));
    if (seen.has(name)) return all;
    seen.add(name);
    for (const child of children.get(name) ?? []) for (const one of collect(child, seen)) all.add(one);
    return all;
  };
  for (const name of new Set([...hosts.keys(), ...children.keys()])) groups.set(name, collect(name, new Set()));
  groups.set('all', new Set([...groups.values()].flatMap((one) => [...one])));
  return { file, groups, complete };
}

/** How many hosts a pattern of a play names; null when that is not known. */
export function hostCount(pattern: string, { groups, complete }: Inventory): number | null {
  if (!complete || /[{!&*~[]/.test(pattern)) return null;
  const hosts = new Set<string>();
  const every = groups.get('all') ?? new Set<string>();
  for (const part of pattern.split(/[,:]/).map((one) => one.trim())) {
    const group = groups.get(part);
    if (group !== undefined) for (const one of group) hosts.add(one);
    else if (every.has(part)) hosts.add(part);
    else return null;
  }
  return hosts.size;
}
