import { toInt } from '../builtins/casts.ts';
import { builtin, PYTHON } from '../builtins/native.ts';
import { raise } from '../raise.ts';
import { originAt, type Run, unknownAt } from '../run.ts';
import { setItem } from '../values/containers.ts';
import { dictFrom } from '../values/iterate.ts';
import { ABSENT, bool, type DictObj, int, type Known, known, none, type Site, type Slot, str, type Val } from '../values/object.ts';
import { conditional, writeMap } from '../values/state.ts';
import { hasRoot } from '../values/text.ts';
import { hostParts, parseQuery, parseUrl, unquote } from './python/urls.ts';
import type { ModelledModule } from './registry.ts';
import { since } from './releases.ts';
import { configFromUrl, parsedUrl, type UrlLibrary } from './url-config.ts';

/** dj-email-url 1.0.6, read from `dj_email_url.py`. Releases before 1.0.5 know no timeout. */

const SMTP = 'django.core.mail.backends.smtp.EmailBackend';
const SCHEMES: Readonly<Record<string, string>> = {
  smtp: SMTP,
  submission: SMTP,
  submit: SMTP,
  smtps: SMTP,
  console: 'django.core.mail.backends.console.EmailBackend',
  file: 'django.core.mail.backends.filebased.EmailBackend',
  memory: 'django.core.mail.backends.locmem.EmailBackend',
  dummy: 'django.core.mail.backends.dummy.EmailBackend',
};
const TRUTHY = new Set(['1', 'y', 'Y', 'yes', 'Yes', 'YES', 't', 'T', 'true', 'True', 'TRUE', 'on', 'On', 'ON']);

interface Transport {
  readonly host: string | null;
  readonly port: number | null;
  readonly tls: boolean;
}

/** What the scheme fills in where the URL says nothing. */
function transport(scheme: string, host: string | null, port: number | null): Transport {
  switch (scheme) {
    case 'smtp':
      return { host: host ?? 'localhost', port: port === null || port === 0 ? 25 : port, tls: false };
    case 'smtps':
      return { host, port, tls: true };
    case 'submission':
    case 'submit':
      return { host, port: port === null || port === 0 ? 587 : port, tls: true };
    default:
      return { host, port, tls: false };
  }
}

/** `ssl` decides alone where it stands at all; `tls` is asked after it. */
function security(query: ReadonlyMap<string, string>, tls: boolean): { readonly ssl: boolean; readonly tls: boolean } {
  const ssl = query.get('ssl');
  if (ssl !== undefined) return TRUTHY.has(ssl) ? { ssl: true, tls: false } : { ssl: false, tls };
  return TRUTHY.has(query.get('tls') ?? '') ? { ssl: false, tls: true } : { ssl: false, tls };
}

/** A key that only later releases set. */
function perhaps(value: Val): Slot {
  const guard = { on: 'text' as const, key: 'release:dj-email-url:1.0.5', text: 'dj-email-url is at least 1.0.5' };
  return conditional([
    { when: [{ ...guard, holds: true }], then: value },
    { when: [{ ...guard, holds: false }], then: ABSENT },
  ]);
}

function setEntry(run: Run, dict: DictObj, name: string, value: Slot, site: Site): void {
  writeMap(run.journal, dict.cell).entries.set(`s:${name}`, { key: str(name, originAt(site)), value });
}

function parse(run: Run, url: Known, site: Site): Val {
  const variable = url.read?.name ?? null;
  if (url.obj.t === 'none') return raise(run, 'TypeError', 'the e-mail URL is None', site, variable);
  const parsed = url.obj.t === 'str' && !hasRoot(url.obj.v) ? parseUrl(url.obj.v) : undefined;
  if (parsed === null) return raise(run, 'ValueError', 'the URL is not valid', site, variable);
  const pairs = parsed === undefined ? undefined : parseQuery(parsed.query);
  if (parsed === undefined || pairs === undefined) return unknownAt(run, 'unsupported-syntax', site, { type: 'dict' });
  const query = new Map(pairs.map(([key, [first = '']]) => [key, first]));
  const parts = hostParts(parsed.netloc);
  const user = parts.username === null ? null : unquote(parts.username);
  const password = parts.password === null ? null : unquote(parts.password);
  if (parts.port === undefined) return raise(run, 'ValueError', 'Port could not be cast to integer value', site, variable);
  const origin = originAt(site, undefined, url.origin);
  const text = (one: string | null, secret = false): Val => (one === null ? none(origin) : str(one, origin, secret));
  const made = transport(parsed.scheme, parts.hostname, parts.port);
  const { ssl, tls } = security(query, made.tls);
  const timeout = query.get('timeout');
  const timed = since(run, 'dj-email-url', '1.0.5');
  const backend = Object.hasOwn(SCHEMES, parsed.scheme) ? SCHEMES[parsed.scheme] : undefined;
  const dict = dictFrom(run, [], site);
  const put = (key: string, value: Val) => setItem(run, dict, str(key, originAt(site)), value, site);
  put('EMAIL_FILE_PATH', text(parsed.path.slice(1)));
  put('EMAIL_HOST_USER', text(user));
  put('EMAIL_HOST_PASSWORD', text(password, true));
  put('EMAIL_HOST', text(made.host));
  put('EMAIL_PORT', made.port === null ? none(origin) : int(made.port, origin));
  put('EMAIL_USE_SSL', bool(ssl, origin));
  put('EMAIL_USE_TLS', bool(tls, origin));
  if (timed !== false) {
    const value = timeout === undefined ? none(origin) : toInt(run, str(timeout, origin), 10, site);
    setEntry(run, dict, 'EMAIL_TIMEOUT', timed === true ? value : perhaps(value), site);
  }
  if (backend !== undefined) put('EMAIL_BACKEND', text(backend));
  const server = query.get('_server_email');
  const from = query.get('_default_from_email');
  if (server !== undefined) put('SERVER_EMAIL', text(server));
  if (from !== undefined) put('DEFAULT_FROM_EMAIL', text(from));
  return known(dict, origin);
}

export function djEmailUrlModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const library: UrlLibrary = {
    name: 'dj-email-url',
    variable: 'EMAIL_URL',
    otherwise: none(PYTHON),
    parse: (url, site) => parse(run, url, site),
  };
  return {
    dj_email_url: {
      open: true,
      names: {
        config: () => builtin('config', (args, at) => configFromUrl(run, library, args, at)),
        parse: () => builtin('parse', (args, at) => parsedUrl(run, library, args, at)),
        DEFAULT_ENV: () => str('EMAIL_URL', PYTHON),
      },
    },
  };
}
