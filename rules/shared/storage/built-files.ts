import { type Answer, casesOf, type Process, type RepositoryFacts, type SettingsFacts } from '../../../src/rule.ts';
import { or } from '../values/answer.ts';
import { escaped } from '../values/text.ts';

/** What may make files that the repository does not hold: scripts, bundlers, images, pipelines, task runners. */
const BUILDERS =
  /(^|\/)(package\.json|Makefile|makefile|[Jj]ustfile|[Gg]ulpfile[^/]*|[Gg]runtfile[^/]*|Vagrantfile|Procfile|Taskfile[^/]*|fabfile\.py|tasks\.py|setup\.py|pyproject\.toml|\.gitmodules|\.bowerrc|tox\.ini|[\w.-]*(Dockerfile|Containerfile)[\w.-]*|[\w.-]*entrypoint[\w.-]*)$|\.config\.[cm]?[jt]s$|(webpack|rollup|vite|brunch|parcel|esbuild|tailwind)[^/]*\.([cm]?[jt]s|json)$|\.(sh|bash|ya?ml|nix|mk|md|rst|j2)$|(^|\/)bin\//;

/** Folders of tools and of what they make: never a part of a repository. */
const OUTPUT = /(^|\/)(node_modules|bower_components|dist|build|bundles?|webpack_bundles|out|\.[^/]+)(\/|$)/;

type Repository = Pick<RepositoryFacts, 'files' | 'read' | 'gitIgnores' | 'codeMentions'>;

/** Whether something outside of the repository's files may make a folder of the tree: 'no' only when nothing speaks of it. */
export function mayBeBuilt(folder: string, settings: SettingsFacts, repository: Repository): Answer {
  if (OUTPUT.test(folder) || repository.gitIgnores(folder) || repository.gitIgnores(`${folder}/file.css`)) return 'maybe';
  if (settings.processes.some((process) => isMounted(folder, process) || isCopiedFromStage(folder, process))) return 'maybe';
  return or(madeBySettings(folder, settings), spokenOf(folder, repository));
}

function isMounted(folder: string, { paths }: Process): boolean {
  const seen = paths.runtimePath(folder);
  return seen !== null && paths.locate(seen).in === 'volume';
}

/** Another stage of the image may have made it, on its own or with everything around it. */
function isCopiedFromStage(folder: string, { image, paths }: Process): boolean {
  const seen = paths.runtimePath(folder);
  const copies = image?.build?.copies.filter(({ from }) => from !== null) ?? [];
  return copies.some(({ target }) => {
    if (target.kind !== 'known' || seen === null) return true;
    const at = target.value.replace(/\/+$/, '');
    return at === seen || at.startsWith(`${seen}/`) || seen.startsWith(`${at}/`);
  });
}

function madeBySettings(folder: string, { evaluated }: SettingsFacts): Answer {
  const made = evaluated.createsDirectories.flatMap((value) =>
    casesOf(value).map(({ then }) => (then.kind === 'known' ? then.value : null)),
  );
  return made.some((path) => path === null || path.startsWith(`<ROOT>/${folder}`)) ? 'maybe' : 'no';
}

/** A builder that names the folder, by its path or by its own name beside a word for writing. */
function spokenOf(folder: string, { files, read, codeMentions }: Repository): Answer {
  const name = escaped(folder.slice(folder.lastIndexOf('/') + 1));
  const path = new RegExp(`(^|[\\s"'\`=:/(,])${escaped(folder)}(?![\\w-])`, 'm');
  const writes = new RegExp(
    `(mkdir|makedirs|cp |mv |ln |rsync|install -d|out|dest|COPY|ADD|git clone|curl|wget|unzip|tar )[^\\n]*\\b${name}(?![\\w-])`,
  );
  const told = files.some((file) => {
    if (!BUILDERS.test(file)) return false;
    const text = read(file) ?? '';
    return writes.test(text) || (!/\.(md|rst)$/.test(file) && path.test(text));
  });
  if (told) return 'maybe';
  return codeMentions(new RegExp(`(makedirs|mkdir)[^\\n]*\\b${name}\\b`)).items.length > 0 ? 'maybe' : 'no';
}

/** Sources that a tool turns into another file of the same name: Sass and the like, TypeScript and the like. */
const SOURCES: Readonly<Record<string, RegExp>> = { css: /\.(s[ac]ss|less|styl|pcss)$/, js: /\.([cm]?tsx?|jsx|coffee|vue)$/, map: /./ };

/** Whether a tool, script or step may make a static file of that name ("css/site.css"). */
export function isBuiltName(name: string, { files, read, gitIgnores }: Omit<Repository, 'codeMentions'>): boolean {
  const base = name.slice(name.lastIndexOf('/') + 1);
  const extension = base.slice(base.lastIndexOf('.') + 1);
  const stem = base.replace(/(\.min)?\.\w+$/, '');
  if (OUTPUT.test(name) || gitIgnores(`static/${name}`) || gitIgnores(name)) return true;
  if (files.some((file) => file.includes(`/${stem}.`) && (SOURCES[extension]?.test(file) ?? false))) return true;
  const bundled = extension === 'css' || extension === 'js' || extension === 'map';
  return files.some((file) => (bundled && /(^|\/)package\.json$/.test(file)) || (BUILDERS.test(file) && (read(file) ?? '').includes(base)));
}
