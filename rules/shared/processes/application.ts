import type { Location, Process, RepositoryFacts, Value } from '../../../src/rule.ts';

/** The application that a server or worker is told to load: "mysite.wsgi:application". */
export interface NamedApplication {
  readonly module: string;
  /** What stands behind the colon; null when nothing does. */
  readonly attribute: string | null;
}

export function readApplication(text: string): NamedApplication | null {
  const found = /^([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?::(.+))?$/.exec(text.replace(/^asgi:|^wsgi:/, ''));
  return found === null ? null : { module: found[1] ?? '', attribute: found[2] ?? null };
}

/** Where a process finds a module. */
export type FoundModule =
  | { readonly kind: 'file'; readonly file: string; readonly text: string }
  /** `package` is the innermost package that is there; null when not even the first name is. */
  | { readonly kind: 'absent'; readonly package: string | null }
  | { readonly kind: 'unknown'; readonly because: string };

type Repository = Pick<RepositoryFacts, 'files' | 'read'>;

/** Looks for a module in the folders that the process imports from, in their order. */
export function findModule(module: string, process: Process, repository: Repository): FoundModule {
  const { folders, open } = importFolders(process);
  const path = module.replaceAll('.', '/');
  let deepest: string | null = null;
  let because = open;
  for (const folder of folders) {
    for (const candidate of [`${path}.py`, `${path}/__init__.py`]) {
      const file = fileOf(process.paths.locate(`${folder}/${candidate}`));
      if (file === 'unknown') because ??= `what stands in ${folder} is not known`;
      const text = file !== null && file !== 'unknown' && repository.files.includes(file) ? repository.read(file) : null;
      if (file !== null && text !== null) return { kind: 'file', file, text };
    }
    deepest ??= packageIn(folder, module, process, repository);
  }
  // A package that stands in the first folder is the one that is imported, whatever folders come after it.
  if (because === null || deepest !== null) return { kind: 'absent', package: deepest };
  return inOnlyPackage(module, repository) ?? { kind: 'unknown', because };
}

/** Wherever it is looked for: a package of which the tree has only one is that one, and has the module or lacks it. */
function inOnlyPackage(module: string, { files, read }: Repository): FoundModule | null {
  const [first = ''] = module.split('.');
  const roots = files.flatMap((file) =>
    file === `${first}/__init__.py` || file.endsWith(`/${first}/__init__.py`) ? [file.slice(0, -`${first}/__init__.py`.length)] : [],
  );
  const [root] = roots;
  if (root === undefined || roots.length > 1) return null;
  const path = `${root}${module.replaceAll('.', '/')}`;
  const file = files.find((one) => one === `${path}.py` || one === `${path}/__init__.py`);
  const text = file === undefined ? null : read(file);
  if (file !== undefined && text !== null) return { kind: 'file', file, text };
  const names = module.split('.');
  const depth = names.findLastIndex((_name, index) =>
    files.some((one) => one.startsWith(`${root}${names.slice(0, index + 1).join('/')}/`)),
  );
  return depth === names.length - 1 ? null : { kind: 'absent', package: names.slice(0, depth + 1).join('.') };
}

/** The longest beginning of a dotted name that is a folder of the tree. */
function packageIn(folder: string, module: string, process: Process, { files }: Repository): string | null {
  const names = module.split('.');
  for (let count = names.length - 1; count > 0; count--) {
    const file = fileOf(process.paths.locate(`${folder}/${names.slice(0, count).join('/')}`));
    // A folder without `__init__.py` may be the one in which the project stands, and not its package.
    if (file !== null && file !== 'unknown' && files.includes(`${file}/__init__.py`)) return names.slice(0, count).join('.');
  }
  return null;
}

/** A path of the tree, null when nothing of it stands there. */
function fileOf(place: Location): string | 'unknown' | null {
  switch (place.in) {
    case 'volume':
      return place.kind === 'bind' && !/^[/~]|^\.\./.test(place.volume)
        ? [place.volume, place.subpath]
            .map((part) => part.replace(/^\.?\/+|\/+$|^\.$/g, ''))
            .filter((part) => part !== '')
            .join('/')
        : 'unknown';
    case 'container':
    case 'machine':
      return place.repository;
    case 'unknown':
      return 'unknown';
  }
}

/** Options that put a folder before all others, by server; all of them stand in the working directory otherwise. */
const FOLDER_OPTIONS: readonly string[] = ['chdir', 'app-dir', 'working-dir'];

interface ImportFolders {
  readonly folders: readonly string[];
  /** Why there may be more. */
  readonly open: string | null;
}

/** The folders in the order in which Python looks into them. */
function importFolders(process: Process): ImportFolders {
  const { server, workdir, environment } = process;
  const first = FOLDER_OPTIONS.flatMap((name) => server?.option(name) ?? []);
  const added = [...PATH_OPTIONS.flatMap((name) => server?.sources(name).map(({ value }) => value) ?? []), ...worker(process)];
  const path = environment.variables.get('PYTHONPATH') ?? null;
  const named = [...first, ...added, ...(path === null ? [] : [path])];
  const base = workdir.kind === 'known' ? workdir.value : null;
  const closed = environment.closed === true || path !== null;
  const open = base === null || !closed || named.some((one) => one.kind !== 'known') ? 'where it imports from is not known' : null;
  const absolute = (values: readonly Value<string>[]) =>
    values
      .flatMap((one) => (one.kind === 'known' ? one.value.split(/[:,]/) : []))
      .flatMap((one) => {
        if (one.startsWith('/')) return [one];
        return base === null || one === '' ? [] : [`${base}/${one}`];
      });
  const all = [...absolute(first), ...(base === null ? [] : [base]), ...absolute(named.slice(first.length))];
  return { folders: [...new Set(all.map(clean))], open };
}

const PATH_OPTIONS: readonly string[] = ['pythonpath'];

/** `celery --workdir`. */
function worker({ taskQueue, command }: Process): readonly Value<string>[] {
  if (taskQueue === null || command.kind !== 'known') return [];
  const words = command.value;
  const at = words.findIndex((word) => word.kind === 'known' && /^--workdir(=|$)/.test(word.value));
  const word = words[at];
  if (at === -1 || word?.kind !== 'known') return [];
  const inline = word.value.slice('--workdir='.length);
  return inline === '' ? [words[at + 1] ?? word] : [{ ...word, value: inline }];
}

function clean(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return `${path.startsWith('/') ? '/' : ''}${parts.join('/')}`;
}

/** What a module that is read as text makes for servers: by the calls of Django and Channels in it. */
export function interfaceIn(text: string): 'wsgi' | 'asgi' | 'unknown' {
  const asgi = /\b(get_asgi_application|ProtocolTypeRouter|ASGIHandler|get_default_application)\b|^\s*async\s+def\s+application\b/m.test(
    text,
  );
  const wsgi = /\b(get_wsgi_application|WSGIHandler)\b/.test(text);
  return asgi === wsgi ? 'unknown' : asgi ? 'asgi' : 'wsgi';
}
