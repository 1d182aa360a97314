import type { DeploymentModel } from '../deployment/model.ts';
import { didYouMean } from './nearest.ts';
import { UsageError } from './usage-error.ts';

/** --deployment must name one that was found. */
export function requireDeployment(id: string | null, model: DeploymentModel): void {
  if (id === null || model.deployments.some((one) => one.id === id)) return;
  const ids = model.deployments.map((one) => one.id);
  const known = ids.length === 0 ? ' None was found here.' : ` Found were ${ids.join(', ')}.`;
  throw new UsageError(`No deployment is called ${id}.${didYouMean(id, ids) || known}`);
}
