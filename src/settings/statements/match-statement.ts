import type { MatchCase, Pattern } from '../../syntax/python/index.ts';
import { compare } from '../expressions/comparison.ts';
import { evaluate, sourceText } from '../expressions/evaluate.ts';
import { decide } from '../expressions/truth.ts';
import { DeadEnd, type Escape, fork, originAt, type Run, unknownAt } from '../run.ts';
import { known, none, type ScopeChain, type Site, type Val } from '../values/object.ts';
import { bindName } from './binding.ts';
import { KEEP, NORMAL, runBody } from './execute.ts';

export function matchStatement(run: Run, cases: readonly MatchCase[], subject: Val, chain: ScopeChain, site: Site): Escape | null {
  const [one, ...rest] = cases;
  if (one === undefined) return null;
  const matched = matchPattern(run, one.pattern, subject, chain, site);
  const decisions = decide(run, matched, site, 'the pattern matches');
  const [first] = decisions;
  if (first === undefined) throw new DeadEnd();
  const take = (): Escape | null => {
    if (one.guard === null) return runBody(run, one.body, chain);
    const guards = decide(run, evaluate(run, one.guard, chain), site, sourceText(run, one.guard));
    return fork<Escape | null>(
      run,
      guards.map((guard) => ({
        when: guard.when,
        body: () => (guard.is ? runBody(run, one.body, chain) : matchStatement(run, rest, subject, chain, site)),
      })),
      KEEP,
      NORMAL,
    );
  };
  return fork<Escape | null>(
    run,
    decisions.map((each) => ({ when: each.when, body: () => (each.is ? take() : matchStatement(run, rest, subject, chain, site)) })),
    KEEP,
    NORMAL,
  );
}

function matchPattern(run: Run, pattern: Pattern, subject: Val, chain: ScopeChain, site: Site): Val {
  const yes = known({ t: 'bool', v: true }, originAt(site));
  const no = known({ t: 'bool', v: false }, originAt(site));
  switch (pattern.kind) {
    case 'any':
      return yes;
    case 'capture':
      bindName(run, pattern.name, subject, chain, site);
      return yes;
    case 'value': {
      const value = evaluate(run, pattern.value, chain);
      const constant = value.k === 'known' && (value.obj.t === 'none' || value.obj.t === 'bool');
      return compare(run, constant ? 'is' : '==', subject, value, site);
    }
    case 'or': {
      const results = pattern.options.map((one) => matchPattern(run, one, subject, chain, site));
      if (results.some((one) => one.k === 'known' && one.obj.t === 'bool' && one.obj.v)) return yes;
      return results.every((one) => one.k === 'known') ? no : unknownAt(run, 'dynamic-call', site, { type: 'bool' });
    }
    case 'as': {
      const inner = matchPattern(run, pattern.pattern, subject, chain, site);
      bindName(run, pattern.name, subject, chain, site);
      return inner;
    }
    case 'sequence': {
      if (subject.k !== 'known' || (subject.obj.t !== 'tuple' && subject.obj.t !== 'list'))
        return subject.k === 'known' && subject.obj.t === 'str' ? no : unknownAt(run, 'dynamic-call', site, { type: 'bool' });
      const items =
        subject.obj.t === 'tuple'
          ? subject.obj.items
          : subject.obj.cell.state.alternatives === null
            ? subject.obj.cell.state.items
            : undefined;
      if (items === undefined || items.some((one) => one.k === 'unk' && one.many) || pattern.items.some((one) => one.kind === 'rest'))
        return unknownAt(run, 'unsupported-syntax', site, { type: 'bool' });
      if (items.length !== pattern.items.length) return no;
      const results = pattern.items.map((one, i) => matchPattern(run, one, items[i] ?? none(originAt(site)), chain, site));
      if (results.some((one) => one.k === 'known' && one.obj.t === 'bool' && !one.obj.v)) return no;
      return results.every((one) => one.k === 'known') ? yes : unknownAt(run, 'dynamic-call', site, { type: 'bool' });
    }
    case 'rest':
    case 'unsupported':
      return unknownAt(run, 'unsupported-syntax', site, { type: 'bool' });
  }
}
