import { type BuiltinObj, type CallArgs, type Known, known, type NativeCall, type Slot, type Val } from '../values/object.ts';

/** Helpers for functions of Python that are modelled here. */

export const PYTHON = { step: 'default', of: 'Python' } as const;

export function builtin(name: string, call: NativeCall): Known {
  return known({ t: 'builtin', name, call, type: false, attr: null }, PYTHON);
}

export function typeObject(name: string, call: NativeCall, attr: BuiltinObj['attr'] = null): Known {
  return known({ t: 'builtin', name, call, type: true, attr }, PYTHON);
}

/** The argument at a position or by keyword. */
export function arg(args: CallArgs, index: number, name: string): Val | undefined {
  return args.pos[index] ?? args.kw.get(name);
}

export function textArg(value: Val | undefined): string | undefined {
  if (value?.k !== 'known') return undefined;
  const obj = value.obj.t === 'instance' ? value.obj.payload?.obj : value.obj;
  return obj?.t === 'str' ? obj.v : undefined;
}

export function pathArg(value: Val | undefined): string | undefined {
  if (value?.k !== 'known') return undefined;
  if (value.obj.t === 'path') return value.obj.v;
  return value.obj.t === 'native' && value.obj.cls === 'environ.Path' ? value.obj.text : textArg(value);
}

export function boolArg(value: Val | undefined, otherwise: boolean): boolean | undefined {
  if (value === undefined) return otherwise;
  return value.k === 'known' && value.obj.t === 'bool' ? value.obj.v : undefined;
}

type NoneVal = Known & { readonly obj: { readonly t: 'none' } };

export function isNone(value: Slot | undefined | null): value is NoneVal {
  return value?.k === 'known' && value.obj.t === 'none';
}

/** An argument that is left out, or None in its place. */
export function isLeftOut(value: Slot | undefined): value is NoneVal | undefined {
  return value === undefined || isNone(value);
}

export const NO_ARGS: CallArgs = { pos: [], kw: new Map(), open: null };

export function positional(pos: readonly Val[]): CallArgs {
  return { pos, kw: new Map(), open: null };
}
