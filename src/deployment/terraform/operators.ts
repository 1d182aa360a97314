import type { Data } from '../../core/data.ts';
import type { Origin } from '../../core/origin.ts';
import { bindValue, known, unknown, type Value } from '../../core/value.ts';

/** What an operator makes of known sides. `a && b` is false as soon as one side is. */
export function operated(operator: string, left: Value<Data>, right: Value<Data> | null, origin: Origin): Value<Data> {
  if (right === null)
    return bindValue(left, ({ value }) =>
      operator === '!' && typeof value === 'boolean' ? known(!value, origin) : unknown('unsupported-syntax', origin),
    );
  if (operator === '&&' || operator === '||') {
    const decides = operator === '||';
    if (isExactly(left, decides) || isExactly(right, decides)) return known(decides, origin);
  }
  return bindValue(left, (a) => bindValue(right, (b) => of(operator, a.value, b.value, origin)));
}

function isExactly(value: Value<Data>, wanted: boolean): boolean {
  return value.kind === 'known' && value.value === wanted;
}

function of(operator: string, a: Data, b: Data, origin: Origin): Value<Data> {
  const made = isPlain(a) && isPlain(b) ? plain(operator, a, b) : undefined;
  return made === undefined || (typeof made === 'number' && !Number.isFinite(made))
    ? unknown('unsupported-syntax', origin)
    : known(made, origin);
}

type Plain = string | number | boolean | null;

function isPlain(data: Data): data is Plain {
  return data === null || typeof data !== 'object';
}

function plain(operator: string, a: Plain, b: Plain): Plain | undefined {
  if (operator === '==') return a === b;
  if (operator === '!=') return a !== b;
  if (typeof a === 'boolean' && typeof b === 'boolean') return operator === '&&' ? a && b : operator === '||' ? a || b : undefined;
  return typeof a === 'number' && typeof b === 'number' ? arithmetic(operator, a, b) : undefined;
}

function arithmetic(operator: string, a: number, b: number): number | boolean | undefined {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      return undefined;
  }
}
