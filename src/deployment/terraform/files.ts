import { baseName, byText, folderOf } from '../../files/paths.ts';
import type { InputProblem, SourceTree } from '../../files/tree.ts';
import { type HclAttribute, type HclBody, type HclExpression, parseHcl } from '../../syntax/hcl/index.ts';
import type { ParseYaml } from '../../syntax/yaml/index.ts';
import { isStaging, purposeOf } from '../project/naming.ts';
import { attributesOfJson, bodyOfJson } from './json-syntax.ts';
import type { ModuleSource, RootVariables } from './module.ts';

export interface TerraformFiles {
  /** By folder. */
  readonly sources: ReadonlyMap<string, ModuleSource>;
  readonly problems: readonly InputProblem[];
}

/** Every folder with Terraform files; what a tool downloaded is not looked at. */
export function terraformFiles(tree: SourceTree, parseYaml: ParseYaml): TerraformFiles {
  const sources = new Map<string, OpenSource>();
  const problems: InputProblem[] = [];
  for (const { path } of tree.files) {
    if (!/\.tf(\.json)?$/.test(path) || /(^|\/)\.(terraform|terragrunt-cache)\//.test(path)) continue;
    const read = tree.read(path);
    if (!read.ok) continue;
    const folder = folderOf(path);
    const source: OpenSource = sources.get(folder) ?? { folder, bodies: [], texts: new Map() };
    sources.set(folder, source);
    source.texts.set(path, read.text);
    const { body, problems: found } = bodyOf(path, read.text, parseYaml);
    source.bodies.push(body);
    problems.push(...found);
  }
  return { sources, problems };
}

interface OpenSource extends ModuleSource {
  readonly bodies: HclBody[];
  readonly texts: Map<string, string>;
}

function bodyOf(path: string, text: string, parseYaml: ParseYaml): { readonly body: HclBody; readonly problems: readonly InputProblem[] } {
  if (path.endsWith('.tf')) return parseHcl(text, path);
  const { documents, problems } = parseYaml(text, path, '1.2');
  const root = documents[0]?.root ?? null;
  const span = { file: path, start: 0, end: text.length };
  return { body: root === null ? { attributes: [], blocks: [], span } : bodyOfJson(root, span), problems };
}

/**
 * What variable files give to the root module of a folder: those that are always read, in the order of their names, then one that is
 * named for production. With several of those a variable has several values.
 */
export function rootVariables(folder: string, tree: SourceTree, parseYaml: ParseYaml): RootVariables {
  const prefix = folder === '' ? '' : `${folder}/`;
  const files = tree.files.map(({ path }) => path).filter((path) => path.startsWith(prefix) && /\.tfvars(\.json)?$/.test(path));
  const own = files.filter((path) => folderOf(path) === folder);
  const always = [
    ...own.filter((path) => /^terraform\.tfvars(\.json)?$/.test(baseName(path))),
    ...own.filter((path) => /\.auto\.tfvars(\.json)?$/.test(path)).sort(byText),
  ];
  const named = files.filter((path) => !always.includes(path) && purposeOf(path.slice(prefix.length)) === 'production');
  const production = named.some((path) => !isStaging(path)) ? named.filter((path) => !isStaging(path)) : named;
  const values = new Map<string, readonly HclExpression[]>();
  for (const path of always) for (const one of argumentsOf(path, tree, parseYaml)) values.set(one.name, [one.value]);
  const chosen = new Map<string, HclExpression[]>();
  for (const path of production)
    for (const one of argumentsOf(path, tree, parseYaml)) chosen.set(one.name, [...(chosen.get(one.name) ?? []), one.value]);
  for (const [name, given] of chosen) {
    const before = values.get(name) ?? [];
    // A file of several that leaves it out keeps what stood there before.
    values.set(name, given.length < production.length ? [...before, ...given] : given);
  }
  return { inView: always.length + production.length > 0, values };
}

function argumentsOf(path: string, tree: SourceTree, parseYaml: ParseYaml): readonly HclAttribute[] {
  const read = tree.read(path);
  if (!read.ok) return [];
  if (path.endsWith('.tfvars')) return parseHcl(read.text, path).body.attributes;
  const root = parseYaml(read.text, path, '1.2').documents[0]?.root ?? null;
  return root === null ? [] : attributesOfJson(root);
}
