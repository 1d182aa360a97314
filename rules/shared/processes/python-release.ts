import type { Deployment, PlatformName, Project, RepositoryFacts, Span } from '../../../src/rule.ts';
import { productionImages } from './production-images.ts';

/** The release of Python that runs a project in production, and the place that says so. */
export interface PythonInUse {
  /** "3.12". */
  readonly release: string;
  readonly at: Span;
  readonly project: Project | null;
  /** In words: "the image", "`runtime.txt`". */
  readonly by: string;
}

/** What final stages and the version files of platforms name; a tag without a minor release names none. */
export function pythonsInUse({ model, read }: Pick<RepositoryFacts, 'model' | 'read'>): readonly PythonInUse[] {
  const found: PythonInUse[] = [];
  for (const { image, at, process } of productionImages(model)) {
    if (process.settings === null) continue;
    const inTag = image.repository === 'python' ? image.tag : /(?:^|[-_.])python-?(\d+\.\d+)/.exec(image.tag ?? '')?.[1];
    const release = /^(\d+\.\d+)(?=$|[.\-_])/.exec(inTag ?? '')?.[1];
    const project = model.deployments.find(({ processes }) => processes.includes(process))?.project ?? null;
    if (release !== undefined) found.push({ release, at, project, by: 'the image' });
  }
  for (const deployment of model.deployments) found.push(...ofPlatform(deployment, read));
  const seen = new Set<string>();
  return found.filter(({ at }) => !seen.has(`${at.file} ${at.start}`) && seen.add(`${at.file} ${at.start}`));
}

const RUNTIME = { name: 'runtime.txt', pattern: /^\s*python-(\d+\.\d+)/ };
const VERSION = { name: '.python-version', pattern: /^\s*(?:cpython-)?(\d+\.\d+)(?:\.\d+)?\s*$/m };

/** The files in which platforms look for the release, the first that exists decides. */
const FILES: Readonly<Partial<Record<PlatformName, readonly { readonly name: string; readonly pattern: RegExp }[]>>> = {
  heroku: [RUNTIME, VERSION],
  dokku: [RUNTIME, VERSION],
  railway: [RUNTIME, VERSION],
  // A bare Procfile.
  other: [RUNTIME, VERSION],
  render: [VERSION],
  'app-engine': [{ name: 'app.yaml', pattern: /^runtime:\s*["']?python(3)(\d+)/m }],
};

function ofPlatform({ kind, platform, project, processes }: Deployment, read: RepositoryFacts['read']): readonly PythonInUse[] {
  if (kind !== 'procfile' && kind !== 'platform') return [];
  if (processes.some(({ image }) => image !== null)) return [];
  const files = FILES[platform?.name ?? 'heroku'] ?? [];
  for (const { name, pattern } of files) {
    for (const folder of new Set([folderOf(platform?.file ?? ''), project?.root ?? '', ''])) {
      const file = folder === '' ? name : `${folder}/${name}`;
      const text = read(file);
      if (text === null) continue;
      const match = pattern.exec(text);
      if (match === null) return [];
      const release = match[2] === undefined ? match[1] : `${match[1]}.${match[2]}`;
      const start = match.index + match[0].length - match[0].trimStart().length;
      const at = { file, start, end: match.index + match[0].trimEnd().length };
      return release === undefined ? [] : [{ release, at, project, by: `\`${file}\`` }];
    }
  }
  return [];
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}
