import type { Span } from '../../core/span.ts';
import { joinPath, normalPath } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import { asString, asText, entriesOf, get, itemsOf, type ParseYaml, type YamlNode } from '../../syntax/yaml/index.ts';
import { textAt } from '../project/files.ts';

/** How an image that is pushed to a registry is built from the tree. */
export interface ImageSource {
  readonly context: string;
  readonly dockerfile: string;
  readonly target: string | null;
  /** Where the pipeline says so. */
  readonly at: Span;
}

/** Images that workflows build and push, by the last part of their name. A name that is built in two ways is left out. */
export function imageSources(tree: SourceTree, parseYaml: ParseYaml): ReadonlyMap<string, ImageSource> {
  const found = new Map<string, ImageSource | null>();
  for (const { path } of tree.files) {
    if (!/^\.github\/workflows\/[^/]+\.ya?ml$/.test(path)) continue;
    const text = textAt(tree, path);
    if (!/build-push-action|docker (buildx )?build/.test(text)) continue;
    for (const job of entriesOf(get(parseYaml(text, path, '1.2').documents[0]?.root, 'jobs'))) {
      for (const [name, source] of jobSources(itemsOf(get(job.value, 'steps')), tree)) {
        const before = found.get(name);
        found.set(name, before === undefined || (before !== null && same(before, source)) ? source : null);
      }
    }
  }
  return new Map([...found].flatMap(([name, source]) => (source === null ? [] : [[name, source] as const])));
}

function same(a: ImageSource, b: ImageSource): boolean {
  return a.context === b.context && a.dockerfile === b.dockerfile && a.target === b.target;
}

type Named = readonly (readonly [string, ImageSource])[];

function jobSources(steps: readonly YamlNode[], tree: SourceTree): Named {
  const metadata = steps
    .filter((step) => asText(get(step, 'uses'))?.startsWith('docker/metadata-action'))
    .flatMap((step) => lines(get(step, 'with', 'images')));
  return steps.flatMap((step) => {
    const uses = asText(get(step, 'uses')) ?? '';
    if (uses.startsWith('docker/build-push-action')) return actionSource(step, metadata, tree);
    const run = asString(get(step, 'run'));
    return run === undefined
      ? []
      : commandSources(run, get(step, 'run')?.span ?? step.span, asText(get(step, 'working-directory')) ?? '', tree);
  });
}

function lines(node: YamlNode | undefined): readonly string[] {
  return (asText(node) ?? '')
    .split(/[\n,]/)
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

function actionSource(step: YamlNode, metadata: readonly string[], tree: SourceTree): Named {
  const context = asText(get(step, 'with', 'context')) ?? '.';
  const file = asText(get(step, 'with', 'file'));
  const target = asText(get(step, 'with', 'target')) ?? null;
  const tags = lines(get(step, 'with', 'tags'));
  const names = [...tags, ...(tags.length === 0 || tags.some((one) => /steps\./.test(one)) ? metadata : [])];
  return named(names, sourceOf(context, file, target, step.span, tree));
}

function commandSources(run: string, at: Span, folder: string, tree: SourceTree): Named {
  return [...run.replaceAll('\\\n', ' ').matchAll(/docker (?:buildx )?build\s([^\n;&|]*)/g)].flatMap(([, words = '']) => {
    const names = [...words.matchAll(/(?:-t|--tag)[ =](\S+)/g)].map((one) => one[1] ?? '');
    const file = /(?:-f|--file)[ =](\S+)/.exec(words)?.[1];
    const context = words.trim().split(/\s+/).at(-1) ?? '.';
    return named(
      names,
      sourceOf(
        joinPath(folder, context),
        file === undefined ? undefined : joinPath(folder, file),
        /--target[ =](\S+)/.exec(words)?.[1] ?? null,
        at,
        tree,
      ),
    );
  });
}

function sourceOf(context: string, file: string | undefined, target: string | null, at: Span, tree: SourceTree): ImageSource | null {
  const folder = /\$|:\/\//.test(context) ? null : normalPath(context);
  const dockerfile = folder === null ? null : normalPath(file ?? joinPath(folder, 'Dockerfile'));
  if (folder === null || dockerfile === null || tree.kindOf(dockerfile) !== 'file') return null;
  return { context: folder, dockerfile, target, at };
}

function named(names: readonly string[], source: ImageSource | null): Named {
  return source === null ? [] : names.flatMap((name) => (lastPart(name) === null ? [] : [[lastPart(name) ?? '', source] as const]));
}

/** "foodgram_backend" of "${{ secrets.USER }}/foodgram_backend:latest"; null when that part is not plain. */
function lastPart(reference: string): string | null {
  const part =
    reference
      .replace(/@.*$/, '')
      .split('/')
      .at(-1)
      ?.replace(/:[^}]*$/, '') ?? '';
  return /^[\w.-]+$/.test(part) ? part.toLowerCase() : null;
}

/** The builds behind the images that services of compose files pull, by service name. */
export function pulledSources(
  files: readonly string[],
  sources: ReadonlyMap<string, ImageSource>,
  tree: SourceTree,
  parseYaml: ParseYaml,
): ReadonlyMap<string, ImageSource> {
  const builds = new Map<string, ImageSource>();
  if (sources.size === 0) return builds;
  for (const file of files) {
    for (const { key, value } of entriesOf(get(parseYaml(textAt(tree, file), file, 'go').documents[0]?.root, 'services'))) {
      const part = lastPart(asText(get(value, 'image')) ?? '');
      const source = part === null ? undefined : sources.get(part);
      if (source !== undefined && get(value, 'build') === undefined) builds.set(key, source);
    }
  }
  return builds;
}
