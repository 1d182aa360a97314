import type { RepositoryFacts } from '../../../src/rule.ts';

/** Whether a script or pipeline names the variable: it may export it, or write it into an env file, before anything starts. */
export function isNamedByScript(name: string, { files, read }: Pick<RepositoryFacts, 'files' | 'read'>): boolean {
  const scripts = files.filter((file) =>
    /(^|\/)(Makefile|makefile|justfile|Taskfile\.ya?ml)$|\.(sh|mk)$|^\.github\/workflows\/|^\.gitlab-ci\.yml$/.test(file),
  );
  const pattern = new RegExp(`\\b${name}\\b`);
  return scripts.some((file) => pattern.test(read(file) ?? ''));
}
