import type { Answer, Data, RepositoryFacts, SettingsFacts, Value } from '../../../src/rule.ts';
import { descends } from '../code/class-descent.ts';
import { classText } from '../code/python-class.ts';
import { asked, holds, textsIn } from '../values/data.ts';

/** A middleware class of Django, and how classes of other packages that do the same work are called. */
export interface MiddlewareClass {
  readonly path: string;
  readonly likeNames: RegExp;
}

export const SECURITY: MiddlewareClass = {
  path: 'django.middleware.security.SecurityMiddleware',
  likeNames: /Security.*Middleware$|SSLMiddleware$/,
};
export const CSRF: MiddlewareClass = { path: 'django.middleware.csrf.CsrfViewMiddleware', likeNames: /Csrf/i };
export const FRAME_OPTIONS: MiddlewareClass = {
  path: 'django.middleware.clickjacking.XFrameOptionsMiddleware',
  likeNames: /XFrame|FrameOptions|Clickjack/i,
};
export const SESSION: MiddlewareClass = { path: 'django.contrib.sessions.middleware.SessionMiddleware', likeNames: /Session.*Middleware$/ };

export type Code = { readonly settings: SettingsFacts; readonly repository: Pick<RepositoryFacts, 'read'> };

/** A class of MIDDLEWARE that stands in for Django's: `subclass` when the project's own code says so, else `perhaps`. */
export interface StandIn {
  readonly path: string;
  readonly is: 'subclass' | 'perhaps';
}

/** Django's class itself is listed, by its exact path. */
export function listed(middleware: Data | undefined, wanted: MiddlewareClass): Answer {
  return holds(middleware, wanted.path);
}

export function standIn(middleware: Data | undefined, wanted: MiddlewareClass, code: Code): StandIn | null {
  const found = textsIn(middleware).flatMap((path): StandIn[] => {
    if (path === wanted.path) return [];
    const kin = kinship(path, wanted, code);
    return kin === null ? [] : [{ path, is: kin }];
  });
  return found.find((one) => one.is === 'subclass') ?? found[0] ?? null;
}

/** How a class that is listed is related to Django's; null when it does not do its work. */
export function kinship(path: string, wanted: MiddlewareClass, code: Code): StandIn['is'] | null {
  const descent = descends(path, wanted.path, code, (outside) => (isLike(outside, wanted) || isLike(path, wanted) ? 'maybe' : 'no'));
  if (descent !== 'no') return descent === 'yes' ? 'subclass' : 'perhaps';
  return classText(path, code)?.includes(lastPart(wanted.path)) === true ? 'perhaps' : null;
}

function isLike(path: string, { likeNames }: MiddlewareClass): boolean {
  return likeNames.test(lastPart(path));
}

/** Django's class or a subclass of it is in use. */
export function present(middleware: Data | undefined, wanted: MiddlewareClass, code: Code): Answer {
  const exact = listed(middleware, wanted);
  if (exact === 'yes') return 'yes';
  const other = standIn(middleware, wanted, code);
  if (other === null) return exact;
  return other.is === 'subclass' ? 'yes' : 'maybe';
}

/** How a class stands in MIDDLEWARE. */
export interface Standing {
  /** It or a subclass is in use. */
  readonly present: Answer;
  /** It is listed by its exact path, as Django's checks look for it. */
  readonly listed: Answer;
}

export function standing(wanted: MiddlewareClass, code: Code): Value<Standing> {
  return asked(code.settings.get('MIDDLEWARE'), (middleware) => ({
    present: present(middleware, wanted, code),
    listed: listed(middleware, wanted),
  }));
}

/** The ids that Django reports: none when it does not see the class by its exact path. */
export function whenListed({ listed: isListed }: Standing, ids: readonly string[]): readonly string[] {
  return isListed === 'yes' ? ids : [];
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
