import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { defaultOrigin } from '../src/core/origin.ts';
import { readPackages } from '../src/deployment/packages/packages.ts';
import { memoryTree } from '../src/files/memory.ts';
import type { EvaluatedSettings, ReleaseRange } from '../src/settings/model.ts';
import { environmentOf, evaluateFiles, inWords, startPython } from './helpers/python.ts';

/**
 * Literate specs: a heading is a case, a fenced block with a path is a file, `env` the environment (a line `open` opens it,
 * `bare` says that nothing but an operating system stands outside of the repository),
 * `given` what pins releases (`django: 4.2.9`, `python: 3.11`, `python: any`), `values` the answers: `NAME: value`, `raised: Type`,
 * `required: A, B`, `files: a.py, b.py`, `complete: no`. Package files among the files say what is installed, as in a scan.
 */
interface Case {
  readonly name: string;
  readonly files: Record<string, string>;
  readonly env: string[];
  readonly given: string[];
  readonly values: string[];
}

function parseSpec(markdown: string): readonly Case[] {
  const cases: Case[] = [];
  let fence: { readonly info: string; readonly body: string[] } | undefined;
  for (const line of markdown.split('\n')) {
    if (fence !== undefined) {
      if (line !== '```') fence.body.push(line);
      else {
        keep(cases.at(-1), fence.info, fence.body);
        fence = undefined;
      }
    } else if (line.startsWith('```')) fence = { info: line.slice(3), body: [] };
    else if (line.startsWith('## ')) cases.push({ name: line.slice(3), files: {}, env: [], given: [], values: [] });
  }
  return cases;
}

function keep(current: Case | undefined, info: string, body: readonly string[]): void {
  const [kind = '', path] = info.split(' ');
  if (current === undefined) return;
  if (kind === 'values') current.values.push(...body);
  else if (kind === 'env') current.env.push(...body);
  else if (kind === 'given') current.given.push(...body);
  else if (path !== undefined) current.files[path] = `${body.join('\n')}\n`;
}

async function evaluated(one: Case): Promise<EvaluatedSettings> {
  const isPackage = one.files['settings.py'] === undefined && one.files['mysite/settings/__init__.py'] !== undefined;
  const given = Object.fromEntries(one.given.map((line) => line.split(': ')));
  const { packages } = (await readPackages(memoryTree(one.files)))('');
  return evaluateFiles(
    one.files,
    environmentOf(
      one.env.filter((line) => line.includes('=')),
      one.env.includes('open'),
    ),
    {
      packages,
      host: one.env.includes('bare') ? 'bare' : 'unknown',
      ...(isPackage ? { module: 'mysite.settings' } : {}),
      ...(given['python'] === undefined ? {} : { python: given['python'] === 'any' ? null : given['python'] }),
      ...(given['django'] === undefined ? {} : { django: djangoOf(given['django']) }),
    },
  );
}

/** `4.2.9`, or `3.2..5.0` for a range. */
function djangoOf(text: string): ReleaseRange {
  const [from = '', before] = text.split('..');
  const origin = defaultOrigin('the test');
  return before === undefined ? { from, before: null, exact: from, origin } : { from, before, exact: null, origin };
}

function answer(evaluated: EvaluatedSettings, name: string): string {
  switch (name) {
    case 'raised':
      return evaluated.raised?.type ?? 'nothing';
    case 'required':
      return evaluated.reads
        .filter((read) => read.required)
        .map((read) => read.name)
        .join(', ');
    case 'files':
      return evaluated.files.join(', ');
    case 'complete':
      return evaluated.complete === true ? 'yes' : 'no';
    default:
      return inWords(evaluated.settings.get(name));
  }
}

beforeAll(startPython);

const folder = new URL('./spec/settings/', import.meta.url);
for (const file of readdirSync(folder).sort()) {
  describe(file, () => {
    for (const one of parseSpec(readFileSync(new URL(file, folder), 'utf8'))) {
      test(one.name, async () => {
        expect(one.values.length).toBeGreaterThan(0);
        const result = await evaluated(one);
        for (const line of one.values) {
          const name = line.slice(0, line.indexOf(':'));
          expect(`${name}: ${answer(result, name)}`).toBe(line);
        }
      });
    }
  });
}
