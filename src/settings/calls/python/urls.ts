import { builtin, textArg } from '../../builtins/native.ts';
import { raise } from '../../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../../run.ts';
import { setItem } from '../../values/containers.ts';
import { dictFrom, listFrom } from '../../values/iterate.ts';
import { int, type Known, known, none, type Obj, type Site, str, tuple, type Val } from '../../values/object.ts';
import { hasRoot } from '../../values/text.ts';
import type { ModelledModule } from '../registry.ts';

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

/** urlsplit; null where Python raises ValueError, undefined where its releases differ. */
export function splitUrl(input: string): Url | null | undefined {
  let rest = input.replace(/^[\x00-\x20]+/, '').replace(/[\t\r\n]/g, '');
  const found = SCHEME.exec(rest);
  const scheme = (found?.[1] ?? '').toLowerCase();
  if (found !== null) rest = rest.slice(found[0].length);
  let netloc = '';
  if (rest.startsWith('//')) {
    const end = /[/?#]/.exec(rest.slice(2))?.index ?? rest.length - 2;
    netloc = rest.slice(2, 2 + end);
    rest = rest.slice(2 + end);
    const fault = netlocFault(netloc);
    if (fault !== 'none') return fault === 'raises' ? null : undefined;
  }
  const hash = rest.indexOf('#');
  const fragment = hash === -1 ? '' : rest.slice(hash + 1);
  if (hash !== -1) rest = rest.slice(0, hash);
  const mark = rest.indexOf('?');
  const query = mark === -1 ? '' : rest.slice(mark + 1);
  if (mark !== -1) rest = rest.slice(0, mark);
  return { scheme, netloc, path: rest, params: '', query, fragment };
}

function netlocFault(netloc: string): 'none' | 'raises' | 'differs' {
  if (netloc.includes('[') !== netloc.includes(']')) return 'raises';
  // Newer patch releases check what stands in the brackets and around them.
  if (netloc.includes('[') && !/^([^[\]@]*@)?\[[0-9a-fA-F]*(?::[0-9a-fA-F]*){2,7}\](?::[^[\]@]*)?$/.test(netloc)) return 'differs';
  if (/^[\x00-\x7f]*$/.test(netloc)) return 'none';
  const bare = netloc.replace(/[@:#?]/g, '');
  const normal = bare.normalize('NFKC');
  return normal !== bare && /[/?#@:]/.test(normal) ? 'raises' : 'none';
}

/** urlparse */
export function parseUrl(input: string): Url | null | undefined {
  const url = splitUrl(input);
  if (url === undefined || url === null || !WITH_PARAMS.has(url.scheme) || !url.path.includes(';')) return url;
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
  const open = host.indexOf('[');
  const [name, after] = open === -1 ? cut(host, ':') : cut(host.slice(open + 1), ']');
  const number = open === -1 ? after : cut(after, ':')[1];
  const zone = name.indexOf('%');
  const hostname = zone === -1 ? name.toLowerCase() : name.slice(0, zone).toLowerCase() + name.slice(zone);
  const port = number === '' ? null : /^\d+$/.test(number) && Number(number) <= 65535 ? Number(number) : undefined;
  return { username, password, hostname: hostname === '' ? null : hostname, port };
}

/** str.partition, without the separator. */
function cut(text: string, by: string): readonly [string, string] {
  const at = text.indexOf(by);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + by.length)];
}

const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });
const ENCODER = new TextEncoder();

/** unquote: what is no escape stays, bytes that are no UTF-8 become U+FFFD. */
export function unquote(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/[\x00-\x7f]+/g, (ascii) => {
    if (!/%[0-9a-fA-F]{2}/.test(ascii)) return ascii;
    const bytes: number[] = [];
    for (let at = 0; at < ascii.length; at++) {
      const hex = ascii[at] === '%' ? /^[0-9a-fA-F]{2}/.exec(ascii.slice(at + 1, at + 3))?.[0] : undefined;
      bytes.push(hex === undefined ? ascii.charCodeAt(at) : Number.parseInt(hex, 16));
      if (hex !== undefined) at += 2;
    }
    return DECODER.decode(new Uint8Array(bytes));
  });
}

/** unquote_plus */
export function unquotePlus(text: string): string {
  return unquote(text.replaceAll('+', ' '));
}

/** parse_qs, keys in order of their first occurrence. */
export function parseQuery(query: string): readonly (readonly [string, readonly string[]])[] {
  const out = new Map<string, string[]>();
  for (const pair of query.split('&')) {
    const at = pair.indexOf('=');
    if (at === -1 || at === pair.length - 1) continue;
    const key = unquotePlus(pair.slice(0, at));
    out.set(key, [...(out.get(key) ?? []), unquotePlus(pair.slice(at + 1))]);
  }
  return [...out];
}

/** urlunparse of what urlparse made; undefined where releases of Python, or schemes that libraries register, make a difference. */
export function unparseUrl(url: Url): string | undefined {
  const params = url.params === '' ? '' : `;${url.params}`;
  const rest = `${params}${url.query === '' ? '' : `?${url.query}`}${url.fragment === '' ? '' : `#${url.fragment}`}`;
  const scheme = url.scheme === '' ? '' : `${url.scheme}:`;
  if (url.netloc !== '') return `${scheme}//${url.netloc}${url.path}${rest}`;
  if (url.path.startsWith('//')) return undefined;
  if (url.scheme === '') return `${url.path}${rest}`;
  if (!USES_NETLOC.has(url.scheme)) return undefined;
  return url.path === '' || url.path.startsWith('/') ? `${scheme}//${url.path}${rest}` : undefined;
}

/** Schemes that keep their `//` without a host. */
const USES_NETLOC = new Set(['ftp', 'http', 'https', 'file', 'sftp', 'git', 'ws', 'wss', 'imap', 'rsync', 'svn', 'nfs']);

/** quote(text, safe) */
export function quote(text: string, safe: string): string {
  return [...text]
    .map((char) =>
      /[A-Za-z0-9_.~-]/.test(char) || (safe.includes(char) && char.charCodeAt(0) < 128)
        ? char
        : [...ENCODER.encode(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
    )
    .join('');
}

/** A parsed URL as Python shows it: a named tuple with more attributes. */
export function urlObject(run: Run, url: Url, from: Known, site: Site, cls: 'ParseResult' | 'SplitResult' = 'ParseResult'): Known {
  const text = (one: string) => str(one, originAt(site, undefined, from.origin), from.secret);
  const orNone = (one: string | null) => (one === null ? none(originAt(site)) : text(one));
  const host = hostParts(url.netloc);
  const params = cls === 'ParseResult' ? [url.params] : [];
  const fields = [url.scheme, url.netloc, url.path, ...params, url.query, url.fragment];
  const made = known(
    {
      t: 'native',
      cls: `urllib.parse.${cls}`,
      truth: true,
      attr: (name, at) => {
        switch (name) {
          case 'scheme':
          case 'netloc':
          case 'path':
          case 'query':
          case 'fragment':
            return text(url[name]);
          case 'params':
            return cls === 'ParseResult'
              ? text(url.params)
              : raise(run, 'AttributeError', "'SplitResult' object has no attribute 'params'", at);
          case 'username':
          case 'password':
          case 'hostname':
            return orNone(host[name]);
          case 'port':
            if (host.port === undefined) return raise(run, 'ValueError', 'Port could not be cast to integer value', at);
            return host.port === null ? none(originAt(at)) : int(host.port, originAt(at, undefined, from.origin));
          case 'geturl':
            return builtin('geturl', (_args, where) => {
              const whole = unparseUrl(url);
              return whole === undefined ? unknownAt(run, 'unsupported-syntax', where, { type: 'str' }) : text(whole);
            });
          default:
            return undefined;
        }
      },
      getItem: (key, at) => {
        const index = key.k === 'known' && key.obj.t === 'int' ? Number(key.obj.v) : Number.NaN;
        const one = Number.isNaN(index) ? undefined : fields.at(index);
        return one === undefined ? unknownAt(run, 'dynamic-call', at) : text(one);
      },
      iterate: (at) => known(tuple(fields.map(text)), originAt(at)),
    },
    originAt(site, undefined, from.origin),
  );
  if (cls === 'ParseResult') parsedUrls.set(made.obj, url);
  return made;
}

const parsedUrls = new WeakMap<Obj, Url>();

/** The URL that an object made by urlparse holds. */
export function urlOf(value: Known): Url | undefined {
  return parsedUrls.get(value.obj);
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
  const parsed = (name: string, cls: 'ParseResult' | 'SplitResult', parse: (text: string) => Url | null | undefined) =>
    onText(name, (text, from, at) => {
      const url = parse(text);
      if (url === null) return raise(run, 'ValueError', 'the URL is not valid', at, from.read?.name ?? null);
      return url === undefined ? unknownAt(run, 'unsupported-syntax', at) : urlObject(run, url, from, at, cls);
    });
  const unquoted = (name: string, plus: boolean) =>
    onText(name, (text, from, at) => {
      return str(plus ? unquotePlus(text) : unquote(text), originAt(at, undefined, from.origin), from.secret);
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
        urlparse: parsed('urlparse', 'ParseResult', parseUrl),
        urlsplit: parsed('urlsplit', 'SplitResult', splitUrl),
        quote: quoted('quote', false),
        quote_plus: quoted('quote_plus', true),
        unquote: unquoted('unquote', false),
        unquote_plus: unquoted('unquote_plus', true),
        parse_qs: onText('parse_qs', (text, from, at) => {
          const pairs = parseQuery(text);
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
  if (
    base === undefined ||
    other === undefined ||
    url === undefined ||
    url === null ||
    url.netloc === '' ||
    !['http', 'https'].includes(url.scheme)
  )
    return unknownAt(run, 'unsupported-syntax', at, { type: 'str' });
  if (other === '') return str(base, originAt(at));
  if (/[\x00-\x20\\;]|^[a-z][a-z0-9+.-]*:|\/\/|[?#]|(^|\/)\.\.?(\/|$)/i.test(other))
    return unknownAt(run, 'unsupported-syntax', at, { type: 'str' });
  const path = other.startsWith('/') ? other : `${url.path.slice(0, url.path.lastIndexOf('/') + 1) || '/'}${other}`;
  if (/(^|\/)\.\.?(\/|$)/.test(path)) return unknownAt(run, 'unsupported-syntax', at, { type: 'str' });
  return str(`${url.scheme}://${url.netloc}${path}`, originAt(at));
}
