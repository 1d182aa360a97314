import { casesOf, type Data, defineRule, type Value } from '../../src/rule.ts';
import { corsSetting, sendsCorsHeaders } from '../shared/requests/cors.ts';
import { mayComeFromDebug } from '../shared/requests/debug-only.ts';
import { type Looseness, loosenessOf } from '../shared/requests/origin-pattern.ts';
import { isSequence, truth } from '../shared/values/data.ts';
import { openUnlessKnown } from '../shared/values/undecided.ts';

const MIDDLEWARE = "MIDDLEWARE = ['corsheaders.middleware.CorsMiddleware', 'django.middleware.common.CommonMiddleware']\n";

function project(pattern: string, mark = '') {
  return { 'settings.py': `${MIDDLEWARE}CORS_ALLOWED_ORIGIN_REGEXES = [${pattern}]${mark}\n` };
}

const IN_WORDS: Readonly<Record<Looseness, string>> = {
  everything: 'matches every origin',
  'open-end': 'has no `$` at its end, so it also matches the same name with `.attacker.example` behind it',
  'open-start': 'begins with a wildcard right before the domain, so a longer name that ends in it matches too',
  dot: 'has a dot without a backslash, which stands for any character: a domain that anybody may register matches too',
};

export default defineRule({
  id: 'apps/cors-regex-too-loose',
  title: 'CORS origin pattern matches foreign domains',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Whoever registers a domain that the pattern matches may call the site from his pages and read the answers.',
  fix: 'End the pattern with $ and write every dot of the domain as \\.',
  autofix: 'unsafe',
  links: [
    'https://github.com/adamchainz/django-cors-headers#cors_allowed_origin_regexes-sequencestr--patternstr',
    'https://docs.python.org/3/library/re.html#re.match',
  ],
  cwe: ['CWE-942', 'CWE-625', 'CWE-777'],
  examples: {
    bad: [
      project(String.raw`r'^https://\w+\.example\.com'`, ' # !'),
      project(String.raw`r'^https://\w+.example.com$'`, ' # !'),
      project(String.raw`r'^https://.*example\.com$'`, ' # !'),
      project("r'.*'", ' # !'),
      { 'settings.py': `import re\n${MIDDLEWARE}CORS_ORIGIN_REGEX_WHITELIST = [re.compile(r'^https://app.example.com$')] # !\n` },
    ],
    good: [
      project(String.raw`r'^https://\w+\.example\.com$'`),
      project(String.raw`r'https://([\w-]+\.)?example\.com$'`),
      project("r'^https://example.com$'"),
      project(String.raw`r'^http://localhost:\d+'`),
      project(String.raw`r'^https://.*\.example\.com(:\d+)?$'`),
      project(String.raw`r'^https://mysite-pr-\d+\.netlify\.app\Z'`),
      { 'settings.py': "CORS_ALLOWED_ORIGIN_REGEXES = [r'.*']\nMIDDLEWARE = []\n" },
    ],
    undecided: [{ 'settings.py': `from elsewhere import patterns\n\n${MIDDLEWARE}CORS_ALLOWED_ORIGIN_REGEXES = patterns()\n` }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const { name, value } = corsSetting(settings, 'CORS_ALLOWED_ORIGIN_REGEXES');
    if (sendsNever(sendsCorsHeaders(settings))) return;
    openUnlessKnown(value, ctx);
    if (value.kind !== 'known' || !isSequence(value.value)) return;
    if (mayComeFromDebug(value.origin, { settings, repository })) return;
    const all = corsSetting(settings, 'CORS_ALLOW_ALL_ORIGINS').value;
    // Where every origin is let through anyway, the patterns are not asked.
    if (casesOf(all).some(({ then }) => then.kind === 'known' && truth(then.value) === 'yes')) return;
    for (const item of value.value.items) {
      ctx.expect(
        item,
        (pattern) => loosenessIn(pattern) === null,
        (pattern) => ({
          message: `A pattern in \`${name}\` ${IN_WORDS[loosenessIn(pattern) ?? 'everything']}.`,
          subject: name,
        }),
      );
    }
  },
});

function sendsNever(middleware: Value<{ readonly is: string }>): boolean {
  return middleware.kind === 'known' && middleware.value.is === 'no';
}

function loosenessIn(data: Data): Looseness | null {
  if (typeof data === 'string') return loosenessOf(data);
  const isRegex = typeof data === 'object' && data !== null && 'kind' in data && data.kind === 'regex';
  return isRegex ? loosenessOf(data.pattern) : null;
}
