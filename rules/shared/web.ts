import type { Process, SettingsFacts } from '../../src/rule.ts';

const WITHOUT_VISITORS: ReadonlySet<Process['role']> = new Set(['worker', 'beat', 'task']);

/** Whether these settings may answer HTTP requests: those of workers and one-off commands alone do not. */
export function servesVisitors(settings: SettingsFacts): boolean {
  return settings.processes.length === 0 || settings.processes.some(({ role }) => !WITHOUT_VISITORS.has(role));
}
