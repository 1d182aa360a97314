import type { Collection } from '../core/data.ts';
import { MAX_SEARCHED_BYTES } from '../core/limits.ts';
import { Secret } from '../core/secret.ts';
import type { Span } from '../core/span.ts';
import type { DeploymentModel } from '../deployment/model.ts';
import type { SourceTree } from '../files/tree.ts';
import type { EnvAssignment, RepositoryFacts } from '../rule.ts';
import { type DotenvEntry, parseDotenv } from '../syntax/dotenv/index.ts';

/** Matches of one search that are kept; more would only repeat the same fact. */
const MAX_MENTIONS = 200;

/** What rules may ask about the repository as a whole. */
export function repositoryFacts(tree: SourceTree, model: DeploymentModel): RepositoryFacts {
  const files = tree.files.map((file) => file.path);
  const code = files.filter((path) => path.endsWith('.py') && !isTestOrMigration(path));
  // Rules ask once a deployment or evaluation; the code stays the same.
  const searched = new Map<string, Collection<Span>>();
  let texts: ReadonlyMap<string, string | null> | undefined;
  const entries = new Map(tree.files.map((file) => [file.path, file]));
  return {
    model,
    files,
    read(path) {
      const result = tree.read(path);
      return result.ok ? result.text : null;
    },
    bytes: (path) => entries.get(path)?.bytes ?? null,
    holding: searcher(tree),
    assignments(path, reader) {
      const result = tree.read(path);
      return result.ok ? parseDotenv(path, result.text, reader, { bom: result.bom === true }).entries.map(assignmentOf) : [];
    },
    tracks: (path) => tree.git.tracks(path),
    gitIgnores: (path) => tree.git.ignores(path),
    codeMentions(pattern) {
      const key = String(pattern);
      texts ??= withoutComments(tree, code);
      const found = searched.get(key) ?? mentions(texts, pattern);
      searched.set(key, found);
      return found;
    },
  };
}

/** Names of what is no text, of what other programs wrote or brought, and of what only people and tests read. */
const NOT_SEARCHED =
  /\.(png|jpe?g|gif|svg|ico|webp|avif|bmp|tiff?|psd|woff2?|ttf|otf|eot|mp[34]|m4[av]|webm|ogg|wav|mov|avi|pdf|docx?|xlsx?|pptx?|zip|t?gz|bz2|xz|7z|rar|jar|whl|egg|so|dll|exe|bin|wasm|pyc|mo|pot?|sqlite3?|db|parquet|csv|tsv|geojson|map|css|scss|less|lock|snap|html?|md|rst|ipynb|min\.js|tsx?|jsx|vue|xml|xlf|resx|shp|dbf|gpx|log)$/i;
const ASIDE =
  /(^|\/)(node_modules|bower_components|vendors?|third[-_]party|site-packages|\.venv|venv|dist|static|staticfiles|assets|locale|migrations|unit[-_]?tests?|tests?|testing|__tests__|test_\w+|specs?|e2e|cypress|playwright|fixtures?|testdata|test[-_]data|docs?|examples?|samples?|cassettes|mocks?|__snapshots__|i18n|media)\/|(^|\/)(test_[^/]*|[^/]*_tests?|tests|conftest)\.py$|(^|\/)package-lock\.json$/i;

function searcher(tree: SourceTree): RepositoryFacts['holding'] {
  const answers = new Map<string, readonly string[]>();
  let texts: readonly (readonly [string, string])[] | undefined;
  return (words) => {
    texts ??= tree.files.flatMap((file) => {
      if (NOT_SEARCHED.test(file.path) || ASIDE.test(file.path) || file.bytes > MAX_SEARCHED_BYTES) return [];
      const result = tree.read(file.path);
      return result.ok ? [[file.path, result.text] as const] : [];
    });
    const key = words.join('\n');
    const found = answers.get(key) ?? texts.filter(([, text]) => words.some((word) => text.includes(word))).map(([path]) => path);
    answers.set(key, found);
    return found;
  };
}

function assignmentOf({ key, keySpan, value, valueSpan, quote, expand }: DotenvEntry): EnvAssignment {
  return { key, keyAt: keySpan, value: value === null ? null : new Secret(value), valueAt: valueSpan, quote, expands: expand };
}

function isTestOrMigration(path: string): boolean {
  return /(^|\/)(tests?|migrations|testing)\/|(^|\/)(test_[^/]*|[^/]*_tests?|tests|conftest)\.py$/.test(path);
}

const STRING_OR_COMMENT = /"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?|#[^\n]*/g;

/** Texts of Python files with blanks where comments were, so that places stay; null for those that cannot be read. */
function withoutComments(tree: SourceTree, files: readonly string[]): ReadonlyMap<string, string | null> {
  const texts = new Map<string, string | null>();
  for (const file of files) {
    const read = tree.read(file);
    const blank = (token: string) => (token.startsWith('#') ? ' '.repeat(token.length) : token);
    texts.set(file, !read.ok ? null : read.text.includes('#') ? read.text.replace(STRING_OR_COMMENT, blank) : read.text);
  }
  return texts;
}

function mentions(texts: ReadonlyMap<string, string | null>, pattern: RegExp): Collection<Span> {
  const every = new RegExp(pattern.source, pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`);
  const items: Span[] = [];
  let unread: string | null = null;
  for (const [file, text] of texts) {
    if (text === null) {
      unread ??= file;
      continue;
    }
    for (const match of text.matchAll(every)) {
      if (items.length >= MAX_MENTIONS) break;
      items.push({ file, start: match.index, end: match.index + match[0].length });
    }
  }
  return { items, complete: unread === null ? true : { because: `${unread} cannot be read` } };
}
