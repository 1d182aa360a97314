import { type Data, defineRule, type Origin, placeOf } from '../../src/rule.ts';
import { SECURITY, standing } from '../shared/requests/middleware.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { isSequence, truth } from '../shared/values/data.ts';

const SETTINGS = "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\nSECURE_SSL_REDIRECT = True\n";

export default defineRule({
  id: 'settings/redirect-exempt-never-matches',
  title: 'SECURE_REDIRECT_EXEMPT pattern never matches',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Django tests the path without its leading slash, so a pattern that starts with "^/" matches nothing: the health check is still redirected.',
  fix: 'Leave the leading slash out: r"^health/$" instead of r"^/health/$".',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#secure-redirect-exempt'],
  cwe: ['CWE-1284'],
  examples: {
    bad: [
      { 'settings.py': `${SETTINGS}SECURE_REDIRECT_EXEMPT = [r'^/health/$'] # !\n` },
      { 'settings.py': `import re\n\n${SETTINGS}SECURE_REDIRECT_EXEMPT = [\n    r'^ready/$',\n    re.compile(r'^\\/health/$'), # !\n]\n` },
    ],
    good: [
      { 'settings.py': `${SETTINGS}SECURE_REDIRECT_EXEMPT = [r'^health/$', r'/live/$']\n` },
      { 'settings.py': `${SETTINGS}SECURE_REDIRECT_EXEMPT = [r'^/?health/$', r'^/|^ready/$', r'^health/$', r'^/health/$']\n` },
      { 'settings.py': "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\nSECURE_REDIRECT_EXEMPT = [r'^/health/$']\n" },
      { 'settings.py': "MIDDLEWARE = []\nSECURE_SSL_REDIRECT = True\nSECURE_REDIRECT_EXEMPT = [r'^/health/$']\n" },
    ],
    undecided: [
      {
        'settings.py': `from elsewhere import flag\n\n${SETTINGS}SECURE_SSL_REDIRECT = flag()\nSECURE_REDIRECT_EXEMPT = [r'^/health/$']\n`,
      },
      { 'settings.py': `from elsewhere import patterns\n\n${SETTINGS}SECURE_REDIRECT_EXEMPT = patterns()\n` },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    ctx.expectAll(
      [settings.get('SECURE_REDIRECT_EXEMPT'), settings.get('SECURE_SSL_REDIRECT'), standing(SECURITY, { settings, repository })],
      (patterns, redirect, middleware) => or(answer(deadPatterns(patterns).length === 0), not(truth(redirect)), not(middleware.present)),
      ([patterns], [origin]) => {
        const [first] = deadPatterns(patterns);
        return {
          at: first !== undefined && placeOf(first.origin) !== undefined ? first.origin : origin,
          message: `\`${first?.pattern ?? ''}\` in \`SECURE_REDIRECT_EXEMPT\` never matches: Django tests the path without its leading slash, so those requests are redirected all the same.`,
          subject: 'SECURE_REDIRECT_EXEMPT',
        };
      },
    );
  },
});

interface Pattern {
  readonly pattern: string;
  readonly origin: Origin;
}

function patternsIn(data: Data | undefined): readonly Pattern[] {
  if (!isSequence(data)) return [];
  return data.items.flatMap((item): readonly Pattern[] => {
    if (item.kind !== 'known') return [];
    const { value, origin } = item;
    if (typeof value === 'string') return [{ pattern: value, origin }];
    return typeof value === 'object' && value !== null && 'pattern' in value ? [{ pattern: value.pattern, origin }] : [];
  });
}

/** Patterns that demand a slash at the start of the path, unless the same path stands there without it. */
function deadPatterns(data: Data | undefined): readonly Pattern[] {
  const all = patternsIn(data);
  return all.filter(({ pattern }) => {
    const rest = /^\^\\?\/(?![?*{+|])(.*)$/s.exec(pattern)?.[1];
    return rest !== undefined && !hasAlternative(rest) && !all.some((other) => other.pattern === `^${rest}`);
  });
}

/** "^/a|b" also matches "b". */
function hasAlternative(pattern: string): boolean {
  let depth = 0;
  for (const sign of pattern.replace(/\\./gs, '').replace(/\[[^\]]*\]/g, '')) {
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    if (sign === '|' && depth === 0) return true;
  }
  return false;
}
