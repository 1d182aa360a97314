import { builtin, textArg } from '../builtins/native.ts';
import { raise } from '../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { setItem } from '../values/containers.ts';
import { dictFrom, listFrom } from '../values/iterate.ts';
import { int, type Known, known, none, type Site, str, tuple, type Val } from '../values/object.ts';
import { hasRoot } from '../values/text.ts';
import type { ModelledModule } from './registry.ts';

/** urllib.parse */

export interface Url {
  readonly scheme: string;
  readonly netloc: string;
  readonly path: string;
  readonly params: string;
  readonly query: string;
  readonly fragment: string;
}

const SCHEME = /^([a-zA-Z][a-zA-Z0-9+.-]*):/;
/** Schemes whose last path segment has `;params` split off. */
const WITH_PARAMS = new Set([
  '',
  'ftp',
  'hdl',
  'prospero',
  'http',
  'https',
  'shttp',
  'rtsp',
  'rtsps',
  'rtspu',
  'sip',
  'sips',
  'mms',
  'sftp',
  'tel',
]);

/** urlsplit; undefined where Python raises or we do not follow it. */
export function splitUrl(input: string): Url | undefined {
  let rest = input.replace(/^[\x00-\x20]+/, '').replace(/[\t\r\n]/g, '');
  const found = SCHEME.exec(rest);
  const scheme = (found?.[1] ?? '').toLowerCase();
  if (found !== null) rest = rest.slice(found[0].length);
  let netloc = '';
  if (rest.startsWith('//')) {
    const end = /[/?#]/.exec(rest.slice(2))?.index ?? rest.length - 2;
    netloc = rest.slice(2, 2 + end);
    rest = rest.slice(2 + end);
    // Which brackets are refused differs between releases; these all take.
    if (/[[\]]/.test(netloc) && !/^([^@[\]]*@)?\[[0-9a-fA-F:]*:[0-9a-fA-F:.]*\](:\d*)?$/.test(netloc)) return undefined;
    if (/[^\x00-\x7f]/.test(netloc)) return undefined;
  }
  const hash = rest.indexOf('#');
  const fragment = hash === -1 ? '' : rest.slice(hash + 1);
  if (hash !== -1) rest = rest.slice(0, hash);
  const mark = rest.indexOf('?');
  const query = mark === -1 ? '' : rest.slice(mark + 1);
  if (mark !== -1) rest = rest.slice(0, mark);
  return { scheme, netloc, path: rest, params: '', query, fragment };
}

/** urlparse */
export function parseUrl(input: string): Url | undefined {
  const url = splitUrl(input);
  if (url === undefined || !WITH_PARAMS.has(url.scheme) || !url.path.includes(';')) return url;
  const slash = url.path.lastIndexOf('/');
  const at = url.path.indexOf(';', Math.max(slash, 0));
  return at === -1 ? url : { ...url, path: url.path.slice(0, at), params: url.path.slice(at + 1) };
}

export interface HostParts {
  readonly username: string | null;
  readonly password: string | null;
  readonly hostname: string | null;
  /** Undefined: Python raises ValueError. */
  readonly port: number | null | undefined;
}

export function hostParts(netloc: string): HostParts {
  const at = netloc.lastIndexOf('@');
  const user = at === -1 ? null : netloc.slice(0, at);
  const host = netloc.slice(at + 1);
  const colon = user?.indexOf(':') ?? -1;
  const username = user === null ? null : colon === -1 ? user : user.slice(0, colon);
  const password = user === null || colon === -1 ? null : user.slice(colon + 1);
  const bracket = /^\[([^\]]*)\](.*)$/.exec(host);
  const name = bracket === null ? (host.split(':')[0] ?? '') : (bracket[1] ?? '');
  const after = bracket === null ? (host.includes(':') ? host.slice(host.indexOf(':') + 1) : '') : (bracket[2] ?? '').replace(/^:/, '');
  const zone = name.indexOf('%');
  const lower = zone === -1 ? name.toLowerCase() : name.slice(0, zone).toLowerCase() + name.slice(zone);
  const port = after === '' ? null : /^\d+$/.test(after) && Number(after) <= 65535 ? Number(after) : undefined;
  return { username, password, hostname: lower === '' ? null : lower, port };
}

/** unquote; undefined for bytes that are no UTF-8. */
export function unquote(text: string): string | undefined {
  try {
    return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => decodeURIComponent(run));
  } catch {
    return undefined;
  }
}

/** parse_qs, first values kept in order. */
export function parseQuery(query: string): readonly (readonly [string, readonly string[]])[] | undefined {
  const out = new Map<string, string[]>();
  for (const pair of query.split('&')) {
    const at = pair.indexOf('=');
    if (at === -1 || at === pair.length - 1) continue;
    const key = unquote(pair.slice(0, at).replaceAll('+', ' '));
    const value = unquote(pair.slice(at + 1).replaceAll('+', ' '));
    if (key === undefined || value === undefined) return undefined;
    out.set(key, [...(out.get(key) ?? []), value]);
  }
  return [...out];
}

export function unparseUrl(url: Url): string {
  const params = url.params === '' ? '' : `;${url.params}`;
  const netloc =
    url.netloc !== '' || url.path.startsWith('//') ? `//${url.netloc}${url.path === '' || url.path.startsWith('/') ? '' : '/'}` : '';
  return `${url.scheme === '' ? '' : `${url.scheme}:`}${netloc}${url.path}${params}${url.query === '' ? '' : `?${url.query}`}${url.fragment === '' ? '' : `#${url.fragment}`}`;
}

/** quote(text, safe) */
export function quote(text: string, safe: string): string {
  return [...text]
    .map((char) =>
      /[A-Za-z0-9_.~-]/.test(char) || (safe.includes(char) && char.charCodeAt(0) < 128)
        ? char
        : [...new TextEncoder().encode(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
    )
    .join('');
}

/** A parsed URL as Python shows it: a named tuple with more attributes. */
export function urlObject(run: Run, url: Url, from: Known, site: Site): Val {
  const text = (one: string) => str(one, originAt(site, undefined, from.origin), from.secret);
  const orNone = (one: string | null) => (one === null ? none(originAt(site)) : text(one));
  const host = hostParts(url.netloc);
  const fields = [url.scheme, url.netloc, url.path, url.params, url.query, url.fragment];
  return known(
    {
      t: 'native',
      cls: 'urllib.parse.ParseResult',
      truth: true,
      attr: (name, at) => {
        switch (name) {
          case 'scheme':
          case 'netloc':
          case 'path':
          case 'params':
          case 'query':
          case 'fragment':
            return text(url[name]);
          case 'username':
          case 'password':
          case 'hostname':
            return orNone(host[name]);
          case 'port':
            if (host.port === undefined) return raise(run, 'ValueError', 'Port could not be cast to integer value', at);
            return host.port === null ? none(originAt(at)) : int(host.port, originAt(at, undefined, from.origin));
          case 'geturl':
            return builtin('geturl', () => text(unparseUrl(url)));
          default:
            return undefined;
        }
      },
      getItem: (key, at) => {
        const index = key.k === 'known' && key.obj.t === 'int' ? Number(key.obj.v) : -1;
        const one = fields[index];
        return one === undefined ? unknownAt(run, 'dynamic-call', at) : text(one);
      },
      iterate: (at) => known(tuple(fields.map(text)), originAt(at)),
    },
    originAt(site, undefined, from.origin),
  );
}

export function urlModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const onText = (name: string, use: (text: string, from: Known, at: Site) => Val) => () =>
    builtin(name, (args, at) =>
      lift(
        run,
        args.pos[0] ?? none(originAt(at)),
        (one) => {
          if (one.obj.t !== 'str') return unknownAt(run, 'dynamic-call', at);
          return hasRoot(one.obj.v) ? unknownAt(run, 'host', at) : use(one.obj.v, one, at);
        },
        (one) => ({ ...one, truth: null, env: null, type: null, key: '' }),
      ),
    );
  const parsed = (name: string, parse: (text: string) => Url | undefined) =>
    onText(name, (text, from, at) => {
      const url = parse(text);
      return url === undefined ? unknownAt(run, 'unsupported-syntax', at) : urlObject(run, url, from, at);
    });
  const unquoted = (name: string, plus: boolean) =>
    onText(name, (text, from, at) => {
      const plain = unquote(plus ? text.replaceAll('+', ' ') : text);
      return plain === undefined
        ? unknownAt(run, 'unsupported-syntax', at, { type: 'str' })
        : str(plain, originAt(at, undefined, from.origin), from.secret);
    });
  const quoted = (name: string, plus: boolean) => () =>
    builtin(name, (args, at) =>
      lift(
        run,
        args.pos[0] ?? none(originAt(at)),
        (one) => {
          const safe = args.pos[1] ?? args.kw.get('safe');
          const keep = safe === undefined ? (plus ? '' : '/') : textArg(safe);
          if (one.obj.t !== 'str' || keep === undefined || hasRoot(one.obj.v)) return unknownAt(run, 'dynamic-call', at, { type: 'str' });
          const text = quote(one.obj.v, plus ? `${keep} ` : keep);
          return str(plus ? text.replaceAll(' ', '+') : text, originAt(at, undefined, one.origin), one.secret);
        },
        (one) => ({ ...one, type: 'str', truth: null, env: null, key: '' }),
      ),
    );
  return {
    'urllib.parse': {
      open: true,
      names: {
        urlparse: parsed('urlparse', parseUrl),
        urlsplit: parsed('urlsplit', splitUrl),
        quote: quoted('quote', false),
        quote_plus: quoted('quote_plus', true),
        unquote: unquoted('unquote', false),
        unquote_plus: unquoted('unquote_plus', true),
        parse_qs: onText('parse_qs', (text, from, at) => {
          const pairs = parseQuery(text);
          if (pairs === undefined) return unknownAt(run, 'unsupported-syntax', at);
          const dict = dictFrom(run, [], at);
          for (const [key, values] of pairs)
            setItem(
              run,
              dict,
              str(key, originAt(at)),
              known(
                listFrom(
                  run,
                  values.map((one) => str(one, originAt(at), from.secret)),
                ),
                originAt(at),
              ),
              at,
            );
          return known(dict, originAt(at));
        }),
        urljoin: () => builtin('urljoin', (args, at) => joinUrls(run, args.pos, at)),
        uses_netloc: () =>
          known(
            {
              t: 'native',
              cls: 'uses_netloc',
              attr: (name) => (name === 'append' ? builtin(name, (_args, at) => none(originAt(at))) : undefined),
            },
            { step: 'default', of: 'Python' },
          ),
      },
    },
    urllib: { open: true, names: {} },
  };
}

/** urljoin for a base with a plain path and a relative or absolute second part. */
function joinUrls(run: Run, args: readonly Val[], at: Site): Val {
  const base = textArg(args[0]);
  const other = textArg(args[1]);
  const url = base === undefined || hasRoot(base) ? undefined : splitUrl(base);
  if (base === undefined || other === undefined || url === undefined || url.netloc === '' || !['http', 'https'].includes(url.scheme))
    return unknownAt(run, 'unsupported-syntax', at, { type: 'str' });
  if (other === '') return str(base, originAt(at));
  if (/^[a-z][a-z0-9+.-]*:|\/\/|[?#]|(^|\/)\.\.?(\/|$)/i.test(other)) return unknownAt(run, 'unsupported-syntax', at, { type: 'str' });
  const path = other.startsWith('/') ? other : `${url.path.slice(0, url.path.lastIndexOf('/') + 1) || '/'}${other}`;
  if (/(^|\/)\.\.?(\/|$)/.test(path)) return unknownAt(run, 'unsupported-syntax', at, { type: 'str' });
  return str(`${url.scheme}://${url.netloc}${path}`, originAt(at));
}
