/** What a regular expression for origins lets through beside the origins that are meant. django-cors-headers uses `re.match`. */

export type Looseness = 'everything' | 'open-end' | 'open-start' | 'dot';

/**
 * How a pattern also matches domains that anybody may register; null when no such way is found. `re.match` begins at the start by itself,
 * so only the end needs an anchor, and an origin ends with its host and port.
 */
export function loosenessOf(pattern: string): Looseness | null {
  const flat = pattern.replace(/^\(\?[a-z]+\)/, '').replace(/\s+#.*$/gm, '');
  const [first, ...others] = alternatives(flat).map(loosenessOfOne);
  return [first ?? null, ...others].find((one) => one !== null) ?? null;
}

function loosenessOfOne(pattern: string): Looseness | null {
  const text = pattern.replace(/^\^/, '');
  if (/^\(?\.[*+]\)?\$?$/.test(text)) return 'everything';
  // Of an address on the own machine nobody can register a lookalike, and an open port is no other host.
  const host = /:(?:\\?\/){2}(.*)$/.exec(text)?.[1] ?? text;
  if (/^\(?(localhost|127\\?\.)/.test(host)) return null;
  if (!/(\$|\\Z)\)*$/.test(host)) return /\.[*+]$/.test(host) || /[a-z)\]]$|\\d[+*]?$/i.test(host) ? 'open-end' : null;
  if (/^\(?(\.|\\w|\[[^\]]+\])[*+]\)?\??[a-z][\w-]*(\\?\.[\w-]+)+(:|\$|\(|\\Z)/i.test(host)) return 'open-start';
  return hasLooseDot(host) ? 'dot' : null;
}

/** A dot that stands for any character, with a registrable domain behind it: "app.example.com" also matches "appxexample.com". */
function hasLooseDot(host: string): boolean {
  const plain = host.replace(/\[[^\]]*\]/g, '_');
  const loose = /(?<!\\)\.(?![*+?{])(?=[\w-]+\\?\.[a-z]{2,})/i;
  return loose.test(plain);
}

/** The parts of a pattern between bars outside of groups and classes. */
function alternatives(pattern: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === '\\') i++;
    else if (char === '(' || char === '[') depth++;
    else if (char === ')' || char === ']') depth--;
    else if (char === '|' && depth === 0) {
      parts.push(pattern.slice(from, i));
      from = i + 1;
    }
  }
  return [...parts, pattern.slice(from)];
}
