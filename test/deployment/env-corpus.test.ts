import { createHash } from 'node:crypto';
import { test } from 'vitest';
import { type DotenvDialect, type DotenvOptions, expandDotenv, parseDotenv } from '../../src/syntax/dotenv/index.ts';
import { expectDefinite, missing, newTally, projectsOf, type Tally, titleOf } from '../helpers/corpus.ts';

interface Truth {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly values: Readonly<Record<string, unknown>>;
        readonly diff: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
        readonly errors?: Readonly<Record<string, string>>;
      }
    >
  >;
}

const READERS: readonly (readonly [column: string, dialect: DotenvDialect, options: DotenvOptions])[] = [
  ['python_dotenv', 'python-dotenv', {}],
  ['compose_go', 'compose', {}],
  ['decouple', 'decouple', {}],
  ['django_environ', 'django-environ', {}],
  ['django_environ_comments', 'django-environ', { parseComments: true }],
  ['npm_dotenv', 'npm', {}],
];

/** Absent, unset, a text, or one that the corpus masks. */
function same(ours: string | null | undefined, truth: unknown): boolean {
  if (typeof truth !== 'object' || truth === null) return ours === truth;
  if ('$absent' in truth) return ours === undefined;
  return (
    typeof ours === 'string' && '$sha256' in truth && createHash('sha256').update(ours).digest('hex').startsWith(String(truth.$sha256))
  );
}

function compare(
  tally: Tally,
  where: string,
  text: string,
  [column, dialect, options]: (typeof READERS)[number],
  real: Truth['files'][string],
): void {
  const bom = text.startsWith('\ufeff');
  const document = parseDotenv('.env', bom ? text.slice(1) : text, dialect, { ...options, bom });
  const ours = new Map<string, string | null | 'unknown'>();
  const unknown = new Set<string>();
  for (const { key, result } of expandDotenv(document.entries, () => null, dialect, { override: true })) {
    unknown.delete(key);
    if (result.kind === 'known') ours.set(key, result.value);
    else if (result.kind === 'absent') {
      if (dialect === 'python-dotenv') ours.set(key, null);
    } else unknown.add(key);
  }
  const keys = new Set([...Object.keys(real.values), ...Object.keys(real.diff), ...ours.keys()]);
  for (const key of keys) {
    const differs = real.diff[key];
    const truth = differs !== undefined && column in differs ? differs[column] : key in real.values ? real.values[key] : { $absent: true };
    if (unknown.has(key)) tally.unknown++;
    else if (same(ours.get(key), truth)) tally.right++;
    else tally.wrong.push(`${where} ${column} ${key} is really another one`);
  }
}

test.skipIf(missing() !== null)(
  titleOf('real env files against six readers'),
  () => {
    const tally = newTally();
    for (const { name, tree, truth } of projectsOf('env', (text): Truth => JSON.parse(text))) {
      for (const [path, real] of Object.entries(truth.files)) {
        const read = tree.read(path);
        if (!read.ok) continue;
        for (const reader of READERS) {
          const refused = real.errors?.[reader[0]];
          if (refused === undefined) compare(tally, `${name} ${path}`, read.text, reader, real);
        }
      }
    }
    expectDefinite('env', tally);
  },
  120_000,
);
