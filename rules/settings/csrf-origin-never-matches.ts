import { type Data, defineRule, type Report } from '../../src/rule.ts';
import { admits, isLocalName } from '../shared/requests/host-pattern.ts';
import { admitsOrigin, meantOrigin, networkLocation, whyNeverTrusted } from '../shared/requests/trusted-origin.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { not, or } from '../shared/values/answer.ts';
import { type ListedText, listedTexts, named, placeOfItem } from '../shared/values/listed-texts.ts';
import { changeAt, readRelated } from '../shared/values/origin.ts';
import { isAtLeast } from '../shared/values/release.ts';

const REQUIREMENTS = { 'requirements.txt': 'Django==5.2.8\n' };

export default defineRule({
  id: 'settings/csrf-origin-never-matches',
  title: 'CSRF_TRUSTED_ORIGINS entry can never match',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Django compares the entry with the Origin header as it stands. With a path, a slash at the end, capital letters, the default port or "https://*" it equals none, and form posts from there are answered 403.',
  fix: 'Write scheme and host in small letters and nothing else: "https://example.com", or "https://*.example.com" for subdomains.',
  autofix: 'safe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#csrf-trusted-origins',
    'https://github.com/django/django/blob/stable/5.2.x/django/middleware/csrf.py',
    'https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Origin',
  ],
  cwe: ['CWE-1284'],
  examples: {
    bad: [
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['https://example.com/'] # !\n", ...REQUIREMENTS },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['https://example.com/accounts'] # !\n", ...REQUIREMENTS },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['https://Example.com'] # !\n", ...REQUIREMENTS },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['https://example.com:443'] # !\n", ...REQUIREMENTS },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['http://example.com:80'] # !\n", ...REQUIREMENTS },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['https://*'] # !\n", ...REQUIREMENTS },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['https://www.*.example.com'] # !\n", ...REQUIREMENTS },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['https://*.example.com:443'] # !\n", ...REQUIREMENTS },
      {
        'settings.py':
          "import os\n\nCSRF_TRUSTED_ORIGINS = os.environ.get('ORIGINS', 'https://example.org, https://example.com').split(',') # !\n",
        ...REQUIREMENTS,
      },
      {
        'settings.py':
          "ALLOWED_HOSTS = ['example.com']\nCSRF_TRUSTED_ORIGINS = [\n    'https://shop.example.org',\n    'https://example.com/', # !\n]\n",
        ...REQUIREMENTS,
      },
    ],
    good: [
      {
        'settings.py':
          "CSRF_TRUSTED_ORIGINS = ['https://example.com', 'https://example.com:8443', 'https://*.example.com', 'http://[::1]:8000', 'capacitor://App']\n",
        ...REQUIREMENTS,
      },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['https://example.com', 'https://example.com/']\n", ...REQUIREMENTS },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['https://*.Example.com/', 'https://example.org/*']\n", ...REQUIREMENTS },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['https://*.example.com', 'https://www.example.com/']\n", ...REQUIREMENTS },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['https://example.com/']\n", 'requirements.txt': 'Django==3.2.25\n' },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['example.com']\n", ...REQUIREMENTS },
    ],
    undecided: [
      { 'settings.py': 'from elsewhere import names\n\nCSRF_TRUSTED_ORIGINS = names()\n', ...REQUIREMENTS },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['https://example.com/']\n", 'requirements.txt': 'Django>=3.2\n' },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const since = isAtLeast(settings.django, '4.0');
    if (since === 'no' || !servesVisitors(settings)) return;
    const hosts = settings.get('ALLOWED_HOSTS');
    const own = hosts.kind === 'known' ? listedTexts(hosts.value).map(({ text }) => text) : [];
    ctx.expect(
      settings.get('CSRF_TRUSTED_ORIGINS'),
      (origins) => or(not(since), deadOrigins(origins).length === 0 ? 'yes' : 'no'),
      (origins, origin): Report => {
        const dead = deadOrigins(origins);
        const at = placeOfItem(dead[0], origin);
        return {
          at: changeAt(at),
          message: messageFor(dead.map(({ text }) => text)),
          related: readRelated(at),
          subject: 'CSRF_TRUSTED_ORIGINS',
          ...lowered(dead, own),
        };
      },
    );
  },
});

/** An entry does no harm when another one admits what was meant. */
function deadOrigins(origins: Data | undefined): readonly ListedText[] {
  const all = listedTexts(origins);
  return all.filter(
    ({ text }) =>
      whyNeverTrusted(text) !== null && !all.some((other) => other.text !== text && admitsOrigin(other.text, meantOrigin(text))),
  );
}

function messageFor([first = '', ...others]: readonly string[]): string {
  const why = whyNeverTrusted(first) ?? '';
  if (others.length === 0) return `\`${first}\` in \`CSRF_TRUSTED_ORIGINS\` ${why}: it equals no Origin header, so it trusts nobody.`;
  return `${named([first, ...others])} in \`CSRF_TRUSTED_ORIGINS\` equal no Origin header, so they trust nobody: the first one ${why}.`;
}

/** Forms of the site itself need no entry, as long as Django sees the scheme and host that the visitor used. */
function lowered(dead: readonly ListedText[], own: readonly string[]): Pick<Report, 'severity' | 'because'> {
  const names = dead.map(({ text }) => networkLocation(meantOrigin(text)).replace(/:\d+$/, ''));
  if (names.every(isLocalName)) return { severity: 'note', because: 'the origin is one of development' };
  if (names.every((name) => own.some((entry) => entry !== '*' && admits(entry, name.replace(/^\*/, ''))))) {
    return {
      severity: 'warning',
      because: 'forms of the site itself pass without the entry while Django sees the scheme and host of the visitor',
    };
  }
  return {};
}
