import { baseName, folderOf, joinPath, normalPath } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import { asText, entriesOf, get, itemsOf, type ParseYaml } from '../../syntax/yaml/index.ts';
import type { Gathering } from '../gathering.ts';
import { parseReference } from '../image/base.ts';
import type { BuildRequest } from '../image/build.ts';
import { contextOf } from '../image/deployments.ts';
import { type BuiltImage, readBuild } from '../image/image.ts';
import { textAt } from '../project/files.ts';
import { purposeOf } from '../project/naming.ts';

/** A container as far as it tells whose image it runs. */
export interface ImageSign {
  /** As written, or the template that makes it; null when nothing names one. */
  readonly reference: string | null;
  readonly container: string;
  /** Its command line is one of a Python program. */
  readonly startsPython: boolean;
}

/** What is known of the images that the repository builds. */
export interface OwnImages {
  /** The build behind an image; `all` are the containers it is applied with. Null when it comes from elsewhere. */
  builtFor(sign: ImageSign, all: readonly ImageSign[]): BuiltImage | null;
}

export function ownImages(gathering: Gathering): OwnImages {
  const { tree, syntaxes, imageSources } = gathering;
  const composed = composeSources(tree, syntaxes.parseYaml);
  const only = onlyDockerfile(tree);
  const builds = new Map<string, BuiltImage | null>();
  const read = (request: BuildRequest) => {
    const key = `${request.dockerfile}:${request.context}:${request.target ?? ''}`;
    const before = builds.get(key);
    if (before !== undefined) return before;
    const made = readBuild(tree, request, syntaxes);
    if (made !== null) gathering.problems.push(...made.problems);
    builds.set(key, made);
    return made;
  };
  const sourceFor = (reference: string | null) => {
    const base = baseOf(reference);
    return base === null ? undefined : (imageSources.get(base) ?? composed.get(base));
  };
  const words = ownWords(gathering);
  return {
    builtFor(sign, all) {
      const source = sourceFor(sign.reference);
      if (source !== undefined) return read({ ...source, args: new Map() });
      if (only === null || all.some((one) => sourceFor(one.reference)?.dockerfile === only)) return null;
      const own = ownName(all, words);
      return own !== null && baseOf(sign.reference) === own
        ? read({ dockerfile: only, context: contextOf(only, tree), target: null, args: new Map() })
        : null;
    },
  };
}

function baseOf(reference: string | null): string | null {
  if (reference === null) return null;
  return reference.includes('{{') ? (repositoryOf(reference) ?? reference) : parseReference(reference).base;
}

/** The name of an image whose tag alone a template fills in; null when more than that is open. */
export function repositoryOf(reference: string): string | null {
  const named = /^([^{}\s]+):\{\{/.exec(reference)?.[1];
  return named === undefined ? null : parseReference(named).base;
}

/** The one image name that must be that of the only Dockerfile: what starts Python programs, else the only one that is named like the project. */
function ownName(all: readonly ImageSign[], words: ReadonlySet<string>): string | null {
  const candidates = all.filter((one) => one.reference !== null && !isForeign(one.reference));
  const starting = new Set(candidates.filter((one) => one.startsPython).map((one) => baseOf(one.reference)));
  const named = candidates.filter(({ reference, container }) => {
    const base = wordsOf(baseOf(reference) ?? '');
    const generic = (list: readonly string[]) => list.length > 0 && list.every((word) => words.has(word) || APPLICATION_WORDS.has(word));
    return [...base, ...wordsOf(container)].some((word) => words.has(word)) || generic(base) || generic(wordsOf(container));
  });
  const names = starting.size > 0 ? starting : new Set(named.map((one) => baseOf(one.reference)));
  const [first = null] = names;
  return names.size === 1 ? first : null;
}

/** Images of vendors and of Docker's own library. */
function isForeign(reference: string): boolean {
  const { repository } = parseReference(reference);
  if (!repository.includes('/'))
    return /^(postgres|redis|nginx|busybox|alpine|python|node|memcached|rabbitmq|mysql|mariadb|mongo|haproxy|traefik|caddy|httpd)$/.test(
      repository,
    );
  return /(^|\/)(library|bitnami|bitnamilegacy|prom|grafana|prometheus|jaegertracing|oauth2-proxy|nginxinc|nginx|curlimages|registry\.k8s\.io|k8s\.gcr\.io|danihodovic|oliver006|getsentry|mher|dpage|cloudsql-docker|cloud-sql-connectors|google-containers|istio|linkerd|fluent|hashicorp|elastic|opensearchproject|minio|axllent|mailhog|otel|datadog|amazon)(\/|$)/.test(
    repository,
  );
}

const APPLICATION_WORDS: ReadonlySet<string> = new Set([
  'django',
  'backend',
  'web',
  'app',
  'api',
  'server',
  'wsgi',
  'asgi',
  'gunicorn',
  'uvicorn',
  'celery',
  'worker',
  'beat',
  'migrate',
  'migrations',
  'site',
]);

/** Words that name the program of this repository. */
function ownWords({ projects, tree }: Gathering): ReadonlySet<string> {
  const modules = projects.flatMap((one) => one.settingsModules.map((name) => name.split('.')[0] ?? ''));
  const roots = projects.flatMap((one) => one.root.split('/'));
  return new Set([...modules, ...roots, baseName(tree.root)].flatMap(wordsOf).filter((word) => !APPLICATION_WORDS.has(word)));
}

function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length >= 3 && !/^(config|core|src|project|main|settings|conf|website|code|docker)$/.test(word));
}

const DOCKERFILE = /^(Dockerfile([._-][\w-]+)?|[\w-]+\.Dockerfile)$/i;

/** The only Dockerfile that builds on Python and is not for development; null when there is none, or more than one. */
function onlyDockerfile(tree: SourceTree): string | null {
  const found = tree.files.flatMap(({ path }) => {
    if (!DOCKERFILE.test(baseName(path)) || /dockerignore$/.test(path) || purposeOf(path) === 'development') return [];
    return /^\s*(FROM[^\n]*(python|uv)|RUN[^\n]*\b(pip|uv|poetry|pipenv)\b|CMD[^\n]*\b(gunicorn|uvicorn|python3?)\b)/im.test(
      textAt(tree, path),
    )
      ? [path]
      : [];
  });
  return found.length === 1 ? (found[0] ?? null) : null;
}

type Source = Omit<BuildRequest, 'args'>;

/** Images that compose and skaffold files build under a name, by the last part of it. A name built in two ways is left out. */
function composeSources(tree: SourceTree, parse: ParseYaml): ReadonlyMap<string, Source> {
  const found = new Map<string, Source | null>();
  const add = (reference: string | undefined, source: Source | null) => {
    if (reference === undefined || source === null || /[${}]/.test(parseReference(reference).base)) return;
    const { base } = parseReference(reference);
    const before = found.get(base);
    const same = before === undefined || (before !== null && before.dockerfile === source.dockerfile && before.target === source.target);
    found.set(base, same ? source : null);
  };
  for (const { path } of tree.files) {
    if (!/(^|\/)((docker-)?compose[\w.-]*|skaffold)\.ya?ml$/.test(path)) continue;
    const root = parse(textAt(tree, path), path, 'go').documents[0]?.root;
    for (const { value } of entriesOf(get(root, 'services'))) {
      const build = get(value, 'build');
      const context = asText(build) ?? asText(get(build, 'context'));
      add(
        asText(get(value, 'image')),
        sourceOf(folderOf(path), context, asText(get(build, 'dockerfile')), asText(get(build, 'target')), tree),
      );
    }
    for (const one of itemsOf(get(root, 'build', 'artifacts'))) {
      const docker = get(one, 'docker');
      add(
        asText(get(one, 'image')),
        sourceOf(
          folderOf(path),
          asText(get(one, 'context')) ?? '.',
          asText(get(docker, 'dockerfile')),
          asText(get(docker, 'target')),
          tree,
        ),
      );
    }
  }
  return new Map([...found].flatMap(([name, source]) => (source === null ? [] : [[name, source] as const])));
}

function sourceOf(
  folder: string,
  context: string | undefined,
  file: string | undefined,
  target: string | undefined,
  tree: SourceTree,
): Source | null {
  if (context === undefined || /\$|:\/\//.test(context)) return null;
  const root = normalPath(joinPath(folder, context));
  const dockerfile = root === null ? null : normalPath(joinPath(root, file ?? 'Dockerfile'));
  return root === null || dockerfile === null || tree.kindOf(dockerfile) !== 'file'
    ? null
    : { context: root, dockerfile, target: target ?? null };
}
