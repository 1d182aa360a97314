import type { Span } from '../../core/span.ts';
import type { Value } from '../../core/value.ts';
import type { SourceTree } from '../../files/tree.ts';
import type { YamlNode } from '../../syntax/yaml/index.ts';
import { get } from '../../syntax/yaml/index.ts';
import { textOf } from '../command/command.ts';
import type { Process } from '../model.ts';
import { repositoryFile } from '../path-map.ts';
import { textAt } from '../project/files.ts';
import type { LoadedProxy, ProxyReader } from '../proxy/reader.ts';
import type { Syntaxes } from '../syntaxes.ts';
import { type Option, option, optionTree, text, type Written, writtenInFlags, writtenInYaml } from './options.ts';
import { type Dynamic, fileRouters, labelOptions, labelRouters } from './routers.ts';
import { readStatic, type StaticConfiguration } from './static.ts';
import { traefikProxy } from './traefik.ts';

interface Reading {
  readonly tree: SourceTree;
  readonly parseYaml: Syntaxes['parseYaml'];
}

/** Traefik: flags, variables or a file of the container, and routes from files and the labels of its neighbours. */
export function traefikReader(tree: SourceTree, { parseYaml }: Pick<Syntaxes, 'parseYaml'>): ProxyReader {
  const reading: Reading = { tree, parseYaml };
  return {
    loadedBy: (viewer, processes) => (isTraefik(viewer) ? [loaded(viewer, processes, reading)] : []),
    onMachine: () => [],
  };
}

/** Traefik 1 has other words for everything. */
function isTraefik({ image, command }: Process): boolean {
  const runs = image?.base === 'traefik' || (command.kind === 'known' && textOf(command.value[0])?.replace(/^.*\//, '') === 'traefik');
  return runs && !/^v?1(\.|$)/.test(image?.tag ?? '');
}

function loaded(viewer: Process, processes: readonly Process[], reading: Reading): LoadedProxy {
  const configuration = staticOf(viewer, reading);
  const readText = (at: Span) => textAt(reading.tree, at.file).slice(at.start, at.end);
  const files = filesOf(viewer, configuration, reading);
  const { docker } = configuration;
  const labelled = processes.map((process) => ({ process, tree: labelOptions(process) }));
  const routed = docker === null ? [] : labelled.filter(({ tree }) => isExposed(tree, docker.exposedByDefault));
  const dynamic: readonly Dynamic[] = [
    ...files.map((http) => fileRouters(http, readText)),
    ...routed.filter(({ tree }) => tree.children.size > 0).map(({ process, tree }) => labelRouters(process, tree, readText)),
  ];
  const missing = configuration.files !== null && files.length === 0 ? 'the file with its routes is not in the repository' : null;
  return traefikProxy(configuration, dynamic, missing);
}

function isExposed(tree: Option, byDefault: string): boolean {
  const enabled = text(tree, 'enable')?.toLowerCase();
  return enabled === undefined ? byDefault !== 'no' : enabled !== 'false';
}

const PLACES = ['toml', 'yaml', 'yml'].map((ending) => `/etc/traefik/traefik.${ending}`);

/** Traefik takes the first that there is: a file, flags, variables. */
function staticOf(viewer: Process, reading: Reading): StaticConfiguration {
  const words = viewer.command.kind === 'known' ? viewer.command.value : [];
  const flags = optionTree(writtenInFlags(words, viewer.at), viewer.at);
  const named = text(flags, 'configfile');
  for (const place of named === null ? PLACES : [named]) {
    const file = repositoryFile(viewer.paths, place);
    if (file === null || reading.tree.kindOf(file) !== 'file') continue;
    const root = yamlOf(file, reading);
    if (root === null) return readStatic(optionTree([], viewer.at), file, { because: `${file} is not followed` });
    return readStatic(optionTree(writtenInYaml(root.node), root.at), file, root.templated ? { because: `${file} is a template` } : true);
  }
  const { file } = viewer.at;
  const unseen = mountedConfiguration(viewer, named);
  if (unseen !== null) return readStatic(flags, file, { because: `${unseen} is not in the repository` });
  if (flags.children.size > 0) return readStatic(flags, file, flagsComplete(words));
  const { variables, closed } = viewer.environment;
  const written = [...variables].flatMap(([name, value]) => inVariable(name, value, viewer.at));
  const known = closed === true && viewer.command.kind === 'known';
  return readStatic(
    optionTree(written, viewer.at),
    file,
    known || written.length > 0 ? true : { because: 'how Traefik is started is not in view' },
  );
}

function flagsComplete(words: readonly Value<string>[]): StaticConfiguration['complete'] {
  return words.every((one) => one.kind === 'known') || { because: 'not all flags of Traefik are known' };
}

function inVariable(name: string, value: Value<string>, at: Span): readonly Written[] {
  const key = /^TRAEFIK_(.+)$/i.exec(name)?.[1];
  return key === undefined
    ? []
    : [{ path: key.split('_'), value, at: value.kind === 'known' && value.origin.step === 'env' ? (value.origin.at ?? at) : at }];
}

/** A mount that puts something where Traefik looks first. */
function mountedConfiguration(viewer: Process, named: string | null): string | null {
  const places = named === null ? PLACES : [named];
  const found = viewer.mounts.items.find(({ target }) =>
    places.some((place) => place === target || place.startsWith(`${target.replace(/\/$/, '')}/`)),
  );
  return named ?? found?.source ?? null;
}

interface YamlRoot {
  readonly node: YamlNode | null;
  readonly at: Span;
  readonly templated: boolean;
}

function yamlOf(file: string, { tree, parseYaml }: Reading): YamlRoot | null {
  if (!/\.ya?ml$/.test(file)) return null;
  const parsed = parseYaml(textAt(tree, file), file, 'go');
  const [document] = parsed.documents;
  return { node: document?.root ?? null, at: { file, start: 0, end: 0 }, templated: parsed.template === 'structure' };
}

/** The `http` parts of the files that give routes. */
function filesOf(viewer: Process, { files }: StaticConfiguration, reading: Reading): readonly Option[] {
  if (files === null) return [];
  const folder = files.directory?.replace(/\/$/, '') ?? null;
  const single = files.filename === null ? null : repositoryFile(viewer.paths, files.filename);
  const paths = reading.tree.files.flatMap(({ path }) => {
    if (!/\.ya?ml$/.test(path)) return [];
    if (path === single) return [path];
    const place = folder === null ? null : viewer.paths.runtimePath(path);
    return place?.startsWith(`${folder}/`) ? [path] : [];
  });
  return paths.flatMap((path) => {
    const root = yamlOf(path, reading);
    const http = get(root?.node, 'http');
    return root === null || http === undefined
      ? []
      : [option(optionTree(writtenInYaml(http, ['http']), root.at), 'http')].filter((one) => one !== null);
  });
}
