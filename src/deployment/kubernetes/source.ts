import { baseName } from '../../files/paths.ts';
import type { InputProblem, SourceTree } from '../../files/tree.ts';
import type { ParseYaml } from '../../syntax/yaml/index.ts';
import { textAt } from '../project/files.ts';
import { type ManifestNode, plainNode } from './node.ts';
import { type ManifestObject, objectsOf } from './object.ts';

/** The objects of one deployment, with the files they come from. */
export interface ObjectSet {
  readonly objects: readonly ManifestObject[];
  readonly files: readonly string[];
  /** Why there may be objects that are not in view; null when all are. */
  readonly open: string | null;
}

/** Reads manifests once a file. */
export interface ManifestSource {
  readonly tree: SourceTree;
  readonly parse: ParseYaml;
  /** The documents of a plain file. */
  documents(file: string): readonly ManifestNode[];
  objects(file: string): readonly ManifestObject[];
}

export function manifestSource(tree: SourceTree, parse: ParseYaml, problems: InputProblem[]): ManifestSource {
  const files = new Map<string, readonly ManifestNode[]>();
  const documents = (file: string) => {
    const before = files.get(file);
    if (before !== undefined) return before;
    const parsed = parse(textAt(tree, file), file, 'go');
    if (parsed.template === 'none') problems.push(...parsed.problems);
    const found = parsed.documents.flatMap((one) => (one.root === null ? [] : [plainNode(one.root)]));
    files.set(file, found);
    return found;
  };
  return { tree, parse, documents, objects: (file) => documents(file).flatMap((one) => objectsOf(one)) };
}

const YAML = /\.ya?ml$/;
/** Folders whose YAML is of other programs, however it looks. */
const OTHERS = /(^|\/)(node_modules|\.github|\.gitlab|\.circleci|locales?|translations|site-packages|vendor|roles|playbooks)\//;
const HEAD =
  /^kind:[ \t]*["']?(Deployment|StatefulSet|DaemonSet|Job|CronJob|Pod|ReplicaSet|DeploymentConfig|Service|Ingress|HTTPRoute|Gateway|ConfigMap|Secret|SealedSecret|ExternalSecret|HorizontalPodAutoscaler|PodDisruptionBudget|PersistentVolumeClaim|LimitRange|Rollout|List)["']?[ \t]*(#.*)?\r?$/m;

/** Larger ones are definitions and generated bundles. */
const MAX_MANIFEST_BYTES = 400_000;

/** Files that hold objects of Kubernetes, by their head; those of charts are looked for by the chart. */
export function manifestFiles(tree: SourceTree, charts: readonly string[]): readonly string[] {
  return tree.files.flatMap((file) => {
    const { path } = file;
    if (!YAML.test(path) || OTHERS.test(path) || KUSTOMIZATION.test(baseName(path)) || file.bytes > MAX_MANIFEST_BYTES) return [];
    if (charts.some((chart) => path.startsWith(`${chart}/`))) return [];
    const text = textAt(tree, path);
    return /^apiVersion:/m.test(text) && HEAD.test(text) ? [path] : [];
  });
}

export const KUSTOMIZATION = /^(kustomization\.ya?ml|Kustomization)$/;
