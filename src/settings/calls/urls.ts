import type { Run } from '../run.ts';
import type { ModelledModule } from './registry.ts';

export function urlModules(_run: Run): Readonly<Record<string, ModelledModule>> {
  return {};
}
