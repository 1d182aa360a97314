import type { RepositoryFacts, Span } from '../../../src/rule.ts';

const READS = /META(\.get\(|\[)\s*['"]REMOTE_ADDR['"]|\bREMOTE_ADDR\b/;
const FORWARDED = /HTTP_X_FORWARDED_FOR|HTTP_X_REAL_IP|X-Forwarded-For|X-Real-IP|XForwardedFor|ipware/i;

/** Where code of the project asks for the address of the peer; null when none does, or some looks into the forwarded header itself. */
export function clientAddressReader({ codeMentions }: Pick<RepositoryFacts, 'codeMentions'>): Span | null {
  const [reader] = codeMentions(READS).items;
  return reader === undefined || codeMentions(FORWARDED).items.length > 0 ? null : reader;
}
