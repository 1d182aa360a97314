import { casesOf, type Data, defineRule } from '../../src/rule.ts';
import { corsSetting, sendsCorsHeaders } from '../shared/requests/cors.ts';
import { mayComeFromDebug } from '../shared/requests/debug-only.ts';
import { textsIn, truth } from '../shared/values/data.ts';

const MIDDLEWARE = "MIDDLEWARE = ['corsheaders.middleware.CorsMiddleware', 'django.middleware.common.CommonMiddleware']\n";

export default defineRule({
  id: 'apps/cors-development-origin',
  title: 'Development or plain HTTP origin allowed by CORS',
  severity: 'note',
  topic: 5,
  since: '0.1.0',
  why: 'Whatever runs on a visitor’s own machine, or changes a plain HTTP page on its way, may read the answers of the site.',
  fix: 'Allow https:// origins only, and the development ones in the development settings.',
  autofix: 'safe',
  links: ['https://github.com/adamchainz/django-cors-headers#cors_allowed_origins-sequencestr'],
  cwe: ['CWE-942', 'CWE-319'],
  examples: {
    bad: [
      { 'settings.py': `${MIDDLEWARE}CORS_ALLOWED_ORIGINS = ['https://app.example.com', 'http://localhost:3000'] # !\n` },
      { 'settings.py': `${MIDDLEWARE}CORS_ORIGIN_WHITELIST = ['http://app.example.com'] # !\n` },
    ],
    good: [
      { 'settings.py': `${MIDDLEWARE}CORS_ALLOWED_ORIGINS = ['https://app.example.com']\n` },
      { 'settings.py': `${MIDDLEWARE}DEBUG = True\nif DEBUG:\n    CORS_ALLOWED_ORIGINS = ['http://localhost:3000']\n` },
      { 'settings.py': "MIDDLEWARE = []\nCORS_ALLOWED_ORIGINS = ['http://localhost:3000']\n" },
      { 'settings.py': `${MIDDLEWARE}CORS_ALLOWED_ORIGINS = ['capacitor://localhost', 'http://10.0.0.7:8080']\n` },
    ],
    undecided: [{ 'settings.py': `from elsewhere import origins\n\n${MIDDLEWARE}CORS_ALLOWED_ORIGINS = origins()\n` }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const middleware = sendsCorsHeaders(settings);
    if (middleware.kind === 'known' && middleware.value.is !== 'yes') return;
    const { name, value } = corsSetting(settings, 'CORS_ALLOWED_ORIGINS');
    if (value.kind === 'known' && mayComeFromDebug(value.origin, { settings, repository })) return;
    const all = corsSetting(settings, 'CORS_ALLOW_ALL_ORIGINS').value;
    if (casesOf(all).some(({ then }) => then.kind === 'known' && truth(then.value) === 'yes')) return;
    ctx.expect(
      value,
      (origins) => unsafeIn(origins) === undefined,
      (origins) => ({
        message: `\`${name}\` allows ${unsafeIn(origins)?.local ? 'an origin on the visitor’s own machine' : 'an origin over plain HTTP'}.`,
        subject: name,
      }),
    );
  },
});

function unsafeIn(origins: Data | undefined): { readonly local: boolean } | undefined {
  const found = textsIn(origins).flatMap((origin) => {
    const host = /^(https?):\/\/(\[[^\]]*\]|[^/:]+)/i.exec(origin);
    if (host?.[2] === undefined) return [];
    if (/^(localhost|127\.[\d.]+|0\.0\.0\.0|\[::1\])$/i.test(host[2])) return [{ local: true }];
    // An address or a name without a dot belongs to a network of its own, where TLS may be out of reach.
    const isPublic = /\.[a-z]{2,}$/i.test(host[2]) && !/\.(local|localhost|internal|lan|home|test|corp)$/i.test(host[2]);
    return host[1]?.toLowerCase() === 'http' && isPublic ? [{ local: false }] : [];
  });
  return found[0];
}
