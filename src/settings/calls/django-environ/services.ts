import { builtinName } from '../../builtins/builtins.ts';
import { truthOf } from '../../expressions/truth.ts';
import { raise } from '../../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../../run.ts';
import { openMap, setItem } from '../../values/containers.ts';
import { dictFrom, listFrom } from '../../values/iterate.ts';
import {
  ABSENT,
  bool,
  type DictObj,
  int,
  type Known,
  known,
  none,
  type Site,
  type Slot,
  str,
  type Unk,
  type Val,
} from '../../values/object.ts';
import { writeMap } from '../../values/state.ts';
import { hostParts, parseQuery, parseUrl, type Url, unparseUrl, unquote, unquotePlus, urlOf } from '../python/urls.ts';
import { since } from '../releases.ts';
import { parseValue } from './casts.ts';
import { driverIn, type EnvClass, isDoubtful } from './class.ts';
import { unreadDatabase } from './databases.ts';
import { castInt, castLiteral } from './options.ts';

/** django-environ 0.4.5 to 0.14: Env.cache_url_config, email_url_config, search_url_config and channels_url_config. */

interface Parsing {
  readonly run: Run;
  readonly cls: EnvClass;
  readonly from: Known;
  readonly url: Url;
  /** `backend=` or `engine=`. */
  readonly override: Val | undefined;
  readonly site: Site;
}

export type Service = 'cache' | 'email' | 'search' | 'channels';

/** The config that a URL stands for. */
export function serviceConfig(run: Run, cls: EnvClass, service: Service, value: Val, override: Val | undefined, site: Site): Val {
  return lift(
    run,
    value,
    (one) => {
      const doubt = (): Val => unreadDatabase(run, unknownAt(run, 'unsupported-syntax', site, { type: 'dict' }), site);
      const isFalse = urlOf(one) === undefined && truthOf(run, one, site) === false;
      if (service === 'cache' && isFalse) return emptyCache(run, site) ?? doubt();
      const parsed = urlOf(one) ?? (one.obj.t === 'str' ? parseUrl(one.obj.v) : undefined);
      if (parsed === null) return raise(run, 'ValueError', 'the URL is not valid', site, one.read?.name ?? null);
      if (parsed === undefined) return isFalse ? withoutUrl(run, service, site) : doubt();
      if (parsed.path.includes(';') && since(run, 'django-environ', '0.10') !== true) return doubt();
      const known_ = override === undefined || (override.k === 'known' && isNothing(override)) ? undefined : override;
      const parsing: Parsing = { run, cls, from: one, url: parsed, override: known_, site };
      return (service === 'cache' ? cache : service === 'email' ? email : service === 'search' ? search : channels)(parsing) ?? doubt();
    },
    (one) =>
      service === 'email'
        ? unreadEmail(run, one, site)
        : unreadDatabase(run, { ...one, type: 'dict', truth: null, env: null, key: '' }, site),
  );
}

function isNothing(one: Known): boolean {
  return one.obj.t === 'none' || (one.obj.t === 'str' && one.obj.v === '');
}

function emptyCache(run: Run, site: Site): Val | undefined {
  const newer = since(run, 'django-environ', '0.5');
  return newer === true
    ? known(dictFrom(run, [], site), originAt(site))
    : newer === false
      ? raise(run, 'KeyError', "b''", site)
      : undefined;
}

function withoutUrl(run: Run, service: Service, site: Site): Val {
  if (service === 'channels') return raise(run, 'ImproperlyConfigured', 'Invalid channels schema', site);
  return raise(run, 'TypeError', "a bytes-like object is required, not 'str'", site);
}

function text(parsing: Parsing, value: string): Known {
  return str(value, originAt(parsing.site, undefined, parsing.from.origin));
}

function config(parsing: Parsing): { readonly dict: DictObj; readonly put: (key: string, value: Val) => void; readonly done: () => Val } {
  const { run, site, from } = parsing;
  const dict = dictFrom(run, [], site);
  return {
    dict,
    put: (key, value) => setItem(run, dict, str(key, originAt(site)), value, site),
    done: () => known(dict, originAt(site, undefined, from.origin)),
  };
}

/** The class of a scheme; `raises` is the message for one that the table lacks. */
function driver(
  parsing: Parsing,
  table: Parameters<typeof driverIn>[1],
  scheme: string,
  raises: string,
  type = 'ImproperlyConfigured',
): Val {
  const { run, cls, site, from } = parsing;
  const found = driverIn(cls, table, scheme);
  if (found === null) return raise(run, type, raises, site, from.read?.name ?? null);
  if (found === undefined) return unknownAt(run, 'dynamic-call', site, { type: 'str' });
  return found.k === 'known' ? { ...found, origin: originAt(site, undefined, from.origin) } : found;
}

const CACHE_OPTIONS = new Set(['TIMEOUT', 'KEY_PREFIX', 'VERSION', 'KEY_FUNCTION', 'BINARY']);
const CORE_REDIS = 'django.core.cache.backends.redis.RedisCache';

function cache(parsing: Parsing): Val | undefined {
  const { run, url, override, site } = parsing;
  const own = driver(
    parsing,
    'CACHE_SCHEMES',
    url.scheme,
    `Invalid cache schema ${url.scheme}`,
    since(run, 'django-environ', '0.5') === false ? 'KeyError' : undefined,
  );
  const locations = cacheLocations(parsing);
  if (locations === undefined || isDoubtful(own)) return undefined;
  const out = config(parsing);
  const backend = override ?? own;
  out.put('BACKEND', backend);
  const values = locations.map((one) => text(parsing, one));
  const [only] = values;
  out.put('LOCATION', values.length === 1 && only !== undefined ? only : known(listFrom(run, values), originAt(site)));
  if (url.query === '') return out.done();
  const lower = lowerKeys(run, backend, own);
  if (lower === undefined) {
    openMap(run, out.dict, backend.k === 'unk' ? backend : unknownAt(run, 'unsupported-syntax', site));
    return out.done();
  }
  const options = dictFrom(run, [], site);
  for (const [key, [first = '']] of parseQuery(url.query)) {
    const name = lower ? key.toLowerCase() : key.toUpperCase();
    const value = castLiteral(run, text(parsing, first), site);
    if (CACHE_OPTIONS.has(key.toUpperCase())) out.put(name, value);
    else setItem(run, options, str(name, originAt(site)), value, site);
  }
  out.put('OPTIONS', known(options, originAt(site)));
  return out.done();
}

/** Since 0.13 Django's own Redis class has its options in lower case. */
function lowerKeys(run: Run, backend: Val, own: Val): boolean | undefined {
  const newer = since(run, 'django-environ', '0.13');
  if (newer === false) return false;
  const name = backend.k === 'known' && backend.obj.t === 'str' ? backend.obj.v : undefined;
  if (name === undefined || own.k === 'cond') return undefined;
  return name === CORE_REDIS ? newer : false;
}

function cacheLocations({ run, url }: Parsing): readonly string[] | undefined {
  let locations: readonly string[] = url.scheme === 'filecache' ? [url.netloc + url.path] : url.netloc.split(',');
  if (url.scheme === 'memcache' || url.scheme === 'pymemcache') {
    // Up to 0.8.0 it was the path that made it a socket.
    const newer = (url.netloc === '') === (url.path !== '') ? true : since(run, 'django-environ', '0.8.1');
    if (newer === undefined) return undefined;
    if (newer ? url.netloc === '' : url.path !== '') locations = [`unix:${url.path}`];
  } else if (url.scheme.startsWith('redis')) {
    const scheme = hostParts(url.netloc).hostname === null ? 'unix' : url.scheme.replaceAll('cache', '');
    locations = url.netloc.split(',').map((one) => `${scheme}://${one}${url.path}`);
  }
  return locations;
}

const EMAIL_KEYS = ['EMAIL_FILE_PATH', 'EMAIL_HOST_USER', 'EMAIL_HOST_PASSWORD', 'EMAIL_HOST', 'EMAIL_PORT', 'EMAIL_BACKEND'];

/** The keys do not hang on the URL, but for three that may be there. */
function unreadEmail(run: Run, why: Unk, site: Site): Val {
  const blurred: Unk = { ...why, type: null, truth: null, env: null, key: '', many: false };
  const dict = dictFrom(
    run,
    EMAIL_KEYS.map((key) => [key, blurred]),
    site,
  );
  const state = writeMap(run.journal, dict.cell);
  for (const name of ['EMAIL_USE_TLS', 'EMAIL_USE_SSL', 'OPTIONS']) {
    const guard = {
      on: 'text' as const,
      key: `${unknownAt(run, why.why, site).key}:${name}`,
      text: `the mail URL sets ${name}`,
      holds: true,
    };
    const value: Slot = {
      k: 'cond',
      cases: [
        { when: [guard], then: blurred },
        { when: [{ ...guard, holds: false }], then: ABSENT },
      ],
    };
    state.entries.set(`s:${name}`, { key: str(name, originAt(site)), value });
  }
  return known(dict, originAt(site, undefined, why.origin));
}

function email(parsing: Parsing): Val | undefined {
  const { run, url, override, from, site } = parsing;
  const parts = hostParts(url.netloc);
  const plus = [parts.username, parts.password].some((one) => one?.includes('+')) ? since(run, 'django-environ', '0.9') : true;
  if (plus === undefined) return undefined;
  const user = (one: string | null): Val => (one === null ? none(originAt(site)) : text(parsing, plus ? unquote(one) : unquotePlus(one)));
  if (parts.port === undefined) return raise(run, 'ValueError', 'Port could not be cast to integer value', site, from.read?.name ?? null);
  const out = config(parsing);
  out.put('EMAIL_FILE_PATH', text(parsing, unquotePlus(url.path.slice(1).split('?')[0] ?? '')));
  out.put('EMAIL_HOST_USER', user(parts.username));
  out.put('EMAIL_HOST_PASSWORD', user(parts.password));
  out.put('EMAIL_HOST', parts.hostname === null ? none(originAt(site)) : text(parsing, parts.hostname));
  out.put('EMAIL_PORT', parts.port === null ? none(originAt(site)) : int(parts.port, originAt(site, undefined, from.origin)));
  out.put('EMAIL_BACKEND', override ?? driver(parsing, 'EMAIL_SCHEMES', url.scheme, `Invalid email schema ${url.scheme}`));
  if (url.scheme === 'smtps' || url.scheme === 'smtp+tls') out.put('EMAIL_USE_TLS', bool(true, originAt(site)));
  if (url.scheme === 'smtp+ssl') out.put('EMAIL_USE_SSL', bool(true, originAt(site)));
  if (url.query === '') return out.done();
  const options = dictFrom(run, [], site);
  for (const [key, [first = '']] of parseQuery(url.query)) {
    const upper = key.toUpperCase();
    const value = castInt(run, text(parsing, first), site);
    if (upper === 'EMAIL_USE_TLS' || upper === 'EMAIL_USE_SSL') out.put(upper, value);
    else setItem(run, options, str(upper, originAt(site)), value, site);
  }
  out.put('OPTIONS', known(options, originAt(site)));
  return out.done();
}

function channels(parsing: Parsing): Val | undefined {
  const { run, url, override, site } = parsing;
  const out = config(parsing);
  if (override !== undefined) {
    // Up to 0.12 the hosts were given beside a backend of one's own as well.
    if (since(run, 'django-environ', '0.13') !== true) return undefined;
    out.put('BACKEND', override);
    return out.done();
  }
  const own = driver(parsing, 'CHANNELS_SCHEMES', url.scheme, `Invalid channels schema ${url.scheme}`);
  if (isDoubtful(own)) return undefined;
  out.put('BACKEND', own);
  if (!url.scheme.startsWith('redis')) return out.done();
  const host = unparseUrl({ ...url, scheme: url.scheme.split('+')[0] ?? '' });
  if (host === undefined) return undefined;
  const hosts = known(listFrom(run, [text(parsing, host)]), originAt(site));
  out.put('CONFIG', known(dictFrom(run, [['hosts', hosts]], site), originAt(site)));
  return out.done();
}

function search(parsing: Parsing): Val | undefined {
  const { run, url, override, site } = parsing;
  const secure = /^elasticsearch\d?s$/.test(url.scheme);
  const newer = since(run, 'django-environ', '0.11');
  if ((secure || url.query !== '') && newer !== true) return undefined;
  const out = config(parsing);
  const scheme = secure ? url.scheme.slice(0, -1) : url.scheme;
  const engine = driver(parsing, 'SEARCH_SCHEMES', scheme, `Invalid search schema ${url.scheme}`);
  if (isDoubtful(engine)) return undefined;
  out.put('ENGINE', engine);
  const params = new Map(parseQuery(url.query).map(([key, [first = '']]) => [key, text(parsing, first)]));
  const cast = (key: string, to: 'int' | 'bool' | null) => {
    const value = params.get(key);
    if (value !== undefined) out.put(key, to === null ? value : parseValue(run, parsing.cls, value, builtinName(run, to) ?? null, site));
  };
  const excluded = params.get('EXCLUDED_INDEXES');
  if (excluded?.obj.t === 'str')
    out.put(
      'EXCLUDED_INDEXES',
      known(
        listFrom(
          run,
          excluded.obj.v.split(',').map((one) => text(parsing, one)),
        ),
        originAt(site),
      ),
    );
  cast('INCLUDE_SPELLING', 'bool');
  cast('BATCH_SIZE', 'int');
  if (url.scheme === 'simple') return out.done();
  const path = unquotePlus(url.path.slice(1).split('?')[0] ?? '').replace(/\/$/, '');
  const server = (protocol: string, rest: string) =>
    unparseUrl({
      scheme: protocol,
      netloc: url.netloc,
      path: rest === '' || rest.startsWith('/') ? rest : `/${rest}`,
      params: '',
      query: '',
      fragment: '',
    });
  if (url.scheme === 'solr' || scheme.startsWith('elasticsearch')) {
    const slash = path.lastIndexOf('/');
    const elastic = scheme.startsWith('elasticsearch');
    const where = server(secure ? 'https' : 'http', elastic ? path.slice(0, Math.max(0, slash)) : path);
    if (where === undefined || url.netloc === '' || path.startsWith('/')) return undefined;
    out.put('URL', text(parsing, where));
    cast('TIMEOUT', 'int');
    cast('KWARGS', null);
    if (elastic) out.put('INDEX_NAME', text(parsing, path.slice(slash + 1)));
    return out.done();
  }
  out.put('PATH', text(parsing, `/${path}`));
  if (url.scheme === 'whoosh') {
    cast('STORAGE', null);
    cast('POST_LIMIT', 'int');
  } else if (url.scheme === 'xapian') cast('FLAGS', null);
  if (override !== undefined) out.put('ENGINE', override);
  return out.done();
}
