import type { UrlKind } from './types.ts';

/** The parts of a URL as its class gives them, and the text that `str` makes. */
export interface Url {
  readonly text: string;
  readonly scheme: string;
  readonly user: string | null;
  readonly password: string | null;
  readonly host: string | null;
  readonly port: string | null;
  readonly path: string | null;
  readonly query: string | null;
  readonly fragment: string | null;
}

/** Schemes that the URL standard treats apart, with the port that is left out. */
const SPECIAL: ReadonlyMap<string, string> = new Map([
  ['http', '80'],
  ['https', '443'],
  ['ws', '80'],
  ['wss', '443'],
  ['ftp', '21'],
]);

const PLAIN =
  /^([a-z][a-z0-9+.-]*):\/\/(?:([A-Za-z0-9._~-]*)(?::([A-Za-z0-9._~-]*))?@)?([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)?(?::([1-9]\d{0,4}))?(\/[A-Za-z0-9._~/+@:=,-]*)?(?:\?([A-Za-z0-9._~=&+/:@,-]+))?(?:#([A-Za-z0-9._~=/-]+))?$/;

/** pydantic-core 2.50, for texts without anything to escape. Null: refused; undefined: not followed. */
export function parseUrl2(raw: string, kind: UrlKind): Url | null | undefined {
  if (raw === '') return null;
  const head = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(raw);
  if (head === null) return /^[A-Za-z0-9_./-]+$/.test(raw) ? null : undefined;
  if (
    kind.schemes !== null &&
    /^[a-z0-9+.-]+$/.test(head[1] ?? '') &&
    /^[\x21-\x7e]+$/.test(raw) &&
    raw.startsWith('://', head[1]?.length)
  ) {
    if (!kind.schemes.includes(head[1] ?? '') && PLAIN.test(raw)) return null;
  }
  const found = PLAIN.exec(raw);
  if (found === null) return undefined;
  const [, scheme = '', user = '', secret = '', name, given, path, query, fragment] = found;
  if (kind.schemes !== null && !kind.schemes.includes(scheme)) return null;
  if (path !== undefined && /(^|\/)\.{1,2}(\/|$)/.test(path)) return undefined;
  if (given !== undefined && Number(given) > 65535) return null;
  // Hosts that end in a number are addresses to the standard; those of other schemes stay as they are.
  const special = SPECIAL.get(scheme);
  if (name === undefined) return undefined;
  if (special !== undefined && (/(^|\.)[0-9]/.test(name.slice(name.lastIndexOf('.'))) || name !== name.toLowerCase())) {
    if (!/^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/.test(name) || /(^|\.)0\d/.test(name)) return undefined;
  }
  if (special === undefined && /^xn--|\.xn--/i.test(name)) return undefined;
  if (special !== undefined && /xn--/.test(name)) return undefined;
  const stated = given ?? (special === undefined ? kind.defaultPort : null);
  const port = stated !== null && stated === special ? null : stated;
  const fixed = kind.defaultPath !== null && (path === undefined || path === '/') ? kind.defaultPath : path;
  const shownPath = fixed ?? (special === undefined ? '' : '/');
  const account = user === '' && secret === '' ? '' : `${user}${secret === '' ? '' : `:${secret}`}@`;
  const text = `${scheme}://${account}${name}${port === null ? '' : `:${port}`}${shownPath}${query === undefined ? '' : `?${query}`}${
    fragment === undefined ? '' : `#${fragment}`
  }`;
  return {
    text,
    scheme,
    user: user === '' ? null : user,
    password: secret === '' ? null : secret,
    host: name,
    port: port ?? special ?? null,
    path: shownPath === '' ? null : shownPath,
    query: query ?? null,
    fragment: fragment ?? null,
  };
}
