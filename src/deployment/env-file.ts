import type { Span } from '../core/span.ts';
import { known, unknown, type Value } from '../core/value.ts';
import type { SourceTree } from '../files/tree.ts';
import { type DotenvVariable, expandDotenv, type Lookup, parseDotenv } from '../syntax/dotenv/index.ts';
import { type EnvironmentLayer, givenStep, layerOf } from './environment.ts';

/** An env file that a deployment names, as a source of variables. */
export interface EnvFile {
  readonly layer: EnvironmentLayer;
  /** Its path in the tree; null when it lies outside. */
  readonly path: string | null;
  readonly state: 'read' | 'absent' | 'unreadable';
  /** The example file whose names stand in for an absent one. */
  readonly example: string | null;
  /** Why the reader refuses the file as a whole. */
  readonly rejected: string | null;
}

export interface EnvFileRequest {
  readonly tree: SourceTree;
  /** Null when it lies outside the tree, or its name is not known. */
  readonly path: string | null;
  readonly dialect: 'compose' | 'systemd';
  /** `format: raw`: each value is the rest of its line, with quotes, `$` and `#` as they stand. */
  readonly raw?: boolean;
  /** What its templates see. */
  readonly lookup: Lookup;
  /** Where the file is named, and the file as written there. */
  readonly namedAt: Span;
  readonly namedAs: string;
  /** Whom it serves, in words: "env_file of web". */
  readonly purpose: string;
}

/**
 * Reads an env file, ignored by git or not. One that is absent gives the names of its example with unknown values; one
 * without example may give anything (catalogue: definite facts).
 */
export function readEnvFile(request: EnvFileRequest): EnvFile {
  const { tree, path } = request;
  if (path === null || tree.kindOf(path) !== 'file') return absentFile(request);
  const read = tree.read(path);
  if (!read.ok) return { ...opaqueFile(request, `${path} cannot be read`), path, state: 'unreadable' };
  const document = parseDotenv(path, read.text, request.dialect);
  const variables = expandDotenv(document.entries, request.lookup, request.dialect);
  const from = `${path}, ${request.purpose}`;
  const layer = layerOf(
    variables.map((one) => [one.key, request.raw === true ? rawValue(one, read.text, path, from) : givenValue(one, path, from)]),
  );
  return { layer, path, state: 'read', example: null, rejected: document.rejected };
}

function givenValue(variable: DotenvVariable, file: string, from: string): Value<string> | null {
  const { key, entry, result } = variable;
  const origin = givenStep(key, spanOf(entry.valueSpan, entry.keySpan, file), from);
  switch (result.kind) {
    case 'known':
      return known(result.value, origin);
    case 'absent':
      return null;
    case 'unknown':
      return unknown('missing-env', origin, result.names, 'str');
    case 'error':
      return unknown('missing-env', origin, result.variable === null ? [] : [result.variable], 'str');
  }
}

function rawValue({ key, entry }: DotenvVariable, text: string, file: string, from: string): Value<string> | null {
  const [line = ''] = text.slice(entry.keySpan.end).split(/\r?\n/, 1);
  const equals = line.indexOf('=');
  return equals === -1 ? null : known(line.slice(equals + 1), givenStep(key, spanOf(entry.valueSpan, entry.keySpan, file), from));
}

function spanOf(value: Span, key: Span, file: string): Span {
  return value.end > value.start ? { ...value, file } : { ...key, file };
}

function absentFile(request: EnvFileRequest): EnvFile {
  const { tree, path, namedAs } = request;
  const examples = path === null ? [] : examplesOf(tree, path);
  const [first] = examples;
  if (first === undefined) return { ...opaqueFile(request, `${namedAs} is not in the repository`), path, state: 'absent' };
  const from = `${namedAs}, which is absent (its names are those of ${first})`;
  const names = new Map<string, Value<string>>();
  for (const example of examples) {
    for (const entry of namesOf(tree, example, request.dialect)) {
      names.set(entry.key, unknown('opaque-env', givenStep(entry.key, entry.keySpan, from), [entry.key], 'str'));
    }
  }
  return { layer: layerOf(names), path, state: 'absent', example: first, rejected: null };
}

function namesOf(tree: SourceTree, path: string, dialect: 'compose' | 'systemd') {
  const read = tree.read(path);
  return read.ok ? parseDotenv(path, read.text, dialect).entries : [];
}

function opaqueFile(request: EnvFileRequest, because: string): Pick<EnvFile, 'layer' | 'example' | 'rejected'> {
  return { layer: layerOf([], { because, at: request.namedAt }), example: null, rejected: null };
}

const GENERIC_EXAMPLES = [
  '.env.example',
  '.env.sample',
  '.env.dist',
  '.env.template',
  '.env-example',
  '.env_example',
  '.env.default',
  '.example.env',
  '.sample.env',
  'example.env',
  'env.example',
  'sample.env',
  'env.sample',
  'env-example',
  'template.env',
  'env.template',
];

/**
 * The example files that stand for an env file: those named after it, else the general ones beside it, else those at the root.
 * Several general ones stand for it together, so that a name in any of them never counts as missing.
 */
export function examplesOf(tree: SourceTree, path: string): readonly string[] {
  const cut = path.lastIndexOf('/') + 1;
  const folder = path.slice(0, cut);
  const base = path.slice(cut);
  const isFile = (one: string) => one !== path && tree.kindOf(one) === 'file';
  const own = namedAfter(base)
    .map((name) => folder + name)
    .filter(isFile);
  if (own.length > 0) return own;
  const beside = GENERIC_EXAMPLES.map((name) => folder + name).filter(isFile);
  return beside.length > 0 || folder === '' ? beside : GENERIC_EXAMPLES.filter(isFile);
}

function namedAfter(base: string): readonly string[] {
  const words = ['example', 'sample', 'dist', 'template', 'default'];
  const stem = base.endsWith('.env') && base !== '.env' ? base.slice(0, -4) : null;
  return words.flatMap((word) => [
    `${base}.${word}`,
    `${base}-${word}`,
    `${base}_${word}`,
    `${word}.${base.replace(/^\./, '')}`,
    `.${word}${base.startsWith('.') ? base : `.${base}`}`,
    ...(stem === null ? [] : [`${stem}.${word}.env`, `${stem}.env.${word}`]),
  ]);
}
