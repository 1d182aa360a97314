import type { CheckOptions } from '../check/result.ts';
import { leftOut } from '../deployment/declared.ts';
import type { DeploymentModel } from '../deployment/model.ts';
import { didYouMean } from './nearest.ts';
import { UsageError } from './usage-error.ts';

/** What the configuration says of deployments must be about manifests that are there: a wrong id would silently change nothing. */
export function requireDeclared({ production, settings }: Pick<CheckOptions, 'production' | 'settings'>, model: DeploymentModel): void {
  if (settings.length > 0) return;
  const found = model.deployments.map((one) => one.id);
  const aside = model.setAside.map((one) => one.id);
  const wrong = (id: string, known: readonly string[], key: string) =>
    new UsageError(
      `deployments.${key} names ${id}, of which no deployment can be made.${didYouMean(id, known) || ` Found were ${known.join(', ') || 'none'}.`} The command topology lists them.`,
    );
  for (const key of ['only', 'add'] as const)
    for (const id of production[key])
      if (!found.includes(id) && leftOut(id, production) === null) throw wrong(id, [...found, ...aside], key);
  for (const id of production.exclude) if (!id.includes('*') && !aside.includes(id)) throw wrong(id, [...found, ...aside], 'exclude');
  for (const id of production.names.keys()) if (!found.includes(id) && !aside.includes(id)) throw wrong(id, [...found, ...aside], 'names');
}

/** --deployment must name one that was found. */
export function requireDeployment(id: string | null, model: DeploymentModel): void {
  if (id === null || model.deployments.some((one) => one.id === id)) return;
  const ids = model.deployments.map((one) => one.id);
  const known = ids.length === 0 ? ' None was found here.' : ` Found were ${ids.join(', ')}.`;
  throw new UsageError(`No deployment is called ${id}.${didYouMean(id, ids) || known}`);
}
