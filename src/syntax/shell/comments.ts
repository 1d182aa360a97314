import { forEachChild, type Script, type SyntaxNode } from 'unbash';
import type { ShellComment } from './script.ts';
import { type Source, spanOf } from './source.ts';

/** Kinds of nodes in which a `#` is no comment, or one of a text that is read apart. */
const OPAQUE: ReadonlySet<SyntaxNode['type']> = new Set([
  'Word',
  'Assignment',
  'HereDocBody',
  'HereDocDelimiter',
  'ArithmeticCommand',
  'ArithmeticFor',
]);
const START = /(?:^|[\s;&|()])#/g;

/** The parser drops comments: they are the `#` at the start of a word that lie in no node. */
export function commentsOf(script: Script, source: Source): readonly ShellComment[] {
  if (!source.text.includes('#')) return [];
  const opaque = opaqueRegions(script);
  const comments: ShellComment[] = [];
  let region = 0;
  START.lastIndex = script.shebang === undefined ? 0 : lineEnd(source.text, 0);
  for (let match = START.exec(source.text); match !== null; match = START.exec(source.text)) {
    const at = match.index + match[0].length - 1;
    while ((opaque[region]?.end ?? Number.POSITIVE_INFINITY) <= at) region++;
    if ((opaque[region]?.pos ?? Number.POSITIVE_INFINITY) <= at) continue;
    const end = lineEnd(source.text, at);
    const text = source.text.slice(at, end).replace(/\r$/, '');
    const before = source.text.slice(source.text.lastIndexOf('\n', at) + 1, at);
    comments.push({ text: text.slice(1), span: spanOf(source, at, at + text.length), alone: before.trim() === '' });
    START.lastIndex = end;
  }
  return comments;
}

function lineEnd(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline === -1 ? text.length : newline;
}

function opaqueRegions(script: Script): readonly { readonly pos: number; readonly end: number }[] {
  const regions: { readonly pos: number; readonly end: number }[] = [];
  const visit = (node: SyntaxNode): void => {
    if (OPAQUE.has(node.type)) regions.push({ pos: node.pos, end: node.end });
    else forEachChild(node, visit);
  };
  visit(script);
  return regions.sort((a, b) => a.pos - b.pos);
}
