import type { Span } from '../../core/span.ts';
import { baseName, byText, folderOf, joinPath } from '../../files/paths.ts';
import type { Gathering } from '../gathering.ts';
import type { SetAside } from '../model.ts';
import { isStaging, purposeOf as purposeOfName, tellingWord } from '../project/naming.ts';
import { chartFolders, readChart } from './chart.ts';
import { buildKustomization, isComponent, kustomizationOf, referencedBy } from './kustomize.ts';
import { headOf } from './object.ts';
import { KUSTOMIZATION, type ManifestSource, manifestFiles, manifestSource, type ObjectSet } from './source.ts';

/** Manifests that are applied together, with the reason why they count as production. */
export interface KubernetesPlan {
  readonly id: string;
  readonly at: Span;
  readonly because: string;
  readonly set: ObjectSet;
}

export interface KubernetesPlans {
  readonly production: readonly KubernetesPlan[];
  readonly setAside: readonly SetAside[];
}

/** Which manifests of a tree are applied together: overlays, charts, and folders of plain ones. */
export function kubernetesPlans({ tree, syntaxes, problems, purposeOf }: Gathering): KubernetesPlans {
  if (!tree.files.some(({ path }) => /\.ya?ml$/.test(path))) return { production: [], setAside: [] };
  const source = manifestSource(tree, syntaxes.parseYaml, problems);
  const charts = chartFolders(tree);
  const kustomizations = tree.files.flatMap(({ path }) => (KUSTOMIZATION.test(baseName(path)) ? [folderOf(path)] : []));
  const plain = manifestFiles(tree, charts);
  const production: KubernetesPlan[] = [];
  const setAside: SetAside[] = [];
  const aside = (id: string, word = tellingWord(id)) => setAside.push({ id, because: `"${word ?? ''}" names it for another purpose` });
  const used = new Set<string>();
  for (const folder of overlays(kustomizations, source)) {
    const set = buildKustomization(folder, source);
    for (const file of set.files) used.add(file);
    const id = folder === '' ? 'kustomization.yaml' : folder;
    if (purposeOf(id) === 'development') aside(id);
    else
      production.push({
        id,
        at: topOf(joinPath(folder, kustomizationOf(folder, source) ?? '')),
        because: 'kubectl applies the overlay',
        set,
      });
  }
  for (const folder of charts) {
    const id = folder === '' ? 'Chart.yaml' : folder;
    if (purposeOf(id) === 'development') aside(id);
    else
      production.push({
        id,
        at: topOf(joinPath(folder, 'Chart.yaml')),
        because: 'Helm installs the chart',
        set: readChart(folder, source),
      });
  }
  for (const file of kustomizations.flatMap((folder) => referencedBy(folder, source))) used.add(file);
  const rest = plain.filter((file) => !used.has(file) && !kustomizations.includes(folderOf(file)));
  for (const [id, files] of folders(rest.filter((file) => purposeOf(file) !== 'development')))
    production.push(plainPlan(id, files, source));
  for (const [id, files] of folders(rest.filter((file) => purposeOf(file) === 'development'))) aside(id, tellingWord(files[0] ?? id));
  return { production, setAside };
}

function topOf(file: string): Span {
  return { file, start: 0, end: 0 };
}

/** Kustomizations that no other one builds upon. */
function overlays(folders: readonly string[], source: ManifestSource): readonly string[] {
  const below = new Set(folders.flatMap((folder) => referencedBy(folder, source)));
  return [...new Set(folders)].filter((folder) => !below.has(folder) && !isComponent(folder, source));
}

const ROOTS = /^(\.?k8s|kubernetes|kube|kubectl|manifests?|openshift|okd|eks|gke|aks|doks|cluster|k3s|deploy|deployments?)$/i;

/** The folders in which plain manifests are applied together: one that is named for a cluster, parted by purpose, else the file's own. */
function folders(files: readonly string[]): readonly (readonly [string, readonly string[]])[] {
  const found = new Map<string, string[]>();
  for (const file of files) {
    const id = rootFolder(file);
    found.set(id, [...(found.get(id) ?? []), file]);
  }
  return [...found]
    .map(([id, all]) => [id === '' ? (all[0] ?? '') : id, withoutRehearsal(all)] as const)
    .sort((a, b) => byText(a[0], b[0]));
}

function rootFolder(file: string): string {
  const names = folderOf(file).split('/');
  const root = names.findIndex((name) => ROOTS.test(name));
  if (root === -1) return folderOf(file);
  const parting = names.findIndex((name, index) => index > root && purposeOfName(name) !== 'neutral');
  return names.slice(0, Math.max(root, parting) + 1).join('/');
}

/** Of files for staging and for production in one folder those for production are meant. */
function withoutRehearsal(files: readonly string[]): readonly string[] {
  const inFolder = (file: string) => baseName(file);
  const real = files.some((file) => purposeOfName(inFolder(file)) === 'production' && !isStaging(inFolder(file)));
  return real ? files.filter((file) => !isStaging(inFolder(file))) : files;
}

function plainPlan(id: string, files: readonly string[], source: ManifestSource): KubernetesPlan {
  const objects = files.flatMap((file) => source.objects(file));
  const unique = new Map(objects.map((one) => [`${one.kind}/${one.namespace ?? ''}/${one.name}`, one]));
  const first = objects[0];
  const at = first === undefined ? topOf(files[0] ?? id) : headOf(first.root);
  return { id, at, because: 'it holds the manifests of the cluster', set: { objects: [...unique.values()], files, open: null } };
}
