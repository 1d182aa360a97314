import { MAX_TEMPLATE_PARTS, MAX_TEMPLATE_TEXT } from '../../core/limits.ts';
import { baseName, folderOf, joinPath } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import { textAt } from '../project/files.ts';
import { isStaging, purposeOf } from '../project/naming.ts';
import { type ManifestNode, nodeAt, plainNode, textOfNode } from './node.ts';
import { type ManifestObject, objectsOf } from './object.ts';
import type { ManifestSource, ObjectSet } from './source.ts';
import { templateText } from './template-blocks.ts';
import { isThere, type TemplateSource, templateNode } from './template-node.ts';
import { type ChartValues, overlaid } from './values.ts';

/** Folders of Helm charts that are no part of another chart. */
export function chartFolders(tree: SourceTree): readonly string[] {
  const folders = tree.files.flatMap(({ path }) => (baseName(path) === 'Chart.yaml' ? [folderOf(path)] : []));
  return folders.filter((folder) => !folders.some((other) => folder.startsWith(`${other}/charts/`)));
}

/** The objects that a chart makes with its values, those for production over the common ones. */
export function readChart(folder: string, source: ManifestSource): ObjectSet {
  const chart = documentOf(joinPath(folder, 'Chart.yaml'), source);
  const { values, files } = valuesOf(folder, textOfNode(nodeAt(chart, 'name')), source);
  const templates = source.tree.files.flatMap(({ path }) =>
    path.startsWith(`${folder === '' ? '' : `${folder}/`}templates/`) &&
    /\.ya?ml$/.test(path) &&
    !/\/templates\/(.*\/)?(tests\/|_)/.test(`/${path}`)
      ? [path]
      : [],
  );
  const made = templates.map((file) => templateObjects(file, values, source));
  const objects = made.flatMap((one) => one ?? []);
  const kept = objects.filter((one) => !one.conditional || !DECIDED.test(one.kind));
  const hidden = kept.length < objects.length ? 'a template decides which objects there are' : null;
  const depends = nodeAt(chart, 'dependencies') === null ? null : 'the charts it depends on are not in the repository';
  const long = made.includes(null) ? 'a template is too long to be followed' : null;
  return { objects: kept, files: [joinPath(folder, 'Chart.yaml'), ...files, ...templates], open: hidden ?? depends ?? long };
}

/** Of these nothing can be said when it is not known whether they are there. */
const DECIDED = /^(Deployment|StatefulSet|DaemonSet|ReplicaSet|Rollout|Job|CronJob|Pod|Ingress|HorizontalPodAutoscaler)$/;

function documentOf(file: string, { tree, parse }: ManifestSource): ManifestNode | null {
  if (tree.kindOf(file) !== 'file') return null;
  const root = parse(textAt(tree, file), file, 'go').documents[0]?.root;
  return root === undefined || root === null ? null : plainNode(root);
}

function valuesOf(
  folder: string,
  chartName: string | null,
  source: ManifestSource,
): { readonly values: ChartValues; readonly files: readonly string[] } {
  const inside = folder === '' ? '' : `${folder}/`;
  const named = source.tree.files.flatMap(({ path }) => {
    const rest = path.startsWith(inside) ? path.slice(inside.length) : '';
    return /^(values\/|environments\/|env\/)?[\w.-]*\.ya?ml$/.test(rest) &&
      /values|^(environments|env)\//.test(rest) &&
      rest !== 'values.yaml' &&
      purposeOf(rest) === 'production'
      ? [path]
      : [];
  });
  const real = named.filter((path) => !isStaging(path.slice(inside.length)));
  const [production] = real.length > 0 ? real : named;
  const base = joinPath(folder, 'values.yaml');
  const files = [base, ...(production === undefined ? [] : [production])].filter((path) => source.tree.kindOf(path) === 'file');
  const root = files.map((file) => documentOf(file, source)).reduce<ManifestNode | null>(overlaid, null);
  return { values: { root, isFinal: production !== undefined, chartName }, files };
}

/** Null for a template that is too long: every entry asks for the blocks around it. */
function templateObjects(file: string, values: ChartValues, { tree, parse }: ManifestSource): readonly ManifestObject[] | null {
  const text = textAt(tree, file);
  if (text.length > MAX_TEMPLATE_TEXT) return null;
  const template: TemplateSource = { file, text, template: templateText(text), values };
  if (template.template.blocks.length + template.template.lines.length > MAX_TEMPLATE_PARTS) return null;
  const { documents } = parse(text, file, 'go');
  return documents.flatMap(({ root, span }, index) => {
    if (root === null || root.kind !== 'map') return [];
    const there = isThere(root.span.start, null, template);
    if (there === 'no') return [];
    const end = documents[index + 1]?.span.start ?? Math.max(span.end, text.length);
    return objectsOf(templateNode(root, template, end), there === 'maybe');
  });
}
