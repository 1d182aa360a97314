import type { MatchCase, Stmt } from '../../syntax/python/index.ts';
import { evaluate, sourceText } from '../expressions/evaluate.ts';
import { decide } from '../expressions/truth.ts';
import { DeadEnd, type Escape, fork, type Run, settled } from '../run.ts';
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
    return one.guard === null ? runBody(run, one.body, chain) : guarded(run, one, one.guard, next, chain, site);
  };
  return fork<Escape | null>(
    run,
    decisions.map((each) => ({ when: each.when, body: each.is ? take : next })),
    KEEP,
    NORMAL,
  );
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
