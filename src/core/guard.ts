import { isSecretName, maskUrls } from './secret.ts';

/**
 * One structured condition under which a value holds. Structured, so that two values which depend on the same variable
 * stay correlated: contradictory conjunctions are dropped instead of being reported.
 */
export type Guard =
  | { readonly on: 'env'; readonly name: string; readonly is: 'set' | 'unset' }
  | { readonly on: 'env-value'; readonly name: string; readonly equals: string; readonly holds: boolean }
  | { readonly on: 'django'; readonly from?: string; readonly before?: string }
  | { readonly on: 'python'; readonly from?: string; readonly before?: string }
  | { readonly on: 'file'; readonly path: string; readonly exists: boolean }
  | { readonly on: 'argv'; readonly contains: string; readonly holds: boolean }
  /** A condition known only by its text: two of them are the same when place and text agree. */
  | { readonly on: 'text'; readonly key: string; readonly text: string; readonly holds: boolean };

/** Guards are joined by "and". */
export type Guards = readonly Guard[];

function contradicts(a: Guard, b: Guard): boolean {
  if (a.on === 'env' && b.on === 'env') return a.name === b.name && a.is !== b.is;
  if (a.on === 'env-value' && b.on === 'env-value') {
    if (a.name !== b.name) return false;
    if (a.equals === b.equals) return a.holds !== b.holds;
    return a.holds && b.holds;
  }
  if (a.on === 'env' && b.on === 'env-value') return a.name === b.name && a.is === 'unset' && b.holds;
  if (a.on === 'env-value' && b.on === 'env') return contradicts(b, a);
  if (a.on === 'django' && b.on === 'django') return disjoint(a, b);
  if (a.on === 'python' && b.on === 'python') return disjoint(a, b);
  if (a.on === 'file' && b.on === 'file') return a.path === b.path && a.exists !== b.exists;
  if (a.on === 'argv' && b.on === 'argv') return a.contains === b.contains && a.holds !== b.holds;
  if (a.on === 'text' && b.on === 'text') return a.key === b.key && a.holds !== b.holds;
  return false;
}

type Range = { readonly from?: string; readonly before?: string };

function disjoint(a: Range, b: Range): boolean {
  const below = (x: string | undefined, y: string | undefined) => x !== undefined && y !== undefined && compareRelease(x, y) <= 0;
  return below(a.before, b.from) || below(b.before, a.from);
}

/** Compares dotted release numbers: "5.2" < "5.10" < "6.0" < "2028". */
export function compareRelease(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const d = (left[i] ?? 0) - (right[i] ?? 0);
    if (d !== 0) return d;
  }
  return 0;
}

/** Whether some release lies in both ranges; `from` inclusive, `before` exclusive, null unbounded. */
export function overlap(a: ReleaseBounds, b: ReleaseBounds): boolean {
  const disjoint = (before: string | null, from: string | null) => before !== null && from !== null && compareRelease(before, from) <= 0;
  return !disjoint(a.before, b.from) && !disjoint(b.before, a.from);
}

interface ReleaseBounds {
  readonly from: string | null;
  readonly before: string | null;
}

/** The conjunction of both, or undefined when it can never hold. */
export function both(a: Guards, b: Guards): Guards | undefined {
  if (b.length === 0 || a === b) return a;
  if (a.length === 0) return b;
  const about = aboutSame(a);
  const more: Guard[] = [];
  for (const guard of b) {
    const others = about(guard);
    if (others.some((other) => contradicts(guard, other)) || more.some((other) => contradicts(guard, other))) return undefined;
    if (!others.some((other) => sameGuard(guard, other)) && !more.some((other) => sameGuard(guard, other))) more.push(guard);
  }
  return more.length === 0 ? a : [...a, ...more];
}

/** From this length on an index is quicker than looking at each: a path through many required variables has a guard for every one. */
const INDEXED_FROM = 12;
const indexes = new WeakMap<Guards, ReadonlyMap<string, Guards>>();

/** Those guards of a conjunction that can agree with another or contradict it: only guards about the same thing do. */
function aboutSame(guards: Guards): (guard: Guard) => Guards {
  if (guards.length < INDEXED_FROM) return () => guards;
  const index = indexes.get(guards) ?? indexOf(guards);
  return (guard) => index.get(subjectOf(guard)) ?? [];
}

function indexOf(guards: Guards): ReadonlyMap<string, Guards> {
  const index = new Map<string, Guard[]>();
  for (const guard of guards) {
    const subject = subjectOf(guard);
    const same = index.get(subject);
    if (same === undefined) index.set(subject, [guard]);
    else same.push(guard);
  }
  indexes.set(guards, index);
  return index;
}

function subjectOf(guard: Guard): string {
  switch (guard.on) {
    case 'env':
    case 'env-value':
      return `env ${guard.name}`;
    case 'django':
    case 'python':
      return guard.on;
    case 'file':
      return `file ${guard.path}`;
    case 'argv':
      return `argv ${guard.contains}`;
    case 'text':
      return `text ${guard.key}`;
  }
}

function sameGuard(a: Guard, b: Guard): boolean {
  if (a === b) return true;
  switch (a.on) {
    case 'env':
      return b.on === 'env' && a.name === b.name && a.is === b.is;
    case 'env-value':
      return b.on === 'env-value' && a.name === b.name && a.equals === b.equals && a.holds === b.holds;
    case 'django':
    case 'python':
      return b.on === a.on && a.from === b.from && a.before === b.before;
    case 'file':
      return b.on === 'file' && a.path === b.path && a.exists === b.exists;
    case 'argv':
      return b.on === 'argv' && a.contains === b.contains && a.holds === b.holds;
    case 'text':
      return b.on === 'text' && a.key === b.key && a.text === b.text && a.holds === b.holds;
  }
}

function guardInWords(guard: Guard): string {
  switch (guard.on) {
    case 'env':
      return `${guard.name} is ${guard.is === 'set' ? 'set' : 'not set'}`;
    case 'env-value':
      return `${guard.name} is ${guard.holds ? '' : 'not '}${isSecretName(guard.name) ? 'a certain text' : `"${maskUrls(guard.equals)}"`}`;
    case 'django':
      return rangeInWords('Django', guard);
    case 'python':
      return rangeInWords('Python', guard);
    case 'file':
      return `${guard.path} ${guard.exists ? 'exists' : 'does not exist'}`;
    case 'argv':
      return `the command line ${guard.holds ? 'has' : 'lacks'} "${guard.contains}"`;
    case 'text':
      if (/^[A-Za-z_][\w.]*$/.test(guard.text)) return `${guard.text} is ${guard.holds ? 'true' : 'false'}`;
      return guard.holds ? guard.text : `not (${guard.text})`;
  }
}

function rangeInWords(what: string, range: Range): string {
  if (range.from !== undefined && range.before !== undefined) return `${what} is at least ${range.from} and below ${range.before}`;
  if (range.from !== undefined) return `${what} is at least ${range.from}`;
  return range.before === undefined ? `any ${what}` : `${what} is below ${range.before}`;
}

export function guardsInWords(guards: Guards): string {
  return guards.length === 0 ? 'always' : [...new Set(guards.map(guardInWords))].join(' and ');
}
