import type { Span } from '../../core/span.ts';
import { normalName } from './requirement.ts';

/** A package that a lock file fixes. */
export interface LockedPackage {
  readonly name: string;
  /** Null when the lock gives none (a package of the project itself, a git source). */
  readonly version: string | null;
  readonly span: Span;
}

/** poetry.lock, uv.lock, pdm.lock and pylock.toml: `name` and `version` lines below each `[[package]]`. */
export function scanTomlLock(file: string, text: string): readonly LockedPackage[] {
  const packages: LockedPackage[] = [];
  let open: { name: string | null; version: string | null; span: Span } | null = null;
  let at = 0;
  function close(): void {
    if (open !== null && open.name !== null) packages.push({ name: normalName(open.name), version: open.version, span: open.span });
    open = null;
  }
  for (const line of text.split('\n')) {
    const start = at;
    at += line.length + 1;
    if (line.startsWith('[')) {
      close();
      if (/^\[\[packages?\]\]\s*$/.test(line))
        open = { name: null, version: null, span: { file, start, end: start + line.trimEnd().length } };
    } else if (open !== null) open = withLine(open, line, { file, start, end: start + line.trimEnd().length });
  }
  close();
  return packages;
}

function withLine<T extends { name: string | null; version: string | null; span: Span }>(open: T, line: string, span: Span): T {
  const found = /^(name|version) = "([^"]*)"/.exec(line);
  if (found?.[1] === 'name') return { ...open, name: found[2] ?? null };
  return found === null ? open : { ...open, version: found[2] ?? null, span };
}

/** The `default` packages of a Pipfile.lock, laid out as Pipenv writes it; null when it is not. */
export function scanPipfileLock(file: string, text: string): readonly LockedPackage[] | null {
  const packages: LockedPackage[] = [];
  let section: string | null = null;
  let seen = false;
  let name: { text: string; span: Span } | null = null;
  let at = 0;
  for (const line of text.split('\n')) {
    const span = { file, start: at + line.length - line.trimStart().length, end: at + line.trimEnd().length };
    at += line.length + 1;
    const heading = /^ {4}"([\w-]+)": \{(\})?/.exec(line);
    const entry = /^ {8}"([^"]+)": \{/.exec(line);
    const version = /^ {12}"version": "==([^"]*)"/.exec(line);
    if (heading?.[1] !== undefined) section = heading[1];
    if (heading?.[1] === 'default') seen = true;
    if (section !== 'default') continue;
    if (entry?.[1] !== undefined) {
      if (name !== null) packages.push({ name: name.text, version: null, span: name.span });
      name = { text: normalName(entry[1]), span };
    } else if (version?.[1] !== undefined && name !== null) {
      packages.push({ name: name.text, version: version[1], span });
      name = null;
    }
  }
  if (name !== null) packages.push({ name: name.text, version: null, span: name.span });
  return seen ? packages : null;
}
