import type { Data } from '../../core/data.ts';
import { originOf, type Value } from '../../core/value.ts';
import { baseName } from '../../files/paths.ts';
import type { InputProblem, SourceTree } from '../../files/tree.ts';
import type { ParseYaml } from '../../syntax/yaml/index.ts';
import { valueAt, withoutNull } from '../infrastructure/data.ts';
import type { FoundInfrastructure } from '../infrastructure/found.ts';
import { jsonData } from '../infrastructure/json.ts';
import { asideBecause } from '../infrastructure/purpose.ts';
import type { InfrastructureResource, SetAside } from '../model.ts';

const NAME = /(^|[-_.])task[-_]?def(inition)?s?([-_.].*)?\.json$/i;

/** Task definitions of ECS that a pipeline registers as they stand. */
export function readTaskFiles(tree: SourceTree, parseYaml: ParseYaml): FoundInfrastructure {
  const resources: InfrastructureResource[] = [];
  const setAside: SetAside[] = [];
  const problems: InputProblem[] = [];
  for (const { path } of tree.files) {
    if (!NAME.test(baseName(path)) || /(^|\/)node_modules\//.test(path)) continue;
    const read = tree.read(path);
    if (!read.ok || !read.text.includes('"containerDefinitions"')) continue;
    const because = asideBecause(path);
    if (because !== null) {
      setAside.push({ id: path, because });
      continue;
    }
    resources.push(resourceOf(path, read.text, jsonData(read.text, { file: path, offset: 0 }, [], parseYaml)));
  }
  return { resources, complete: true, problems, setAside, found: resources.length > 0 };
}

function resourceOf(file: string, text: string, whole: Value<Data>): InfrastructureResource {
  const at = { file, start: 0, end: text.length };
  const family = valueAt(whole, ['family']);
  return {
    language: 'ecs',
    type: 'task-definition',
    name: family.kind === 'known' && typeof family.value === 'string' ? family.value : file,
    address: file,
    exists: 'yes',
    file,
    at,
    get: (...path) => withoutNull(valueAt(whole, path)),
    placeOf(...path) {
      for (let length = path.length; length > 0; length--) {
        const value = valueAt(whole, path.slice(0, length));
        const origin = originOf(value);
        if (value.kind === 'known' && value.value !== undefined && origin.step === 'text') return origin.at;
      }
      return at;
    },
    refersTo: () => [],
  };
}
