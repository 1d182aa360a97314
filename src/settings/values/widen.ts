import { ABSENT, originOfVal, type Unk, unk, type Val } from './object.ts';
import { sameSlot } from './same.ts';

/** Cells of the table that the longest common subsequence of two lists is found in. */
const MAX_TABLE = 250_000;

/**
 * What several lists have in common, in order, with a gap wherever one of them holds something else: any number of items may stand
 * there. So an item that all of them hold is still known to be held.
 */
export function widened(lists: readonly (readonly Val[])[]): Val[] {
  const [first = [], ...rest] = lists;
  const origin = first[0] === undefined ? { step: 'default' as const, of: 'nothing' } : originOfVal(first[0]);
  const gap: Unk = { ...unk('limit', origin), many: true };
  return rest.reduce<readonly Val[]>((common, list) => join(common, list, gap), first).slice();
}

function join(a: readonly Val[], b: readonly Val[], gap: Unk): Val[] {
  const out: Val[] = [];
  let i = 0;
  let j = 0;
  const skip = (toA: number, toB: number): void => {
    if (toA > i || toB > j) out.push(gap);
  };
  for (const [x, y] of matches(a, b)) {
    skip(x, y);
    const item = a[x];
    if (item !== undefined) out.push(item);
    i = x + 1;
    j = y + 1;
  }
  skip(a.length, b.length);
  return out;
}

/** Places of a longest common subsequence; of very long lists only of their common head and tail. */
function matches(a: readonly Val[], b: readonly Val[]): readonly (readonly [number, number])[] {
  const same = (x: number, y: number) => {
    const item = a[x] ?? ABSENT;
    return !(item.k === 'unk' && item.many) && sameSlot(item, b[y] ?? ABSENT);
  };
  const shortest = Math.min(a.length, b.length);
  let head = 0;
  while (head < shortest && same(head, head)) head++;
  let tail = 0;
  while (tail < shortest - head && same(a.length - 1 - tail, b.length - 1 - tail)) tail++;
  const found: (readonly [number, number])[] = Array.from({ length: head }, (_one, i) => [i, i]);
  found.push(...between(head, a.length - tail, head, b.length - tail, same));
  for (let k = tail; k > 0; k--) found.push([a.length - k, b.length - k]);
  return found;
}

function between(
  fromA: number,
  toA: number,
  fromB: number,
  toB: number,
  same: (x: number, y: number) => boolean,
): readonly (readonly [number, number])[] {
  const rows = toA - fromA;
  const columns = toB - fromB;
  if (rows === 0 || columns === 0 || rows * columns > MAX_TABLE) return [];
  const width = columns + 1;
  const lengths = new Uint32Array((rows + 1) * width);
  const at = (x: number, y: number) => lengths[x * width + y] ?? 0;
  for (let x = rows - 1; x >= 0; x--) {
    for (let y = columns - 1; y >= 0; y--)
      lengths[x * width + y] = same(fromA + x, fromB + y) ? at(x + 1, y + 1) + 1 : Math.max(at(x + 1, y), at(x, y + 1));
  }
  const found: (readonly [number, number])[] = [];
  let x = 0;
  let y = 0;
  while (x < rows && y < columns) {
    if (same(fromA + x, fromB + y)) found.push([fromA + x++, fromB + y++]);
    else if (at(x + 1, y) >= at(x, y + 1)) x++;
    else y++;
  }
  return found;
}
