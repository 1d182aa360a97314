import type { Known, NativeObj, Slot } from '../values/object.ts';

/** Tells what the environment gives from a default that a library has processed already, on its way through `readAs`. */
export interface GivenMarks {
  marked(slot: Slot): Slot;
  /** What was marked; undefined for anything else. */
  given(one: Known): Known | undefined;
}

/** Marks of one library, which no other takes for its own. */
export function givenMarks(library: string): GivenMarks {
  const values = new WeakMap<NativeObj, Known>();
  const mark = (one: Known): Known => {
    const obj: NativeObj = { t: 'native', cls: `${library}.given` };
    values.set(obj, one);
    return { ...one, obj };
  };
  return {
    marked(slot) {
      if (slot.k === 'known') return mark(slot);
      if (slot.k !== 'cond') return slot;
      return { k: 'cond', cases: slot.cases.map((one) => ({ when: one.when, then: one.then.k === 'known' ? mark(one.then) : one.then })) };
    },
    given: (one) => (one.obj.t === 'native' ? values.get(one.obj) : undefined),
  };
}
