import { defineRule } from '../../src/rule.ts';
import { withLocation } from '../shared/requests/proxy-example.ts';
import { checkServedFolder } from '../shared/storage/file-location.ts';
import { isLocalStorage, storageBackend } from '../shared/storage/static.ts';

const settings = "STATIC_URL = '/static/'\nSTATIC_ROOT = '/srv/static/'\n";
const volumes = { web: '    volumes: ["static:/srv/static"]\n', nginx: '      - static:/srv/static\n', volumes: 'volumes:\n  static:\n' };
const serve = (line: string, mark = '') => `    location /static/ {\n        ${line}${mark}\n    }`;

/** nginx stands on the host, in front of the port of a container that mounts a folder of the host. */
function onTheHost(mounted: string): Record<string, string> {
  const conf = withLocation(serve('alias /var/www/static/;'), settings);
  return {
    ...conf,
    'nginx.conf': (conf['nginx.conf'] ?? '').replace('http://web:8000', 'http://127.0.0.1:8000'),
    'docker-compose.yml': `services:\n  web:\n    build: .\n    ports: ["127.0.0.1:8000:8000"]\n    volumes: ["${mounted}:/srv/static"]\n`,
  };
}

export default defineRule({
  id: 'static/location-misses-static-root',
  title: 'Static location does not reach STATIC_ROOT',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: 'The proxy looks for CSS and JavaScript where collectstatic never wrote them: every page comes without style.',
  fix: 'Mount the volume that holds STATIC_ROOT into the proxy too, and alias its path there.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/howto/static-files/deployment/',
    'https://nginx.org/en/docs/http/ngx_http_core_module.html#alias',
  ],
  cross: true,
  examples: {
    bad: [
      withLocation(serve('alias /var/www/static/;', ' # !'), settings, volumes),
      {
        ...withLocation(serve('alias /srv/assets/;'), "STATIC_URL = '/static/'\nSTATIC_ROOT = '/app/collected/' # !\n", {
          nginx: '      - ./assets:/srv/assets\n',
        }),
        'assets/site.css': 'a {}\n',
      },
      withLocation(serve('root /srv/;', ''), "STATIC_URL = '/static/'\nSTATIC_ROOT = '/app/collected/' # !\n", volumes),
    ],
    good: [
      withLocation(serve('alias /srv/static/;'), settings, volumes),
      onTheHost('/var/www/static'),
      withLocation(serve('root /srv;'), settings, volumes),
      withLocation(
        serve('alias /var/www/static/;'),
        "STATIC_URL = 'https://cdn.example.com/static/'\nSTATIC_ROOT = '/srv/static/'\n",
        volumes,
      ),
    ],
    undecided: [
      onTheHost('static'),
      {
        ...withLocation(serve('alias /srv/assets/;'), "STATIC_URL = '/static/'\nSTATIC_ROOT = '/app/collected/'\n", {
          nginx: '      - ./assets:/srv/assets\n',
        }),
        'assets/admin/css/base.css': 'a {}\n',
      },
      {
        ...withLocation(serve('alias /srv/static/;'), "STATIC_URL = '/static/'\nSTATIC_ROOT = '/srv/collected/'\n", volumes),
        'entrypoint.sh': '#!/bin/sh\npython manage.py collectstatic --noinput\ncp -r /srv/collected/. /srv/static/\nexec "$@"\n',
      },
      withLocation(serve('alias /srv/static/;'), "STATIC_URL = '/static/'\nSTATIC_ROOT = load('static')\n", volumes),
    ],
  },
  needs: ['settings', 'proxy', 'repository'],
  check({ settings, proxy, repository }, ctx) {
    const backend = storageBackend(settings, 'staticfiles');
    if (backend.kind === 'known' && isLocalStorage(backend.value) === 'no') return;
    checkServedFolder({ url: 'STATIC_URL', root: 'STATIC_ROOT', what: 'collected files' }, { settings, proxy, repository }, ctx);
  },
});
