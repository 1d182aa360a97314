import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readService } from '../../src/deployment/compose/service.ts';
import { loadCompose } from '../../src/deployment/compose/source.ts';
import { memoryTree } from '../../src/files/memory.ts';
import type { SourceTree } from '../../src/files/tree.ts';
import { loadYaml } from '../../src/syntax/yaml/index.ts';
import { newTally } from '../helpers/corpus.ts';
import { compareService, type TrueService } from './compose-truth.ts';

interface ComposeCase {
  readonly case: string;
  readonly files: readonly string[];
  readonly extra?: Readonly<Record<string, string>>;
  readonly dotenv?: string;
  readonly expected: { readonly services?: Readonly<Record<string, TrueService>>; readonly error?: string };
}

const cases: readonly ComposeCase[] = JSON.parse(readFileSync(new URL('../data/compose_cases.json', import.meta.url), 'utf8'));
const parseYaml = await loadYaml();

function services(tree: SourceTree, files: readonly string[]) {
  const source = loadCompose(tree, files, parseYaml);
  return new Map(
    [...source.services].map(([name, service]) => [
      name,
      readService({ tree, source, service, unset: [], missing: [], substitutions: [], envFiles: [], booleans: [] }),
    ]),
  );
}

test.each(cases.map((one) => [one.case, one] as const))('docker compose: %s', (_name, one) => {
  const files = Object.fromEntries(one.files.map((text, index) => [`f${index}.yml`, text]));
  const tree = memoryTree({ ...files, ...one.extra, '.env': one.dotenv ?? '' });
  const found = services(tree, Object.keys(files));
  const tally = newTally();
  for (const [name, truth] of Object.entries(one.expected.services ?? {})) {
    const ours = found.get(name);
    if (ours === undefined) tally.wrong.push(`${name} was not found`);
    else compareService(tally, name, ours, truth);
  }
  expect(tally.wrong).toEqual([]);
});

test('configs and secrets are files that the service sees', () => {
  const text = `services:
  web:
    image: nginx:1.27
    configs:
      - source: site
        target: /etc/nginx/conf.d/default.conf
    secrets: [key, given]
configs:
  site:
    file: ./site.conf
secrets:
  key:
    file: keys/key.txt
  given:
    external: true
`;
  const web = services(memoryTree({ 'deploy/compose.yml': text }), ['deploy/compose.yml']).get('web');
  expect(web?.configs.map(({ kind, source, target }) => `${kind} ${source} ${target}`)).toEqual([
    'bind deploy/site.conf /etc/nginx/conf.d/default.conf',
    'bind deploy/keys/key.txt /run/secrets/key',
    'anonymous  /run/secrets/given',
  ]);
});

test('the limit of memory stands under deploy or as mem_limit', () => {
  const text = `services:
  one:
    image: a
    mem_limit: 512m
  two:
    image: a
    deploy:
      resources:
        limits:
          memory: 1G
  none:
    image: a
`;
  const found = services(memoryTree({ 'compose.yml': text }), ['compose.yml']);
  expect(found.get('one')?.memory).toMatchObject({ kind: 'known', value: '512m' });
  expect(found.get('two')?.memory).toMatchObject({ kind: 'known', value: '1G' });
  expect(found.get('none')?.memory).toBeNull();
});
