import { defineRule } from '../../src/rule.ts';
import { withLocation } from '../shared/requests/proxy-example.ts';
import { checkServedFolder } from '../shared/storage/file-location.ts';
import { isLocalStorage, storageBackend } from '../shared/storage/static.ts';

const settings = "MEDIA_URL = '/media/'\nMEDIA_ROOT = '/srv/media/'\n";
const volumes = { web: '    volumes: ["media:/srv/media"]\n', nginx: '      - media:/srv/media\n', volumes: 'volumes:\n  media:\n' };
const serve = (line: string) => `    location /media/ {\n        ${line}\n    }`;

export default defineRule({
  id: 'static/location-misses-media-root',
  title: 'Media location does not reach MEDIA_ROOT, or uploads are not shared',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: 'The proxy looks for uploads where the application never wrote them: every image and document answers 404.',
  fix: 'Mount one volume on MEDIA_ROOT in the application and on the served folder in the proxy.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#media-root-and-media-url'],
  cross: true,
  examples: {
    bad: [withLocation(serve('alias /var/www/media/; # !'), settings, volumes)],
    good: [
      withLocation(serve('alias /srv/media/;'), settings, volumes),
      withLocation(
        serve('alias /var/www/media/;'),
        `${settings}STORAGES = {'default': {'BACKEND': 'storages.backends.s3.S3Storage'}, 'staticfiles': {'BACKEND': 'django.contrib.staticfiles.storage.StaticFilesStorage'}}\n`,
        volumes,
      ),
    ],
  },
  needs: ['settings', 'proxy', 'repository'],
  check({ settings, proxy, repository }, ctx) {
    const backend = storageBackend(settings, 'default');
    if (backend.kind !== 'known' || isLocalStorage(backend.value) === 'no') return;
    checkServedFolder({ url: 'MEDIA_URL', root: 'MEDIA_ROOT', what: 'uploads' }, { settings, proxy, repository }, ctx);
  },
});
