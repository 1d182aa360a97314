import type { Data } from '../../core/data.ts';
import { MAX_INCLUDE_DEPTH, MAX_MODULES } from '../../core/limits.ts';
import { joinPath, normalPath } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import type { HclBlock, HclExpression } from '../../syntax/hcl/index.ts';
import type { ParseYaml } from '../../syntax/yaml/index.ts';
import type { FoundInfrastructure } from '../infrastructure/found.ts';
import { asideBecause } from '../infrastructure/purpose.ts';
import type { InfrastructureResource, SetAside } from '../model.ts';
import { purposeOf } from '../project/naming.ts';
import { rootVariables, terraformFiles } from './files.ts';
import type { Module, ModuleSource, RootVariables, Shared } from './module.ts';
import { existsOf, resourceOf } from './resource.ts';

/** The resources of every root module for production, with those of the local modules that they call. */
export function readTerraform(tree: SourceTree, parseYaml: ParseYaml): FoundInfrastructure {
  const { sources, problems } = terraformFiles(tree, parseYaml);
  const shared: Shared = {
    read: (path) => textOf(tree, path),
    parseYaml,
    givenElsewhere: once(() => namesGiven(tree)),
    depth: 0,
    nesting: 0,
  };
  const called = new Set([...sources.values()].flatMap((source) => callsOf(source).flatMap(({ folder }) => folder ?? [])));
  const setAside: SetAside[] = [];
  const reading: Reading = { sources, shared, remote: null, left: MAX_MODULES };
  const resources: InfrastructureResource[] = [];
  for (const source of sources.values()) {
    if (called.has(source.folder)) continue;
    const because = asideBecause(source.folder);
    if (because !== null) {
      setAside.push({ id: joinPath(source.folder, 'main.tf'), because });
      continue;
    }
    const files = rootVariables(source.folder, tree, parseYaml);
    const root = instance(source, { path: source.folder, caller: null, inputs: new Map(), files, exists: 'yes' }, reading, 0);
    resources.push(...resourcesOf(root));
  }
  const complete = reading.remote === null ? true : ({ because: reading.remote } as const);
  return {
    resources,
    complete,
    problems: problems.filter(({ file }) => purposeOf(file) !== 'development'),
    setAside,
    found: sources.size > 0,
  };
}

interface Reading {
  readonly sources: ReadonlyMap<string, ModuleSource>;
  readonly shared: Shared;
  /** Why there may be more resources. */
  remote: string | null;
  left: number;
}

interface Place {
  readonly path: string;
  readonly caller: Module | null;
  readonly inputs: ReadonlyMap<string, HclExpression>;
  readonly files: RootVariables | null;
  readonly exists: Module['exists'];
}

function instance(source: ModuleSource, place: Place, reading: Reading, depth: number): Module {
  const blocks = source.bodies.flatMap((one) => one.blocks);
  const named = (type: string) =>
    new Map(blocks.flatMap((one) => (one.type === type && one.labels[0] ? [[one.labels[0].text, one] as const] : [])));
  const value = (block: HclBlock) => block.body.attributes.find((one) => one.name === 'value')?.value;
  const outputs = [...named('output')].flatMap(([name, block]) => {
    const found = value(block);
    return found === undefined ? [] : [[name, found] as const];
  });
  const locals = blocks.flatMap((one) =>
    one.type === 'locals' ? one.body.attributes.map((local) => [local.name, local.value] as const) : [],
  );
  const children = new Map<string, Module | null>();
  const module: Module = {
    source,
    ...place,
    variables: named('variable'),
    locals: new Map(locals),
    outputs: new Map(outputs),
    resources: new Map(blocks.flatMap((one) => (isResource(one) ? [[keyOf(one), one] as const] : []))),
    children,
    shared: reading.shared,
    memory: new Map<string, never>(),
  };
  for (const call of callsOf(source)) children.set(call.name, child(call, module, reading, depth));
  return module;
}

function isResource({ type, labels }: HclBlock): boolean {
  return (type === 'resource' || type === 'data') && labels.length === 2;
}

function keyOf({ type, labels }: HclBlock): string {
  return `${type === 'data' ? 'data.' : ''}${labels[0]?.text ?? ''}.${labels[1]?.text ?? ''}`;
}

interface Call {
  readonly name: string;
  readonly block: HclBlock;
  /** Null for a module that is not in the repository. */
  readonly folder: string | null;
}

function callsOf({ bodies, folder }: ModuleSource): readonly Call[] {
  return bodies
    .flatMap((one) => one.blocks)
    .flatMap((block) => {
      const [label] = block.labels;
      if (block.type !== 'module' || label === undefined) return [];
      const written = block.body.attributes.find((one) => one.name === 'source')?.value;
      const source = written?.kind === 'literal' && typeof written.value === 'string' ? written.value : '';
      return [{ name: label.text, block, folder: /^\.\.?(\/|$)/.test(source) ? normalPath(joinPath(folder, source)) : null }];
    });
}

function child({ name, block, folder }: Call, caller: Module, reading: Reading, depth: number): Module | null {
  const source = folder === null ? undefined : reading.sources.get(folder);
  if (source === undefined) {
    reading.remote ??= `module "${name}" is not in the repository`;
    return null;
  }
  if (depth >= MAX_INCLUDE_DEPTH || reading.left <= 0) {
    reading.remote ??= 'modules call more modules than are followed';
    return null;
  }
  reading.left--;
  const inputs = new Map(block.body.attributes.map((one) => [one.name, one.value]));
  const place: Place = { path: `${caller.path}/module.${name}`, caller, inputs, files: null, exists: existsOf(block.body, caller) };
  return instance(source, place, reading, depth + 1);
}

/** Without those that do not exist and those that are named for development. */
function resourcesOf(module: Module): readonly InfrastructureResource[] {
  const own = [...module.resources.values()]
    .map((block) => resourceOf(block, module))
    .filter((one) => one.exists !== 'no' && !isForDevelopment(one, module));
  return [...own, ...[...module.children.values()].flatMap((one) => (one === null || one.exists === 'no' ? [] : resourcesOf(one)))];
}

function isForDevelopment(resource: InfrastructureResource, module: Module): boolean {
  const words = `${resource.name} ${module.path.slice(module.path.lastIndexOf('/module.') + 1)} ${resource.file.slice(resource.file.lastIndexOf('/') + 1)}`;
  const tags = resource.get('tags');
  const environment = tags.kind === 'known' ? tagOf(tags.value) : '';
  return purposeOf(words) === 'development' || purposeOf(environment) === 'development';
}

function tagOf(data: Data | undefined): string {
  if (typeof data !== 'object' || data === null || !('entries' in data)) return '';
  const found = data.entries.find(({ key }) => typeof key === 'string' && /^(env|environment|stage)$/i.test(key))?.value;
  return found?.kind === 'known' && typeof found.value === 'string' ? found.value : '';
}

const SCRIPTS =
  /(^|\/)(\.github\/workflows\/[^/]+\.ya?ml|\.gitlab-ci\.ya?ml|Makefile|justfile|Taskfile\.ya?ml|Jenkinsfile|\.envrc|\.?env[\w.-]*|[\w.-]+\.sh)$/;

/** Variables that a script or pipeline names in a way in which Terraform takes their value. */
function namesGiven(tree: SourceTree): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { path } of tree.files) {
    if (!SCRIPTS.test(path)) continue;
    const text = textOf(tree, path) ?? '';
    for (const found of text.matchAll(/\bTF_VAR_(\w+)|-var[ =]["']?(\w+)=/g)) names.add(found[1] ?? found[2] ?? '');
  }
  return names;
}

function textOf(tree: SourceTree, path: string): string | null {
  const read = tree.read(path);
  return read.ok ? read.text : null;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
