import { beforeAll, expect, test } from 'vitest';
import { environmentOf, evaluateFiles, inWords, startPython } from '../helpers/python.ts';

beforeAll(startPython);

const files = {
  'settings.py': "from configurations import Configuration\n\n\nclass Production(Configuration):\n    ROOT_URLCONF = 'mysite.urls'\n",
};

test('while no class is chosen, an unset name may be set by any of them', () => {
  expect(evaluateFiles(files, environmentOf([])).complete).not.toBe(true);
  const chosen = evaluateFiles(files, environmentOf(['DJANGO_CONFIGURATION=Production']));
  expect(inWords(chosen.settings.get('ROOT_URLCONF'))).toBe('"mysite.urls"');
  expect(chosen.complete).toBe(true);
});

test('a module without such classes asks for none', () => {
  const plain = { 'settings.py': 'from configurations import Configuration\nDEBUG = False\n' };
  expect(evaluateFiles(plain, environmentOf([])).complete).toBe(true);
});
