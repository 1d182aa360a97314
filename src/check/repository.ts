import type { Collection } from '../core/data.ts';
import type { Span } from '../core/span.ts';
import type { DeploymentModel } from '../deployment/model.ts';
import type { SourceTree } from '../files/tree.ts';
import type { RepositoryFacts } from '../rule.ts';

/** Matches of one search that are kept; more would only repeat the same fact. */
const MAX_MENTIONS = 200;

/** What rules may ask about the repository as a whole. */
export function repositoryFacts(tree: SourceTree, model: DeploymentModel): RepositoryFacts {
  const files = tree.files.map((file) => file.path);
  const code = files.filter((path) => path.endsWith('.py') && !isTestOrMigration(path));
  // Rules ask once a deployment or evaluation; the code stays the same.
  const searched = new Map<string, Collection<Span>>();
  return {
    model,
    files,
    read(path) {
      const result = tree.read(path);
      return result.ok ? result.text : null;
    },
    tracks: (path) => tree.git.tracks(path),
    gitIgnores: (path) => tree.git.ignores(path),
    codeMentions(pattern) {
      const key = String(pattern);
      const found = searched.get(key) ?? mentions(tree, code, pattern);
      searched.set(key, found);
      return found;
    },
  };
}

function isTestOrMigration(path: string): boolean {
  return /(^|\/)(tests?|migrations|testing)\/|(^|\/)(test_[^/]*|[^/]*_tests?|tests|conftest)\.py$/.test(path);
}

function mentions(tree: SourceTree, files: readonly string[], pattern: RegExp): Collection<Span> {
  const every = new RegExp(pattern.source, pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`);
  const items: Span[] = [];
  let unread: string | null = null;
  for (const file of files) {
    const read = tree.read(file);
    if (!read.ok) {
      unread ??= file;
      continue;
    }
    for (const match of read.text.matchAll(every)) {
      if (items.length >= MAX_MENTIONS) break;
      items.push({ file, start: match.index, end: match.index + match[0].length });
    }
  }
  return { items, complete: unread === null ? true : { because: `${unread} cannot be read` } };
}
