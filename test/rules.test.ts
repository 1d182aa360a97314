import { describe, expect, test } from 'vitest';
import { rules } from '../rules/index.ts';
import { BUILTIN_RULES } from '../src/check/builtin.ts';
import { loadProse } from '../src/check/prose.ts';
import type { ExampleFiles, Rule } from '../src/rule.ts';
import { rulePaths } from './helpers/rules.ts';
import { placesOf, renderings, runExample, unmark } from './helpers/run-example.ts';

const ID = /^[a-z]+\/[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const byId = new Map<string, Rule>(rules.map((rule) => [rule.id, rule]));

test('the generated index lists every rule file, in order', () => {
  expect(rules.map((rule) => rule.id)).toEqual(rulePaths());
});

test('replacing goes round in no circle and names only rules that exist', () => {
  const onPath = new Set<string>();
  const settled = new Set<string>();
  const visit = (id: string) => {
    expect(onPath, `${id} replaces itself in the end`).not.toContain(id);
    if (settled.has(id)) return;
    onPath.add(id);
    for (const next of byId.get(id)?.replaces ?? []) visit(next);
    onPath.delete(id);
    settled.add(id);
  };
  for (const id of byId.keys()) visit(id);
  const unknown = rules.flatMap((rule) => (rule.replaces ?? []).filter((id) => !byId.has(id)).map((id) => `${rule.id} replaces ${id}`));
  expect(unknown).toEqual([]);
});

test('a former id belongs to one rule and to none of today', () => {
  const former = rules.flatMap((rule) => rule.formerly ?? []);
  expect(new Set(former).size).toBe(former.length);
  expect(former.filter((id) => byId.has(id))).toEqual([]);
});

test('prose is loaded for every rule, the own rules of the engine included', async () => {
  const prose = await loadProse();
  expect([...prose.keys()].sort()).toEqual([...rules, ...BUILTIN_RULES].map((rule) => rule.id).sort());
});

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  test('meta-data', () => {
    expect(id).toMatch(ID);
    expect(id.length).toBeLessThanOrEqual(48);
    expect(rule.title.length).toBeLessThanOrEqual(80);
    expect(rule.title).not.toMatch(/\.$/);
    expect(rule.why).toMatch(/[^.]\.$/);
    expect(rule.fix).toMatch(/[^.]\.$/);
    expect(['error', 'warning', 'note']).toContain(rule.severity);
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]).toContain(rule.topic);
    for (const link of rule.links) expect(link).toMatch(/^https:\/\/\S+$/);
    expect(rule.links.length).toBeGreaterThan(0);
    for (const cwe of rule.cwe ?? []) expect(cwe).toMatch(/^CWE-\d+$/);
    expect(rule.needs.length).toBeGreaterThan(0);
  });

  test.each(numbered(rule.examples.bad))('bad %i gives exactly the marked findings', async (_number, example) => {
    const { files, marks } = unmark(example);
    expect(marks.length, 'a bad example needs a mark').toBeGreaterThan(0);
    const result = await runExample(files, rules);
    expect(placesOf(result, id, files)).toEqual(marks);
    expect(leaks(renderings(result, files, rules), files)).toEqual([]);
  });

  test.each(numbered(rule.examples.good))('good %i says nothing and is settled', async (_number, example) => {
    const { files, marks } = unmark(example);
    expect(marks).toEqual([]);
    const result = await runExample(files, rules);
    expect(placesOf(result, id, files)).toEqual([]);
    expect(result.outcomes.filter((one) => one.rule === id && one.kind === 'open')).toEqual([]);
  });

  test.each(numbered(rule.examples.undecided ?? []))('undecided %i is open and silent', async (_number, example) => {
    const { files } = unmark(example);
    const result = await runExample(files, rules);
    expect(placesOf(result, id, files)).toEqual([]);
    expect(result.outcomes.filter((one) => one.rule === id).map((one) => one.kind)).toContain('open');
  });
});

function numbered(examples: readonly ExampleFiles[]): readonly (readonly [number, ExampleFiles])[] {
  return examples.map((example, index) => [index, example] as const);
}

/** Texts of the example that stand for a secret: a value after a name that says so, or a password within a URL. */
const SECRET = /(?:SECRET_KEY|PASSWORD|TOKEN|API_KEY)\w*['"]?\s*[:=]\s*['"]?([^\s'"#,)}]{6,})|:\/\/[^\s:/@]*:([^\s/@]{4,})@/g;

function leaks(shown: string, files: ExampleFiles): readonly string[] {
  const secrets = Object.values(files).flatMap((text) => [...text.matchAll(SECRET)].flatMap((match) => [match[1] ?? match[2] ?? '']));
  return secrets.filter((secret) => /^[\w!@#$%^&*+=~.-]{6,}$/.test(secret) && !isCode(secret) && !isWord(secret) && shown.includes(secret));
}

/** "postgres" as a password is also the name of the image. */
function isWord(text: string): boolean {
  return /^[a-z]{1,10}$/.test(text);
}

/** `os.environ`, `env.str` and the like are how a value is read, not the value. */
function isCode(text: string): boolean {
  return /^(os|env|config|environ|getenv|None|True|False|decouple|secrets)\b/.test(text);
}
