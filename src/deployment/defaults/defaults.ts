import { byDefault, type Known } from '../../core/value.ts';
import { APPLICATION_SERVERS } from './application-servers.ts';
import { HOSTS } from './hosts.ts';
import { PROXIES } from './proxies.ts';
import { STORES } from './stores.ts';
import type { DefaultsTable } from './table.ts';

/** What each program does by itself, with the page and the day of its reading. */
export const DEFAULTS = { ...APPLICATION_SERVERS, ...PROXIES, ...HOSTS, ...STORES };

/** A default as the value of an option that nobody gives. */
export function usual<Values, Name extends keyof Values>({ of, values }: DefaultsTable<Values>, name: Name): Known<Values[Name]> {
  return byDefault(values[name], of);
}
