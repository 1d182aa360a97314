import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { parsePython } from '../../src/syntax/python/index.ts';
import { startPython } from '../helpers/python.ts';

beforeAll(startPython);

const SAMPLE = `import os
from .base import *  # noqa

DEBUG = os.environ.get('DEBUG', 'off') == 'on'
TEXT = f"{DEBUG!r:>{10}} {{x}}" 'tail'
@dec(1)
def f(a, /, b: int = 1, *args, c, **kw):
    """Doc"""
    return [x for x in a if x] or {**kw, 'b': b}
try:
    X = {'a': (1, 2.5, 0x1f, b'z')}
except (KeyError, ValueError) as e:
    raise RuntimeError('no') from e
if DEBUG and not X:
    del X['a'], f
elif (n := len(X)) > 1:
    pass
match n:
    case 1 | 2: pass
    case [a, *rest]: pass
`;

function spansInside(node: unknown, length: number): boolean {
  if (Array.isArray(node)) return node.every((one) => spansInside(one, length));
  if (typeof node !== 'object' || node === null) return true;
  if ('start' in node && 'end' in node && typeof node.start === 'number' && typeof node.end === 'number') {
    if (node.start < 0 || node.start > node.end || node.end > length) return false;
  }
  return Object.values(node).every((one) => spansInside(one, length));
}

describe('parsePython', () => {
  test('reads valid text without a problem', () => {
    const { module, problems } = parsePython('a.py', SAMPLE);
    expect(problems).toEqual([]);
    expect(module.valid).toBe(true);
    expect(module.body.map((stmt) => stmt.kind)).toEqual(['import', 'from', 'assign', 'assign', 'def', 'try', 'if', 'match']);
    expect(module.comments.map((one) => SAMPLE.slice(one.start, one.end))).toEqual(['# noqa']);
  });

  test('any text gives a module whose spans lie inside it', () => {
    fc.assert(
      fc.property(fc.nat(SAMPLE.length), fc.nat(12), fc.string({ maxLength: 8 }), (at, cut, insert) => {
        const text = SAMPLE.slice(0, at) + insert + SAMPLE.slice(at + cut);
        const { module, problems } = parsePython('a.py', text);
        expect(spansInside(module.body, text.length)).toBe(true);
        expect(problems.every((one) => one.at >= 0 && one.at <= text.length)).toBe(true);
        expect(module.valid || problems.length > 0).toBe(true);
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  test('offsets count UTF-16 units', () => {
    const text = "A = '😀é'\nB = 1\n";
    const { module } = parsePython('a.py', text);
    expect(module.body.map((stmt) => text.slice(stmt.start, stmt.end))).toEqual(["A = '😀é'", 'B = 1']);
  });

  test('one broken bracket loses one statement', () => {
    const { module, problems } = parsePython('a.py', 'A = 1\nB = (1,\nC = 2\n\n\ndef f():\n    return 3\nD = """x\ny"""\n');
    expect(problems.map((one) => one.id)).toEqual(['input/syntax-error']);
    expect(module.body.map((stmt) => stmt.kind)).toEqual(['assign', 'unsupported', 'assign', 'def', 'assign']);
  });
});
