/** Caddy's own notations: durations as Go writes them, sizes as go-humanize reads them. */

const SECONDS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a duration such as `30s`, `1m30s`, `1d`; null when Caddy would refuse it. */
export function goSeconds(text: string): number | null {
  if (text === '0') return 0;
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h|d))+$/.test(text)) return null;
  let total = 0;
  for (const [, digits, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)/g))
    total += Number(digits) * (SECONDS[unit ?? 's'] ?? 1);
  return total;
}

const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1000,
  kb: 1000,
  m: 1000 ** 2,
  mb: 1000 ** 2,
  g: 1000 ** 3,
  gb: 1000 ** 3,
  ki: 1024,
  kib: 1024,
  mi: 1024 ** 2,
  mib: 1024 ** 2,
  gi: 1024 ** 3,
  gib: 1024 ** 3,
};

/** Bytes of a size such as `10MB`, `512KiB`, `1048576`; null when Caddy would refuse it. */
export function humanBytes(text: string): number | null {
  const found = /^(\d+(?:\.\d+)?)\s*([a-zA-Z]*)$/.exec(text);
  const factor = FACTORS[(found?.[2] ?? '').toLowerCase()];
  return found === null || factor === undefined ? null : Math.round(Number(found[1]) * factor);
}

/** The names of what Caddy computes, in the words that the model has for them. */
const COMPUTED: readonly (readonly [RegExp, string])[] = [
  [/\{(http\.request\.)?scheme\}/g, '$scheme'],
  [/\{(http\.request\.)?host\}/g, '$host'],
  [/\{(http\.request\.)?hostport\}/g, '$http_host'],
  [/\{(http\.request\.)?remote(\.host|_host)\}|\{client_ip\}/g, '$remote_addr'],
  [/\{(http\.reverse_proxy\.)?upstream(_hostport|\.hostport|\.host|\.address)\}/g, '$proxy_host'],
];

export function inModelWords(text: string): string {
  const copied = text.replace(
    /\{(?:http\.request\.)?header\.([\w-]+)\}/g,
    (_all, name: string) => `$http_${name.toLowerCase().replaceAll('-', '_')}`,
  );
  return COMPUTED.reduce((sum, [pattern, word]) => sum.replace(pattern, word), copied);
}
