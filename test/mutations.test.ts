import { describe, expect, test } from 'vitest';
import { rules } from '../rules/index.ts';
import { readProject } from './helpers/read-project.ts';
import { runExample } from './helpers/run-example.ts';
import { type Edit, MODELS } from './mutations/index.ts';

/** Rules whose fault cannot be put into a model project: their own examples and the other fixtures show them. */
const ELSEWHERE: readonly RegExp[] = [
  /^(environment\/mod-wsgi|server\/authorization-header)-/,
  /^ci\/(deploy-drops|image-tagged)/,
  /^container\/dummy-secret/,
  /^dependencies\/(pillow|postgres-app)/,
  /^environment\/systemd-env-file-shell/,
  /^infrastructure\/dockerfile-healthcheck-ignored/,
  /^logging\/(sentry-environment|access-log)/,
  /^server\/mod-wsgi-/,
  /^server\/(systemd-(reload|sandboxing|shell|type)|client-address)/,
  /^settings\/(browser-xss-filter-off|hashing-algorithm-invalid|gzip-breach-exposure|internal-ips-wildcard)/,
  /^static\/(location-unreadable|platform-)/,
];

function apply(files: Readonly<Record<string, string>>, edits: readonly Edit[]): Record<string, string> {
  const changed: Record<string, string> = { ...files };
  for (const { file, find, replace } of edits) {
    const text = changed[file] ?? '';
    if (find !== undefined) expect(text.split(find).length - 1, `"${find}" occurs once in ${file}`).toBe(1);
    changed[file] = find === undefined ? replace : text.replace(find, () => replace);
  }
  return changed;
}

describe.each(MODELS.map((one) => [`${one.folder}${one.variant === undefined ? '' : ` ${one.variant.name}`}`, one] as const))(
  'the model project %s',
  (_name, { folder, variant, mutations }) => {
    const files = apply(readProject(`fixtures/${folder}`), variant?.edits ?? []);

    test('has no finding', async () => {
      const { findings } = await runExample(files, rules);
      expect(findings.map((one) => `${one.rule} ${one.at.file} ${one.message}`)).toEqual([]);
    });

    test.each(mutations.map((one) => [one.name, one] as const))('%s', async (_name, mutation) => {
      const { findings } = await runExample(apply(files, mutation.edits), rules);
      expect([...new Set(findings.map((one) => one.rule))].sort()).toEqual([...mutation.expect].sort());
    });
  },
);

test('every rule is shown by a mutation, or named as one that no model project can show', () => {
  const shown = new Set(MODELS.flatMap(({ mutations }) => mutations.flatMap((one) => one.expect)));
  expect(rules.map((rule) => rule.id).filter((id) => !shown.has(id) && !ELSEWHERE.some((one) => one.test(id)))).toEqual([]);
});
