import type { Answer, Process } from '../../../src/rule.ts';
import { isPublicAddress } from './address.ts';

/** Whether other machines reach a port of a process: a container publishes it, or shares the network of its host. */
export function isPublished({ ports, hostNetwork, host }: Process, port: number): Answer {
  if (host === 'machine' || hostNetwork === 'yes') return 'maybe';
  const mine = ports.filter(({ target }) => target.kind !== 'known' || target.value === port);
  const certain = mine.some(({ target, address }) => target.kind === 'known' && address.kind === 'known' && isPublicAddress(address.value));
  if (certain) return 'yes';
  const closed = mine.every(({ target, address }) => target.kind === 'known' && address.kind === 'known');
  return closed && hostNetwork === 'no' ? 'no' : 'maybe';
}
