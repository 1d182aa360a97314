import type { Collection } from '../../core/data.ts';
import { placeOf, textOrigin } from '../../core/origin.ts';
import { bindValue, known, mapValue, originOf, unknown, type Value } from '../../core/value.ts';
import { DEFAULTS, usual } from '../defaults/defaults.ts';
import type { DefaultsTable } from '../defaults/table.ts';
import type { Bind, Command, Server } from '../model.ts';
import { bindsOf, parseAddress } from './bind.ts';
import { allOptions, optionTable, parseOptions } from './options.ts';
import { flag, type Given, given, operand, optionsOf, orElse, plainServer } from './parts.ts';
import { fromVariable, splitList, toDecimal } from './values.ts';

const UVICORN = optionTable({
  abbreviations: false,
  valued: [
    '--host',
    '--port',
    '--uds',
    '--fd',
    '--reload-dir',
    '--reload-include',
    '--reload-exclude',
    '--reload-delay',
    '--workers',
    '--loop',
    '--http',
    '--ws',
    '--ws-max-size',
    '--ws-max-queue',
    '--ws-ping-interval',
    '--ws-ping-timeout',
    '--ws-per-message-deflate',
    '--lifespan',
    '--interface',
    '--env-file',
    '--log-config',
    '--log-level',
    '--forwarded-allow-ips',
    '--root-path',
    '--limit-concurrency',
    '--backlog',
    '--limit-max-requests',
    '--limit-max-requests-jitter',
    '--timeout-keep-alive',
    '--timeout-graceful-shutdown',
    '--timeout-worker-healthcheck',
    '--ssl-keyfile',
    '--ssl-certfile',
    '--ssl-keyfile-password',
    '--ssl-version',
    '--ssl-cert-reqs',
    '--ssl-ca-certs',
    '--ssl-ciphers',
    '--header',
    '--app-dir',
    '--h11-max-incomplete-event-size',
  ],
  flags: [
    '--reload',
    '--http2',
    '--access-log/--no-access-log',
    '--use-colors/--no-use-colors',
    '--proxy-headers/--no-proxy-headers',
    '--server-header/--no-server-header',
    '--date-header/--no-date-header',
    '--reset-contextvars/--no-reset-contextvars',
    '--factory',
    '--version',
    '--help',
  ],
});

/** Uvicorn: options over UVICORN_* variables; it has no worker timeout. */
export function uvicornServer(command: Command): Server {
  const options = parseOptions(command.argv.slice(1), UVICORN);
  const from: Given = { software: 'uvicorn', options, environment: command.environment, prefix: 'UVICORN_' };
  const { environment } = command;
  const proxied = flag(given(from, 'proxy-headers'), usual(DEFAULTS.uvicorn, 'proxy_headers'));
  const allowed = given(from, 'forwarded-allow-ips');
  const trusted =
    allowed === null
      ? fromVariable(environment, 'FORWARDED_ALLOW_IPS', listOf, () => usual(DEFAULTS.uvicorn, 'forwarded_allow_ips'))
      : listOf(allowed);
  const workers = given(from, 'workers');
  return {
    ...plainServer('uvicorn', options.operands[0] ?? given(from, 'app') ?? operand(options, command)),
    ...optionsOf(from),
    reload: flag(given(from, 'reload'), usual(DEFAULTS.uvicorn, 'reload')),
    interface: textIs(given(from, 'interface'), 'wsgi') ? 'wsgi' : 'asgi',
    binds: hostAndPort(from, DEFAULTS.uvicorn, 'uds', 'fd'),
    workers:
      workers === null
        ? fromVariable(environment, 'WEB_CONCURRENCY', toDecimal, () => usual(DEFAULTS.uvicorn, 'workers'))
        : toDecimal(workers),
    maxRequests: orElse(given(from, 'limit-max-requests'), toDecimal, usual(DEFAULTS.uvicorn, 'limit_max_requests')),
    maxRequestsJitter: orElse(given(from, 'limit-max-requests-jitter'), toDecimal, usual(DEFAULTS.uvicorn, 'limit_max_requests_jitter')),
    forwardedAllowIps: bindValue(proxied, (on): Value<readonly string[]> => (on.value ? trusted : known([], on.origin))),
    accessLog: mapValue(flag(given(from, 'access-log'), usual(DEFAULTS.uvicorn, 'access_log')), (on) => (on ? '-' : null)),
  };
}

function listOf(value: Value<string>): Value<readonly string[]> {
  return mapValue(value, splitList);
}

function textIs(value: Value<string> | null, text: string): boolean {
  return value?.kind === 'known' && value.value === text;
}

type Usually = DefaultsTable<{ readonly host: string; readonly port: number }>;

/** One address of a host and a port, unless a socket replaces them. */
function hostAndPort(from: Given, usually: Usually, socket: string, descriptor: string | null): Collection<Bind> {
  const uds = given(from, socket);
  if (uds !== null) return bindsOf([uds], null, (text, origin) => ({ kind: 'unix', path: text, at: placeOf(origin) ?? null }));
  const fd = descriptor === null ? null : given(from, descriptor);
  if (fd !== null) return bindsOf([fd], null, (_text, origin) => ({ kind: 'fd', at: placeOf(origin) ?? null }));
  const address = orElse(given(from, 'host'), (value) => value, usual(usually, 'host'));
  const number = orElse(given(from, 'port'), toDecimal, usual(usually, 'port'));
  return addressOf(address, number);
}

function addressOf(address: Value<string>, port: Value<number>): Collection<Bind> {
  const joined = bindValue(address, (one) => mapValue(port, (number) => JSON.stringify([one.value, number])));
  const at = placeOf(originOf(address)) ?? placeOf(originOf(port)) ?? null;
  return bindsOf([joined], null, (text) => {
    const [host, number]: readonly unknown[] = JSON.parse(text);
    return { kind: 'tcp', address: String(host), port: Number(number), at };
  });
}

const DAPHNE = optionTable({
  abbreviations: true,
  valued: [
    '-p --port',
    '-b --bind=host',
    '--websocket_timeout',
    '--websocket_connect_timeout',
    '-u --unix-socket',
    '--fd',
    '-e --endpoint',
    '-v --verbosity',
    '-t --http-timeout',
    '--access-log',
    '--log-fmt',
    '--ping-interval',
    '--ping-timeout',
    '--websocket-max-message-size',
    '--websocket-max-frame-size',
    '--application-close-timeout',
    '--root-path',
    '--proxy-headers-host',
    '--proxy-headers-port',
    '-s --server-name',
  ],
  flags: ['--proxy-headers', '--no-server-name', '--nostdin', '-h --help'],
});

/** Daphne: one process; `--proxy-headers` believes every peer. */
export function daphneServer(command: Command): Server {
  const options = parseOptions(command.argv.slice(1), DAPHNE);
  const from: Given = { software: 'daphne', options, environment: command.environment, prefix: null };
  const proxied = flag(given(from, 'proxy-headers'), usual(DEFAULTS.daphne, 'proxy_headers'));
  return {
    ...plainServer('daphne', operand(options, command)),
    ...optionsOf(from),
    binds: daphneBinds(from),
    forwardedAllowIps: mapValue(proxied, (on) => (on ? ['*'] : [])),
  };
}

/** Sockets and endpoints add up; the usual address is there when nothing else is named, or a host or port is. */
function daphneBinds(from: Given): Collection<Bind> {
  const endpoints = allOptions(from.options, 'endpoint');
  const sockets = allOptions(from.options, 'unix-socket');
  const others = [endpoints, sockets, allOptions(from.options, 'fd')].some((one) => one.values.length > 0);
  const named = ['host', 'port'].some((name) => allOptions(from.options, name).values.length > 0);
  const groups = [
    bindsOf(sockets.values, sockets.hidden, (text, origin) => ({ kind: 'unix', path: text, at: placeOf(origin) ?? null })),
    bindsOf(endpoints.values, endpoints.hidden, (text, origin) => endpointOf(text, placeOf(origin) ?? null)),
    ...(named || !others ? [hostAndPort(from, DEFAULTS.daphne, 'no-such-option', 'fd')] : []),
  ];
  const open = groups.map((one) => one.complete).find((one) => one !== true);
  return { items: groups.flatMap((one) => one.items), complete: open ?? true };
}

/** Twisted's "tcp:port=8000:interface=0.0.0.0", "tcp:8000", "unix:/run/x.sock", "fd:fileno=3". */
function endpointOf(text: string, at: Bind['at']): Bind | null {
  const [kind = '', ...parts] = text.split(/(?<!\\):/);
  const named = new Map(
    parts.map((part) => [part.includes('=') ? (part.split('=')[0] ?? '') : '', part.slice(part.indexOf('=') + 1).replaceAll('\\', '')]),
  );
  if (kind === 'fd') return { kind: 'fd', at };
  if (kind === 'unix') return { kind: 'unix', path: named.get('address') ?? named.get('') ?? '', at };
  const port = named.get('port') ?? named.get('');
  return /^(tcp6?|ssl)$/.test(kind) && port !== undefined && /^\d+$/.test(port)
    ? { kind: 'tcp', address: named.get('interface') ?? '0.0.0.0', port: Number(port), at }
    : null;
}

const HYPERCORN = optionTable({
  abbreviations: true,
  valued: [
    '--access-log',
    '--access-logfile',
    '--access-logformat',
    '--backlog',
    '-b --bind',
    '--ca-certs',
    '--certfile',
    '--cert-reqs',
    '--ciphers',
    '-c --config',
    '--error-log',
    '--error-logfile --log-file',
    '--graceful-timeout',
    '--read-timeout',
    '--max-requests',
    '--max-requests-jitter',
    '-g --group',
    '-k --worker-class',
    '--keep-alive',
    '--keyfile',
    '--keyfile-password',
    '--insecure-bind',
    '--log-config',
    '--log-level',
    '-p --pid',
    '--quic-bind',
    '--root-path',
    '--server-name',
    '--statsd-host',
    '--statsd-prefix',
    '-m --umask',
    '-u --user',
    '--verify-mode',
    '--websocket-ping-interval',
    '-w --workers',
  ],
  flags: ['-D --daemon', '--debug', '--reload', '-h --help'],
});

/** Hypercorn: it believes no forwarded header by itself. A configuration file hides what the command line does not say. */
export function hypercornServer(command: Command): Server {
  const options = parseOptions(command.argv.slice(1), HYPERCORN);
  const from: Given = { software: 'hypercorn', options, environment: command.environment, prefix: null };
  const config = given(from, 'config');
  const hidden = <T>(value: Value<T>): Value<T> =>
    config !== null && originOf(value).step === 'default' ? unknown('missing-file', originOf(config)) : value;
  const binds = allOptions(options, 'bind');
  const none = binds.values.length === 0 && binds.hidden === null;
  const address = hidden(usual(DEFAULTS.hypercorn, 'bind'));
  return {
    ...plainServer('hypercorn', operand(options, command)),
    ...optionsOf(from),
    option: (name) => given(from, name) ?? (config === null ? null : unknown('missing-file', originOf(config), [], 'str')),
    reload: hidden(flag(given(from, 'reload'), usual(DEFAULTS.hypercorn, 'reload'))),
    daemon: hidden(flag(given(from, 'daemon'), usual(DEFAULTS.hypercorn, 'daemon'))),
    binds: bindsOf(none ? [address] : binds.values, binds.hidden, (text, origin) => parseAddress(text, origin)),
    workers: hidden(orElse(given(from, 'workers'), toDecimal, usual(DEFAULTS.hypercorn, 'workers'))),
    workerClass: hidden(orElse(given(from, 'worker-class'), (value) => value, usual(DEFAULTS.hypercorn, 'worker_class'))),
    maxRequests: hidden(orElse(given(from, 'max-requests'), toDecimal, usual(DEFAULTS.hypercorn, 'max_requests'))),
    maxRequestsJitter: hidden(orElse(given(from, 'max-requests-jitter'), toDecimal, usual(DEFAULTS.hypercorn, 'max_requests_jitter'))),
    accessLog: hidden(
      orElse<string | null>(
        given(from, 'access-logfile') ?? given(from, 'access-log'),
        (value) => value,
        usual(DEFAULTS.hypercorn, 'accesslog'),
      ),
    ),
  };
}

const GRANIAN = optionTable({
  abbreviations: false,
  valued: [
    '--host',
    '--port',
    '--uds',
    '--uds-permissions',
    '--interface',
    '--http',
    '--workers',
    '--threads',
    '--blocking-threads',
    '--blocking-threads-idle-timeout',
    '--runtime-threads',
    '--runtime-blocking-threads',
    '--runtime-mode',
    '--threading-mode',
    '--loop',
    '--task-impl',
    '--backlog',
    '--backpressure',
    '--http1-buffer-size',
    '--http1-header-read-timeout',
    '--http2-initial-connection-window-size',
    '--http2-initial-stream-window-size',
    '--http2-keep-alive-interval',
    '--http2-keep-alive-timeout',
    '--http2-max-concurrent-streams',
    '--http2-max-frame-size',
    '--http2-max-headers-size',
    '--http2-max-send-buffer-size',
    '--log-level',
    '--log-config',
    '--access-log-fmt',
    '--ssl-certificate',
    '--ssl-keyfile',
    '--ssl-keyfile-password',
    '--ssl-protocol-min',
    '--ssl-ca',
    '--ssl-crl',
    '--url-path-prefix',
    '--respawn-interval',
    '--rss-sample-interval',
    '--rss-samples',
    '--workers-lifetime',
    '--workers-max-rss',
    '--workers-kill-timeout',
    '--working-dir',
    '--env-files',
    '--static-path-route',
    '--static-path-mount',
    '--static-path-dir-to-file',
    '--static-path-expires',
    '--metrics-scrape-interval',
    '--metrics-address',
    '--metrics-port',
    '--reload-paths',
    '--reload-ignore-dirs',
    '--reload-ignore-patterns',
    '--reload-ignore-paths',
    '--reload-tick',
    '--process-name',
    '--pid-file',
  ],
  flags: [
    '--ws/--no-ws',
    '--http1-keep-alive/--no-http1-keep-alive',
    '--http1-pipeline-flush/--no-http1-pipeline-flush',
    '--http2-adaptive-window/--no-http2-adaptive-window',
    '--log/--no-log',
    '--access-log/--no-access-log',
    '--ssl-client-verify/--no-ssl-client-verify',
    '--respawn-failed-workers/--no-respawn-failed-workers',
    '--factory/--no-factory',
    '--metrics/--no-metrics',
    '--reload/--no-reload',
    '--reload-ignore-worker-failure/--no-reload-ignore-worker-failure',
    '--version',
    '--help',
  ],
});

/** Granian: options over GRANIAN_* variables; without `--interface` it speaks its own protocol, which Django does not. */
export function granianServer(command: Command): Server {
  const options = parseOptions(command.argv.slice(1), GRANIAN);
  const from: Given = { software: 'granian', options, environment: command.environment, prefix: 'GRANIAN_' };
  const spoken = given(from, 'interface');
  const text = spoken === null ? DEFAULTS.granian.values.interface : spoken.kind === 'known' ? spoken.value.toLowerCase() : null;
  return {
    ...plainServer('granian', operand(options, command)),
    ...optionsOf(from),
    reload: flag(given(from, 'reload'), usual(DEFAULTS.granian, 'reload')),
    interface: text === 'wsgi' ? 'wsgi' : text === 'asgi' || text === 'asginl' ? 'asgi' : 'unknown',
    binds: hostAndPort(from, DEFAULTS.granian, 'uds', null),
    workers: orElse(given(from, 'workers'), toDecimal, usual(DEFAULTS.granian, 'workers')),
    threads: orElse(given(from, 'blocking-threads'), toDecimal, granianThreads(text, command)),
    accessLog: mapValue(flag(given(from, 'access-log'), usual(DEFAULTS.granian, 'access_log')), (on) => (on ? '-' : null)),
  };
}

/** A WSGI worker works the number out from its backlog and the other workers. */
function granianThreads(spoken: string | null, { at }: Command): Value<number> {
  return spoken === 'wsgi' || spoken === null
    ? unknown('third-party', textOrigin(at), [], 'int')
    : usual(DEFAULTS.granian, 'blocking_threads');
}
