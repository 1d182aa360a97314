import type { Deployment, DeploymentModel } from '../deployment/model.ts';
import { withProcesses } from '../deployment/processes.ts';
import type { CheckOptions, Linked } from './result.ts';

const BECAUSE = 'what starts the project in production was not found';

/**
 * A project without any manifest is judged by the module that its wsgi.py or manage.py names. What its environment gives is not
 * known then: a fallback that no production uses must not become a finding. `--hermetic` says that there is nothing else.
 */
export function withUnknownEnvironments(linked: Linked, options: Pick<CheckOptions, 'hermetic'>): Linked {
  if (options.hermetic) return linked;
  const { model } = linked;
  const deployments: DeploymentModel['deployments'] = model.deployments.map((one) => (isPresumed(one) ? opened(one) : one));
  return { ...linked, model: { ...model, deployments } };
}

/** Whether only a file of the project stands for production. `--settings` is no presumption: there the environment is what the options give. */
export function isPresumed({ id, kind }: Deployment): boolean {
  return kind === 'settings' && id !== '--settings';
}

function opened(deployment: Deployment): Deployment {
  return withProcesses(deployment, (process) => ({
    ...process,
    environment: { ...process.environment, closed: { because: BECAUSE, at: process.at } },
  }));
}
