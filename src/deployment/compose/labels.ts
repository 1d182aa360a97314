import { textOrigin } from '../../core/origin.ts';
import { known, type Value } from '../../core/value.ts';
import { entriesOf, isNull, itemsOf } from '../../syntax/yaml/index.ts';
import type { YamlNode } from '../../syntax/yaml/node.ts';
import { layersAt } from './layers.ts';
import { partSpan, type ServiceReader, scalarText, textIn } from './scalar.ts';

/** The labels of a service, those of `deploy` included, which only a swarm puts on the service: later files win. */
export function labelsOf(reader: ServiceReader): ReadonlyMap<string, Value<string>> {
  const labels = new Map<string, Value<string>>();
  const { layers } = reader.service;
  for (const layer of [...layersAt(layers, 'deploy', 'labels'), ...layersAt(layers, 'labels')]) {
    for (const one of entriesOf(layer)) {
      if (one.value.tag === '!reset') labels.delete(one.key);
      else labels.set(one.key, scalarText(reader, one.value, feedsOf(reader, one.key)) ?? known('', textOrigin(one.keySpan)));
    }
    if (layer.kind === 'seq') for (const item of itemsOf(layer)) addItem(reader, item, labels);
  }
  return labels;
}

/** `- name=value`: compose puts variables into the name as well. One that nothing gives stays as written, so that equal names stay equal. */
function addItem(reader: ServiceReader, item: YamlNode, labels: Map<string, Value<string>>): void {
  if (item.kind !== 'scalar' || isNull(item)) return;
  const equals = item.text.indexOf('=');
  const written = equals === -1 ? item.text : item.text.slice(0, equals);
  const feeds = feedsOf(reader, written);
  const end = equals === -1 ? item.text.length : equals;
  const name = written.includes('$') ? textIn(reader, written, item, partSpan(reader, item, 0, end), feeds) : null;
  const at = partSpan(reader, item, Math.min(end + 1, item.text.length), item.text.length);
  const value = item.hole ? scalarText(reader, item, feeds) : textIn(reader, item.text.slice(end + 1), item, at, feeds);
  labels.set(name?.kind === 'known' ? name.value : written, value ?? known('', textOrigin(at)));
}

function feedsOf(reader: ServiceReader, name: string): string {
  return `services.${reader.service.name}.labels.${name}`;
}
