import { type Data, defineRule } from '../../src/rule.ts';
import { isLocalName } from '../shared/requests/host-pattern.ts';
import { SECURITY, standing } from '../shared/requests/middleware.ts';
import { networkLocation, whyNeverTrusted } from '../shared/requests/trusted-origin.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { and, answer, not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';
import { type ListedText, listedTexts, named, placeOfItem } from '../shared/values/listed-texts.ts';
import { changeAt, readRelated } from '../shared/values/origin.ts';
import { isAtLeast } from '../shared/values/release.ts';

const REQUIREMENTS = { 'requirements.txt': 'Django==5.2.8\n' };
const HTTPS = "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\nSECURE_SSL_REDIRECT = True\n";

export default defineRule({
  id: 'settings/csrf-origin-over-http',
  title: 'CSRF_TRUSTED_ORIGINS trusts a plain HTTP origin',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Whoever controls the network of a visitor controls what he sees at an http:// address, and may post forms from there that pass the origin check.',
  fix: 'Trust the https:// origin instead.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#csrf-trusted-origins',
    'https://docs.djangoproject.com/en/stable/ref/csrf/#how-it-works',
  ],
  cwe: ['CWE-319', 'CWE-346'],
  examples: {
    bad: [
      { 'settings.py': `${HTTPS}CSRF_TRUSTED_ORIGINS = ['http://example.com'] # !\n`, ...REQUIREMENTS },
      {
        'settings.py':
          "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\nSECURE_HSTS_SECONDS = 31536000\nCSRF_TRUSTED_ORIGINS = [\n    'https://example.com',\n    'http://*.example.com', # !\n]\n",
        ...REQUIREMENTS,
      },
    ],
    good: [
      { 'settings.py': `${HTTPS}CSRF_TRUSTED_ORIGINS = ['https://example.com']\n`, ...REQUIREMENTS },
      {
        'settings.py': `${HTTPS}CSRF_TRUSTED_ORIGINS = ['http://localhost:8000', 'http://127.0.0.1', 'http://web:8000', 'http://10.0.0.5', 'http://shop.internal']\n`,
        ...REQUIREMENTS,
      },
      {
        'settings.py': "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\nCSRF_TRUSTED_ORIGINS = ['http://example.com']\n",
        ...REQUIREMENTS,
      },
      { 'settings.py': `${HTTPS}CSRF_TRUSTED_ORIGINS = ['http://example.com']\n`, 'requirements.txt': 'Django==3.2.25\n' },
      { 'settings.py': `${HTTPS}CSRF_TRUSTED_ORIGINS = ['http://example.com/']\n`, ...REQUIREMENTS },
    ],
    undecided: [
      { 'settings.py': `from elsewhere import names\n\n${HTTPS}CSRF_TRUSTED_ORIGINS = names()\n`, ...REQUIREMENTS },
      { 'settings.py': `${HTTPS}CSRF_TRUSTED_ORIGINS = ['http://example.com']\n`, 'requirements.txt': 'Django>=3.2\n' },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const since = isAtLeast(settings.django, '4.0');
    if (since === 'no' || !servesVisitors(settings)) return;
    ctx.expectAll(
      [
        settings.get('CSRF_TRUSTED_ORIGINS'),
        settings.get('SECURE_SSL_REDIRECT'),
        settings.get('SECURE_HSTS_SECONDS'),
        standing(SECURITY, { settings, repository }),
      ],
      (origins, redirect, seconds, middleware) =>
        or(not(and(since, middleware.present, or(truth(redirect), truth(seconds)))), answer(plainOrigins(origins).length === 0)),
      ([origins], [origin]) => {
        const plain = plainOrigins(origins);
        const at = placeOfItem(plain[0], origin);
        return {
          at: changeAt(at),
          message: `\`CSRF_TRUSTED_ORIGINS\` trusts ${named(plain.map(({ text }) => text))} over plain HTTP, although the site insists on HTTPS.`,
          related: readRelated(at),
          subject: 'CSRF_TRUSTED_ORIGINS',
        };
      },
    );
  },
});

function plainOrigins(origins: Data | undefined): readonly ListedText[] {
  return listedTexts(origins).filter(({ text }) => text.startsWith('http://') && whyNeverTrusted(text) === null && !isInternal(text));
}

/** Names that no visitor from outside can ask for. */
function isInternal(origin: string): boolean {
  const host = networkLocation(origin)
    .replace(/:\d+$/, '')
    .replace(/^\*+\.?/, '');
  if (isLocalName(host) || !host.includes('.')) return true;
  if (/^(10|192\.168|172\.(1[6-9]|2\d|3[01])|169\.254)\.[\d.]+$/.test(host)) return true;
  return /\.(local|localhost|localdomain|internal|intranet|lan|home|corp|test|private|home\.arpa)$/.test(host);
}
