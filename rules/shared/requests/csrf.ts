import type { Answer, Data } from '../../../src/rule.ts';
import { holds, textsIn } from '../values/data.ts';

/** A name that a browser can show: no wildcard, pattern or address of a default server. */
export function isHostName(name: string): boolean {
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(name);
}

/** Whether CSRF_TRUSTED_ORIGINS admits the HTTPS origin of a name, exactly or by a wildcard. */
export function trusts(origins: Data | undefined, name: string): Answer {
  const exact = holds(origins, `https://${name}`);
  const bySuffix = textsIn(origins).some((origin) => origin.startsWith('https://*.') && name.endsWith(origin.slice('https://*'.length)));
  return bySuffix ? 'yes' : exact;
}
