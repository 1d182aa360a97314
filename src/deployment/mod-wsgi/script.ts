import type { FoundProject } from '../project/project.ts';

/** The file of the repository that a script of the machine is, and where the checkout stands there. */
export interface FoundScript {
  readonly file: string;
  /** "mysite.wsgi". */
  readonly module: string;
  readonly checkout: { readonly at: string; readonly folder: string };
}

/** Looked for by the end of the path: `/srv/app/mysite/wsgi.py` is `backend/mysite/wsgi.py` when no other file ends like it. */
export function scriptInTree(script: string, projects: readonly FoundProject[]): FoundScript | null {
  const candidates = projects.flatMap(({ entries, importRoots, root }) =>
    entries.map((file) => ({ file, importRoots, root, shared: sharedEnd(script, file) })),
  );
  const most = Math.max(0, ...candidates.map((one) => one.shared.split('/').length));
  // The name of the file alone says nothing: every project has a wsgi.py.
  const [best, other] = candidates.filter((one) => one.shared.split('/').length === most);
  if (best === undefined || other !== undefined || most < 2) return null;
  const { file, shared } = best;
  const at = script.slice(0, script.length - shared.length).replace(/\/+$/, '');
  const folder = file.slice(0, file.length - shared.length).replace(/\/+$/, '');
  const roots = [best.root, ...best.importRoots].filter((root) => root === '' || file.startsWith(`${root}/`));
  const root = roots[0] ?? '';
  const module = (root === '' ? file : file.slice(root.length + 1)).replace(/\.\w+$/, '').replaceAll('/', '.');
  return { file, module, checkout: { at: at === '' ? '/' : at, folder } };
}

/** The parts that two paths have in common at their end. */
function sharedEnd(a: string, b: string): string {
  const left = a.split('/').reverse();
  const right = b.split('/').reverse();
  let count = 0;
  while (count < right.length && left[count] === right[count]) count++;
  return right.slice(0, count).reverse().join('/');
}
