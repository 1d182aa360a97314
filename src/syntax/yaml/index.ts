import type { ParseYaml } from './node.ts';

export type { ParseYaml, YamlEntry, YamlFile, YamlMap, YamlNode, YamlScalar } from './node.ts';
export { printedByGo } from './plain.ts';
export { asBoolean, asMap, asNumber, asScalar, asString, asText, entriesOf, entry, get, hasHole, isNull, itemsOf } from './read.ts';

/** Loads the YAML library and returns the parser. A run that meets no YAML never calls it. */
export async function loadYaml(): Promise<ParseYaml> {
  return (await import('./parse.ts')).parseYaml;
}
