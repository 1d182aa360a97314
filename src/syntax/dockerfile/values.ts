import { known, originOf, unknown, type Value } from '../../core/value.ts';

/** An absolute path without `.`, `..`, empty parts and a trailing slash. */
export function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

const PORTS = /^(?:\d+(?:-\d+)?:)?(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i;
/** Ports of one range that are spread out. */
const MAX_RANGE = 1000;

/** "8000" → "8000/tcp", "100-102/udp" → three; what is no port is unknown. */
export function portsOf(text: Value<string>): readonly Value<string>[] {
  if (text.kind !== 'known') return [text];
  const [, first = '', last = first, protocol = 'tcp'] = PORTS.exec(text.value) ?? [];
  const count = Number(last) - Number(first) + 1;
  if (first === '' || count < 1 || count > MAX_RANGE || Number(last) > 65535)
    return [unknown('unsupported-syntax', originOf(text), [], 'str')];
  return Array.from({ length: count }, (_, i) => known(`${Number(first) + i}/${protocol.toLowerCase()}`, text.origin));
}
