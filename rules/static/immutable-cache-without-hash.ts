import { type Data, defineRule, type ProxyLocation } from '../../src/rule.ts';
import { headerNamed, locationName } from '../shared/requests/proxy.ts';
import { withLocation } from '../shared/requests/proxy-example.ts';
import { fileRoutes, storageBackend, urlPath } from '../shared/storage/static.ts';

const settings = "STATIC_URL = '/static/'\nSTATIC_ROOT = '/srv/static/'\n";
const hashed = `${settings}STORAGES = {'default': {'BACKEND': 'django.core.files.storage.FileSystemStorage'}, 'staticfiles': {'BACKEND': 'django.contrib.staticfiles.storage.ManifestStaticFilesStorage'}}\n`;
const older = `${settings}STATICFILES_STORAGE = 'whitenoise.storage.CompressedManifestStaticFilesStorage'\n`;
const serve = (line: string) => `    location /static/ {\n        alias /srv/static/;\n        ${line}\n    }`;

/** Thirty days, in seconds: from here on a browser does not ask again within a release cycle. */
const LONG = 30 * 24 * 3600;

export default defineRule({
  id: 'static/immutable-cache-without-hash',
  title: 'Long or immutable caching of unhashed static files',
  severity: 'warning',
  topic: 4,
  since: '0.1.0',
  why: 'The names of the files do not change with their content: after a deployment returning visitors keep the old CSS and JavaScript for weeks.',
  fix: "Use ManifestStaticFilesStorage: STORAGES['staticfiles']['BACKEND'] (the old STATICFILES_STORAGE is ignored since Django 5.1).",
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/contrib/staticfiles/#manifeststaticfilesstorage'],
  cross: true,
  examples: {
    bad: [
      withLocation(serve('add_header Cache-Control "public, immutable"; # !'), settings),
      withLocation(serve('expires 1y; # !'), settings),
    ],
    good: [
      withLocation(serve('expires 1y;'), hashed),
      withLocation(serve('expires 1h;'), settings),
      { ...withLocation(serve('expires 1y;'), older), 'requirements.txt': 'Django==4.2.20\ngunicorn==23.0.0\n' },
      { ...withLocation(serve('expires 1y;'), older), 'requirements.txt': 'Django==3.2.25\ngunicorn==23.0.0\n' },
    ],
    undecided: [{ ...withLocation(serve('expires 1y;'), older), 'requirements.txt': 'Django>=5.0,<5.3\ngunicorn==23.0.0\n' }],
  },
  needs: ['settings', 'proxy'],
  check({ settings, proxy }, ctx) {
    const url = settings.get('STATIC_URL');
    const prefix = url.kind === 'known' ? urlPath(url.value) : null;
    if (prefix === null) return;
    for (const { server, location } of fileRoutes(proxy, prefix)) {
      const long = longLife(location);
      if (long === null) continue;
      ctx.expect(storageBackend(settings, 'staticfiles'), hashesNames, (backend, decided) => ({
        at: long.at,
        message: `\`${locationName(location)}\` lets browsers keep files for ${long.words}, but ${typeof backend === 'string' ? `\`${backend.split('.').at(-1)}\`` : 'the storage'} gives them names without a hash.`,
        subject: `${server.file} ${locationName(location)}`,
        related:
          decided.step === 'default'
            ? [{ at: settings.placeOf('STATICFILES_STORAGE'), message: "the static files storage is Django's default here" }]
            : [{ at: decided, message: 'the static files storage' }],
      }));
    }
  },
});

function hashesNames(backend: Data | undefined): 'yes' | 'no' | 'maybe' {
  if (typeof backend !== 'string') return 'maybe';
  if (/Manifest|Hashed|Cached/.test(backend)) return 'yes';
  return /^(django\.contrib\.staticfiles\.storage\.StaticFilesStorage|whitenoise\.storage\.CompressedStaticFilesStorage)$/.test(backend)
    ? 'no'
    : 'maybe';
}

function longLife(location: ProxyLocation): { readonly at: ProxyLocation['at']; readonly words: string } | null {
  const header = headerNamed(location.responseHeaders, 'cache-control');
  if (header !== undefined && /immutable/.test(header.value)) return { at: header.at, words: 'good (immutable)' };
  const age = Number(/max-age=(\d+)/.exec(header?.value ?? '')?.[1] ?? 0);
  if (header !== undefined && age >= LONG) return { at: header.at, words: `${Math.round(age / 86400)} days` };
  const seconds = location.expires?.seconds ?? 0;
  return location.expires !== null && seconds >= LONG ? { at: location.expires.at, words: `${Math.round(seconds / 86400)} days` } : null;
}
