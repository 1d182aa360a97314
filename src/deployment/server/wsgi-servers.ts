import type { Collection } from '../../core/data.ts';
import { placeOf } from '../../core/origin.ts';
import { bindValue, byDefault, known, mapValue, originOf, unknown, type Value } from '../../core/value.ts';
import { managementOf } from '../command/python.ts';
import { DEFAULTS, usual } from '../defaults/defaults.ts';
import type { Bind, Command, Server } from '../model.ts';
import { bindsOf, parseAddress } from './bind.ts';
import { allOptions, optionTable, parseOptions } from './options.ts';
import { type Given, given, operand, optionsOf, orElse, plainServer } from './parts.ts';
import { toDecimal } from './values.ts';

const WAITRESS = optionTable({
  abbreviations: false,
  valued: [
    '--host',
    '--port',
    '--listen',
    '--threads',
    '--trusted-proxy',
    '--trusted-proxy-count',
    '--trusted-proxy-headers',
    '--url-scheme',
    '--url-prefix',
    '--backlog',
    '--recv-bytes',
    '--send-bytes',
    '--outbuf-overflow',
    '--outbuf-high-watermark',
    '--inbuf-overflow',
    '--connection-limit',
    '--cleanup-interval',
    '--channel-timeout',
    '--max-request-header-size',
    '--max-request-body-size',
    '--ident',
    '--asyncore-loop-timeout',
    '--unix-socket',
    '--unix-socket-perms',
    '--channel-request-lookahead',
    '--server-name',
    '--app',
  ],
  flags: [
    '--call',
    '--ipv4/--no-ipv4',
    '--ipv6/--no-ipv6',
    '--log-untrusted-proxy-headers/--no-log-untrusted-proxy-headers',
    '--clear-untrusted-proxy-headers/--no-clear-untrusted-proxy-headers',
    '--log-socket-errors/--no-log-socket-errors',
    '--expose-tracebacks/--no-expose-tracebacks',
    '--asyncore-use-poll/--no-asyncore-use-poll',
    '--help',
  ],
});

/** Waitress: one process with four threads; only a trusted proxy's headers count. */
export function waitressServer(command: Command): Server {
  const options = parseOptions(command.argv.slice(1), WAITRESS);
  const from: Given = { software: 'waitress', options, environment: command.environment, prefix: null };
  return {
    ...plainServer('waitress', given(from, 'app') ?? operand(options, command)),
    ...optionsOf(from),
    interface: 'wsgi',
    binds: waitressBinds(from),
    threads: orElse(given(from, 'threads'), toDecimal, usual(DEFAULTS.waitress, 'threads')),
    forwardedAllowIps: orElse<readonly string[]>(
      given(from, 'trusted-proxy'),
      (value) => mapValue(value, (text) => [text]),
      mapValue(usual(DEFAULTS.waitress, 'trusted_proxy'), () => []),
    ),
    accessLog: byDefault<string | null>(null, 'waitress'),
  };
}

function waitressBinds(from: Given): Collection<Bind> {
  const socket = given(from, 'unix-socket');
  if (socket !== null) return bindsOf([socket], null, (text, origin) => ({ kind: 'unix', path: text, at: placeOf(origin) ?? null }));
  const listen = allOptions(from.options, 'listen');
  if (listen.values.length > 0 || listen.hidden !== null) {
    const each = listen.values.flatMap((value): readonly Value<string>[] =>
      value.kind === 'known' ? value.value.split(/\s+/).map((text) => known(text, value.origin)) : [value],
    );
    return bindsOf(each, listen.hidden, (text, origin) =>
      parseAddress(text.replace(/^\*:/, '0.0.0.0:'), origin, DEFAULTS.waitress.values.port),
    );
  }
  const host = orElse(given(from, 'host'), (value) => value, usual(DEFAULTS.waitress, 'host'));
  const port = given(from, 'port') ?? mapValue(usual(DEFAULTS.waitress, 'port'), String);
  const joined = bindValue(host, (one) => {
    const address = one.value === '*' ? '0.0.0.0' : one.value.includes(':') ? `[${one.value}]` : one.value;
    return mapValue(port, (number) => `${address}:${number}`);
  });
  return bindsOf([joined], null, (text, origin) => parseAddress(text, placeOf(origin) === undefined ? originOf(port) : origin));
}

/** `manage.py runserver [address:port]`: the development server. */
export function runserverServer(command: Command): Server | null {
  const management = managementOf(command.argv, command.at);
  if (management === null || !/^runserver(_plus)?$/.test(management.name)) return null;
  const options = parseOptions(management.args, RUNSERVER);
  const [address] = options.operands;
  const standard = usual(DEFAULTS.runserver, 'address');
  const app = unknown('dynamic-call', { step: 'text', at: management.at, note: 'WSGI_APPLICATION or ASGI_APPLICATION' }, [], 'str');
  return {
    ...plainServer('runserver', app),
    reload: known(!options.options.some((one) => one.name === 'noreload'), { step: 'text', at: management.at }),
    interface: 'unknown',
    binds: bindsOf([address ?? standard], options.unread?.word.kind === 'unknown' ? options.unread.word : null, runserverAddress),
    threads: unknown('dynamic-call', { step: 'text', at: management.at, note: 'one thread a connection' }),
  };
}

const RUNSERVER = optionTable({
  abbreviations: true,
  valued: ['--settings', '--pythonpath', '-v --verbosity', '--cert-file', '--cert', '--key-file', '--reloader-interval', '--reloader-type'],
  flags: [
    '-6 --ipv6',
    '--nothreading',
    '--noreload',
    '--nostatic',
    '--insecure',
    '--skip-checks',
    '--traceback',
    '--no-color',
    '--force-color',
  ],
});

/** "8000", "0:8000", "0.0.0.0:8000", "[::1]:8000". */
function runserverAddress(text: string, origin: Parameters<typeof parseAddress>[1]): Bind | null {
  if (/^\d+$/.test(text)) return parseAddress(`127.0.0.1:${text}`, origin);
  return parseAddress(text.replace(/^0:/, '0.0.0.0:'), origin);
}
