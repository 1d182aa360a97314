import type { Hidden } from './mask.ts';

/** What Secrets of Kubernetes and generators of Kustomize hold: every value, for a Secret may call them what it likes. */
export function manifestSecrets(text: string): Hidden[] {
  if (!/^kind:[ \t]*["']?Secret\b|^secretGenerator:/m.test(text)) return [];
  const hidden: Hidden[] = [];
  let at = 0;
  for (const part of text.split(/^(?=---)/m)) {
    if (/^kind:[ \t]*["']?Secret\b/m.test(part)) hidden.push(...valuesBelow(part, /^(data|stringData):/, at));
    hidden.push(...valuesBelow(part, /^secretGenerator:/, at));
    at += part.length;
  }
  return hidden;
}

/** Values of the lines below a key at the left edge, and what stands behind it on its own line. */
function valuesBelow(text: string, key: RegExp, offset: number): Hidden[] {
  const hidden: Hidden[] = [];
  let at = offset;
  let inside = false;
  for (const line of text.split('\n')) {
    const heads = key.test(line);
    if (heads || /^\S/.test(line)) inside = heads || (inside && /^-/.test(line));
    const start = inside ? /^\s*(?:-\s+)?(?:["']?[\w.-]+["']?\s*[:=]\s*)?/.exec(line)?.[0].length : undefined;
    if (start !== undefined && start < line.length && !/^\s*(-\s+)?(name|namespace|type|behavior):/.test(line))
      hidden.push({ start: at + start, end: at + line.length });
    at += line.length + 1;
  }
  return hidden;
}
