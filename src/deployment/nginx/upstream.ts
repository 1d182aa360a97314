import type { NginxDirective } from '../../syntax/nginx/directive.ts';
import type { ProxyLocation, Upstream } from '../model.ts';
import type { Destination, Destinations } from '../proxy/unlinked.ts';
import type { Level } from './scope.ts';

/** The upstream blocks that the given directives hold, by name. */
function upstreamGroups(directives: readonly NginxDirective[]): ReadonlyMap<string, NginxDirective> {
  const groups = new Map<string, NginxDirective>();
  for (const one of directives) {
    const name = one.args[0]?.text;
    if (one.name === 'upstream' && one.block !== null && name !== undefined) groups.set(name, one);
  }
  return groups;
}

export function destinationsOf(pass: NonNullable<ProxyLocation['pass']>, groups: ReadonlyMap<string, NginxDirective>): Destinations {
  const { target, at, scheme } = pass;
  if (target.kind !== 'known') return { items: [], complete: { because: 'the target of the pass is not a plain text' } };
  const text = target.value.replace(/^(https?|uwsgi|suwsgi|fastcgi|grpcs?|scgi):\/\//, '');
  const group = groups.get(text.startsWith('unix:') ? text : (/^[^/]*/.exec(text)?.[0] ?? ''));
  if (group !== undefined) return groupMembers(group, scheme);
  const address = addressOf(text, scheme);
  return address === null
    ? { items: [], complete: { because: `"${target.value}" is no address` } }
    : { items: [{ address, at }], complete: true };
}

function groupMembers(group: NginxDirective, scheme: string): Destinations {
  const items: Destination[] = [];
  let complete: Destinations['complete'] = true;
  for (const one of group.block ?? []) {
    const word = one.args[0];
    if (one.name === 'include') complete = { because: 'the upstream block includes a file that is not in the repository' };
    if (one.name !== 'server' || word === undefined) continue;
    const address = word.hole || word.text.includes('$') ? null : addressOf(word.text, scheme === 'https' ? 'http' : scheme);
    if (address === null) complete = { because: `the address "${word.text}" is not a plain text` };
    else items.push({ address, at: one.span });
  }
  return { items, complete };
}

function addressOf(text: string, scheme: string): Upstream['address'] | null {
  if (text.startsWith('unix:'))
    return {
      kind: 'unix',
      path: text
        .slice('unix:'.length)
        .replace(/:.*$/, '')
        .replace(/^\/{2,}/, '/'),
    };
  const found = /^(\[[0-9a-fA-F:.]+\]|[^/:]+)(?::(\d+))?(?:\/.*)?$/.exec(text);
  const host = found?.[1]?.replace(/^\[|\]$/g, '');
  if (host === undefined || /[${}\s]/.test(host)) return null;
  return { kind: 'tcp', host, port: found?.[2] === undefined ? (scheme === 'https' ? 443 : 80) : Number(found[2]) };
}

/** All upstream groups that a server sees: those of the blocks around it. */
export function groupsAround(level: Level): ReadonlyMap<string, NginxDirective> {
  const groups = new Map<string, NginxDirective>();
  for (let at: Level | null = level; at !== null; at = at.outer) {
    for (const [name, block] of upstreamGroups(at.directives)) if (!groups.has(name)) groups.set(name, block);
  }
  return groups;
}
