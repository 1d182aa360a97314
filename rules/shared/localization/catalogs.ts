import { type Answer, casesOf, type Data, type RepositoryFacts } from '../../../src/rule.ts';
import { isOwnApp } from '../code/installed-apps.ts';
import type { Code } from '../requests/middleware.ts';
import { or } from '../values/answer.ts';
import { isSequence, textsIn } from '../values/data.ts';
import { hasCatalog, localeFolders } from './languages.ts';

export interface Translations extends Code {
  readonly repository: Pick<RepositoryFacts, 'read' | 'files'>;
}

/**
 * Whether gettext finds a catalog for a code: Django's own, one in the repository, or one that an app from elsewhere may bring. Catalogs
 * are often compiled while an image is built, so a source of one counts as well.
 */
export function findsCatalog(code: string, apps: Data | undefined, localePaths: Data | undefined, facts: Translations): Answer {
  const { settings, repository } = facts;
  return or(
    hasCatalog(code, settings.django),
    holdsCatalog(code, repository.files) ? 'maybe' : 'no',
    isSequence(apps) && apps.complete && apps.items.every(({ kind }) => kind === 'known') ? 'no' : 'maybe',
    textsIn(apps).every((app) => app.startsWith('django.') || isOwnApp(app, facts, repository)) ? 'no' : 'maybe',
    ownPaths(localePaths),
  );
}

function holdsCatalog(code: string, files: readonly string[]): boolean {
  const folders = localeFolders(code).map((folder) => `/${folder}/LC_MESSAGES/django.`.toLowerCase());
  return files.some((file) => folders.some((folder) => `/${file}`.toLowerCase().includes(folder)));
}

/** Folders of the repository were looked through; others are not in view. */
function ownPaths(paths: Data | undefined): Answer {
  if (paths === undefined || paths === null) return 'no';
  if (!isSequence(paths) || !paths.complete) return 'maybe';
  const own = paths.items.every((item) =>
    casesOf(item).every(({ then }) => {
      if (then.kind === 'unknown') return false;
      const path =
        typeof then.value === 'object' && then.value !== null && 'kind' in then.value && then.value.kind === 'path'
          ? then.value.value
          : then.value;
      return typeof path === 'string' && path.startsWith('<ROOT>');
    }),
  );
  return own ? 'no' : 'maybe';
}
