import type { NativeObj } from '../values/object.ts';

/** What a special method gives when it does not know the other operand. */
export const NOT_IMPLEMENTED: NativeObj = { t: 'native', cls: 'NotImplementedType', text: 'NotImplemented' };
