import type { SourceTree } from '../../files/tree.ts';
import { cleanPath } from '../repository-path.ts';

/** The .dockerignore of a build. */
export interface DockerIgnore {
  /** Its path; null when there is none. */
  readonly file: string | null;
  /** Whether it keeps a path (relative to the context) out. */
  ignores(path: string): boolean;
}

/** `<Dockerfile>.dockerignore` beside the Dockerfile, else `.dockerignore` in the context. */
export function readDockerIgnore(tree: SourceTree, dockerfile: string, context: string): DockerIgnore {
  const general = context === '' ? '.dockerignore' : `${context}/.dockerignore`;
  for (const file of [`${dockerfile}.dockerignore`, general]) {
    const read = tree.kindOf(file) === 'file' ? tree.read(file) : null;
    if (read?.ok) return { file, ignores: ignoreMatcher(read.text) };
  }
  return { file: null, ignores: () => false };
}

interface Pattern {
  readonly matches: RegExp;
  readonly allows: boolean;
}

/** Matches as Docker does: the last pattern that fits a path or a folder above it decides. */
export function ignoreMatcher(text: string): (path: string) => boolean {
  const patterns = text.split(/\r?\n/).flatMap((line, index) => patternOf(index === 0 ? line.replace(/^\uFEFF/, '') : line));
  return (path) => {
    let ignored = false;
    const whole = cleanPath(path);
    const parts = whole.split('/');
    const above = parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
    for (const { matches, allows } of patterns) {
      if (allows === ignored && above.some((one) => matches.test(one))) ignored = !allows;
    }
    return ignored;
  };
}

function patternOf(line: string): readonly Pattern[] {
  if (line.startsWith('#')) return [];
  const trimmed = line.trim();
  const allows = trimmed.startsWith('!');
  const body = cleanPath((allows ? trimmed.slice(1).trim() : trimmed).replace(/^\/+/, ''));
  const matches = body === '' ? null : expressionOf(body);
  return matches === null ? [] : [{ matches, allows }];
}

function expressionOf(pattern: string): RegExp | null {
  let out = '^';
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? '';
    if (char === '*' && pattern[at + 1] === '*') {
      at++;
      if (pattern[at + 1] === '/') at++;
      out += at + 1 >= pattern.length ? '.*' : '(?:.*/)?';
    } else if (char === '*') out += '[^/]*';
    else if (char === '?') out += '[^/]';
    else if (char === '\\') out += escaped(pattern[++at] ?? '\\');
    else if (char === '[' || char === ']' || char === '-' || char === '^') out += char;
    else out += escaped(char);
  }
  try {
    return new RegExp(`${out}$`);
  } catch {
    return null;
  }
}

function escaped(char: string): string {
  return /[\w/ ]/.test(char) || char.charCodeAt(0) > 127 ? char : `\\${char}`;
}
