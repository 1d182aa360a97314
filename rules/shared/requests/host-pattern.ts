/** What Django makes of an entry of ALLOWED_HOSTS, and which of them admit a name (django.http.request.validate_host). */

const BARE_IPV6 = /^[a-f0-9]*:[a-f0-9:.]*:[a-f0-9:.]*$/i;

/** Why no request can ever match an entry; null when one can. Django compares a lower-case name without port and trailing dot. */
export function whyNever(entry: string): string | null {
  if (entry === '*') return null;
  if (entry.trim() !== entry) return 'has a blank at an end';
  if (entry.includes('://')) return 'has a scheme';
  if (entry.includes('/')) return 'has a slash';
  if (entry.startsWith('*.')) return 'begins with `*.`, which Django does not know (a leading dot covers subdomains)';
  if (/^\[[a-f0-9:.]+\]$/i.test(entry)) return null;
  if (BARE_IPV6.test(entry)) return 'is an IPv6 address without brackets';
  if (/:\d*$/.test(entry)) return 'has a port';
  if (!/^[a-z0-9.-]+$/i.test(entry)) return 'has a character that Django admits in no host name';
  return entry.endsWith('.') ? 'ends in a dot' : null;
}

/** The name that somebody meant who wrote an entry that never matches; '' when nobody can tell. */
export function meantName(entry: string): string {
  const authority = entry
    .trim()
    .replace(/^[a-z+.-]*:\/\//i, '')
    .replace(/\/.*$/, '')
    .replace(/^\*\./, '.');
  const name = BARE_IPV6.test(authority) ? `[${authority}]` : authority.replace(/:\d*$/, '').replace(/\.$/, '');
  return whyNever(name) === null ? name.toLowerCase() : '';
}

/** Whether an entry admits a name. A name with a leading dot stands for all subdomains. */
export function admits(entry: string, name: string): boolean {
  if (entry === '*') return true;
  const pattern = entry.toLowerCase();
  if (pattern === name) return true;
  return pattern.startsWith('.') && (name.endsWith(pattern) || name === pattern.slice(1));
}

/** Names under which only the machine itself (or its own network) asks. */
export function isLocalName(name: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\]|host\.docker\.internal)$/.test(name);
}
