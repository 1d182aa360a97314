import { expect, test } from 'vitest';
import { rules } from '../../rules/index.ts';
import { defaultOptions, runCheck } from '../../src/check/index.ts';
import { stagesFor } from '../../src/cli/stages.ts';
import { memoryTree } from '../../src/files/memory.ts';
import { TODAY, unmark } from '../helpers/run-example.ts';

/** Rules about what the repository holds, by what git is known to track. */
const ABOUT_GIT = [
  'secrets/database-dump-committed',
  'secrets/env-file-committed',
  'secrets/example-file-real-secret',
  'secrets/private-key-committed',
  'secrets/provider-token-committed',
  'secrets/terraform-state-committed',
];

async function outcomes(id: string, tracked: 'all' | readonly string[] | undefined) {
  const rule = rules.find((one) => one.id === id);
  const [example = {}] = rule?.examples.bad ?? [];
  const tree = memoryTree(unmark(example).files, tracked === undefined ? {} : { tracked });
  const result = await runCheck({ tree, rules, options: defaultOptions(TODAY), stages: await stagesFor(tree) });
  return result.outcomes.filter((one) => one.rule === id).map(({ kind }) => kind);
}

test.each(ABOUT_GIT)('%s: a fault when git tracks the file, none when it does not, open when nobody knows', async (id) => {
  expect(await outcomes(id, 'all')).toEqual(['fail']);
  expect(await outcomes(id, [])).toEqual(['pass']);
  expect(await outcomes(id, undefined)).toEqual(['open']);
});

test('an env file that is there and that git may track keeps the rule about .gitignore open', async () => {
  const files = { '.gitignore': '*.pyc\n', '.env': 'A=1\n', '.env.example': 'A=\n', 'manage.py': 'from decouple import config\n' };
  const kinds = async (tracked: readonly string[] | undefined) => {
    const tree = memoryTree(files, tracked === undefined ? {} : { tracked });
    const result = await runCheck({ tree, rules, options: defaultOptions(TODAY), stages: await stagesFor(tree) });
    return result.outcomes.filter((one) => one.rule === 'secrets/env-file-not-ignored').map(({ kind }) => kind);
  };
  expect([await kinds(['.env']), await kinds(['manage.py']), await kinds(undefined)]).toEqual([['pass'], ['fail'], ['open']]);
});
