import { placeOf } from '../../core/origin.ts';
import { bindValue, byDefault, known, unknown, type Value } from '../../core/value.ts';
import { DEFAULTS, usual } from '../defaults/defaults.ts';
import type { Bind, Command, Server } from '../model.ts';
import { bindsOf, parseAddress } from './bind.ts';
import type { ServerContext } from './context.ts';
import { plainServer } from './parts.ts';
import { type UwsgiOptions, uwsgiOptions } from './uwsgi-options.ts';
import { toDecimal } from './values.ts';

const TABLE = DEFAULTS.uwsgi;
const OF = TABLE.of;

/** The effective configuration of a uWSGI command line, its variables and the files it names. */
export function uwsgiServer(command: Command, context: ServerContext): Server {
  const options = uwsgiOptions(command, context);
  const sources = (name: string) => options.given.filter((one) => one.name === name).map(({ from, value }) => ({ from, value }));
  const option = (name: string) => sources(name).at(-1)?.value ?? options.hidden;
  const count = (name: string, otherwise: Value<number>) => {
    const value = option(name);
    return value === null ? otherwise : toDecimal(value);
  };
  return {
    ...plainServer('uwsgi', appOf(options)),
    interface: 'wsgi',
    binds: binds(options),
    workers: count('workers', usual(TABLE, 'workers')),
    threads: count('threads', usual(TABLE, 'threads')),
    timeout: count('harakiri', usual(TABLE, 'harakiri')),
    maxRequests: count('max-requests', usual(TABLE, 'max_requests')),
    preload: flagOf(option('lazy-apps'), !TABLE.values.lazy_apps, false),
    errorLog: option('logto') ?? option('daemonize') ?? byDefault<string | null>('-', OF),
    reload: flagOf(option('py-autoreload'), false, true),
    daemon: flagOf(option('daemonize') ?? option('daemonize2'), false, true),
    option,
    sources,
    configFile: options.file,
  };
}

/** Any value but 0, false, off and no turns an option on. */
function flagOf(value: Value<string> | null, otherwise: boolean, on: boolean): Value<boolean> {
  if (value === null) return byDefault(otherwise, OF);
  return bindValue(value, (one) => known(/^(0|false|off|no)$/i.test(one.value) ? !on : on, one.origin));
}

/** `module` with its callable; a WSGI file stays a path. */
function appOf({ given, hidden }: UwsgiOptions): Value<string> {
  const last = (...names: readonly string[]) => given.filter(({ name }) => names.includes(name)).at(-1)?.value ?? null;
  const value = last('module', 'wsgi-file') ?? hidden;
  if (value === null) return unknown('raised', { step: 'default', of: OF }, [], 'str');
  const callable = last('callable');
  return bindValue(value, (one) => {
    if (callable === null || one.value.includes(':') || one.value.includes('/')) return one;
    return bindValue(callable, (name) => known(`${one.value}:${name.value}`, one.origin));
  });
}

/** Each socket option and what is spoken there: one that names no protocol speaks uWSGI's own. */
const SOCKETS: ReadonlyMap<string, Bind['protocol'] | 'http'> = new Map([
  ['http', 'http'],
  ['http-socket', 'http'],
  ['http11-socket', 'http'],
  ['https', 'http'],
  ['https-socket', 'http'],
  ['socket', 'uwsgi'],
  ['fastcgi-socket', 'fastcgi'],
]);

function binds({ given, hidden }: UwsgiOptions): Server['binds'] {
  const named = given.filter(({ name }) => name === 'protocol' || name === 'socket-protocol').at(-1)?.value;
  const http = named !== undefined && !(named.kind === 'known' && named.value === 'uwsgi');
  const sockets = [...SOCKETS].flatMap(([name, protocol]) =>
    given.filter((one) => one.name === name).map(({ value }) => ({ value, protocol })),
  );
  const read = sockets.map(({ value, protocol }) =>
    bindsOf([value], null, (text, origin) =>
      withProtocol(addressOf(text.split(',')[0] ?? '', origin), http && protocol === 'uwsgi' ? 'http' : protocol),
    ),
  );
  const open = read.find((one) => one.complete !== true)?.complete ?? bindsOf([], hidden, () => null).complete;
  return { items: read.flatMap((one) => one.items), complete: open };
}

function withProtocol(bind: Bind | null, protocol: Bind['protocol'] | 'http'): Bind | null {
  return bind === null || protocol === 'http' || protocol === undefined ? bind : { ...bind, protocol };
}

/** A text with a colon is an address, any other a path. */
function addressOf(text: string, origin: Parameters<typeof parseAddress>[1]): Bind | null {
  if (text.startsWith('=')) return null;
  return text.includes(':') ? parseAddress(text, origin) : { kind: 'unix', path: text, at: placeOf(origin) ?? null };
}
