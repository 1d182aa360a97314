import { folderOf } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import { asString, entry, get, type YamlNode } from '../../syntax/yaml/index.ts';
import type { PlatformFacts } from '../model.ts';
import { commandIn, imageFrom, NO_SERVICE, numberIn, type PlatformManifest, type PlatformService, pathProbe } from './manifest.ts';

/** Railway's edge ends TLS; whether a plain request is redirected, and to which port requests go, its file does not say. */
export function railwayFacts(file: string, at: PlatformFacts['at']): PlatformFacts {
  return { name: 'railway', file, at, endsTls: 'yes', redirectsToHttps: { answer: 'maybe', at: null }, ephemeralDisk: 'maybe' };
}

/** railway.json and railway.toml: one service each. */
export function railwayManifest(file: string, root: YamlNode, tree: SourceTree): PlatformManifest | null {
  const at = (entry(root, 'deploy') ?? entry(root, 'build'))?.keySpan;
  if (at === undefined) return null;
  const builder = asString(get(root, 'build', 'builder')) ?? '';
  const image = imageFrom(file, undefined, asString(get(root, 'build', 'dockerfilePath')));
  const isImage = image?.kind === 'image' && tree.kindOf(image.dockerfile) === 'file' && !/nixpacks|railpack/i.test(builder);
  const start = commandIn(get(root, 'deploy', 'startCommand'));
  const service: PlatformService = {
    ...NO_SERVICE,
    name: 'web',
    at,
    from: isImage && image !== null ? image : { kind: 'slug', folder: folderOf(file) },
    command: start,
    before: [commandIn(get(root, 'build', 'buildCommand')), commandIn(get(root, 'deploy', 'preDeployCommand'))].filter(
      (one) => one !== null,
    ),
    replicas: numberIn(get(root, 'deploy', 'numReplicas')),
    probes: pathProbe(get(root, 'deploy', 'healthcheckPath'), null),
  };
  return { file, facts: railwayFacts(file, at), services: start === null && !isImage ? [] : [service] };
}
