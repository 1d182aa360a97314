import type { Project, RepositoryFacts } from '../../../src/rule.ts';

/** What it takes to find a module of the project. */
export interface Modules {
  readonly settings: { readonly project: Pick<Project, 'importRoots'> };
  readonly repository: Pick<RepositoryFacts, 'read'>;
}

/** The file of a dotted module in the project, null when it is not in the tree. */
export function moduleFile(module: string, { settings, repository }: Modules): { readonly file: string; readonly text: string } | null {
  const path = module.replaceAll('.', '/');
  for (const root of settings.project.importRoots) {
    for (const candidate of [`${path}.py`, `${path}/__init__.py`]) {
      const file = root === '' || root === '.' ? candidate : `${root}/${candidate}`;
      const text = repository.read(file);
      if (text !== null) return { file, text };
    }
  }
  return null;
}

/** Source of a class or function of the project from its `class` or `def` line to the next one at the margin; null when it is not found. */
export function classText(dotted: string, code: Modules): string | null {
  const dot = dotted.lastIndexOf('.');
  const name = dotted.slice(dot + 1);
  const found = dot > 0 && /^\w+$/.test(name) ? moduleFile(dotted.slice(0, dot), code) : null;
  if (found === null) return null;
  const start = new RegExp(`^(class|def|async def)\\s+${name}\\b`, 'm').exec(found.text);
  if (start === null) return null;
  const rest = found.text.slice(start.index);
  const end = /\n(?=[^\s#)\]}])/.exec(rest);
  return end === null ? rest : rest.slice(0, end.index);
}
