import type { Span } from '../../core/span.ts';
import { ANY_RELEASE, parseSpecifiers, type Releases, releasesOf } from './specifier.ts';

/** One distribution that a file asks for. */
export interface Requirement {
  /** Normalised: lower case, runs of `-`, `_` and `.` are one `-`. */
  readonly name: string;
  readonly extras: readonly string[];
  /** Null when the text admits releases in a way that is not understood. */
  readonly releases: Releases | null;
  /** `name @ url`: what is installed is not from an index. */
  readonly url: string | null;
  readonly marker: string | null;
  readonly span: Span;
}

export function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

const NAME = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*/;

/** A requirement of PEP 508; null when the text is none. */
export function parseRequirement(text: string, span: Span): Requirement | null {
  const found = NAME.exec(text);
  const name = found?.[1];
  if (found === null || name === undefined) return null;
  const extras = (found[2] ?? '')
    .split(',')
    .map((extra) => normalName(extra.trim()))
    .filter((extra) => extra !== '');
  const rest = text.slice(found[0].length);
  const base = { name: normalName(name), extras, span };
  if (rest.startsWith('@')) {
    const [url = '', marker] = rest
      .slice(1)
      .trim()
      .split(/\s+;\s*/, 2);
    return { ...base, releases: null, url, marker: marker ?? null };
  }
  const semicolon = rest.indexOf(';');
  const marker = semicolon === -1 ? null : rest.slice(semicolon + 1).trim();
  const written = (semicolon === -1 ? rest : rest.slice(0, semicolon)).trim();
  const bare = written.startsWith('(') && written.endsWith(')') ? written.slice(1, -1) : written;
  const specifiers = parseSpecifiers(bare);
  if (specifiers === null) return null;
  const releases = specifiers.length === 0 ? ANY_RELEASE : releasesOf(specifiers);
  return { ...base, releases, url: null, marker };
}
