import type { Data } from '../../core/data.ts';
import { MAX_INCLUDE_DEPTH } from '../../core/limits.ts';
import type { Span } from '../../core/span.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { SourceTree } from '../../files/tree.ts';
import { entriesOf, hasHole, type ParseYaml, type YamlNode } from '../../syntax/yaml/index.ts';
import type { PlaybookFacts } from '../model.ts';
import { textAt } from '../project/files.ts';
import type { VariableFile } from './files.ts';
import { dataOf, named, type VariableLookup } from './values.ts';

/** One place that gives a variable a value. */
export interface Definition {
  readonly name: string;
  readonly node: YamlNode;
  readonly at: Span;
  /** `aside`: of a play for the machine at hand, or for tests. */
  readonly scope: VariableFile['scope'] | 'play' | 'aside';
}

/** Definitions of the variable files, in the order of their paths. Files that vault holds as a whole define names that nobody sees. */
export function definitionsOf(tree: SourceTree, files: readonly VariableFile[], parseYaml: ParseYaml): readonly Definition[] {
  return files.flatMap(({ path, scope, vaulted }) => (vaulted ? [] : fileDefinitions(tree, path, scope, parseYaml)));
}

/** The variables that one YAML file defines. */
export function fileDefinitions(tree: SourceTree, path: string, scope: Definition['scope'], parseYaml: ParseYaml): readonly Definition[] {
  const root = parseYaml(textAt(tree, path), path, '1.1').documents[0]?.root;
  return definitionsIn(root, scope);
}

/** The variables of a mapping: `vars:` of a play, a whole file. */
export function definitionsIn(node: YamlNode | null | undefined, scope: Definition['scope']): readonly Definition[] {
  return entriesOf(node).map(({ key, keySpan, value }) => ({ name: key, node: value, at: keySpan, scope }));
}

/** What a name stands for: known when all that define it agree; defaults of roles count only when nothing else does. */
export function lookupIn(definitions: readonly Definition[]): VariableLookup {
  const byName = new Map<string, Definition[]>();
  for (const one of definitions) byName.set(one.name, [...(byName.get(one.name) ?? []), one]);
  const memo = new Map<string, Value<Data> | null>();
  let depth = 0;
  const lookup: VariableLookup = (name) => {
    const before = memo.get(name);
    if (before !== undefined) return before;
    const all = byName.get(name) ?? [];
    const firm = all.filter((one) => one.scope !== 'defaults');
    const [first, ...others] = firm.length > 0 ? firm : all;
    if (first === undefined || depth >= MAX_INCLUDE_DEPTH) return null;
    depth++;
    const value = named(name, dataOf(first.node, lookup));
    const same = others.every((one) => isSame(value, dataOf(one.node, lookup)));
    depth--;
    const found = same ? value : unknown('host', { step: 'text', at: first.at, note: 'several files give it' });
    memo.set(name, found);
    return found;
  };
  return lookup;
}

function isSame(a: Value<Data>, b: Value<Data>): boolean {
  if (a.kind !== 'known' || b.kind !== 'known') return false;
  return a.value === b.value && (a.value === null || typeof a.value !== 'object');
}

/** Every variable with its own value, for rules about what stands in these files. */
export function variableFacts(definitions: readonly Definition[], lookup: VariableLookup): PlaybookFacts['variables'] {
  const ofProduction = definitions.filter((one) => one.scope !== 'aside');
  return ofProduction.map(({ name, node, at }) => ({
    name,
    value: hasHole(node) && node.kind === 'scalar' ? templated(node, lookup) : named(name, dataOf(node, lookup)),
    vaulted: isVaulted(node),
    at,
  }));
}

/** What a template gives is no text of this file. */
function templated(node: YamlNode, lookup: VariableLookup): Value<Data> {
  const value = dataOf(node, lookup);
  return value.kind === 'known' && typeof value.value === 'string' ? unknown('host', value.origin, [], 'str') : value;
}

function isVaulted(node: YamlNode): boolean {
  return node.tag === '!vault' || node.tag === '!vault-encrypted';
}

/** A value that nothing gives. */
export function undefinedAt(at: Span): Value<Data | undefined> {
  return known(undefined, { step: 'text', at });
}
