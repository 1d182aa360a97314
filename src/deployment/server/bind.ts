import type { Collection } from '../../core/data.ts';
import { placeOf } from '../../core/origin.ts';
import { type Known, originOf, type Value } from '../../core/value.ts';
import type { Bind } from '../model.ts';

/** Reads an address as gunicorn does; null when it refuses it. */
export function parseAddress(text: string, origin: Known<unknown>['origin'], defaultPort = 8000): Bind | null {
  const at = placeOf(origin) ?? null;
  const unix = /^unix:(?:\/\/)?(.*)$/s.exec(text);
  if (unix !== null) return { kind: 'unix', path: unix[1] ?? '', at };
  if (text.startsWith('fd://')) return /^\d+$/.test(text.slice(5)) ? { kind: 'fd', at } : null;
  const plain = text.replace(/^tcp:\/\//, '');
  const brackets = /^\[([^\]]*)\](?::(.*))?$/.exec(plain);
  const [address, port] = brackets === null ? hostAndPort(plain) : [brackets[1] ?? '', brackets[2]];
  if (port === undefined) return { kind: 'tcp', address: plain === '' ? '0.0.0.0' : address, port: defaultPort, at };
  return /^\d{1,5}$/.test(port) ? { kind: 'tcp', address, port: Number(port), at } : null;
}

function hostAndPort(text: string): readonly [string, string | undefined] {
  const [host = '', port] = text.split(':');
  return [host, port];
}

/** Addresses out of texts; those that are not known or refused leave the collection open. */
export function bindsOf(
  values: readonly Value<string>[],
  hidden: Value<string> | null,
  read: (text: string, origin: Known<unknown>['origin']) => Bind | null,
): Collection<Bind> {
  const items: Bind[] = [];
  let because = hidden === null ? null : reasonOf(hidden);
  for (const value of values) {
    const bind = value.kind === 'known' ? read(value.value, value.origin) : null;
    if (bind !== null) items.push(bind);
    else because ??= value.kind === 'known' ? `${value.value} is no address` : reasonOf(value);
  }
  return { items, complete: because === null ? true : { because } };
}

function reasonOf(value: Value<unknown>): string {
  const names = value.kind === 'unknown' ? value.names : [];
  if (names.length > 0) return `${names.join(', ')} decides where it listens`;
  return originOf(value).step === 'default' ? 'where it listens is not known' : 'a part of the command line is not known';
}

/** An address as a person writes it. */
export function bindInWords(bind: Bind): string {
  if (bind.kind === 'script') return bind.path;
  if (bind.kind === 'tcp') return `${bind.address.includes(':') ? `[${bind.address}]` : bind.address}:${bind.port}`;
  return bind.kind === 'unix' ? `unix:${bind.path}` : 'a socket of systemd';
}
