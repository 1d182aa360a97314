import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { rootsOf } from '../../src/cli/paths.ts';

it('takes one path as it is given', () => {
  expect(rootsOf([])).toEqual({ root: '.', parts: [{ path: '.', prefix: '' }] });
  expect(rootsOf(['../x/'])).toEqual({ root: '../x/', parts: [{ path: '../x/', prefix: '' }] });
});

it('puts several under their common ancestor', () => {
  expect(rootsOf(['a/x', 'a/y/z'])).toEqual({
    root: 'a',
    parts: [
      { path: 'a/x', prefix: 'x' },
      { path: 'a/y/z', prefix: 'y/z' },
    ],
  });
  expect(rootsOf(['a', 'ab']).root).toBe('.');
  expect(rootsOf(['.', 'a']).parts.map((one) => one.prefix)).toEqual(['', 'a']);
});

it('judges a path once however it is written', () => {
  expect(rootsOf(['a', './a', resolve('a')]).parts).toHaveLength(1);
});
