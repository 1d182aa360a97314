import type { Span } from '../../core/span.ts';
import type { ProxyLocation, ProxyServer, Upstream } from '../model.ts';

/** Where a pass leads, upstream blocks resolved; processes are not looked up yet. */
export interface Destination {
  readonly address: Upstream['address'];
  readonly at: Span;
}

export interface Destinations {
  readonly items: readonly Destination[];
  readonly complete: true | { readonly because: string };
}

/** A location before its upstreams are linked to processes. */
export type UnlinkedLocation = Omit<ProxyLocation, 'upstreams'>;

/** A server block before it is linked to processes. */
export interface UnlinkedServer extends Omit<ProxyServer, 'locations' | 'process' | 'release'> {
  readonly locations: readonly (UnlinkedLocation & { readonly destinations: Destinations })[];
}
