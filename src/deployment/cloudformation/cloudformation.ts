import type { Data } from '../../core/data.ts';
import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { bindValue, known, type Value } from '../../core/value.ts';
import type { InputProblem, SourceTree } from '../../files/tree.ts';
import { entriesOf, entry, get, itemsOf, type ParseYaml, type YamlEntry, type YamlNode } from '../../syntax/yaml/index.ts';
import { valueAt, withoutNull } from '../infrastructure/data.ts';
import type { FoundInfrastructure } from '../infrastructure/found.ts';
import { asideBecause } from '../infrastructure/purpose.ts';
import type { InfrastructureResource, ResourceReference, SetAside } from '../model.ts';
import { purposeOf } from '../project/naming.ts';
import { intrinsicAt, namesIn, nodeValue, type Template, textIn } from './evaluate.ts';

/** Names under which templates are kept: one look into the text then decides. */
export const TEMPLATE_NAME =
  /(^|\/)[^/]*(cloud-?formation|cfn|aws|stack|infra|template|sam|deploy|prod|rds|ecs|s3)[^/]*(\/.*)?\.(ya?ml|json|template)$/i;

/** The resources of CloudFormation templates. */
export function readCloudFormation(tree: SourceTree, parseYaml: ParseYaml): FoundInfrastructure {
  const resources: InfrastructureResource[] = [];
  const problems: InputProblem[] = [];
  const setAside: SetAside[] = [];
  let nested: string | null = null;
  for (const { path } of tree.files) {
    if (!TEMPLATE_NAME.test(path) || /(^|\/)node_modules\//.test(path)) continue;
    const read = tree.read(path);
    if (!read.ok || !/\bAWSTemplateFormatVersion\b/.test(read.text) || !/\bAWS::\w+::/.test(read.text)) continue;
    // That something is a template says nothing of its purpose here.
    const named = path.replace(/templates?/gi, '');
    const because = asideBecause(named);
    if (because !== null) {
      setAside.push({ id: path, because });
      continue;
    }
    const parsed = parseYaml(read.text, path, '1.1');
    problems.push(...parsed.problems);
    const root = parsed.documents[0]?.root ?? null;
    if (root === null) continue;
    const declared = resourcesIn({ file: path, root });
    if (declared.some(({ type }) => type === 'AWS::CloudFormation::Stack' || type === 'AWS::CloudFormation::Macro'))
      nested ??= `${path} makes stacks of its own`;
    resources.push(...declared);
  }
  const complete = nested === null ? true : { because: nested };
  return { resources, complete, problems, setAside, found: resources.length > 0 };
}

function resourcesIn(template: Template): readonly InfrastructureResource[] {
  const declared = entriesOf(get(template.root, 'Resources'));
  const types = new Map(declared.map((one) => [one.key, textIn(get(one.value, 'Type') ?? one.value) ?? '']));
  return declared
    .map((one) => resourceOf(one, template, types))
    .filter((one) => one.type.startsWith('AWS::') && purposeOf(one.name) !== 'development');
}

type Path = readonly (string | number)[];

function resourceOf(declared: YamlEntry, template: Template, types: ReadonlyMap<string, string>): InfrastructureResource {
  const { key: name, keySpan: at, value: node } = declared;
  const address = (of: string) => `${template.file}/${of}`;
  const before = new Map<string, Value<Data | undefined>>();
  const start = ([first, ...rest]: Path): readonly [YamlNode | undefined, Path] =>
    typeof first === 'string' && first.startsWith('@')
      ? [get(node, first.slice(1)), rest]
      : [get(node, 'Properties'), [first ?? '', ...rest]];
  return {
    language: 'cloudformation',
    type: types.get(name) ?? '',
    name,
    address: address(name),
    exists: get(node, 'Condition') === undefined ? 'yes' : 'maybe',
    file: template.file,
    at,
    get(...path) {
      const key = JSON.stringify(path);
      const value = before.get(key) ?? within(...start(path), at, template);
      before.set(key, value);
      return value;
    },
    placeOf(...path) {
      const [first, ...rest] = path;
      const own = typeof first === 'string' && first.startsWith('@') ? [first.slice(1), ...rest] : ['Properties', ...path];
      const place = placeIn(node, own, at);
      return place === entry(node, 'Properties')?.keySpan ? at : place;
    },
    refersTo(...path) {
      const [root, rest] = path.length === 0 ? [node, []] : start(path);
      const target = nodeAt(root, rest);
      const names = target === undefined ? [] : namesIn(target).filter((one) => types.has(one));
      return [...new Set(names)].map((one): ResourceReference => ({ type: types.get(one) ?? '', name: one, address: address(one) }));
    },
  };
}

/** Functions are looked through only where the path ends in them or goes on inside of them. */
function within(root: YamlNode | undefined, path: Path, at: Span, template: Template): Value<Data | undefined> {
  const absent = known(undefined, textOrigin(at));
  let node = root;
  let rest = path;
  while (node !== undefined && rest.length > 0 && intrinsicAt(node) === null && node.kind !== 'scalar') {
    const [step, ...inner] = rest;
    node = typeof step === 'number' ? itemsOf(node)[step] : get(node, step ?? '');
    rest = inner;
  }
  if (node === undefined) return absent;
  const value = nodeValue(node, template);
  const plain = rest.length === 0 ? value : valueAt(withNull(value), rest);
  return bindValue(withoutNull(plain), (one): Value<Data | undefined> => {
    if (one.value === undefined) return absent;
    return one.value === 'true' || one.value === 'false' ? known(one.value === 'true', one.origin) : one;
  });
}

function withNull(value: Value<Data | undefined>): Value<Data> {
  return bindValue(value, (one) => (one.value === undefined ? known(null, one.origin) : known(one.value, one.origin)));
}

function nodeAt(root: YamlNode | undefined, path: Path): YamlNode | undefined {
  let node = root;
  for (const step of path) node = typeof step === 'number' ? itemsOf(node)[step] : get(node, step);
  return node;
}

function placeIn(root: YamlNode | undefined, path: Path, at: Span): Span {
  let node = root;
  let place = at;
  for (const step of path) {
    const found = typeof step === 'number' ? itemsOf(node)[step] : undefined;
    const pair = typeof step === 'string' ? entry(node, step) : undefined;
    node = found ?? pair?.value;
    if (node === undefined) return place;
    place = pair?.keySpan ?? node.span;
  }
  return place;
}
