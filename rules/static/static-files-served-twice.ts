import { defineRule } from '../../src/rule.ts';
import { locationName } from '../shared/requests/proxy.ts';
import { withLocation } from '../shared/requests/proxy-example.ts';
import { fileRoutes, isLocalStorage, servesWithWhiteNoise, storageBackend, urlPath } from '../shared/storage/static.ts';

const SETTINGS = "STATIC_URL = '/static/'\nSTATIC_ROOT = '/srv/static/'\n";
const WHITENOISE = "MIDDLEWARE = ['whitenoise.middleware.WhiteNoiseMiddleware']\n";
const serve = (mark = '', lines = '        alias /srv/static/;\n') => `    location /static/ {${mark}\n${lines}    }`;

export default defineRule({
  id: 'static/static-files-served-twice',
  title: 'Static files served by WhiteNoise and by the proxy',
  severity: 'note',
  topic: 4,
  since: '0.1.0',
  why: 'The location of the proxy hides WhiteNoise: its cache headers and compressed files never reach a visitor, and the two owners of one address drift apart.',
  fix: 'Keep one of them: drop the location, or take WhiteNoise out of MIDDLEWARE.',
  autofix: 'none',
  links: [
    'https://whitenoise.readthedocs.io/en/stable/django.html',
    'https://docs.djangoproject.com/en/stable/howto/static-files/deployment/',
  ],
  cross: true,
  examples: {
    bad: [withLocation(serve(' # !'), `${SETTINGS}${WHITENOISE}`)],
    good: [
      withLocation(serve(), SETTINGS),
      withLocation('', `${SETTINGS}${WHITENOISE}`),
      withLocation(serve('', '        proxy_pass http://web:8000;\n'), `${SETTINGS}${WHITENOISE}`),
    ],
    undecided: [withLocation(serve(), `${SETTINGS}from elsewhere import classes\nMIDDLEWARE = classes()\n`)],
  },

  needs: ['settings', 'proxy'],
  check({ settings, proxy }, ctx) {
    const url = settings.get('STATIC_URL');
    const prefix = url.kind === 'known' ? urlPath(url.value) : null;
    const backend = storageBackend(settings, 'staticfiles');
    if (prefix === null || (backend.kind === 'known' && isLocalStorage(backend.value) === 'no')) return;
    const [route] = fileRoutes(proxy, prefix);
    const used = servesWithWhiteNoise(settings);
    if (route === undefined || used === 'no') return;
    if (used === 'maybe') {
      ctx.undecided('Whether WhiteNoise is in `MIDDLEWARE` is not known.', settings.placeOf('MIDDLEWARE'));
      return;
    }
    ctx.report({
      at: route.location.at,
      message: `\`${locationName(route.location)}\` serves the files that WhiteNoise is there for: what WhiteNoise does to them never reaches a visitor.`,
      subject: `${route.server.file} ${locationName(route.location)}`,
      related: [{ at: settings.placeOf('MIDDLEWARE'), message: 'WhiteNoise is in use here' }],
    });
  },
});
