import { type Answer, casesOf, type Data, type SettingsFacts, type Value } from '../../../src/rule.ts';
import { and, answer, or } from '../values/answer.ts';
import { anyItem, holds, isMapping, isSequence, truth } from '../values/data.ts';
import { isAtLeast } from '../values/release.ts';
import type { Code, MiddlewareClass } from './middleware.ts';
import { holdsClass } from './middleware-places.ts';

export const HEADER = 'content-security-policy';

/** Since Django 6.0. */
export const DJANGO_CSP: MiddlewareClass = {
  path: 'django.middleware.csp.ContentSecurityPolicyMiddleware',
  likeNames: /^ContentSecurityPolicy/,
};
/** The library django-csp. */
export const LIBRARY_CSP: MiddlewareClass = { path: 'csp.middleware.CSPMiddleware', likeNames: /CSPMiddleware$/ };

/** A policy that the settings hold and that is enforced, not only reported on. */
export interface Policy {
  readonly setting: string;
  readonly middleware: MiddlewareClass;
  /** Whether the release that is installed reads the setting. */
  readonly isRead: Answer;
  /** The value of a directive; undefined when the policy does not have it. */
  directive(name: 'script-src' | 'default-src'): Value<Data | undefined>;
}

/** Django's policy, that of django-csp 4 and later (one dict), and that of older ones (a setting a directive). */
export function policiesOf(settings: SettingsFacts): readonly Policy[] {
  const library = settings.project.packages.range('django-csp');
  const isFour = library === null ? 'maybe' : isAtLeast(library, '4.0');
  const found: Policy[] = [];
  if (settings.sets('SECURE_CSP') !== 'no') {
    found.push({
      setting: 'SECURE_CSP',
      middleware: DJANGO_CSP,
      isRead: isAtLeast(settings.django, '6.0'),
      directive: (name) => settings.get('SECURE_CSP', name),
    });
  }
  if (settings.sets('CONTENT_SECURITY_POLICY') !== 'no') {
    found.push({
      setting: 'CONTENT_SECURITY_POLICY',
      middleware: LIBRARY_CSP,
      isRead: library === null || isFour !== 'no' ? 'yes' : 'no',
      directive: (name) => settings.get('CONTENT_SECURITY_POLICY', 'DIRECTIVES', name),
    });
  }
  const old = ['CSP_SCRIPT_SRC', 'CSP_DEFAULT_SRC'].find((name) => settings.sets(name) !== 'no');
  if (old !== undefined) found.push(oldPolicy(settings, old, isFour));
  return found;
}

function oldPolicy(settings: SettingsFacts, setting: string, isFour: Answer): Policy {
  const reports = settings.get('CSP_REPORT_ONLY');
  const enforces = settings.sets('CSP_REPORT_ONLY') === 'no' || (reports.kind === 'known' && truth(reports.value) === 'no');
  return {
    setting,
    middleware: LIBRARY_CSP,
    isRead: isFour === 'yes' ? 'no' : enforces ? 'yes' : reports.kind === 'known' ? 'no' : 'maybe',
    directive: (name) => settings.get(name === 'script-src' ? 'CSP_SCRIPT_SRC' : 'CSP_DEFAULT_SRC'),
  };
}

/** Whether a policy is sent: its middleware runs, and the installed release reads it. */
export function isSent(policy: Policy, middleware: Data | undefined, code: Code): Answer {
  return and(policy.isRead, holdsClass(middleware, policy.middleware, code));
}

/** Whether a dict of directives has any. */
export function hasDirectives(value: Data | undefined): Answer {
  return isMapping(value) ? truth(value) : value === undefined || value === null ? 'no' : 'maybe';
}

/** The sources of a directive, each in a text of its own; null when some of them are not known. */
export function sourcesOf(value: Data | undefined): readonly string[] | null {
  if (typeof value === 'string') return value.split(/[\s;]+/).filter((one) => one !== '');
  if (!isSequence(value) || !value.complete) return null;
  const items = value.items.map((item) => (item.kind === 'known' && typeof item.value === 'string' ? item.value : null));
  return items.some((one) => one === null) ? null : items.flatMap((one) => one?.split(/\s+/) ?? []);
}

/** The source that makes a policy useless for scripts, the worst first. */
export function unsafeSource(sources: readonly string[]): string | null {
  const lower = sources.map((one) => one.toLowerCase());
  const strict = lower.includes("'strict-dynamic'");
  const trusted = strict || sources.includes('<CSP_NONCE_SENTINEL>') || lower.some((one) => /^'(nonce-|sha(256|384|512)-)/.test(one));
  const unsafe = lower.filter(
    (one) =>
      (one === "'unsafe-inline'" && !trusted) ||
      one === "'unsafe-eval'" ||
      (!strict && (one === '*' || one === 'https:' || one === 'http:')),
  );
  return unsafe.find((one) => one !== "'unsafe-eval'") ?? unsafe[0] ?? null;
}

/** django-csp before 4: directives that get a nonce of their own. */
export function nonceIn(settings: SettingsFacts, directive: string): Answer {
  return settings.sets('CSP_INCLUDE_NONCE_IN') === 'no'
    ? 'no'
    : or(
        'no',
        ...casesOf(settings.get('CSP_INCLUDE_NONCE_IN')).map(({ then }) =>
          then.kind === 'known' ? holds(then.value, directive) : 'maybe',
        ),
      );
}

/** Another class of MIDDLEWARE that has to do with a policy, by its name. */
export function otherCsp(middleware: Data | undefined): Answer {
  return anyItem(middleware, (one) => answer(typeof one === 'string' && /csp|content_?security/i.test(one)));
}
