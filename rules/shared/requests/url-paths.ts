import type { Answer, RepositoryFacts, SettingsFacts } from '../../../src/rule.ts';
import { withoutStringsAndComments } from '../code/python-call.ts';
import { or } from '../values/answer.ts';

/** Whether the URLconf has a view for a path, read from its text: 'no' only where every route is written out. */

interface Reading {
  readonly settings: SettingsFacts;
  readonly repository: Pick<RepositoryFacts, 'read'>;
  readonly depth: number;
}

/** The path is without its first slash. */
export function routed(urlconf: string, path: string, settings: SettingsFacts, repository: Pick<RepositoryFacts, 'read'>): Answer {
  return inModule(urlconf, path, { settings, repository, depth: 0 });
}

const MAX_DEPTH = 8;

function inModule(module: string, path: string, reading: Reading): Answer {
  const text = textOf(module, reading);
  if (text === null || reading.depth > MAX_DEPTH) return 'maybe';
  const code = withoutStringsAndComments(text);
  const places = [...code.matchAll(/\burlpatterns\b/g)].map((match) => match.index);
  if (places.length === 0) return 'maybe';
  let found: Answer = /^from\s+\S+\s+import\s+\*/m.test(code) ? 'maybe' : 'no';
  for (const at of places) found = or(found, statement(text, code, at, path, reading));
  return found;
}

/** `urlpatterns = [...]` and `urlpatterns += [...]` at the margin; everything else may add anything. */
function statement(text: string, code: string, at: number, path: string, reading: Reading): Answer {
  const rest = /^urlpatterns\s*(?::[^=\n]+)?\+?=\s*/.exec(code.slice(at));
  if (rest === null) return 'maybe';
  const isMargin = at === 0 || code.charAt(at - 1) === '\n';
  let open = at + rest[0].length;
  let found: Answer = 'no';
  while (open < code.length) {
    const end = code.charAt(open) === '[' ? closing(code, open) : -1;
    if (end !== -1) found = or(found, inList(text, code, open + 1, end, path, reading));
    // Files of development, which no probe asks for.
    const files = end === -1 ? /^static\s*\(/.exec(code.slice(open)) : null;
    const after = end !== -1 ? end + 1 : files === null ? -1 : closing(code, open + files[0].length - 1) + 1;
    if (after <= 0) return or(found, 'maybe');
    const more = /^[ \t]*\+[ \t]*(?:\\?\n[ \t]*)?/.exec(code.slice(after));
    if (more === null) return isMargin || found !== 'yes' ? found : 'maybe';
    open = after + more[0].length;
  }
  return 'maybe';
}

/** The offset of the bracket that closes the one at an offset; -1 when none does. */
function closing(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at++) {
    const letter = code.charAt(at);
    if (letter === '(' || letter === '[' || letter === '{') depth++;
    else if ((letter === ')' || letter === ']' || letter === '}') && --depth === 0) return at;
  }
  return -1;
}

/** Pieces between commas that stand in no bracket. */
function pieces(text: string, code: string, from: number, to: number): readonly (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  let depth = 0;
  let start = from;
  for (let at = from; at < to; at++) {
    const letter = code.charAt(at);
    if ('([{'.includes(letter)) depth++;
    else if (')]}'.includes(letter)) depth--;
    else if (letter === ',' && depth === 0) {
      found.push([start, at]);
      start = at + 1;
    }
  }
  found.push([start, to]);
  return found.filter(
    ([a, b]) =>
      text
        .slice(a, b)
        .replace(/#[^\n]*/g, '')
        .trim() !== '',
  );
}

function inList(text: string, code: string, from: number, to: number, path: string, reading: Reading): Answer {
  return or('no', ...pieces(text, code, from, to).map(([a, b]) => route(text, code, a, b, path, reading)));
}

function route(text: string, code: string, from: number, to: number, path: string, reading: Reading): Answer {
  const head = /^\s*(path|re_path|url)\s*\(/.exec(code.slice(from, to));
  if (head === null) return 'maybe';
  const open = from + head[0].length;
  const end = closing(code, open - 1);
  const [first, second] = end === -1 ? [] : pieces(text, code, open, end);
  if (first === undefined || second === undefined) return 'maybe';
  const written = /^\s*(?:route\s*=\s*|regex\s*=\s*)?(?:_\w*\(\s*)?([rR]?)(["'])((?:\\.|(?!\2).)*)\2\s*$/.exec(text.slice(...first));
  if (written === null) return 'maybe';
  const pattern = head[1] === 'path' ? routePattern(written[3] ?? '') : (written[3] ?? '');
  const target = text.slice(...second).trim();
  const included = /^(?:view\s*=\s*)?include\s*\(/.test(target);
  const isTree = included || /\.urls$/.test(target);
  const rest = afterMatch(pattern, path, head[1] === 'path' ? (isTree ? 'head' : 'whole') : 'search');
  if (rest === 'maybe' || rest === null) return rest === null ? 'no' : 'maybe';
  if (!isTree) return 'yes';
  const module =
    /^(?:view\s*=\s*)?include\s*\(\s*["']([\w.]+)["']/.exec(target)?.[1] ??
    /^(?:view\s*=\s*)?include\s*\(\s*\(\s*["']([\w.]+)["']/.exec(target)?.[1];
  return module === undefined ? 'maybe' : inModule(module, rest, { ...reading, depth: reading.depth + 1 });
}

const CONVERTERS: Readonly<Record<string, string>> = {
  str: '[^/]+',
  int: '[0-9]+',
  slug: '[-a-zA-Z0-9_]+',
  path: '.+',
  uuid: '[0-9a-f-]{36}',
};

/** The regular expression of a route; converters of the project count as any text. */
function routePattern(route: string): string {
  return route
    .split(/(<[^>]*>)/)
    .map((part) => {
      const converter = /^<(?:(\w+):)?\w+>$/.exec(part);
      return converter === null ? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : (CONVERTERS[converter[1] ?? 'str'] ?? '.+');
    })
    .join('');
}

/** What is left of a path behind the part that a pattern takes; null when it does not fit. */
function afterMatch(pattern: string, path: string, mode: 'whole' | 'head' | 'search'): string | 'maybe' | null {
  if (pattern.length > 300 || /\(\?[^:P]|\\[^\w./$^-]|\([^)]*[*+][^)]*\)[*+]/.test(pattern) || path.length > 300) return 'maybe';
  const source = pattern.replace(/\(\?P<\w+>/g, '(');
  try {
    const found = new RegExp(mode === 'search' ? source.replace(/\\Z$/, '$') : `^${source}${mode === 'whole' ? '$' : ''}`).exec(path);
    return found === null ? null : path.slice(found.index + found[0].length);
  } catch {
    return 'maybe';
  }
}

function textOf(module: string, { settings, repository }: Reading): string | null {
  const base = module.replaceAll('.', '/');
  for (const root of [...settings.project.importRoots, settings.project.root, '']) {
    const folder = root === '' ? '' : `${root}/`;
    const text = repository.read(`${folder}${base}.py`) ?? repository.read(`${folder}${base}/__init__.py`);
    if (text !== null) return text;
  }
  return null;
}
