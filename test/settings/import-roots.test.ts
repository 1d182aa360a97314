import { beforeAll, expect, test } from 'vitest';
import { environmentOf, evaluateFiles, inWords, startPython } from '../helpers/python.ts';

beforeAll(startPython);

const files = {
  'settings.py': 'from mysite import celery\nNAME = celery.NAME\nimport extra\nEXTRA = extra.X\n',
  'mysite/__init__.py': '',
  'mysite/celery.py': "from celery import Celery\napp = Celery('mysite')\nNAME = 'mysite'\n",
  'mysite/extra.py': 'X = 1\n',
};

test('a package that is on sys.path as well hides nothing that is installed', () => {
  const evaluated = evaluateFiles(files, environmentOf([]), { importRoots: ['', 'mysite'] });
  expect(evaluated.raised).toBeNull();
  expect(inWords(evaluated.settings.get('NAME'))).toBe('"mysite"');
  expect(inWords(evaluated.settings.get('EXTRA'))).toBe('1');
});

test('a module beside the settings hides what is installed', () => {
  const beside = { 'settings.py': 'import celery\nNAME = celery.NAME\n', 'celery.py': "NAME = 'own'\n" };
  expect(inWords(evaluateFiles(beside, environmentOf([])).settings.get('NAME'))).toBe('"own"');
});
