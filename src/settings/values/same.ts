import { ABSENT, type Obj, type Slot } from './object.ts';

/** Whether two slots are certainly the same value: identical, or equal plain data. */
export function sameSlot(a: Slot, b: Slot): boolean {
  if (a === b) return true;
  if (a.k === 'known' && b.k === 'known') return sameObj(a.obj, b.obj);
  if (a.k === 'unk' && b.k === 'unk') return a.key !== '' && a.key === b.key && a.many === b.many;
  return a.k === 'absent' && b.k === 'absent';
}

function sameObj(a: Obj, b: Obj): boolean {
  if (a === b) return true;
  if (a.t !== b.t) return false;
  if ((a.t === 'str' && b.t === 'str') || (a.t === 'path' && b.t === 'path') || (a.t === 'bytes' && b.t === 'bytes')) return a.v === b.v;
  if (a.t === 'int' && b.t === 'int') return a.v === b.v;
  if (a.t === 'bool' && b.t === 'bool') return a.v === b.v;
  if (a.t === 'float' && b.t === 'float') return a.v === b.v;
  if (a.t === 'tuple' && b.t === 'tuple') {
    return a.cls === b.cls && a.items.length === b.items.length && a.items.every((item, i) => sameSlot(item, b.items[i] ?? ABSENT));
  }
  return a.t === 'none';
}
