import { type Origin, stepsOf } from '../../core/origin.ts';
import type { Val } from '../values/object.ts';

/**
 * A result that was computed keeps the variable that decided one of its operands, so that a finding can name the line that
 * gives it: `os.environ.get('DEBUG') == '1'` is true because of DEBUG.
 */
export function causedBy(result: Val, operands: readonly Val[]): Val {
  if (result.k !== 'known' || result.origin.step !== 'text' || result.origin.via !== undefined) return result;
  for (const operand of operands) {
    if (operand.k === 'known' && operand !== result && hasVariable(operand.origin)) {
      return { ...result, origin: { ...result.origin, via: operand.origin } };
    }
  }
  return result;
}

function hasVariable(origin: Origin): boolean {
  return stepsOf(origin).some((one) => one.step === 'env');
}
