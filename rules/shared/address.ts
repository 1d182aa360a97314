import type { PublishedPort } from '../../src/rule.ts';

/** Whether a published port is reachable from other machines: unset, 0.0.0.0 and :: are every interface. */
export function isPublicAddress(address: string): boolean {
  return address === '' || address === '0.0.0.0' || address === '::' || address === '[::]';
}

/** Loopback and RFC 1918 literals are a deliberate choice of interface. */
export function definitelyPublic(port: PublishedPort): boolean {
  return port.address.kind === 'known' && isPublicAddress(port.address.value);
}
