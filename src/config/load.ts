import { nearest } from '../check/nearest.ts';
import type { SourceTree } from '../files/tree.ts';
import { type Config, type ConfigResult, EMPTY_CONFIG } from './config.ts';
import { KEYS, type ReadKey } from './keys.ts';

/** The file of that name at the root is found without being told. */
export const CONFIG_FILE = 'django-prodcheck.toml';
const PYPROJECT = 'pyproject.toml';
const TABLE = 'django-prodcheck';

/** Reads the configuration: the file given, else django-prodcheck.toml, else the table of pyproject.toml. Without any the empty one. */
export async function loadConfig(tree: SourceTree, given: string | null): Promise<ConfigResult> {
  if (given !== null) return readConfig(tree, given, given.endsWith(PYPROJECT));
  if (tree.kindOf(CONFIG_FILE) === 'file') return readConfig(tree, CONFIG_FILE, false);
  if (tree.kindOf(PYPROJECT) !== 'file') return { ok: true, config: EMPTY_CONFIG };
  const read = tree.read(PYPROJECT);
  // A pyproject.toml that cannot be read is the business of other readers, unless it speaks of us.
  if (!read.ok || !read.text.includes(`tool.${TABLE}`)) return { ok: true, config: EMPTY_CONFIG };
  return readConfig(tree, PYPROJECT, true);
}

async function readConfig(tree: SourceTree, file: string, inTable: boolean): Promise<ConfigResult> {
  const read = tree.read(file);
  if (!read.ok)
    return { ok: false, problem: { file, line: 1, message: 'The configuration file cannot be read. Check the path given to --config.' } };
  const { parseTOML, getStaticTOMLValue } = await import('toml-eslint-parser');
  try {
    const program = parseTOML(read.text);
    const lines = keyLines(program);
    const whole: unknown = getStaticTOMLValue(program);
    const prefix = inTable ? ['tool', TABLE] : [];
    const table = prefix.reduce<unknown>((value, key) => (isTable(value) ? value[key] : undefined), whole);
    return fromTable(file, isTable(table) ? table : {}, (key) => lines.get([...prefix, key].join('.')) ?? 1);
  } catch (error) {
    const line = error instanceof Error && 'lineNumber' in error && typeof error.lineNumber === 'number' ? error.lineNumber : 1;
    return {
      ok: false,
      problem: { file, line, message: `This is not valid TOML: ${error instanceof Error ? error.message : 'syntax error'}.` },
    };
  }
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function fromTable(file: string, table: Readonly<Record<string, unknown>>, lineOf: (key: string) => number): ConfigResult {
  let config: Config = { ...EMPTY_CONFIG, file };
  const fail = (key: string, message: string): ConfigResult => ({ ok: false, problem: { file, line: lineOf(key), message } });
  for (const [key, value] of Object.entries(table)) {
    const reader: ReadKey | undefined = KEYS[key];
    if (reader === undefined) {
      const near = nearest(key, Object.keys(KEYS));
      return fail(key, `Unknown key ${key}.${near === null ? ` Known are ${Object.keys(KEYS).join(', ')}.` : ` Did you mean ${near}?`}`);
    }
    const read = reader.read(value);
    if (read === null) return fail(key, `${key} must be ${reader.expects}.`);
    config = { ...config, ...read };
  }
  return { ok: true, config };
}

interface Positioned {
  readonly type: string;
  readonly loc: { readonly start: { readonly line: number } };
}

/** The line of every key that stands in a table, by its dotted path. */
function keyLines(program: {
  readonly body: readonly (Positioned & { readonly body: readonly TableEntry[] })[];
}): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const top of program.body) {
    for (const entry of top.body) {
      if (entry.type === 'TOMLTable') {
        const prefix = entry.resolvedKey ?? [];
        for (const inner of entry.body ?? []) lines.set([...prefix, ...keyOf(inner)].join('.'), inner.loc.start.line);
        lines.set(prefix.join('.'), entry.loc.start.line);
      } else lines.set(keyOf(entry).join('.'), entry.loc.start.line);
    }
  }
  return lines;
}

interface TableEntry extends Positioned {
  readonly resolvedKey?: readonly (string | number)[];
  readonly body?: readonly TableEntry[];
  readonly key?: { readonly keys: readonly { readonly type: string; readonly name?: string; readonly value?: string }[] };
}

function keyOf(entry: TableEntry): readonly string[] {
  return (entry.key?.keys ?? []).map((one) => one.name ?? one.value ?? '');
}
