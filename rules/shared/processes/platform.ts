import type { Deployment } from '../../../src/rule.ts';

/** Whether a platform starts the processes and stands in front of them: nothing of the repository serves beside the application. */
export function isOnPlatform({ kind }: Pick<Deployment, 'kind'>): boolean {
  return kind === 'procfile' || kind === 'platform';
}
