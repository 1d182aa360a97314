import type { Run } from '../run.ts';
import type { ModelledModule } from './registry.ts';

export function dotenvModules(_run: Run): Readonly<Record<string, ModelledModule>> {
  return {};
}
