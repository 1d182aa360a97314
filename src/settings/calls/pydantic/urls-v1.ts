import type { UrlKind } from './types.ts';
import type { Url } from './urls-v2.ts';

const HOST = String.raw`(?:(?<ipv4>(?:\d{1,3}\.){3}\d{1,3})(?=$|[/:#?])|(?<ipv6>\[[A-Fa-f0-9]*:[A-Fa-f0-9:]+\])(?=$|[/:#?])|(?<domain>[^\s/:?#]+))?(?::(?<port>\d+))?`;
const REST = String.raw`(?<path>/[^\s?#]*)?(?:\?(?<query>[^\s#]*))?(?:#(?<fragment>[^\s#]*))?`;
const LEAD = String.raw`^(?:(?<scheme>[A-Za-z][A-Za-z0-9+\-.]+)://)?(?:(?<user>[^\s:/]*)(?::(?<password>[^\s/]*))?@)?`;
const ONE = new RegExp(`${LEAD}${HOST}${REST}`);
const ASCII_DOMAIN = /^(?:[_0-9a-z](?:[-_0-9a-z]{0,61}[_0-9a-z])?\.)*?[_0-9a-z](?:[-_0-9a-z]{0,61}[_0-9a-z])?(?<tld>\.[a-z]{2,63})?\.?$/i;

/** pydantic 1.10: one regular expression, and the text is put together again when the host has no top-level domain. */
export function parseUrl1(raw: string, kind: UrlKind): Url | null | undefined {
  const text = raw.trim();
  if (text === '') return null;
  if (!/^[\x20-\x7e]+$/.test(text) || text.length > 2000) return undefined;
  const found = ONE.exec(text);
  const parts = found?.groups;
  if (found === null || parts === undefined) return undefined;
  const { scheme, user, password, ipv4, ipv6, domain, query, fragment, port: stated, path: written } = parts;
  if (scheme === undefined) return null;
  if (kind.schemes !== null && !kind.schemes.includes(scheme.toLowerCase())) return null;
  if (kind.many && (domain?.includes(',') || (written === undefined && /[?#]/.test(text)))) return undefined;
  if (kind.userRequired && user === undefined) return null;
  if (ipv6 !== undefined) return undefined;
  const port = stated || (kind.defaultPort ?? undefined);
  const path = written || (kind.defaultPath ?? undefined);
  const name = domain ?? (ipv4 === undefined ? (kind.defaultHost ?? undefined) : undefined);
  if (port !== undefined && Number(port) > 65535) return null;
  if (found[0].length !== text.length) return kind.many ? undefined : null;
  const whole: Omit<Url, 'text'> = {
    scheme,
    user: user ?? null,
    password: password ?? null,
    host: name ?? ipv4 ?? null,
    port: port ?? null,
    path: path ?? null,
    query: query ?? null,
    fragment: fragment ?? null,
  };
  if (name === undefined) {
    if (ipv4 === undefined && kind.hostRequired) return null;
    return { ...whole, text };
  }
  const plain = ASCII_DOMAIN.exec(name);
  if (plain === null || name.endsWith('.') || /(^|\.)xn--/i.test(name)) return undefined;
  const { tld } = plain.groups ?? {};
  if (tld !== undefined) return { ...whole, text };
  if (kind.tldRequired) return null;
  // Without a top-level domain the host counts as international, and the text is built anew, defaults included.
  return { ...whole, text: built(whole, kind) };
}

function built(url: Omit<Url, 'text'>, kind: UrlKind): string {
  const account = `${url.user ?? ''}${url.password ? `:${url.password}` : ''}`;
  const hidden = kind.name === 'HttpUrl' && url.port === (url.scheme === 'http' ? '80' : '443');
  return (
    `${url.scheme}://${account === '' ? '' : `${account}@`}${url.host ?? ''}${url.port && !hidden ? `:${url.port}` : ''}` +
    `${url.path ?? ''}${url.query ? `?${url.query}` : ''}${url.fragment ? `#${url.fragment}` : ''}`
  );
}
