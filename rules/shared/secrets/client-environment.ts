import type { Answer, SettingsFacts } from '../../../src/rule.ts';

/** Whether a process that loads the settings has one of the variables that a database client reads by itself (libpq's PGPASSWORD, PGSSLMODE). */
export function clientReads(settings: SettingsFacts, ...names: readonly string[]): Answer {
  const answers = settings.processes.map(({ environment }): Answer => {
    if (names.some((name) => environment.variables.has(name))) return 'yes';
    return environment.closed === true ? 'no' : 'maybe';
  });
  if (answers.includes('yes')) return 'yes';
  return answers.length === 0 || answers.includes('maybe') ? 'maybe' : 'no';
}
