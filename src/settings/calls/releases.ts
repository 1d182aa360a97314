import { compareRelease } from '../../core/guard.ts';
import type { Run } from '../run.ts';

/**
 * Which release of a library is installed, as far as the repository tells: what differs between releases is known only where it is pinned
 * to one side. A requirement without an upper bound is resolved when the project is installed, after the Django that it pins came out:
 * then it is at least the release that was the newest at that time.
 */
const FLOORS: readonly { readonly django: string; readonly newest: Readonly<Record<string, string>> }[] = [
  {
    django: '5.2',
    newest: {
      'django-environ': '0.12.0',
      'dj-database-url': '2.3.0',
      environs: '14.1.0',
      'python-decouple': '3.8',
      'python-dotenv': '1.0.1',
      dynaconf: '3.2.10',
      'django-cache-url': '3.4.4',
      'dj-email-url': '1.0.6',
    },
  },
  {
    django: '5.1',
    newest: {
      'django-environ': '0.11.2',
      'dj-database-url': '2.2.0',
      environs: '11.0.0',
      'python-decouple': '3.8',
      'python-dotenv': '1.0.1',
      dynaconf: '3.2.5',
      'django-cache-url': '3.4.4',
      'dj-email-url': '1.0.6',
    },
  },
  {
    django: '5.0',
    newest: {
      'django-environ': '0.11.2',
      'dj-database-url': '2.1.0',
      environs: '9.5.0',
      'python-decouple': '3.8',
      'python-dotenv': '1.0.0',
      dynaconf: '3.2.3',
      'django-cache-url': '3.4.4',
      'dj-email-url': '1.0.6',
    },
  },
  {
    django: '4.2',
    newest: {
      'django-environ': '0.10.0',
      'dj-database-url': '1.2.0',
      environs: '9.5.0',
      'python-decouple': '3.7',
      'python-dotenv': '0.21.1',
      'dj-email-url': '1.0.6',
    },
  },
  {
    django: '4.1',
    newest: {
      'django-environ': '0.9.0',
      'dj-database-url': '1.0.0',
      environs: '9.5.0',
      'python-decouple': '3.6',
      'python-dotenv': '0.20.0',
    },
  },
  { django: '4.0', newest: { 'django-environ': '0.8.1', environs: '9.3.5', 'python-decouple': '3.5', 'python-dotenv': '0.19.2' } },
];

function floorOf(run: Run, name: string): string | undefined {
  const { exact, from } = run.request.django;
  const django = exact ?? from;
  return django === null ? undefined : FLOORS.find((one) => compareRelease(django, one.django) >= 0)?.newest[name];
}

/** Whether the package is at least of a release; undefined: both sides of it may be installed. */
export function since(run: Run, name: string, release: string): boolean | undefined {
  const range = run.request.packages?.range(name) ?? null;
  if (range !== null && range.exact !== null) return compareRelease(range.exact, release) >= 0;
  const from = range?.from ?? null;
  const before = range?.before ?? null;
  if (from !== null && compareRelease(from, release) >= 0) return true;
  if (before !== null && compareRelease(before, release) <= 0) return false;
  const floor = floorOf(run, name);
  const isOpen = floor !== undefined && (before === null || compareRelease(before, floor) > 0);
  return isOpen && compareRelease(floor, release) >= 0 ? true : undefined;
}
