import { beforeAll, expect, test } from 'vitest';
import { stepsOf } from '../../src/core/origin.ts';
import { originOf } from '../../src/core/value.ts';
import { environmentOf, evaluateFiles, startPython } from '../helpers/python.ts';

beforeAll(startPython);

/** The variables in the chain of origins of X. */
function variablesOf(expression: string): readonly string[] {
  const text = `import os\nA = os.environ.get('A', '')\nB = os.environ['B']\nX = ${expression}\n`;
  const value = evaluateFiles({ 'settings.py': text }, environmentOf(['A=1', 'B=b'])).settings.get('X');
  if (value?.kind !== 'known') throw new Error(`${expression} is not known`);
  return [...new Set(stepsOf(originOf(value)).flatMap((step) => (step.step === 'env' ? [step.name] : [])))];
}

test.each([
  ["A == '1'", ['A']],
  ["'1' == A", ['A']],
  ["A in ('1', 'yes')", ['A']],
  ['A + B', ['A']],
  ["'prefix' + B", ['B']],
  ["A.lower() == 'true'", ['A']],
  ['bool(int(A))', ['A']],
  ["A.strip().upper() in ['1']", ['A']],
])('what is computed from a variable names it: %s', (expression, names) => expect(variablesOf(expression)).toEqual(names));

test.each(["'1' == '1'", '1 + 1', "'a'.upper()"])('what no variable decides names none: %s', (expression) =>
  expect(variablesOf(expression)).toEqual([]),
);
