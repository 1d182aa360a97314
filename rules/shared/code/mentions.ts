import type { RepositoryFacts, Span } from '../../../src/rule.ts';

/** Files that say how a project is run and kept: manifests, scripts, task runners, settings of platforms. */
export const OPERATIONS =
  /\.(sh|bash|zsh|ps1|ya?ml|toml|cfg|ini|conf|mk|tf|hcl|j2|service|timer|cron|crontab|nix|just)$|(^|\/)((Docker|Container)file|Makefile|GNUmakefile|Procfile|Jenkinsfile|Vagrantfile|[Jj]ustfile|crontab|app\.json|package\.json)[^/]*$|(^|\/)bin\/[^/]+$|entrypoint|(^|\/)cron[^/]*\/|(^|\/)(fabfile|tasks|dodo|noxfile)\.py$/;

/** Prose. */
export const PROSE = /\.(md|rst|txt|adoc|org)$|(^|\/)(README|INSTALL|DEPLOY\w*|HACKING)[^/]*$/i;

const LOCKS = /(^|\/)(package-lock\.json|[\w-]*lock\.ya?ml|node_modules\/|vendor\/)/;

type Repository = Pick<RepositoryFacts, 'files' | 'read'>;

/** The first place in files of a kind where a pattern is found; null when there is none. */
export function mentionIn({ files, read }: Repository, kind: RegExp, pattern: RegExp): Span | null {
  for (const file of files) {
    if (!kind.test(file) || LOCKS.test(file)) continue;
    const found = pattern.exec(read(file) ?? '');
    if (found !== null) return { file, start: found.index, end: found.index + found[0].length };
  }
  return null;
}
