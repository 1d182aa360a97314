/** nginx's own notations for times and sizes (documentation: "Configuration file measurement units"). */

const SECONDS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 7 * 86_400,
  M: 30 * 86_400,
  y: 365 * 86_400,
};

/** Seconds of a time such as `60`, `120s`, `1h30m`; null when nginx would refuse it. */
export function nginxSeconds(text: string): number | null {
  if (!/^(\d+(ms|[smhdwMy])?\s*)+$/.test(text)) return null;
  let total = 0;
  for (const [, digits, unit] of text.matchAll(/(\d+)(ms|[smhdwMy])?/g)) total += Number(digits) * (SECONDS[unit ?? 's'] ?? 1);
  return total;
}

/** Bytes of a size such as `10m`, `512K`, `0`; null when nginx would refuse it. */
export function nginxBytes(text: string): number | null {
  const found = /^(\d+)([kKmMgG]?)$/.exec(text);
  if (found === null) return null;
  const factor = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[(found[2] ?? '').toLowerCase()] ?? 1;
  return Number(found[1]) * factor;
}

/** Seconds for which `expires` lets a response be kept; null for `off`, times of day and variables. */
export function expiresSeconds(words: readonly string[]): number | null {
  const text = words[0] === 'modified' ? words[1] : words[0];
  if (text === undefined) return null;
  if (text === 'max') return 10 * 365 * 86_400;
  if (text === 'epoch') return 0;
  const signed = /^([-+]?)(.+)$/.exec(text);
  const seconds = nginxSeconds(signed?.[2] ?? '');
  if (seconds === null) return null;
  return signed?.[1] === '-' ? -seconds : seconds;
}
