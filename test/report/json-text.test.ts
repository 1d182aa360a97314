import { expect, test } from 'vitest';
import { jsonText } from '../../src/report/json-text.ts';

test('JSON is ASCII and says the same', () => {
  const document = { text: 'contraseña «😀» \u007f', list: ['ਪੰਜਾਬੀ', 1, null] };
  const text = jsonText(document);
  expect([...text].every((one) => one.charCodeAt(0) < 0x7f)).toBe(true);
  expect(JSON.parse(text)).toEqual(document);
});
