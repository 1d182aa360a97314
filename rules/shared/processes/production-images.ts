import type { DeploymentModel, Process, Project, Span, Value } from '../../../src/rule.ts';
import { type ImageReference, imageReference, sourceImage } from './image-reference.ts';

/** An image that production runs, once for each place that names it. */
export interface ProductionImage {
  readonly image: ImageReference;
  /** Where it is named: the FROM line of a build, else the manifest. */
  readonly at: Span;
  readonly process: Process;
}

/** The images of all production deployments, each once a place; those whose name is not known are handed to `open`. */
export function productionImages(model: DeploymentModel, open: (value: Value<string>) => void = () => {}): readonly ProductionImage[] {
  const found = new Map<string, ProductionImage>();
  for (const process of model.deployments.filter(({ alternative }) => !alternative).flatMap(({ processes }) => processes)) {
    const source = sourceImage(process.image);
    if (source === null) continue;
    if (source.reference.kind !== 'known') {
      open(source.reference);
      continue;
    }
    const at = process.image?.build?.base?.at ?? textPlace(source.reference) ?? process.at;
    const key = `${at.file} ${source.reference.value}`;
    const before = found.get(key);
    // Of several processes of one image the one that runs Django tells most.
    if (before === undefined || (before.process.settings === null && process.settings !== null))
      found.set(key, { image: imageReference(source.reference.value), at: before?.at ?? at, process });
  }
  return [...found.values()];
}

function textPlace(value: Value<string>): Span | null {
  return value.kind === 'known' && value.origin.step === 'text' ? value.origin.at : null;
}

/** The projects that production deployments run. */
export function productionProjects({ deployments, projects }: DeploymentModel): readonly Project[] {
  const run = new Set(deployments.flatMap(({ project }) => (project === null ? [] : [project.root])));
  return projects.filter(({ root }) => run.has(root));
}
