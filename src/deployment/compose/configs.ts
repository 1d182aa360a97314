import { asString, get, itemsOf } from '../../syntax/yaml/index.ts';
import type { YamlNode } from '../../syntax/yaml/node.ts';
import type { Mount } from '../model.ts';
import { cleanPath } from '../repository-path.ts';
import { layersAt } from './layers.ts';
import { type ServiceReader, scalarText } from './scalar.ts';

/** Top-level elements whose entries services take as single files, and where these stand when the service does not say. */
const FOLDERS = { configs: '/', secrets: '/run/secrets/' } as const;

export type FileElement = keyof typeof FOLDERS;

export const FILE_ELEMENTS: readonly FileElement[] = ['configs', 'secrets'];

/** The files that a service takes from the `configs` and `secrets` of its compose files: mounted read only. */
export function configMounts(reader: ServiceReader): readonly Mount[] {
  return FILE_ELEMENTS.flatMap((kind) =>
    layersAt(reader.service.layers, kind)
      .flatMap((layer) => itemsOf(layer))
      .flatMap((node) => configMount(reader, kind, node) ?? []),
  );
}

/** What is not a file of the repository (external, `content`, `environment`) is there all the same, as something nobody can look into. */
function configMount(reader: ServiceReader, kind: FileElement, node: YamlNode): Mount | null {
  const feeds = `services.${reader.service.name}.${kind}`;
  const name = asString(node) ?? asString(get(node, 'source'));
  if (name === undefined) return null;
  const target = scalarText(reader, get(node, 'target'), feeds);
  if (target !== null && target.kind !== 'known') return null;
  const declared = reader.source.elements.get(`${kind} ${name}`);
  const file = scalarText(reader, declared, feeds);
  const base = { target: cleanPath(placed(FOLDERS[kind], target?.value ?? name)), readOnly: true, at: node.span };
  if (declared === undefined || file === null || file.kind !== 'known') return { kind: 'anonymous', source: '', ...base };
  const folder = reader.source.folder(declared.span.file);
  const source = /^[/~]/.test(file.value) ? cleanPath(file.value) : cleanPath(`${folder}/${file.value}`.replace(/^\/+/, ''));
  return { kind: 'bind', source, ...base };
}

function placed(folder: string, target: string): string {
  return target.startsWith('/') ? target : `${folder}${target}`;
}
