import type { SourceTree } from '../../files/tree.ts';
import { apacheReader } from '../apache/reader.ts';
import { caddyReader } from '../caddy/reader.ts';
import { haproxyReader } from '../haproxy/reader.ts';
import { nginxReader } from '../nginx/reader.ts';
import type { Syntaxes } from '../syntaxes.ts';
import { traefikReader } from '../traefik/reader.ts';
import type { ProxyReader } from './reader.ts';

/** Every proxy program whose configurations are read. */
export function proxyReaders(tree: SourceTree, syntaxes: Syntaxes): readonly ProxyReader[] {
  return [nginxReader(tree), apacheReader(tree), haproxyReader(tree), caddyReader(tree), traefikReader(tree, syntaxes)];
}
