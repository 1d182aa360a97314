import type { Collection } from '../../core/data.ts';
import type { Span } from '../../core/span.ts';
import { asBoolean, asString, get, itemsOf } from '../../syntax/yaml/index.ts';
import type { YamlNode } from '../../syntax/yaml/node.ts';
import type { Mount } from '../model.ts';
import { cleanPath } from '../repository-path.ts';
import { layersAt } from './layers.ts';
import { type ServiceReader, scalarText } from './scalar.ts';

/** `volumes` and `tmpfs` of a service. Of two with one target the later file's stands, in the place of the first. */
export function mountsOf(reader: ServiceReader): Collection<Mount> {
  const mounts = new Map<string, Mount>();
  let because: string | null = null;
  for (const node of layersAt(reader.service.layers, 'volumes').flatMap((one) => itemsOf(one))) {
    const mount = node.kind === 'map' ? longForm(reader, node) : shortForm(reader, node);
    if (mount === null) because = 'a volume of the service is not known';
    else mounts.set(mount.target, mount);
  }
  for (const node of layersAt(reader.service.layers, 'tmpfs').flatMap((one) => itemsOf(one))) {
    const text = scalarText(reader, node, feedsOf(reader));
    const target = text?.kind === 'known' ? cleanPath(text.value.split(':')[0] ?? '') : null;
    if (target === null) because = 'a volume of the service is not known';
    else mounts.set(target, { kind: 'tmpfs', source: '', target, readOnly: false, at: node.span });
  }
  if (layersAt(reader.service.layers, 'volumes_from').length > 0) because = 'the service takes the volumes of another one';
  return { items: [...mounts.values()], complete: because === null ? true : { because } };
}

function feedsOf(reader: ServiceReader): string {
  return `services.${reader.service.name}.volumes`;
}

/** `[source:]target[:options]`. Only a source that starts with `.`, `/` or `~` is a path: `data/x` names a volume. */
function shortForm(reader: ServiceReader, node: YamlNode): Mount | null {
  const text = scalarText(reader, node, feedsOf(reader));
  if (text === null || text.kind !== 'known') return null;
  const [first = '', second, options = ''] = text.value.split(':');
  if (second === undefined)
    return first === '' ? null : { kind: 'anonymous', source: '', target: cleanPath(first), readOnly: false, at: node.span };
  const bare = second === 'ro' || second === 'rw';
  if (bare && options === '') return { kind: 'anonymous', source: '', target: cleanPath(first), readOnly: second === 'ro', at: node.span };
  if (first === '' || second === '') return null;
  return mount(reader, /^[./~]/.test(first) ? 'bind' : 'named', first, second, options.split(',').includes('ro'), node.span);
}

function mount(reader: ServiceReader, kind: Mount['kind'], source: string, target: string, readOnly: boolean, at: Span): Mount {
  return {
    kind,
    source: kind === 'bind' ? hostPath(source, reader.source.folder(at.file)) : source,
    target: cleanPath(target),
    readOnly,
    at,
  };
}

/** A relative path is seen from the folder of its file; the root itself becomes ''. */
function hostPath(source: string, folder: string): string {
  return /^[/~]/.test(source) ? cleanPath(source) : cleanPath(`${folder}/${source}`.replace(/^\/+/, ''));
}

function longForm(reader: ServiceReader, node: YamlNode): Mount | null {
  const feeds = feedsOf(reader);
  const type = asString(get(node, 'type')) ?? 'volume';
  const source = scalarText(reader, get(node, 'source') ?? get(node, 'src'), feeds);
  const target = scalarText(reader, get(node, 'target') ?? get(node, 'destination') ?? get(node, 'dst'), feeds);
  if (target === null || target.kind !== 'known' || (source !== null && source.kind !== 'known')) return null;
  const readOnly = asBoolean(get(node, 'read_only')) === true;
  const from = source?.kind === 'known' ? source.value : '';
  switch (type) {
    case 'bind':
      return mount(reader, 'bind', from, target.value, readOnly, node.span);
    case 'volume':
      return mount(reader, from === '' ? 'anonymous' : 'named', from, target.value, readOnly, node.span);
    case 'tmpfs':
      return mount(reader, 'tmpfs', '', target.value, readOnly, node.span);
    default:
      return null;
  }
}
