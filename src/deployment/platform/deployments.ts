import { baseName, folderOf, joinPath } from '../../files/paths.ts';
import type { YamlNode } from '../../syntax/yaml/index.ts';
import { type FoundDeployments, finished, type Gathering, plainDeployment } from '../gathering.ts';
import type { Deployment, Process, SetAside } from '../model.ts';
import { textAt } from '../project/files.ts';
import { tellingWord } from '../project/naming.ts';
import { supervised } from '../supervisor/container.ts';
import { appEngineManifest } from './app-engine.ts';
import { digitaloceanManifest } from './digitalocean.ts';
import { flyManifest } from './fly.ts';
import { herokuYml } from './heroku.ts';
import { imageProcess } from './image-process.ts';
import type { PlatformManifest, PlatformService } from './manifest.ts';
import { railwayManifest } from './railway.ts';
import { renderManifest } from './render.ts';
import { slugProcess } from './slug.ts';
import { tomlNode } from './toml-node.ts';

type Read = (file: string, root: YamlNode, gathering: Gathering) => PlatformManifest | null;

/** Manifests by their names. */
const READERS: readonly (readonly [RegExp, Read])[] = [
  [/^render\.ya?ml$/, renderManifest],
  [/^fly(\.[\w-]+)?\.toml$/, (file, root, { tree }) => flyManifest(file, root, tree)],
  [/^app(\.[\w-]+)?\.ya?ml$/, (file, root) => (isSpecification(file) ? digitaloceanManifest(file, root) : appEngineManifest(file, root))],
  [/^deploy\.template\.ya?ml$/, (file, root) => (isSpecification(file) ? digitaloceanManifest(file, root) : null)],
  [/^heroku\.ya?ml$/, (file, root, { tree }) => herokuYml(file, root, tree)],
  [/^railway\.(json|toml)$/, (file, root, { tree }) => railwayManifest(file, root, tree)],
];

function isSpecification(file: string): boolean {
  return /(^|\/)\.do\//.test(file);
}

/** Deployments of manifests of platforms; where one leaves the command to a Procfile, that one is the deployment. */
export function platformDeployments(gathering: Gathering): FoundDeployments {
  const deployments: Deployment[] = [];
  const setAside: SetAside[] = [];
  const builds: string[] = [];
  for (const { path } of gathering.tree.files) {
    const read = READERS.find(([name]) => name.test(baseName(path)))?.[1];
    const root = read === undefined ? null : rootOf(path, gathering);
    const manifest = read === undefined || root === null ? null : read(path, root, gathering);
    if (manifest === null) continue;
    const processes = manifest.services.flatMap((one) => processesOf(one, manifest, gathering));
    const first = processes.find((one) => one.settings !== null && (one.server !== null || one.taskQueue !== null));
    if (first === undefined) continue;
    builds.push(...processes.flatMap((one) => one.image?.build?.dockerfile ?? []));
    const purpose = gathering.purposeOf(path.replace(/deploy\.template\.ya?ml$/, 'app.yaml'));
    if (purpose === 'development') setAside.push({ id: path, because: `"${tellingWord(path) ?? ''}" names it for another purpose` });
    else {
      const evidence = [{ at: manifest.facts.at, text: `${manifest.facts.name} starts what the manifest says` }];
      deployments.push({ ...plainDeployment(path, 'platform', processes, gathering), evidence, platform: manifest.facts });
    }
  }
  return { deployments, setAside, builds };
}

/** The document of a manifest; null when there is none. */
export function rootOf(path: string, { tree, syntaxes }: Pick<Gathering, 'tree' | 'syntaxes'>): YamlNode | null {
  const text = textAt(tree, path);
  if (text.trim() === '') return null;
  if (path.endsWith('.toml')) return syntaxes.parseToml === undefined ? null : tomlNode(syntaxes.parseToml(path, text).root);
  return syntaxes.parseYaml(text, path, '1.1').documents[0]?.root ?? null;
}

function processesOf(service: PlatformService, manifest: PlatformManifest, gathering: Gathering): readonly Process[] {
  const from = `${manifest.file}, variables of ${service.name}`;
  const mounts = { items: service.mounts, complete: true } as const;
  const own =
    service.from.kind === 'image'
      ? imageProcess(service, manifest, gathering)
      : service.command === null
        ? null
        : slugProcess({ ...service, command: service.command, folder: service.from.folder, mounts, from }, gathering);
  if (own === null) return [];
  const process: Process = {
    ...own,
    replicas: service.replicas ?? own.replicas,
    probes: service.probes,
    exposed: service.port === null ? own.exposed : [{ port: service.port.value, name: null, at: service.port.at }],
  };
  return supervised(finished(process, gathering), gathering);
}

/** The file beside a manifest or Procfile, when there is one. */
export function beside(path: string, name: string, { tree }: Pick<Gathering, 'tree'>): string | null {
  const file = joinPath(folderOf(path), name);
  return tree.kindOf(file) === 'file' ? file : null;
}
