import type { Deployment, Process, SettingsFacts } from '../../../src/rule.ts';

const WITHOUT_VISITORS: ReadonlySet<Process['role']> = new Set(['worker', 'beat', 'task']);

/** Whether these settings may answer HTTP requests: those of workers and one-off commands alone do not. */
export function servesVisitors(settings: SettingsFacts): boolean {
  return settings.processes.length === 0 || settings.processes.some(({ role }) => !WITHOUT_VISITORS.has(role));
}

/** Whether the name of a manifest says that it is for production: one without such a name may only be for trying the project out. */
export function isNamedForProduction({ id }: Pick<Deployment, 'id'>): boolean {
  return /(^|[/._-])(prod|production|deploy|deployment|live|staging)([/._-]|$)/i.test(id);
}

/** Whether no manifest says how the project is run: then the environment may name another settings module than wsgi.py does. */
export function isPresumedRun({ id, kind }: Deployment): boolean {
  return kind === 'settings' && id !== '--settings';
}

/** Whether all that answers visitors is Django's development server: such a deployment is no production, and that is its fault. */
export function runsForDevelopment({ processes }: SettingsFacts): boolean {
  const servers = processes.flatMap(({ server }) => (server === null ? [] : [server]));
  return servers.length > 0 && servers.every(({ software }) => software === 'runserver');
}

/** Whether connections are better not kept between requests: under ASGI they pile up instead of being reused. */
export function servesAsgi({ processes }: SettingsFacts): boolean {
  return processes.some(({ server }) => server !== null && server.interface !== 'wsgi');
}
