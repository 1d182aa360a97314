import { expect, test } from 'vitest';
// @ts-expect-error the scripts are plain JavaScript
import { cutRule } from '../../scripts/lib/cut-rule.mjs';

const RULE = `import { defineRule, known } from '../../src/rule.ts';
import { compose, django } from '../shared/examples.ts';

const web = compose({ web: 'x' });
const all = { ...django(), 'docker-compose.yml': web };
function helper(n: number): number {
  return n + 1;
}

export default defineRule({
  id: 'a/b',
  why: 'Because 🎉.',
  title: 'T',
  examples: { bad: [all], good: [{ 'settings.py': 'é' }] },
  needs: ['settings'],
  check() {
    return helper(known(1));
  },
});
`;
const isProse = (name: string) => name === 'why' || name === 'examples';

test('what every run loads has neither prose nor what only examples use', () => {
  const hot = cutRule(RULE, (name: string) => !isProse(name));
  for (const gone of ['why', 'examples', 'web', 'all', 'shared', '🎉', 'é']) expect(hot).not.toContain(gone);
  for (const kept of ["id: 'a/b'", "title: 'T'", 'known', 'return helper(known(1));', 'function helper']) expect(hot).toContain(kept);
});

test('the prose keeps its examples and loses the code', () => {
  const prose = cutRule(RULE, (name: string) => name === 'id' || isProse(name));
  for (const gone of ['check()', 'helper', 'known', 'needs', 'title']) expect(prose).not.toContain(gone);
  for (const kept of ['Because 🎉.', 'compose, django', 'const web', 'const all', "'é'"]) expect(prose).toContain(kept);
});

test('what it cannot take apart is refused', () => {
  expect(() => cutRule('export default {};', () => true)).toThrow('exports no defineRule');
  expect(() => cutRule("import { x } from './x.ts';\nexport default defineRule({ ...x });", () => true)).toThrow('one by one');
});
