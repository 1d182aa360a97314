import type { RepositoryFacts, Span } from '../../../src/rule.ts';

/** A view that is certainly a coroutine and certainly routed. */
export interface AsyncView {
  readonly name: string;
  readonly at: Span;
}

const FUNCTION = /(?<=\n)async def (\w+)\(\s*request\b/;
const METHOD =
  /(?<=\n)class (\w+)\(([^)]*View[^)]*)\):(?:\n(?=[ \t\n#])[^\n]*)*?\n[ \t]+async def (get|post|put|patch|delete|head)\(\s*self\b/;

/**
 * Async views that URL files of the project name, function and class based. A view under any decorator is left out: it may be wrapped in a
 * sync function, or be taken out of the transaction (`non_atomic_requests`).
 */
export function asyncViews(repository: Pick<RepositoryFacts, 'files' | 'read' | 'codeMentions'>): readonly AsyncView[] {
  const routes = repository.files.filter((file) => /(^|\/)urls(\/[\w/]+)?\.py$/.test(file)).map((file) => repository.read(file) ?? '');
  const isRouted = (pattern: RegExp) => routes.some((text) => pattern.test(text));
  const found = [FUNCTION, METHOD].flatMap((pattern) => repository.codeMentions(pattern).items);
  return found.flatMap(({ file, start, end }) => {
    const text = repository.read(file) ?? '';
    const [, kind = '', name = ''] = /^(async def|class) (\w+)/.exec(text.slice(start, end)) ?? [];
    if (!/view|api/i.test(file) || isDecorated(text, start)) return [];
    const module = file.slice(file.lastIndexOf('/') + 1, -'.py'.length);
    const named = `(?:[\\w.]*\\b${module}\\.|\\.)?${name}`;
    const route = new RegExp(
      `\\b(?:re_)?path\\(\\s*[^,()]*(?:\\([^()]*\\)[^,()]*)?,\\s*${named}${kind === 'class' ? '\\.as_view\\(' : '\\s*[,)]'}`,
    );
    return isRouted(route) ? [{ name, at: { file, start, end: start + kind.length + 1 + name.length } }] : [];
  });
}

function isDecorated(text: string, start: number): boolean {
  const before = text.slice(0, start).trimEnd();
  const line = before.slice(before.lastIndexOf('\n') + 1);
  return /^@|^\)/.test(line);
}
