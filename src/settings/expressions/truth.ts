import { both, type Guards } from '../../core/guard.ts';
import { forkValues, type Run, settled, unknownAt } from '../run.ts';
import { type Known, known, type Site, type Val } from '../values/object.ts';
import { callMethod } from './attributes.ts';
import { flipped } from './comparison.ts';
import { hasMethod, isClosedClass } from './instances.ts';

export interface Decision {
  readonly when: Guards;
  readonly is: boolean;
}

/** bool(x), or undefined when it is not known. */
export function truthOf(run: Run, value: Known, site: Site): boolean | undefined {
  const obj = value.obj;
  switch (obj.t) {
    case 'none':
      return false;
    case 'bool':
      return obj.v;
    case 'int':
      return obj.v !== 0n;
    case 'float':
      return obj.v !== 0;
    case 'str':
    case 'bytes':
    case 'lazy':
      return obj.v !== '';
    case 'list': {
      if (obj.view) return true;
      const { items, alternatives } = obj.cell.state;
      if (alternatives !== null) {
        const lengths = new Set(
          alternatives
            .filter((one) => both(run.path, one.when) !== undefined)
            .map((one) => (one.items.some((item) => item.k === 'unk' && item.many) ? -1 : Math.min(one.items.length, 1))),
        );
        return lengths.size === 1 && !lengths.has(-1) ? lengths.has(1) : undefined;
      }
      if (items.some((item) => !(item.k === 'unk' && item.many))) return true;
      return items.length === 0 ? false : undefined;
    }
    case 'view':
      return truthOf(run, known(obj.of, value.origin), site);
    case 'tuple':
      return obj.items.length > 0;
    case 'dict':
    case 'set': {
      const { entries, open } = obj.cell.state;
      for (const entry of entries.values()) {
        const slot = settled(run, entry.value);
        if (slot.k === 'known' || slot.k === 'unk') return true;
      }
      return entries.size === 0 && open === null ? false : undefined;
    }
    case 'timedelta':
      return obj.micros !== 0n;
    case 'range':
      return obj.step > 0n ? obj.start < obj.stop : obj.start > obj.stop;
    case 'native':
      return obj.truth ?? (obj.contains === undefined ? true : undefined);
    case 'instance': {
      for (const name of ['__bool__', '__len__']) {
        if (!hasMethod(obj, name)) continue;
        const result = callMethod(run, value, name, [], site);
        return result.k === 'known' ? truthOf(run, result, site) : undefined;
      }
      if (obj.payload !== undefined) return truthOf(run, obj.payload, site);
      return isClosedClass(obj.cls) ? true : undefined;
    }
    default:
      return true;
  }
}

/** Whether a value is true, on each branch that matters. */
export function decide(run: Run, value: Val, site: Site, text: string): readonly Decision[] {
  const now = value.k === 'cond' ? settled(run, value) : value;
  if (now.k === 'cond') {
    return now.cases.flatMap((one): readonly Decision[] => {
      if (one.then.k === 'absent') return [];
      return decide(run, one.then, site, text).flatMap((inner) => {
        const when = both(one.when, inner.when);
        return when === undefined ? [] : [{ when, is: inner.is }];
      });
    });
  }
  if (now.k === 'absent') return [];
  if (now.k === 'known') {
    const is = truthOf(run, now, site);
    if (is !== undefined) return [{ when: [], is }];
    const open = unknownAt(run, 'dynamic-call', site);
    return decideUnknown(run, `truth:${open.key}`, text);
  }
  const truth =
    now.truth ?? (now.env === null || now.type !== 'str' ? null : { on: 'env-value' as const, name: now.env, equals: '', holds: false });
  if (truth !== null) {
    const otherwise = flipped(truth);
    if (otherwise !== null)
      return possible(run, [
        { when: [truth], is: true },
        { when: [otherwise], is: false },
      ]);
  }
  const negated = now.key.startsWith('!');
  const key = now.key === '' ? unknownAt(run, now.why, site).key : negated ? now.key.slice(1) : now.key;
  const decisions = decideUnknown(run, key, text);
  return negated ? decisions.map((one) => ({ ...one, is: !one.is })) : decisions;
}

function decideUnknown(run: Run, key: string, text: string): readonly Decision[] {
  return possible(run, [
    { when: [{ on: 'text', key, text, holds: true }], is: true },
    { when: [{ on: 'text', key, text, holds: false }], is: false },
  ]);
}

function possible(run: Run, decisions: readonly Decision[]): readonly Decision[] {
  const open = decisions.filter((one) => both(run.path, one.when) !== undefined);
  const [only] = open;
  return open.length === 1 && only !== undefined ? [{ when: [], is: only.is }] : open;
}

/** Evaluates one of two expressions, or both under their guards. */
export function choose(run: Run, test: Val, site: Site, text: string, yes: () => Val, no: () => Val): Val {
  const decisions = decide(run, test, site, text);
  const [first] = decisions;
  if (first !== undefined && decisions.every((one) => one.is === first.is)) return first.is ? yes() : no();
  return forkValues(
    run,
    decisions.map((one) => ({ when: one.when, body: one.is ? yes : no })),
  );
}
