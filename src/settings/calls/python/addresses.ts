import { builtin } from '../../builtins/native.ts';
import { callUnknown } from '../../expressions/call.ts';
import { lift, originAt, type Run, unknownAt } from '../../run.ts';
import { listFrom, withItems } from '../../values/iterate.ts';
import { type Known, known, none, type Site, str, tuple, type Val } from '../../values/object.ts';
import type { ModelledModule } from '../registry.ts';

/**
 * email.utils.getaddresses and parseaddr, for texts that every release reads alike: addresses, and names of plain words before an
 * address in angle brackets. Releases differ in what they make of anything else (CVE-2023-27043), so that is unknown.
 */

const ADDRESS = String.raw`[A-Za-z0-9][A-Za-z0-9._+-]*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?`;
const BARE = new RegExp(`^${ADDRESS}$`);
const NAMED = new RegExp(`^([A-Za-z0-9_-]+(?: [A-Za-z0-9_-]+)*) *<(${ADDRESS})>$`);
const ENCLOSED = new RegExp(`^<(${ADDRESS})>$`);

/** Name and address, or undefined. */
function pairOf(text: string): readonly [string, string] | undefined {
  if (text.includes('..')) return undefined;
  if (BARE.test(text)) return ['', text];
  const named = NAMED.exec(text);
  if (named !== null) return [named[1] ?? '', named[2] ?? ''];
  const enclosed = ENCLOSED.exec(text);
  return enclosed === null ? undefined : ['', enclosed[1] ?? ''];
}

function pair([name, address]: readonly [string, string], from: Known, at: Site): Known {
  const origin = originAt(at, undefined, from.origin);
  return known(tuple([str(name, origin), str(address, origin)]), origin);
}

function addressesIn(run: Run, value: Val, at: Site): Val {
  return withItems(run, value, at, (items) => {
    const made: Known[] = [];
    for (const item of items) {
      if (item.k !== 'known' || item.obj.t !== 'str') return unknownAt(run, 'dynamic-call', at, { type: 'list' });
      for (const part of item.obj.v.trim() === '' && items.length === 1 ? [] : item.obj.v.split(',')) {
        const found = pairOf(part.trim());
        if (found === undefined) return unknownAt(run, 'dynamic-call', at, { type: 'list' });
        made.push(pair(found, item, at));
      }
    }
    return known(listFrom(run, made), originAt(at));
  });
}

export function addressModules(run: Run): Readonly<Record<string, ModelledModule>> {
  return {
    'email.utils': {
      open: true,
      names: {
        getaddresses: () =>
          builtin('getaddresses', (args, at) =>
            args.pos.length === 1 && args.kw.size === 0 && args.open === null
              ? addressesIn(run, args.pos[0] ?? none(originAt(at)), at)
              : callUnknown(run, unknownAt(run, 'dynamic-call', at), args, at),
          ),
        parseaddr: () =>
          builtin('parseaddr', (args, at) =>
            lift(run, args.pos[0] ?? none(originAt(at)), (one) => {
              const found = one.obj.t === 'str' && args.kw.size === 0 ? pairOf(one.obj.v.trim()) : undefined;
              return found === undefined ? unknownAt(run, 'dynamic-call', at) : pair(found, one, at);
            }),
          ),
      },
    },
  };
}
