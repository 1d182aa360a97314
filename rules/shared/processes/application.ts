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
  const folders = importFolders(process);
  if (folders === null) return { kind: 'unknown', because: 'where it imports from is not known' };
  const path = module.replaceAll('.', '/');
  let deepest: string | null = null;
  for (const folder of folders) {
    for (const candidate of [`${path}.py`, `${path}/__init__.py`]) {
      const file = fileOf(process.paths.locate(`${folder}/${candidate}`));
      if (file === 'unknown') return { kind: 'unknown', because: `what stands in ${folder} is not known` };
      const text = file !== null && repository.files.includes(file) ? repository.read(file) : null;
      if (file !== null && text !== null) return { kind: 'file', file, text };
    }
    deepest ??= packageIn(folder, module, process, repository);
  }
  return { kind: 'absent', package: deepest };
}

/** The longest beginning of a dotted name that is a folder of the tree. */
function packageIn(folder: string, module: string, process: Process, { files }: Repository): string | null {
  const names = module.split('.');
  for (let count = names.length - 1; count > 0; count--) {
    const file = fileOf(process.paths.locate(`${folder}/${names.slice(0, count).join('/')}`));
    if (file !== null && file !== 'unknown' && files.some((one) => one.startsWith(`${file}/`) && one.endsWith('.py')))
      return names.slice(0, count).join('.');
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

/** The folders in the order in which Python looks into them; null when one of them is not known. */
function importFolders(process: Process): readonly string[] | null {
  const { server, workdir, environment } = process;
  const first = FOLDER_OPTIONS.flatMap((name) => server?.option(name) ?? []);
  const added = [...PATH_OPTIONS.flatMap((name) => server?.sources(name).map(({ value }) => value) ?? []), ...worker(process)];
  const path = environment.variables.get('PYTHONPATH') ?? null;
  if (path === null && environment.closed !== true) return null;
  const named = [...first, ...added, ...(path === null ? [] : [path])];
  if (workdir.kind !== 'known' || named.some((one) => one.kind !== 'known')) return null;
  const texts = named.flatMap((one) => (one.kind === 'known' ? one.value.split(/[:,]/) : []));
  const absolute = texts.filter((one) => one !== '').map((one) => (one.startsWith('/') ? one : `${workdir.value}/${one}`));
  return [...new Set([...absolute.slice(0, first.length), workdir.value, ...absolute.slice(first.length)].map(clean))];
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
