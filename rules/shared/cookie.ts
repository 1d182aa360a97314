import type { Answer, Data, ReleaseRange } from '../../src/rule.ts';
import { and, not, or } from './answer.ts';
import { anyItem, truth } from './data.ts';
import { type Code, listed, present, SESSION } from './middleware.ts';
import { isAtLeast } from './release.ts';

/** Django's checks of cookie flags: any true value until 4.0, only the object `True` since 4.1. */
export function satisfiesCheck(flag: Data | undefined, django: ReleaseRange): Answer {
  if (flag === true) return 'yes';
  const on = truth(flag);
  if (on === 'no') return 'no';
  return and(on, not(isAtLeast(django, '4.1')));
}

/** Whether sessions are in use, by the app in any spelling or by the middleware. */
export function usesSessions(apps: Data | undefined, middleware: Data | undefined, code: Code): Answer {
  return or(anyItem(apps, isSessionsApp), present(middleware, SESSION, code));
}

function isSessionsApp(app: Data): boolean {
  return typeof app === 'string' && (app === 'django.contrib.sessions' || app.startsWith('django.contrib.sessions.'));
}

/** The one id of three that Django emits: for the app alone, the middleware alone, or both. */
export function sessionIds(
  apps: Data | undefined,
  middleware: Data | undefined,
  [appOnly, middlewareOnly, both]: readonly [string, string, string],
): readonly string[] {
  const app = anyItem(apps, (one) => one === 'django.contrib.sessions');
  const inMiddleware = listed(middleware, SESSION);
  if (app === 'yes' && inMiddleware === 'yes') return [both];
  if (app === 'yes' && inMiddleware === 'no') return [appOnly];
  return app === 'no' && inMiddleware === 'yes' ? [middlewareOnly] : [];
}

/** A flag that browsers get although Django's check dislikes its type. */
export function worksAnyway(flag: Data | undefined): boolean {
  return flag !== true && truth(flag) === 'yes';
}
