import { type Answer, casesOf, type Data, known, type Origin, originOf, type SettingsFacts, type Value } from '../../../src/rule.ts';
import { anyItem, asked, isSequence } from '../values/data.ts';
import { isAtLeast } from '../values/release.ts';

/** Third-party apps and their releases. */

export interface Is {
  readonly is: Answer;
}

/** Whether INSTALLED_APPS lists one of these apps, by its package or by a class of its module `apps`. */
export function installed(settings: SettingsFacts, ...apps: readonly string[]): Value<Is> {
  return asked(settings.get('INSTALLED_APPS'), (listed) => ({ is: listsApp(listed, apps) }));
}

export function listsApp(listed: Data | undefined, apps: readonly string[]): Answer {
  return anyItem(listed, (item) => typeof item === 'string' && apps.some((app) => isApp(item, app)));
}

/** "corsheaders" itself, or "corsheaders.apps.CorsHeadersAppConfig". */
export function isApp(item: string, app: string): boolean {
  return item === app || (item.startsWith(`${app}.`) && /^(apps\.)?\w*Config\w*$/.test(item.slice(app.length + 1)));
}

/** Whether MIDDLEWARE lists a class of this package; one of the project whose name is like it may be a subclass. */
export function usesMiddleware(settings: SettingsFacts, module: string, like: RegExp): Value<Is> {
  return asked(settings.get('MIDDLEWARE'), (listed) => ({
    is: anyItem(listed, (item) => {
      if (typeof item !== 'string') return 'maybe';
      if (item.startsWith(`${module}.`)) return 'yes';
      return like.test(item) ? 'maybe' : 'no';
    }),
  }));
}

/**
 * Whether the installed release is at least this one. A requirement without an upper bound is resolved after the pinned Django came out,
 * so it is no older than what was the newest then: `since` is a Django that came out after the release in question.
 */
export function releaseIsAtLeast(settings: SettingsFacts, name: string, release: string, since: string): Answer {
  const range = settings.project.packages.range(name);
  if (range === null) return 'maybe';
  const plain = isAtLeast(range, release);
  if (plain !== 'maybe' || range.before !== null) return plain;
  return isAtLeast(settings.django, since) === 'yes' ? 'yes' : 'maybe';
}

/** An answer that depends on no case, to be judged together with values that do. */
export function fixed(is: Answer, of: Value<unknown>): Value<Is> {
  return known({ is }, originOf(of));
}

/** Where a text of a list setting stands; undefined when no case lists one that is meant. */
export function whereListed(settings: SettingsFacts, name: string, isMeant: (item: string) => boolean): Origin | undefined {
  for (const { then } of casesOf(settings.get(name))) {
    if (then.kind !== 'known' || !isSequence(then.value)) continue;
    for (const item of then.value.items) {
      if (item.kind === 'known' && typeof item.value === 'string' && isMeant(item.value)) return item.origin;
    }
  }
  return undefined;
}
