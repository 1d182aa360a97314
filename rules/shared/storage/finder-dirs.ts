import { type Answer, casesOf, type Data, type Origin, type SettingsFacts, type Value } from '../../../src/rule.ts';
import { and } from '../values/answer.ts';
import { holds, isSequence } from '../values/data.ts';
import { pathText, usesStaticFiles } from './static.ts';

/** One entry of STATICFILES_DIRS. */
export interface FinderDir {
  /** Null when the entry is no path that could be read. */
  readonly path: string | null;
  /** Of a pair (prefix, path); empty without one. */
  readonly prefix: string;
  readonly origin: Origin;
}

const FILE_FINDER = 'django.contrib.staticfiles.finders.FileSystemFinder';

/** Whether Django looks for files in STATICFILES_DIRS: the app is installed and the finder is listed. */
export function searchesFinderDirs(settings: SettingsFacts): Answer {
  const finders = settings.get('STATICFILES_FINDERS');
  return and(usesStaticFiles(settings), finders.kind === 'known' ? holds(finders.value, FILE_FINDER) : 'maybe');
}

/** The entries of a list or tuple whose value is known without condition. */
export function finderDirs(dirs: Value<Data | undefined>): readonly FinderDir[] {
  if (dirs.kind !== 'known' || !isSequence(dirs.value)) return [];
  return dirs.value.items.flatMap((item): FinderDir[] => {
    if (item.kind !== 'known') return [];
    const { value, origin } = item;
    if (!isSequence(value)) return [{ path: pathText(value), prefix: '', origin }];
    const [prefix, path] = value.items.map((part) => (part.kind === 'known' ? part.value : undefined));
    return [{ path: pathText(path), prefix: typeof prefix === 'string' ? prefix : '', origin }];
  });
}

/** Whether some entry of the list is not known, so that it may be anything. */
export function hasUnknownEntry(dirs: Value<Data | undefined>): boolean {
  return casesOf(dirs).some(({ then }) => {
    if (then.kind === 'unknown') return true;
    return isSequence(then.value) && (!then.value.complete || then.value.items.some((item) => item.kind !== 'known'));
  });
}

/** A path with its dots resolved and without a slash at the end, as `os.path.abspath` leaves it. */
export function normalPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..' && parts.length > 0 && !['', '..', '<ROOT>'].includes(parts.at(-1) ?? '')) parts.pop();
    else if (part !== '.' && (part !== '' || parts.length === 0)) parts.push(part);
  }
  return parts.join('/') || '/';
}

export function isRelativePath(path: string): boolean {
  return !/^(\/|<ROOT>|[A-Za-z]:[\\/]|\\\\|~)/.test(path);
}

/** Whether two paths are one folder; a relative path is one wherever the process happens to run. */
export function samePath(one: string, other: string): Answer {
  const [a, b] = [normalPath(one), normalPath(other)];
  if (a === b) return 'yes';
  if (isRelativePath(a) === isRelativePath(b)) return a.startsWith('<ROOT>') === b.startsWith('<ROOT>') ? 'no' : tailsAgree(a, b);
  return tailsAgree(a, b);
}

function tailsAgree(a: string, b: string): Answer {
  const last = (path: string) => path.slice(path.lastIndexOf('/') + 1);
  return last(a) === last(b) ? 'maybe' : 'no';
}

/** Whether a path lies below a folder. */
export function isBelow(path: string, folder: string): boolean {
  return normalPath(path).startsWith(`${normalPath(folder).replace(/\/$/, '')}/`);
}
