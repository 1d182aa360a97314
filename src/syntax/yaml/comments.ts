import type { CST } from 'yaml';
import type { YamlComment } from './node.ts';
import { isMaskedLine, type MaskedText, unmask } from './template.ts';

/** Visits every token of a parsed stream without recursion; `depth` counts enclosing collections. */
export function eachToken(tokens: readonly CST.Token[], visit: (token: CST.Token, depth: number) => void): void {
  const stack: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 })).reverse();
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    visit(top.token, top.depth);
    const inside = insideOf(top.token);
    for (let i = inside.length - 1; i >= 0; i--) {
      const token = inside[i];
      if (token) stack.push({ token, depth: top.depth + 1 });
    }
  }
}

function insideOf(token: CST.Token): readonly CST.Token[] {
  switch (token.type) {
    case 'document':
      return [...token.start, ...(token.value ? [token.value] : []), ...(token.end ?? [])];
    case 'block-map':
    case 'block-seq':
      return token.items.flatMap(itemTokens);
    case 'flow-collection':
      return [token.start, ...token.items.flatMap(itemTokens), ...token.end];
    case 'block-scalar':
      return token.props;
    case 'doc-end':
    case 'alias':
    case 'scalar':
    case 'single-quoted-scalar':
    case 'double-quoted-scalar':
      return token.end ?? [];
    default:
      return [];
  }
}

function itemTokens(item: CST.CollectionItem): readonly CST.Token[] {
  return [...item.start, ...(item.key ? [item.key] : []), ...(item.sep ?? []), ...(item.value ? [item.value] : [])];
}

/** The comment of a token, with its template holes as written; undefined for a line of template statements. */
export function commentOf(token: CST.SourceToken, text: string, masked: MaskedText, file: string): YamlComment | undefined {
  if (isMaskedLine(token.source)) return undefined;
  const start = token.offset;
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  return {
    text: unmask(token.source.slice(1), text, masked, start).replace(/\r$/, ''),
    span: { file, start, end: Math.min(text.length, start + token.source.length) },
    alone: before.trim() === '',
  };
}
