import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { not, or } from '../shared/values/answer.ts';
import { anyItem } from '../shared/values/data.ts';
import { changeAt, readRelated } from '../shared/values/origin.ts';
import { isAtLeast } from '../shared/values/release.ts';

export default defineRule({
  id: 'settings/csrf-origin-without-scheme',
  title: 'CSRF_TRUSTED_ORIGINS entry without a scheme',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: "Since Django 4.0 each entry must carry a scheme: the origin is not trusted, its form posts are answered 403, and Django's check fails.",
  fix: 'Write the scheme: "https://example.com", or "https://*.example.com" for subdomains.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#csrf-trusted-origins'],
  cwe: ['CWE-1284'],
  django: ['4_0.E001'],
  examples: {
    bad: [
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['example.com'] # !\n", 'requirements.txt': 'Django==5.2.19\n' },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['https://example.com', ''] # !\n", 'requirements.txt': 'Django==5.2.19\n' },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = 'https://example.com' # !\n", 'requirements.txt': 'Django==5.2.19\n' },
    ],
    good: [
      {
        'settings.py': "CSRF_TRUSTED_ORIGINS = ['https://example.com', 'https://*.example.com']\n",
        'requirements.txt': 'Django==5.2.19\n',
      },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['example.com']\n", 'requirements.txt': 'Django==3.2.25\n' },
      { 'settings.py': 'CSRF_TRUSTED_ORIGINS = []\n' },
    ],
    undecided: [{ 'settings.py': 'from elsewhere import names\n\nCSRF_TRUSTED_ORIGINS = names()\n' }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const since = isAtLeast(settings.django, '4.0');
    if (since === 'no') return;
    ctx.expect(
      settings.get('CSRF_TRUSTED_ORIGINS'),
      (origins) => or(not(since), not(hasBareName(origins))),
      (origins, origin) => ({
        at: changeAt(origin),
        message:
          typeof origins === 'string'
            ? '`CSRF_TRUSTED_ORIGINS` is a text: Django takes each of its characters for an origin and its check fails.'
            : '`CSRF_TRUSTED_ORIGINS` has an entry without a scheme: it is not trusted, and form posts from there are answered 403.',
        related: readRelated(origin),
        subject: 'CSRF_TRUSTED_ORIGINS',
      }),
    );
  },
});

function hasBareName(origins: Data | undefined): Answer {
  if (typeof origins === 'string') return origins === '' ? 'no' : 'yes';
  return anyItem(origins, (origin) => typeof origin === 'string' && !origin.includes('://'));
}
