import { textOrigin } from '../../core/origin.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { HaproxyLine, HaproxyWord } from '../../syntax/haproxy/index.ts';
import { DEFAULTS, usual } from '../defaults/defaults.ts';
import type { Destination, Destinations } from '../proxy/unlinked.ts';
import { haproxySeconds, inForce, own, type Scope } from './scope.ts';

/** The servers of a backend and how they are spoken to. */
export interface Servers {
  readonly destinations: Destinations;
  /** The first server line. */
  readonly first: HaproxyLine | null;
  readonly tls: boolean;
  readonly proxyProtocol: boolean;
  readonly fastcgi: boolean;
}

export function serversOf(scope: Scope, templated: boolean): Servers {
  const lines = [...own(scope.lines, 'server'), ...own(scope.lines, 'server-template')];
  const shared = [...own(scope.defaults, 'default-server'), ...own(scope.lines, 'default-server')].flatMap(optionWords);
  const items: Destination[] = [];
  let complete: Destinations['complete'] = templated ? { because: 'template statements stand in the file' } : true;
  for (const line of lines) {
    const word = line.words[line.words[0]?.text === 'server' ? 2 : 3];
    const address = word === undefined || word.hole ? null : addressOf(word.text);
    if (address === null) complete = { because: `the address "${word?.text ?? ''}" is not a plain text` };
    else items.push({ address, at: line.span });
  }
  const [first] = lines;
  const options = [...shared, ...(first === undefined ? [] : optionWords(first))];
  return {
    destinations: { items, complete },
    first: first ?? null,
    tls: lastOf(options, 'ssl', 'no-ssl') === 'ssl',
    proxyProtocol: ['send-proxy', 'send-proxy-v2', 'send-proxy-v2-ssl', 'send-proxy-v2-ssl-cn'].some(
      (name) => lastOf(options, name, `no-${name}`) === name,
    ),
    fastcgi: inForce(scope, 'use-fcgi-app') !== null || options.includes('fcgi'),
  };
}

function optionWords({ words }: HaproxyLine): readonly string[] {
  const from = { server: 3, 'server-template': 4 }[words[0]?.text ?? ''] ?? 1;
  return words.slice(from).map((word) => word.text);
}

function lastOf(options: readonly string[], ...names: readonly string[]): string | null {
  return options.findLast((one) => names.includes(one)) ?? null;
}

export function addressOf(text: string): Destination['address'] | null {
  const socket = /^(?:unix@)?(\/.*)$/.exec(text)?.[1];
  if (socket !== undefined) return { kind: 'unix', path: socket };
  const bare = text.replace(/^(ipv4|ipv6|tcp4?|tcp6?)@/, '');
  const found = /^(\[[0-9a-fA-F:.]+\]|[\w.-]+|[0-9a-fA-F:]*::[0-9a-fA-F:]*):(\d+)$/.exec(bare);
  const host = found?.[1]?.replace(/^\[|\]$/g, '');
  return host === undefined ? null : { kind: 'tcp', host, port: Number(found?.[2]) };
}

/** `timeout server` of the backend or its defaults; without it HAProxy waits for ever. */
export function readTimeout(scope: Scope, templated: boolean): Value<number> {
  const line = inForce(scope, 'timeout', 'server') ?? inForce(scope, 'srvtimeout');
  const word: HaproxyWord | undefined = line?.words.at(line.words[0]?.text === 'timeout' ? 2 : 1);
  const origin = textOrigin(line?.span ?? scope.section.at);
  if (word === undefined) return templated ? unknown('unsupported-syntax', origin) : usual(DEFAULTS.haproxy, 'timeout_server');
  const seconds = word.hole ? null : haproxySeconds(word.text);
  return seconds === null ? unknown('unsupported-syntax', origin) : known(seconds, origin);
}
