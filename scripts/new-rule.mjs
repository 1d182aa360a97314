// `npm run new -- area/fault-in-kebab-case`: writes the file of a new rule, to be filled in.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { inHome } from './lib/home.mjs';

const [id = ''] = process.argv.slice(2);
if (!/^[a-z]+\/[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id) || id.length > 48) {
  console.error('Usage: npm run new -- area/fault-in-kebab-case (at most 48 characters; it names the fault: settings/debug-enabled)');
  process.exit(2);
}
const file = inHome(`rules/${id}.ts`);
if (existsSync(file)) {
  console.error(`rules/${id}.ts exists already.`);
  process.exit(2);
}
const { version } = JSON.parse(readFileSync(inHome('package.json'), 'utf8'));
mkdirSync(dirname(file), { recursive: true });
writeFileSync(
  file,
  `import { defineRule } from '../../src/rule.ts';

export default defineRule({
  id: '${id}',
  title: '',
  severity: 'warning',
  topic: 1,
  since: '${version}',
  why: '',
  fix: '',
  autofix: 'none',
  links: [],
  examples: {
    bad: [{ 'settings.py': 'DEBUG = True  # !\\n' }],
    good: [{ 'settings.py': 'DEBUG = False\\n' }],
    undecided: [{ 'settings.py': 'from elsewhere import flag\\n\\nDEBUG = flag()\\n' }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    ctx.expect(
      settings.get('DEBUG'),
      (value) => value === false,
      () => ({ message: '', subject: 'DEBUG' }),
    );
  },
});
`,
);
console.log(`Wrote rules/${id}.ts. Fill it in, then run \`npm run gen\` and \`npx vitest run test/rules.test.ts -t ${id}\`.`);
