import { posix } from 'node:path';
import { parseAst } from 'rolldown/parseAst';

/** What each layer may import of our own; itself always. The order is that of the pipeline (docs/architecture.md). */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  'src/core': [],
  'src/files': ['src/core'],
  'src/syntax': ['src/core', 'src/files/tree.ts'],
  'src/settings': ['src/core', 'src/files', 'src/syntax'],
  'src/deployment': ['src/core', 'src/files', 'src/syntax', 'src/settings'],
  'src/rule.ts': ['src/core', 'src/deployment', 'src/settings'],
  rules: ['src/rule.ts'],
  'src/check': ['src/core', 'src/files', 'src/syntax', 'src/settings', 'src/deployment', 'src/rule.ts', 'rules'],
  'src/config': ['src/core', 'src/files', 'src/syntax', 'src/check'],
  'src/report': ['src/core', 'src/files', 'src/settings', 'src/deployment', 'src/rule.ts', 'src/check'],
  'src/cli': [
    'src/core',
    'src/files',
    'src/syntax',
    'src/settings',
    'src/deployment',
    'src/rule.ts',
    'rules',
    'src/check',
    'src/config',
    'src/report',
  ],
};

/** Modules that stand outside: which layers may use them. What is not listed is forbidden everywhere. */
const OUTSIDE: Readonly<Record<string, readonly string[]>> = {
  'node:fs': ['src/files/disk.ts'],
  'node:module': ['src/files/wasm.ts', 'src/cli'],
  'node:url': ['src/files', 'src/cli'],
  'node:path': ['src/cli'],
  'node:process': ['src/cli'],
  'node:v8': ['src/cli', 'src/syntax'],
  'node:util': ['src/report', 'src/cli'],
  'node:crypto': ['src/report'],
  ignore: ['src/files'],
  'fast-glob': ['src/files'],
  'web-tree-sitter': ['src/syntax'],
  yaml: ['src/syntax'],
  unbash: ['src/syntax'],
  'toml-eslint-parser': ['src/syntax', 'src/config'],
};

const OF_PROCESS = new Set(
  'env argv exit exitCode stdout stderr stdin cwd chdir platform version versions hrtime memoryUsage on nextTick arch pid'.split(' '),
);

/** What a file does that its layer forbids, in words. */
export function violationsOf(file: string, text: string): readonly string[] {
  const layer = layerOf(file);
  if (layer === null) return [`${file} belongs to no layer`];
  const found: string[] = [];
  for (const node of nodesOf(text)) {
    const source = importedBy(node);
    if (source !== null) found.push(...importViolation(file, layer, source));
    const used = globalUse(node);
    if (used !== null && layer !== 'src/cli') found.push(`${file} uses ${used}, which only src/cli may`);
  }
  return found;
}

/** How many casts (`as const` apart) a file has. */
export function castsIn(text: string): number {
  return nodesOf(text).filter((node) => node['type'] === 'TSAsExpression' && !isConst(node)).length;
}

function importViolation(file: string, layer: string, source: string): readonly string[] {
  if (!source.startsWith('.')) {
    const rights = OUTSIDE[source] ?? [];
    return rights.some((one) => file === one || layer === one) ? [] : [`${file} imports ${source}`];
  }
  const target = posix.join(posix.dirname(file), source);
  const other = layerOf(target);
  if (other !== null && (other === layer || (LAYERS[layer] ?? []).some((one) => one === other || one === target))) return [];
  return [`${file} imports ${target}, above or beside its layer`];
}

function layerOf(file: string): string | null {
  return Object.keys(LAYERS).find((layer) => file === layer || file.startsWith(`${layer}/`)) ?? null;
}

type Syntax = Readonly<Record<string, unknown>>;

function nodesOf(text: string): readonly Syntax[] {
  const found: Syntax[] = [];
  const queue: unknown[] = [parseAst(text, { lang: 'ts' })];
  for (let at = 0; at < queue.length; at++) {
    const one = queue[at];
    if (Array.isArray(one)) queue.push(...one);
    else if (isSyntax(one)) {
      if (typeof one['type'] === 'string') found.push(one);
      queue.push(...Object.values(one).filter((value) => typeof value === 'object' && value !== null));
    }
  }
  return found;
}

function isSyntax(value: unknown): value is Syntax {
  return typeof value === 'object' && value !== null;
}

function importedBy(node: Syntax): string | null {
  const { type, source } = node;
  if (type !== 'ImportDeclaration' && type !== 'ExportNamedDeclaration' && type !== 'ExportAllDeclaration' && type !== 'ImportExpression')
    return null;
  return isSyntax(source) && typeof source['value'] === 'string' ? source['value'] : null;
}

/** `console.…` and the parts of the global `process`; a variable of that name with other properties is our own Process. */
function globalUse(node: Syntax): string | null {
  if (node['type'] !== 'MemberExpression' || !isSyntax(node['object']) || !isSyntax(node['property'])) return null;
  const object = node['object']['name'];
  const property = node['property']['name'];
  if (object === 'console') return 'console';
  return object === 'process' && typeof property === 'string' && OF_PROCESS.has(property) ? `process.${property}` : null;
}

function isConst(node: Syntax): boolean {
  const type = node['typeAnnotation'];
  return isSyntax(type) && isSyntax(type['typeName']) && type['typeName']['name'] === 'const';
}
