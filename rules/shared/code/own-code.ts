import type { RepositoryFacts, SettingsFacts } from '../../../src/rule.ts';

/** The repository without the code of its other projects: what that one uses says nothing of this one. Code outside of all projects is shared. */
export function ownCode(settings: SettingsFacts, repository: RepositoryFacts): RepositoryFacts {
  const roots = repository.model.projects.map(({ root }) => root).sort((a, b) => b.length - a.length);
  const own = settings.project.root;
  const isOwn = (file: string) => (roots.find((root) => root === '' || file.startsWith(`${root}/`)) ?? own) === own;
  if (roots.length < 2) return repository;
  return {
    ...repository,
    codeMentions(pattern) {
      const { items, complete } = repository.codeMentions(pattern);
      return { items: items.filter(({ file }) => isOwn(file)), complete };
    },
  };
}
