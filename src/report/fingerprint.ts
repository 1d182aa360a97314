import type { Finding } from '../core/finding.ts';

/**
 * One fingerprint a finding, in the order given: a hash of rule, path, subject and how many equal ones stand before it. It stays the same
 * when lines move, and holds nothing of the text, which may be a secret. 16 hexadecimal digits.
 */
export function fingerprintsOf(findings: readonly Finding[]): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const key = [finding.rule, finding.at.file, finding.subject].join('\0');
    const ordinal = seen.get(key) ?? 0;
    seen.set(key, ordinal + 1);
    return fnv1a(`${key}\0${ordinal}`);
  });
}

/** FNV-1a with 64 bits over UTF-16 units: names, not secrets, so it need not be cryptographic, and that library costs an eighth of Node's own start. */
function fnv1a(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let index = 0; index < text.length; index++) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(index))) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}
