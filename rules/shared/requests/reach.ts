import type { Process, Span } from '../../../src/rule.ts';
import { isPublicAddress } from './address.ts';

/** A port of an application server that other machines reach without going through a proxy. */
export interface OpenPort {
  readonly port: number;
  readonly at: Span;
}

/** Entries of `ports` that lead to the application server. */
export function serverPorts({ server, ports }: Process): Process['ports'] {
  const bound = server?.binds.items.flatMap((bind) => (bind.kind === 'tcp' ? [bind.port] : [])) ?? [];
  return ports.filter(({ target }) => target.kind === 'known' && bound.includes(target.value));
}

/** Ports of the server that the deployment certainly publishes on every interface. */
export function publishedPorts(process: Process): readonly OpenPort[] {
  return serverPorts(process).flatMap(({ target, address, at }) =>
    target.kind === 'known' && address.kind === 'known' && isPublicAddress(address.value) ? [{ port: target.value, at }] : [],
  );
}

/** Ports that a server on a machine listens at on every interface: a firewall may still keep them closed. */
export function listeningPorts({ server, host, commandAt }: Process): readonly OpenPort[] {
  if (host !== 'machine') return [];
  const binds = server?.binds.items ?? [];
  return binds.flatMap((bind) =>
    bind.kind === 'tcp' && isPublicAddress(bind.address) ? [{ port: bind.port, at: bind.at ?? commandAt }] : [],
  );
}
