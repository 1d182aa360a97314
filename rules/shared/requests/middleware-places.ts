import { type Answer, type Data, originOf, type Report } from '../../../src/rule.ts';
import { and, not, or } from '../values/answer.ts';
import { isSequence } from '../values/data.ts';
import { type Code, kinship, type MiddlewareClass } from './middleware.ts';

const DJANGO = 'django.middleware';

export const AUTHENTICATION: MiddlewareClass = {
  path: 'django.contrib.auth.middleware.AuthenticationMiddleware',
  likeNames: /Auth.*Middleware$|Login.*Middleware$/,
};
export const LOGIN_REQUIRED: MiddlewareClass = {
  path: 'django.contrib.auth.middleware.LoginRequiredMiddleware',
  likeNames: /^$/,
};
export const REMOTE_USER: MiddlewareClass = { path: 'django.contrib.auth.middleware.RemoteUserMiddleware', likeNames: /^$/ };
export const MESSAGES: MiddlewareClass = {
  path: 'django.contrib.messages.middleware.MessageMiddleware',
  likeNames: /Message.*Middleware$/,
};
export const COMMON: MiddlewareClass = { path: `${DJANGO}.common.CommonMiddleware`, likeNames: /^$/ };
export const LOCALE: MiddlewareClass = { path: `${DJANGO}.locale.LocaleMiddleware`, likeNames: /^$/ };
export const GZIP: MiddlewareClass = { path: `${DJANGO}.gzip.GZipMiddleware`, likeNames: /^$/ };
export const CONDITIONAL_GET: MiddlewareClass = { path: `${DJANGO}.http.ConditionalGetMiddleware`, likeNames: /^$/ };
export const UPDATE_CACHE: MiddlewareClass = { path: `${DJANGO}.cache.UpdateCacheMiddleware`, likeNames: /^$/ };
export const FETCH_FROM_CACHE: MiddlewareClass = { path: `${DJANGO}.cache.FetchFromCacheMiddleware`, likeNames: /^$/ };

/** Whether the first `second` of MIDDLEWARE has a `first` before it; 'yes' when there is no `second` that would need one. */
export function before(middleware: Data | undefined, first: MiddlewareClass, second: MiddlewareClass, code: Code): Answer {
  if (!isSequence(middleware)) return middleware === undefined || middleware === null ? 'yes' : 'maybe';
  let led: Answer = middleware.complete ? 'no' : 'maybe';
  for (const item of middleware.items) {
    const path = item.kind === 'known' && typeof item.value === 'string' ? item.value : null;
    const needs = path === null ? 'maybe' : is(path, second, code);
    if (needs !== 'no' && led !== 'yes') return needs === 'yes' ? led : 'maybe';
    led = or(led, path === null ? 'maybe' : is(path, first, code));
  }
  return middleware.complete ? 'yes' : or(led, 'maybe');
}

/** Whether both stand in MIDDLEWARE, the `second` one before every `first` one. */
export function misplaced(middleware: Data | undefined, first: MiddlewareClass, second: MiddlewareClass, code: Code): Answer {
  return and(holdsClass(middleware, first, code), holdsClass(middleware, second, code), not(before(middleware, first, second, code)));
}

/** Whether MIDDLEWARE holds a class or one that derives from it. */
export function holdsClass(middleware: Data | undefined, wanted: MiddlewareClass, code: Code): Answer {
  if (!isSequence(middleware)) return middleware === undefined || middleware === null ? 'no' : 'maybe';
  const answers = middleware.items.map((item) =>
    item.kind === 'known' && typeof item.value === 'string' ? is(item.value, wanted, code) : 'maybe',
  );
  return or(...answers, middleware.complete ? 'no' : 'maybe');
}

function is(path: string, wanted: MiddlewareClass, code: Code): Answer {
  if (path === wanted.path) return 'yes';
  const kin = kinship(path, wanted, code);
  return kin === null ? 'no' : kin === 'subclass' ? 'yes' : 'maybe';
}

/** Where the first of a class stands in MIDDLEWARE, for findings about it. */
export function placeOfClass(middleware: Data | undefined, wanted: MiddlewareClass, code: Code): Pick<Report, 'at'> {
  const items = isSequence(middleware) ? middleware.items : [];
  const found = items.find((item) => item.kind === 'known' && typeof item.value === 'string' && is(item.value, wanted, code) === 'yes');
  return found === undefined ? {} : { at: originOf(found) };
}
