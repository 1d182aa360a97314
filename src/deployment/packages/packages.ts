import type { Answer } from '../../core/data.ts';
import { defaultOrigin, textOrigin } from '../../core/origin.ts';
import { folderOf } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import type { ReleaseRange } from '../../settings/model.ts';
import { intersection, normalName, type Releases, union } from '../../syntax/requirements/index.ts';
import type { PackageFacts } from '../model.ts';
import type { PackagesOf } from '../project/project.ts';
import { asksFor, brings } from './closure.ts';
import { type ListedPackage, type PackageList, packageLists } from './files.ts';
import { holds } from './marker.ts';
import { isNear, pythonOf } from './python-release.ts';
import { installText, usedRequirements } from './use.ts';

/** Reads every package file of the tree once; the function then answers for each project by its folder. */
export async function readPackages(tree: SourceTree): Promise<PackagesOf> {
  const lists = await packageLists(tree);
  const used = usedRequirements(
    tree,
    lists.map(({ file }) => file),
  );
  const installs = installText(tree);
  return (root) => {
    const mine = lists.filter(({ file, kind }) => (kind === 'image' ? isNear(folderOf(file), root) : concerns(file, root)));
    const python = pythonOf(tree, root);
    const facts = packageFacts(mine, { used, mentions: installs, python });
    return { django: facts.range('django') ?? noRange('no package file names Django'), python, packages: facts };
  };
}

function noRange(of: string): ReleaseRange {
  return { from: null, before: null, exact: null, origin: defaultOrigin(of) };
}

const ASIDE = /(^|\/)(docs?|tests?|examples?|sandbox|benchmarks?|fixtures)\//i;

/** Files in the project, beside or above it; not those of its documentation and tests. */
function concerns(file: string, root: string): boolean {
  const folder = folderOf(file).replace(/(^|\/)(requirements|reqs|deps)(\/.*)?$/i, '');
  const isAbove = folder === '' || folder === root || root.startsWith(`${folder}/`);
  const isInside = root === '' || folder.startsWith(`${root}/`);
  const below = isAbove ? '' : file.slice(root.length);
  return (isAbove || isInside) && !ASIDE.test(below);
}

/** The lists that decide together, best first: lock files and what images install, production by name, the rest, project files. */
function tiers(lists: readonly PackageList[], used: ReadonlySet<string>): readonly (readonly PackageList[])[] {
  const all = lists.filter((list) => list.kind === 'requirements' && !isCompiled(list, lists));
  const served = all.filter(({ file }) => used.has(file) || !isDevelopment(file));
  const chosen = served.filter(
    ({ file }) => used.has(file) || /(^|[/._-])(prod|production|deploy\w*|live|server|heroku)(?=$|[/._-])/i.test(nameOf(file)),
  );
  const locks = lists.filter(({ kind }) => kind === 'lock');
  return [
    locks.length > 0 ? [...locks, ...served.filter(({ file }) => used.has(file))] : [],
    chosen,
    served.filter((list) => !chosen.includes(list)),
    lists.filter(({ kind }) => kind === 'project'),
    all.filter((list) => !served.includes(list)),
  ];
}

/** `requirements.in` beside the `requirements.txt` made from it says nothing of its own. */
function isCompiled({ file }: PackageList, lists: readonly PackageList[]): boolean {
  return isCompiledFrom(file, lists);
}

function isCompiledFrom(file: string, lists: readonly PackageList[]): boolean {
  return file.endsWith('.in') && lists.some((other) => other.file === file.replace(/\.in$/, '.txt'));
}

function isDevelopment(file: string): boolean {
  return /(^|[/._-])(dev|devel\w*|local\w*|tests?|testing|ci|docs?|lint\w*|debug|qa)(?=$|[/._-])/i.test(nameOf(file));
}

/** The file's name with that of a folder `requirements/…` before it. */
function nameOf(file: string): string {
  return /(?:^|\/)(requirements\/.*|[^/]*)$/i.exec(file)?.[1] ?? file;
}

/** What the tree says beside its package lists. */
interface Surroundings {
  readonly used: ReadonlySet<string>;
  readonly mentions: (name: string) => boolean;
  readonly python: string | null;
}

function packageFacts(all: readonly PackageList[], { used, mentions, python }: Surroundings): PackageFacts {
  const lists = all.filter(({ kind }) => kind !== 'image');
  const images = all.filter(({ kind }) => kind === 'image');
  const ranked = tiers(lists, used);
  // What an image installs by name counts where no list for production names it.
  const withImages = [...ranked.slice(0, -1), images, ...ranked.slice(-1)];
  const installs = (name: string) => installsIn(ranked, normalName(name), mentions);
  return {
    range: (name) => rangeIn(withImages, normalName(name)),
    installs,
    has: (name) => hasIn(lists, { name: normalName(name), used, python, isLeftOut: installs(name) === 'no' }),
  };
}

interface Wanted {
  readonly name: string;
  readonly used: ReadonlySet<string>;
  readonly python: string | null;
  /** As `installs` says it, which also trusts lists that merely look frozen. */
  readonly isLeftOut: boolean;
}

/**
 * "Yes" needs every list that production may be installed from: which of them it is, is not asked. Locks are no such lists, because
 * they hold all groups; what they lock is asked for in the project file.
 */
function hasIn(lists: readonly PackageList[], { name, used, python, isLeftOut }: Wanted): Answer {
  const served = lists.filter((list) => list.kind === 'requirements' && (used.has(list.file) || !isDevelopment(list.file)));
  const parts = new Set(served.flatMap((list) => (list.includes ?? []).filter((file) => file !== list.file)));
  const asking = lists.filter(({ kind, packages }) => kind === 'project' && packages.length > 0);
  const sets = [...served.filter(({ file }) => !parts.has(file) && !isCompiledFrom(file, lists)), ...asking];
  const always = (list: PackageList) => list.packages.some((one) => one.name === name && holds(one.marker ?? null, python));
  if (sets.length > 0 && sets.every(always)) return 'yes';
  const locks = lists.filter(({ kind }) => kind === 'lock');
  const closed =
    locks.length > 0 ? [...locks, ...served].every((list) => list.closed) : served.length > 0 && served.every((list) => list.closed);
  return closed && isLeftOut ? 'no' : 'maybe';
}

function rangeIn(ranked: readonly (readonly PackageList[])[], name: string): ReleaseRange | null {
  for (const tier of ranked) {
    const found = tier.flatMap((list) => admitted(list, name));
    const [first] = found;
    if (first === undefined) continue;
    const all = found.map(({ releases }) => releases).reduce(union);
    return { ...all, origin: textOrigin(first.span, 'pinned') };
  }
  return null;
}

const UNKNOWN_RELEASES: Releases = { from: null, before: null, exact: null };

/** What one list admits, at most one answer; several lines for one name (by markers) give the range of them all. */
function admitted(list: PackageList, name: string): readonly { readonly releases: Releases; readonly span: ListedPackage['span'] }[] {
  const listed = list.packages.filter((one) => one.name === name);
  const [first] = listed;
  if (first === undefined) return [];
  const narrowed = list.constraints.filter((one) => one.name === name && one.releases !== null).map(releasesOrAny);
  const own = listed.map(releasesOrAny).reduce(union);
  const exact = narrowed.find((one) => one.exact !== null);
  return [{ releases: exact ?? narrowed.reduce(intersection, own), span: first.span }];
}

function releasesOrAny(one: ListedPackage): Releases {
  return one.releases ?? UNKNOWN_RELEASES;
}

/**
 * "No" is claimed only of lists that are complete, and of distributions that nothing in them brings along: the list is
 * a resolver's output, or all that it names is known.
 */
function installsIn(ranked: readonly (readonly PackageList[])[], name: string, mentions: (name: string) => boolean): Answer {
  const [locked = [], chosen = [], rest = [], projects = [], development = []] = ranked;
  const production = [...locked, ...chosen, ...rest, ...projects];
  if (production.some((list) => list.packages.some((one) => one.name === name || asksFor(one, name)))) return 'yes';
  const deciding = locked.length > 0 ? locked : production;
  const elsewhere = [...production, ...development].some((list) => [...list.packages, ...list.optional].some((one) => one.name === name));
  if (deciding.length === 0 || elsewhere || deciding.some(({ complete }) => !complete)) return 'maybe';
  const closed = deciding.every((list) => list.closed || isFrozen(list) || list.packages.every((one) => brings(one, name) === 'no'));
  return closed && !mentions(name) ? 'no' : 'maybe';
}

/** The output of `pip freeze`: everything pinned, and what Django brings along is there. */
function isFrozen({ packages }: PackageList): boolean {
  const names = new Set(packages.map(({ name }) => name));
  return (
    ['django', 'asgiref', 'sqlparse'].every((name) => names.has(name)) &&
    packages.every(({ releases }) => (releases?.exact ?? null) !== null)
  );
}
