import type { Value } from '../../core/value.ts';
import { textOf } from '../command/command.ts';

/** What `[ … ]` asks about the file system. */
export interface TestScope {
  /** True or false when it is known whether a file or folder stands there. */
  exists(path: string, kind: 'file' | 'directory' | 'any'): boolean | null;
}

/** The outcome of `[ … ]` or `test …`; null when it is not known. `words` excludes the name and the closing bracket. */
export function testOutcome(words: readonly Value<string>[], scope: TestScope): boolean | null {
  const [first] = words;
  if (textOf(first) === '!') {
    const inner = testOutcome(words.slice(1), scope);
    return inner === null ? null : !inner;
  }
  switch (words.length) {
    case 0:
      return false;
    case 1:
      return mapKnown(first, (text) => text !== '');
    case 2:
      return unary(textOf(first), words[1], scope);
    case 3:
      return binary(first, textOf(words[1]), words[2]);
    default:
      return joinedTest(words, scope);
  }
}

function mapKnown(word: Value<string> | undefined, decide: (text: string) => boolean | null): boolean | null {
  const text = textOf(word);
  return text === null ? null : decide(text);
}

function unary(operator: string | null, word: Value<string> | undefined, scope: TestScope): boolean | null {
  switch (operator) {
    case '-z':
      return mapKnown(word, (text) => text === '');
    case '-n':
      return mapKnown(word, (text) => text !== '');
    case '-f':
      return mapKnown(word, (text) => scope.exists(text, 'file'));
    case '-d':
      return mapKnown(word, (text) => scope.exists(text, 'directory'));
    case '-e':
      return mapKnown(word, (text) => scope.exists(text, 'any'));
    default:
      return null;
  }
}

const NUMERIC: ReadonlyMap<string, (a: number, b: number) => boolean> = new Map([
  ['-eq', (a, b) => a === b],
  ['-ne', (a, b) => a !== b],
  ['-lt', (a, b) => a < b],
  ['-le', (a, b) => a <= b],
  ['-gt', (a, b) => a > b],
  ['-ge', (a, b) => a >= b],
]);

function binary(left: Value<string> | undefined, operator: string | null, right: Value<string> | undefined): boolean | null {
  const a = textOf(left);
  const b = textOf(right);
  if (a === null || b === null || operator === null) return null;
  if (operator === '=' || operator === '==') return a === b;
  if (operator === '!=') return a !== b;
  const compare = NUMERIC.get(operator);
  return compare !== undefined && /^-?\d+$/.test(a) && /^-?\d+$/.test(b) ? compare(Number(a), Number(b)) : null;
}

/** `a -a b`, `a -o b`: only when each side is a whole test of its own. */
function joinedTest(words: readonly Value<string>[], scope: TestScope): boolean | null {
  for (const operator of ['-o', '-a']) {
    const at = words.findIndex((word) => textOf(word) === operator);
    if (at <= 0) continue;
    const left = testOutcome(words.slice(0, at), scope);
    const right = testOutcome(words.slice(at + 1), scope);
    const decisive = operator === '-o';
    if (left === decisive || right === decisive) return decisive;
    return left === null || right === null ? null : !decisive;
  }
  return null;
}
