import { describe, expect, test } from 'vitest';
import { descends } from '../../rules/shared/code/class-descent.ts';
import type { Modules } from '../../rules/shared/code/python-class.ts';
import { memoryTree } from '../../src/files/memory.ts';

const WANTED = 'django.middleware.csrf.CsrfViewMiddleware';

function codeOf(files: Readonly<Record<string, string>>): Modules {
  const tree = memoryTree(files);
  const read = (path: string) => {
    const result = tree.read(path);
    return result.ok ? result.text : null;
  };
  return { settings: { project: { importRoots: ['', 'src'] } }, repository: { read } };
}

const of = (path: string, files: Readonly<Record<string, string>>) => descends(path, WANTED, codeOf(files));
const DIRECT = 'from django.middleware.csrf import CsrfViewMiddleware\n\nclass A(CsrfViewMiddleware):\n    pass\n';

describe('a class is or derives from another', () => {
  test.each<[string, string, Readonly<Record<string, string>>]>([
    ['itself', WANTED, {}],
    ['a direct subclass', 'shop.mw.A', { 'shop/mw.py': DIRECT }],
    ['below another import root', 'shop.mw.A', { 'src/shop/mw.py': DIRECT }],
    ['a chain in one module', 'shop.mw.B', { 'shop/mw.py': `${DIRECT}\nclass B(Mixin, A):\n    pass\n\nclass Mixin:\n    pass\n` }],
    [
      'a chain over modules',
      'shop.b.B',
      { 'shop/__init__.py': '', 'shop/a.py': DIRECT, 'shop/b.py': 'from .a import A as Base\n\nclass B(Base, metaclass=M): ...\n' },
    ],
    [
      'an import under another name',
      'mw.A',
      { 'mw.py': 'from django.middleware.csrf import (\n    CsrfViewMiddleware as Base,  # ours\n)\nclass A(Base): pass\n' },
    ],
    ['a dotted base', 'mw.A', { 'mw.py': 'import django.middleware.csrf\nclass A(django.middleware.csrf.CsrfViewMiddleware): pass\n' }],
    ['a module under another name', 'mw.A', { 'mw.py': 'import django.middleware.csrf as c\nclass A(c.CsrfViewMiddleware): pass\n' }],
    ['a module of a package', 'mw.A', { 'mw.py': 'from django.middleware import csrf\nclass A(csrf.CsrfViewMiddleware): pass\n' }],
    ['a re-export', 'shop.mw.A', { 'shop/mw/__init__.py': 'from .own import A\n', 'shop/mw/own.py': DIRECT }],
    ['a re-export by star', 'shop.mw.A', { 'shop/mw/__init__.py': 'from .own import *\n', 'shop/mw/own.py': DIRECT }],
    ['an assignment', 'mw.B', { 'mw.py': `${DIRECT}\nB = A\n` }],
    ['a re-export of the class itself', 'mw.CsrfViewMiddleware', { 'mw.py': 'from django.middleware.csrf import CsrfViewMiddleware\n' }],
    ['a generic base', 'mw.B', { 'mw.py': `${DIRECT}\nclass B(Generic[T], A): pass\n` }],
    ['a package above', 'shop.deep.b.B', { 'shop/a.py': DIRECT, 'shop/deep/b.py': 'from ..a import A\nclass B(A): pass\n' }],
  ])('%s', (_name, path, files) => expect(of(path, files)).toBe('yes'));

  test.each<[string, string, Readonly<Record<string, string>>]>([
    ['no base', 'mw.A', { 'mw.py': 'class A:\n    pass\n' }],
    [
      "a base of Django's that is another",
      'mw.A',
      { 'mw.py': 'from django.utils.deprecation import MiddlewareMixin\nclass A(MiddlewareMixin): pass\n' },
    ],
    ['a function', 'mw.a', { 'mw.py': 'def a(get_response):\n    return get_response\n' }],
    ['a class that only a docstring defines', 'mw.A', { 'mw.py': `'''\n${DIRECT}'''\nclass A(object): pass\n` }],
    ['a class that only a comment defines', 'mw.A', { 'mw.py': 'class A: pass\n# class A(CsrfViewMiddleware): pass\n' }],
  ])('no: %s', (_name, path, files) => expect(of(path, files)).toBe('no'));

  test.each<[string, string, Readonly<Record<string, string>>]>([
    ['a base outside the repository', 'mw.A', { 'mw.py': 'from lib import Base\nclass A(Base): pass\n' }],
    ['a class outside the repository', 'lib.A', {}],
    ['a base that is computed', 'mw.A', { 'mw.py': 'class A(base_of("csrf")): pass\n' }],
    [
      'a base that an import decides',
      'mw.A',
      {
        'mw.py':
          'try:\n    from django.middleware.csrf import CsrfViewMiddleware as B\nexcept ImportError:\n    B = object\nclass A(B): pass\n',
      },
    ],
    ['a class that is bound twice', 'mw.A', { 'mw.py': `${DIRECT}\nA = wrap(A)\n` }],
    ['a name of one of two stars', 'mw.A', { 'mw.py': 'from .a import *\nfrom .b import *\n', 'a.py': DIRECT, 'b.py': '' }],
    ['names that lead in a circle', 'mw.A', { 'mw.py': 'A = B\nB = A\n' }],
  ])('maybe: %s', (_name, path, files) => expect(of(path, files)).toBe('maybe'));
});
