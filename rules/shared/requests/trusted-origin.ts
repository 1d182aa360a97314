/** What Django (4.0 and newer) makes of an entry of CSRF_TRUSTED_ORIGINS: django.middleware.csrf, run with Django 5.2. */

const WEB = /^https?:\/\//i;
const ORIGIN = /^https?:\/\/([a-z0-9_-][a-z0-9._-]*|\[[a-f0-9:.]+\])(:\d+)?$/;
const DEFAULT_PORT = /^(https:\/\/.*:443|http:\/\/.*:80)$/i;

/** Host and port of an entry as Python's urlsplit finds them. */
export function networkLocation(origin: string): string {
  return origin.replace(/^[^:]*:\/\//, '').replace(/[/?#].*$/, '');
}

/** An entry with an asterisk admits what its host names after leading asterisks: with a leading dot all subdomains too. */
function whyWildcardNever(origin: string): string | null {
  const host = networkLocation(origin).replace(/^\*+/, '');
  if (host === '' || /^:/.test(host))
    return 'stands for no host at all (Django knows `*` only in front of a name, as in `https://*.example.com`)';
  if (host.includes('*')) return 'has `*` elsewhere than at the start of the host';
  if (/\s$/.test(host)) return 'ends in a blank';
  if (DEFAULT_PORT.test(`${origin.slice(0, origin.indexOf(':'))}://${host}`)) return 'names the default port, which browsers leave out';
  return hasOtherLetters(host) ? 'is not written as browsers send it (xn--…)' : null;
}

/** Why no Origin header of a browser can ever match an entry; null when one can, or when the entry is for something else than web pages. */
export function whyNeverTrusted(origin: string): string | null {
  if (!WEB.test(origin.trim())) return null;
  if (origin.includes('*')) return whyWildcardNever(origin);
  if (origin.trim() !== origin) return 'has a blank at an end';
  if (/^https?:\/\/[^/]*\/$/i.test(origin)) return 'ends in a slash';
  if (/^https?:\/\/[^/?#]*[/?#]/i.test(origin)) return 'has a path';
  if (hasOtherLetters(origin)) return 'is not written as browsers send it (xn--…)';
  if (origin !== origin.toLowerCase()) return 'has capital letters, and browsers send small ones';
  if (DEFAULT_PORT.test(origin)) return 'names the default port, which browsers leave out';
  return ORIGIN.test(origin) ? null : 'is no origin that a browser sends';
}

function hasOtherLetters(text: string): boolean {
  return [...text].some((letter) => (letter.codePointAt(0) ?? 0) > 127);
}

/** What somebody meant who wrote an entry that never matches: scheme and host in small letters. */
export function meantOrigin(origin: string): string {
  const text = origin.trim().toLowerCase();
  const scheme = text.startsWith('http:') ? 'http' : 'https';
  const host = networkLocation(text);
  return `${scheme}://${host.replace(scheme === 'https' ? /:443$/ : /:80$/, '')}`;
}

/** Whether an entry that works admits an origin. */
export function admitsOrigin(entry: string, origin: string): boolean {
  if (entry === origin) return true;
  if (!entry.includes('*') || whyNeverTrusted(entry) !== null) return false;
  if (entry.slice(0, entry.indexOf(':')).toLowerCase() !== origin.slice(0, origin.indexOf(':'))) return false;
  const pattern = networkLocation(entry).replace(/^\*+/, '').toLowerCase();
  const host = networkLocation(origin);
  return host === pattern || (pattern.startsWith('.') && (host.endsWith(pattern) || host === pattern.slice(1)));
}
