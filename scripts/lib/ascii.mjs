/**
 * The same program in ASCII: V8 keeps a text with any other character in two bytes a character, and reads it more slowly.
 * Such characters stand in literals only, where an escape means the same; where it would not, the build stops.
 */
export function inAscii(code, name) {
  const raw = /String\.raw`[^`]*[^\x00-\x7f]|\\[^\x00-\x7f]/.exec(code);
  if (raw !== null) throw new Error(`${name} has a character that cannot be escaped: ${raw[0].slice(-20)}`);
  return code.replace(/[^\x00-\x7f]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
