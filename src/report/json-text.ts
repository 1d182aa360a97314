/**
 * A document as JSON text in ASCII: readers that take a pipe piece by piece, or with another encoding than UTF-8, would otherwise
 * break characters that stand across two pieces (Python's json.dumps escapes by default for the same reason).
 */
export function jsonText(document: unknown): string {
  const text = JSON.stringify(document, null, 2);
  return `${text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
