import type { Expr, Stmt } from '../../syntax/python/index.ts';

const leaving = new WeakMap<readonly Stmt[], { readonly break: boolean; readonly continue: boolean }>();

export function has(code: readonly Stmt[], what: 'break' | 'continue'): boolean {
  let answers = leaving.get(code);
  if (answers === undefined) {
    answers = { break: holds(code, 'break'), continue: holds(code, 'continue') };
    leaving.set(code, answers);
  }
  return answers[what];
}

export function holds(node: unknown, kind: string): boolean {
  if (Array.isArray(node)) return node.some((one) => holds(one, kind));
  if (typeof node !== 'object' || node === null) return false;
  if ('kind' in node) {
    if (node.kind === kind) return true;
    if (node.kind === 'def' || node.kind === 'lambda' || node.kind === 'class') return false;
  }
  return Object.values(node).some((value) => typeof value === 'object' && holds(value, kind));
}

export function globalNames(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(globalNames);
  if (typeof node !== 'object' || node === null) return [];
  if ('kind' in node && node.kind === 'global' && 'names' in node && Array.isArray(node.names))
    return node.names.filter((name) => typeof name === 'string');
  return Object.values(node).flatMap((value) => (typeof value === 'object' ? globalNames(value) : []));
}

export function mentioned(node: unknown, names: Set<string>): void {
  if (Array.isArray(node)) {
    for (const one of node) mentioned(one, names);
  } else if (typeof node === 'object' && node !== null) {
    if ('kind' in node && node.kind === 'name' && 'name' in node && typeof node.name === 'string') names.add(node.name);
    for (const value of Object.values(node)) if (typeof value === 'object') mentioned(value, names);
  }
}

/** Names that statements bind, nested blocks included, inner functions and classes left out. */
export function namesBound(body: readonly Stmt[]): ReadonlySet<string> {
  const names = new Set<string>();
  const target = (one: Expr): void => {
    if (one.kind === 'name') names.add(one.name);
    else if (one.kind === 'tuple' || one.kind === 'list') one.items.forEach(target);
    else if (one.kind === 'star') target(one.value);
  };
  const visit = (stmt: Stmt): void => {
    switch (stmt.kind) {
      case 'assign':
        stmt.targets.forEach(target);
        return;
      case 'annotate':
      case 'augment':
        target(stmt.target);
        return;
      case 'if':
      case 'while':
        stmt.body.forEach(visit);
        stmt.orelse.forEach(visit);
        return;
      case 'for':
        target(stmt.target);
        stmt.body.forEach(visit);
        stmt.orelse.forEach(visit);
        return;
      case 'try':
        for (const part of [stmt.body, stmt.orelse, stmt.finally, ...stmt.handlers.map((one) => one.body)]) part.forEach(visit);
        return;
      case 'with':
        for (const item of stmt.items) if (item.target !== null) target(item.target);
        stmt.body.forEach(visit);
        return;
      case 'def':
      case 'class':
        names.add(stmt.name);
        return;
      case 'import':
        for (const one of stmt.names) names.add(one.as ?? one.name.split('.')[0] ?? one.name);
        return;
      case 'from':
        for (const one of stmt.names ?? []) names.add(one.as ?? one.name);
        return;
      case 'match':
        for (const one of stmt.cases) one.body.forEach(visit);
        return;
      case 'unsupported':
        for (const name of stmt.names) names.add(name);
        return;
      default:
    }
  };
  body.forEach(visit);
  return names;
}

/** Whether a yield stands in it, inner functions apart. */
export function hasYield(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(hasYield);
  if (typeof node !== 'object' || node === null) return false;
  if ('kind' in node) {
    if (node.kind === 'yield') return true;
    if (node.kind === 'def' || node.kind === 'lambda' || node.kind === 'class') return false;
  }
  return Object.values(node).some((value) => typeof value === 'object' && hasYield(value));
}
