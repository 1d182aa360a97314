import { createHash } from 'node:crypto';
import type { Finding } from '../core/finding.ts';

/**
 * One fingerprint a finding, in the order given: a hash of rule, path, subject and how many equal ones stand before it. It stays the same
 * when lines move, and holds nothing of the text, which may be a secret. 32 hexadecimal digits.
 */
export function fingerprintsOf(findings: readonly Finding[]): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const key = [finding.rule, finding.at.file, finding.subject].join('\0');
    const ordinal = seen.get(key) ?? 0;
    seen.set(key, ordinal + 1);
    return createHash('sha256').update(`${key}\0${ordinal}`).digest('hex').slice(0, 32);
  });
}
