/** The text behind base64 as Kubernetes reads it; null for what is none, or no text. */
export function decodedSecret(text: string): string | null {
  const packed = text.replace(/\s/g, '');
  if (packed === '' || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed) || packed.length % 4 !== 0) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(atob(packed), (char) => char.charCodeAt(0)));
  } catch {
    return null;
  }
}
