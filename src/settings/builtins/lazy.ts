import { callWith } from '../expressions/call.ts';
import { choose } from '../expressions/truth.ts';
import { raise } from '../raise.ts';
import { originAt, type Run } from '../run.ts';
import { generatorFrom } from '../statements/iteration.ts';
import { withItems } from '../values/iterate.ts';
import { known, type ListObj, none, type Site, unk, type Val } from '../values/object.ts';
import { isNone } from './native.ts';
import type { Call } from './objects.ts';
import { gapIn, iterateWith } from './sequences.ts';

/** map() and filter(): their functions run when somebody iterates. */

export function lazily(run: Run, at: Site, generate: NonNullable<ListObj['generate']>): Val {
  const { frame } = run;
  return known(
    generatorFrom(
      run,
      (emit) => {
        const before = run.frame;
        run.frame = { ...frame, caller: before };
        const answer = generate((value) => {
          const inner = run.frame;
          run.frame = before;
          const told = emit(value);
          run.frame = inner;
          return told;
        });
        run.frame = before;
        return answer;
      },
      unk('dynamic-call', originAt(at)),
    ),
    originAt(at),
  );
}

export const mapCall: Call = (run, args, at) => {
  const [func, ...sources] = args.pos;
  const [only] = sources;
  if (func === undefined || only === undefined) return raise(run, 'TypeError', 'map() must have at least two arguments', at);
  return lazily(run, at, (emit) =>
    iterateWith(run, sources, at, (lists) => {
      const gap = lists.map(gapIn).find((one) => one !== undefined);
      const length = Math.min(...lists.map((list) => list.length));
      if (gap !== undefined && lists.length > 1) emit(gap);
      else
        for (let i = 0; i < length; i++) {
          const row = lists.map((list) => list[i] ?? none(originAt(at)));
          const [first] = row;
          emit(first?.k === 'unk' && first.many ? { ...first, key: '' } : callWith(run, func, row, at));
        }
      return none(originAt(at));
    }),
  );
};

export const filterCall: Call = (run, args, at) => {
  const [func, source] = args.pos;
  if (func === undefined || source === undefined) return raise(run, 'TypeError', 'filter expected 2 arguments', at);
  return lazily(run, at, (emit) =>
    withItems(run, source, at, (items) => {
      for (const item of items) {
        if (item.k === 'unk' && item.many) {
          emit(item);
          continue;
        }
        const test = isNone(func) ? item : callWith(run, func, [item], at);
        const nothing = none(originAt(at));
        choose(
          run,
          test,
          at,
          'filter(…)',
          () => {
            emit(item);
            return nothing;
          },
          () => nothing,
        );
      }
      return none(originAt(at));
    }),
  );
};
