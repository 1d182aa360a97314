import type { SourceTree } from '../../files/tree.ts';
import { parseHaproxy } from '../../syntax/haproxy/index.ts';
import type { Process } from '../model.ts';
import { textAt } from '../project/files.ts';
import { purposeOf } from '../project/naming.ts';
import type { LoadedProxy, ProxyReader } from '../proxy/reader.ts';
import { readHaproxy } from './haproxy.ts';
import type { HaproxySource } from './scope.ts';

const NAME = /(^|\/)[^/]*haproxy[^/]*$|(^|\/)haproxy\/([^/]+\/)*[^/]+\.(cfg|conf|j2|tpl|tmpl|template|in)$/i;
const OTHER =
  /\.(py|js|ts|ya?ml|json|md|rst|txt|html?|css|png|svg|sh|pem|crt|key|service|dockerfile|lock|toml|patch|http|map|lst|ini)$|(^|\/)(Dockerfile[^/]*|README[^/]*|node_modules\/.*)$/i;
const SECTION = /^[ \t]*(frontend|listen|backend)[ \t]+\S/m;
const LINE = /^[ \t]*(bind|server|server-template|default_backend|use_backend)[ \t]/m;

/** HAProxy: files that a container loads, or that stand in the repository for a machine. */
export function haproxyReader(tree: SourceTree): ProxyReader {
  const files = haproxyFiles(tree);
  const read = (source: HaproxySource): LoadedProxy => ({ file: source.file, ...readHaproxy(source) });
  let machine: readonly LoadedProxy[] | null = null;
  return {
    loadedBy: (viewer) => (files.length === 0 ? [] : files.filter((source) => isLoaded(source, viewer)).map(read)),
    onMachine: () => {
      machine ??= files
        .filter(({ file }) => purposeOf(file.replace(/(^|\/)templates\//, '$1')) !== 'development' && tree.kindOf(file) === 'file')
        .map(read)
        .filter(({ servers }) => servers.length > 0);
      return machine;
    },
  };
}

function haproxyFiles(tree: SourceTree): readonly HaproxySource[] {
  return tree.files.flatMap(({ path, bytes }): readonly HaproxySource[] => {
    if (!NAME.test(path) || OTHER.test(path) || bytes > 300_000) return [];
    const text = textAt(tree, path);
    return SECTION.test(text) && LINE.test(text) ? [{ file: path, document: parseHaproxy(text, path) }] : [];
  });
}

function isLoaded({ file }: HaproxySource, { role, image, paths }: Process): boolean {
  if (role !== 'proxy' && !image?.build && !/haproxy/.test(image?.base ?? '')) return false;
  const path = paths.runtimePath(file);
  return path !== null && /^\/(usr\/local\/etc|etc)\/haproxy\/([^/]+\/)?[^/]+\.cfg$/.test(path);
}
