import type { Deployment, RepositoryFacts } from '../../../src/rule.ts';

/** Whether something beside the settings limits how long a Celery task may run: an option of a worker, or the tasks themselves. */
export function limitsElsewhere({ processes }: Deployment, repository: Pick<RepositoryFacts, 'codeMentions' | 'files' | 'read'>): boolean {
  const option = /--(soft-)?time-limit\b/;
  const given = processes.some(
    ({ command }) => command.kind === 'known' && command.value.some((word) => word.kind === 'known' && option.test(word.value)),
  );
  if (given || repository.codeMentions(/\b(soft_)?time_limit\s*[=:]|['"](soft_)?time_limit['"]/).items.length > 0) return true;
  const scripts = repository.files.filter((file) =>
    /\.(sh|ya?ml|service|conf|ini|toml|cfg)$|Procfile|Dockerfile|Makefile|(^|\/)[^./]+$/i.test(file),
  );
  return scripts.some((file) => option.test(repository.read(file) ?? ''));
}
