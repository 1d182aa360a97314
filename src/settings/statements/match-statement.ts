import type { MatchCase, Pattern, Stmt } from '../../syntax/python/index.ts';
import { evaluate, sourceText } from '../expressions/evaluate.ts';
import { decide } from '../expressions/truth.ts';
import { DeadEnd, type Escape, fork, type Run, settled, unknownAt } from '../run.ts';
import type { ScopeChain, Site, Val } from '../values/object.ts';
import { bindName } from './binding.ts';
import { KEEP, NORMAL, runBody } from './execute.ts';
import { type Captures, matchPattern } from './patterns.ts';

/** match subject: */
export function matchStatement(
  run: Run,
  stmt: Extract<Stmt, { kind: 'match' }>,
  subject: Val,
  chain: ScopeChain,
  site: Site,
): Escape | null {
  const now = subject.k === 'cond' ? settled(run, subject) : subject;
  if (now.k !== 'cond') return now.k === 'absent' ? null : matchCases(run, stmt.cases, now, chain, site);
  return fork<Escape | null>(
    run,
    now.cases.flatMap((one) => {
      const { then } = one;
      return then.k === 'absent' ? [] : [{ when: one.when, body: () => matchCases(run, stmt.cases, then, chain, site) }];
    }),
    KEEP,
    NORMAL,
  );
}

function matchCases(run: Run, cases: readonly MatchCase[], subject: Val, chain: ScopeChain, site: Site): Escape | null {
  const [one, ...rest] = cases;
  if (one === undefined) return null;
  const captures: Captures = [];
  const matched = matchPattern(run, one.pattern, subject, chain, site, captures);
  const decisions = decide(run, matched, site, 'the pattern matches');
  const [first] = decisions;
  if (first === undefined) throw new DeadEnd();
  const next = () => matchCases(run, rest, subject, chain, site);
  const take = (): Escape | null => {
    for (const [name, value] of captures) bindName(run, name, value, chain, site);
    // Where nothing tells whether it matches, what it binds has not been looked at to the end.
    for (const name of capturedNames(one.pattern))
      if (!captures.some(([bound]) => bound === name)) bindName(run, name, unknownAt(run, 'dynamic-call', site), chain, site);
    return one.guard === null ? runBody(run, one.body, chain) : guarded(run, one, one.guard, next, chain, site);
  };
  return fork<Escape | null>(
    run,
    decisions.map((each) => ({ when: each.when, body: each.is ? take : next })),
    KEEP,
    NORMAL,
  );
}

function capturedNames(pattern: Pattern): readonly string[] {
  switch (pattern.kind) {
    case 'capture':
      return [pattern.name];
    case 'rest':
      return pattern.name === null ? [] : [pattern.name];
    case 'as':
      return [...capturedNames(pattern.pattern), pattern.name];
    case 'or':
      return pattern.options.flatMap(capturedNames);
    case 'sequence':
      return pattern.items.flatMap(capturedNames);
    case 'mapping':
      return [...pattern.items.flatMap((item) => capturedNames(item.pattern)), ...(pattern.rest === null ? [] : [pattern.rest])];
    case 'class':
      return [...pattern.items, ...pattern.keywords.map((one) => one.pattern)].flatMap(capturedNames);
    default:
      return [];
  }
}

function guarded(
  run: Run,
  one: MatchCase,
  guard: NonNullable<MatchCase['guard']>,
  next: () => Escape | null,
  chain: ScopeChain,
  site: Site,
): Escape | null {
  const decisions = decide(run, evaluate(run, guard, chain), site, sourceText(run, guard));
  return fork<Escape | null>(
    run,
    decisions.map((each) => ({ when: each.when, body: () => (each.is ? runBody(run, one.body, chain) : next()) })),
    KEEP,
    NORMAL,
  );
}
