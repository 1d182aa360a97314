import type { ProxyLocation } from '../model.ts';

/** What a router's rule lets in, as far as hosts and paths go. */
export interface RouterRule {
  readonly hosts: readonly string[];
  readonly paths: readonly ProxyLocation['match'][];
}

const CALL = /(!?)\s*(Host|HostSNI|HostRegexp|PathPrefix|Path|PathRegexp)\(([^()]*)\)/gi;
const WORD = /[`"']([^`"']*)[`"']/g;
const EVERYWHERE: ProxyLocation['match'] = { kind: 'prefix', path: '/' };

/** Reads ``Host(`a`) && PathPrefix(`/api`)``; words with a variable in them are left out. */
export function readRule(text: string): RouterRule {
  const hosts: string[] = [];
  const paths = new Map<string, ProxyLocation['match']>();
  for (const alternative of alternatives(text)) {
    const own: ProxyLocation['match'][] = [];
    for (const [, not, name = '', args = ''] of alternative.matchAll(CALL)) {
      if (not === '!') continue;
      const words = [...args.matchAll(WORD)].map((one) => one[1] ?? '').filter((one) => !/[${}]/.test(one));
      const kind = name.toLowerCase();
      if (kind === 'host') hosts.push(...words);
      else if (kind === 'pathprefix') own.push(...words.map((path) => ({ kind: 'prefix' as const, path })));
      else if (kind === 'path') own.push(...words.map((path) => ({ kind: 'exact' as const, path })));
      else if (kind === 'pathregexp') own.push(...words.map((path) => ({ kind: 'regex' as const, path })));
    }
    for (const one of own.length > 0 ? own : [EVERYWHERE]) paths.set(`${one.kind} ${one.path}`, one);
  }
  return { hosts: [...new Set(hosts)], paths: [...paths.values()] };
}

/** The sides of `||` that stand in no parentheses; ``(Host(`a`) || Host(`b`)) && PathPrefix(`/x`)`` is one. */
function alternatives(text: string): readonly string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (depth === 0 && text.startsWith('||', at)) {
      found.push(text.slice(from, at));
      from = at + 2;
    }
  }
  return [...found, text.slice(from)];
}
