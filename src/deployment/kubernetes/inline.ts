import type { SourceTree } from '../../files/tree.ts';
import type { ParseYaml } from '../../syntax/yaml/index.ts';
import { textAt } from '../project/files.ts';
import { alignment } from '../shell/alignment.ts';
import { type ManifestNode, type ManifestScalar, plainNode } from './node.ts';

/** The YAML documents inside a text of a manifest (an inline patch), with their places in its file. */
export function inlineDocuments(node: ManifestScalar, tree: SourceTree, parse: ParseYaml): readonly ManifestNode[] {
  const { file, start, end } = node.at;
  const source = textAt(tree, file);
  const line = source.indexOf('\n', start);
  const isBlock = /^[|>]/.test(source.slice(start, start + 1));
  const place = alignment(node.text, source, isBlock && line !== -1 ? line : start, end);
  const { documents } = parse(node.text, `${file}#${start}`, 'go');
  return documents.flatMap((one) => (one.root === null ? [] : [moved(plainNode(one.root), file, place)]));
}

function moved(node: ManifestNode, file: string, place: (index: number) => number): ManifestNode {
  const move = (at: ManifestNode['at']) => {
    const start = place(at.start);
    return { file, start, end: at.end > at.start ? Math.max(start, place(at.end - 1) + 1) : start };
  };
  switch (node.kind) {
    case 'scalar':
    case 'hole':
      return { ...node, at: move(node.at) };
    case 'list':
      return { ...node, at: move(node.at), items: node.items.map((one) => moved(one, file, place)) };
    case 'map': {
      const entries = [...node.entries].map(
        ([key, one]) => [key, { keyAt: move(one.keyAt), value: moved(one.value, file, place) }] as const,
      );
      return { ...node, at: move(node.at), entries: new Map(entries) };
    }
  }
}
