import type { Answer, Data, ReleaseRange, SettingsFacts, Value } from '../../../src/rule.ts';
import { and, not } from '../values/answer.ts';
import { anyItem, asked, truth } from '../values/data.ts';
import { isAtLeast } from '../values/release.ts';
import type { Standing } from './middleware.ts';

/** Django's checks of cookie flags: any true value until 4.0, only the object `True` since 4.1. */
export function satisfiesCheck(flag: Data | undefined, django: ReleaseRange): Answer {
  if (flag === true) return 'yes';
  const on = truth(flag);
  if (on === 'no') return 'no';
  return and(on, not(isAtLeast(django, '4.1')));
}

/** How sessions are switched on. */
export interface SessionUse {
  /** By the app in any spelling, or by the middleware or a subclass. */
  readonly app: Answer;
  /** By the app as Django's checks look for it. */
  readonly exactApp: Answer;
}

export function sessionsApp(settings: SettingsFacts): Value<SessionUse> {
  return asked(settings.get('INSTALLED_APPS'), (apps) => ({
    app: anyItem(apps, isSessionsApp),
    exactApp: anyItem(apps, (one) => one === 'django.contrib.sessions'),
  }));
}

function isSessionsApp(app: Data): boolean {
  return typeof app === 'string' && (app === 'django.contrib.sessions' || app.startsWith('django.contrib.sessions.'));
}

/** The one id of three that Django emits: for the app alone, the middleware alone, or both. */
export function sessionIds(
  { exactApp }: SessionUse,
  { listed }: Standing,
  [appOnly, middlewareOnly, both]: readonly [string, string, string],
): readonly string[] {
  if (exactApp === 'yes' && listed === 'yes') return [both];
  if (exactApp === 'yes' && listed === 'no') return [appOnly];
  return exactApp === 'no' && listed === 'yes' ? [middlewareOnly] : [];
}

/** A flag that browsers get although Django's check dislikes its type. */
export function worksAnyway(flag: Data | undefined): boolean {
  return flag !== true && truth(flag) === 'yes';
}
