import type { CaddyDirective, CaddyWord } from '../../syntax/caddy/index.ts';
import type { ProxyLocation, Upstream } from '../model.ts';
import type { Destination, Destinations } from '../proxy/unlinked.ts';
import { type CaddySurroundings, named, wordValue } from './scope.ts';

/** Where a `reverse_proxy` leads, and how it speaks to that. */
export interface CaddyPass {
  readonly pass: NonNullable<ProxyLocation['pass']>;
  readonly destinations: Destinations;
}

/** `args` are the words behind the matcher. */
export function readPass(directive: CaddyDirective, args: readonly CaddyWord[], around: CaddySurroundings): CaddyPass | null {
  const block = directive.block ?? [];
  const words = [...args, ...named(block, 'to').flatMap((one) => one.args)];
  const transport = named(block, 'transport')[0];
  const overTls = named(transport?.block ?? [], 'tls', 'tls_insecure_skip_verify', 'tls_server_name', 'tls_trust_pool').length > 0;
  const [first] = words;
  const items: Destination[] = [];
  let complete: Destinations['complete'] = true;
  let scheme: string | null = null;
  for (const word of words) {
    const value = wordValue(word, around);
    const found = value.kind === 'known' ? addressOf(value.value) : null;
    if (found === null) complete = { because: `the address "${word.text}" is not a plain text` };
    else {
      scheme ??= found.scheme;
      items.push({ address: found.address, at: word.span });
    }
  }
  if (named(block, 'dynamic', 'import').length > 0) complete = { because: 'the upstreams are looked up while it runs' };
  const kind = transport?.args[0]?.text;
  const speaks = directive.name === 'php_fastcgi' || kind === 'fastcgi' ? 'fastcgi' : overTls ? 'https' : (scheme ?? 'http');
  const target = first === undefined ? null : wordValue(first, around);
  if (target === null) return null;
  return { pass: { scheme: speaks, target, at: directive.span }, destinations: { items, complete } };
}

function addressOf(text: string): { readonly address: Upstream['address']; readonly scheme: string } | null {
  const socket = /^unix(?:\+h2c)?\/(\/[^|]+)/.exec(text)?.[1];
  if (socket !== undefined) return { address: { kind: 'unix', path: socket }, scheme: 'http' };
  const found = /^(?:(https?|h2c):\/\/)?(\[[0-9a-fA-F:.]+\]|[^/:{}$\s]*)(?::(\d+))?\/?$/.exec(text);
  if (found === null || (found[2] === '' && found[3] === undefined)) return null;
  const scheme = found[1] ?? 'http';
  const host = (found[2] ?? '').replace(/^\[|\]$/g, '') || 'localhost';
  const port = found[3] === undefined ? (scheme === 'https' ? 443 : 80) : Number(found[3]);
  return { address: { kind: 'tcp', host, port }, scheme };
}
