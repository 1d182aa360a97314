import type { Process, PublishedPort } from '../../../src/rule.ts';

/** Whether a published port is reachable from other machines: unset, 0.0.0.0 and :: are every interface. */
export function isPublicAddress(address: string): boolean {
  return address === '' || address === '0.0.0.0' || address === '::' || address === '[::]';
}

/** Ports that other machines reach for certain. */
export function publicPorts({ ports }: Pick<Process, 'ports'>): readonly PublishedPort[] {
  return ports.filter(({ address }) => address.kind === 'known' && isPublicAddress(address.value));
}

/** Whether a host is an IPv4 address of no private network. A name may lead into one, so it counts as none. */
export function isOfNoPrivateNetwork(host: string): boolean {
  const [first, second = 0] = octetsOf(host);
  if (first === undefined || first === 0 || first === 10 || first === 127 || first >= 224) return false;
  if (first === 172 && second >= 16 && second <= 31) return false;
  if (first === 192 && second === 168) return false;
  if (first === 169 && second === 254) return false;
  return !(first === 100 && second >= 64 && second <= 127);
}

/** The same, without the ranges that are set apart for documents and measuring, where nobody answers. */
export function isInternetAddress(host: string): boolean {
  const [first, second, third] = octetsOf(host);
  if (first === 192 && second === 0 && (third === 0 || third === 2)) return false;
  if (first === 198 && (second === 18 || second === 19 || (second === 51 && third === 100))) return false;
  return isOfNoPrivateNetwork(host) && !(first === 203 && second === 0 && third === 113);
}

/** The four numbers of an IPv4 address; none when it is no address. */
function octetsOf(host: string): readonly number[] {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host)?.slice(1).map(Number) ?? [];
  return parts.some((part) => part > 255) ? [] : parts;
}
