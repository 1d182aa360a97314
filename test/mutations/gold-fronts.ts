import { base, compose, type Edit, image, type Mutation, NGINX, requirement, setting } from './edits.ts';

/** The model project of compose behind other proxies: what its nginx does, done by Caddy, by Traefik, and by nginx for websockets. */

const CADDYFILE = 'deploy/Caddyfile';
const MOUNTED = '      - ./deploy/nginx.conf:/etc/nginx/nginx.conf:ro\n      - /etc/letsencrypt:/etc/letsencrypt:ro\n';

export const BEHIND_CADDY: readonly Edit[] = [
  { file: NGINX, replace: '' },
  ...compose('image: nginx:1.28-alpine', 'image: caddy:2.10-alpine'),
  ...compose(MOUNTED, '      - ./deploy/Caddyfile:/etc/caddy/Caddyfile:ro\n      - caddydata:/data\n'),
  ...compose('volumes:\n  pgdata:', 'volumes:\n  caddydata:\n  pgdata:'),
  {
    file: CADDYFILE,
    replace: `library.example, www.library.example {
	encode gzip
	request_body {
		max_size 20MB
	}
	handle_path /static/* {
		header Cache-Control "public, max-age=31536000, immutable"
		header X-Content-Type-Options nosniff
		root * /srv/static
		file_server
	}
	handle_path /media/* {
		header X-Content-Type-Options nosniff
		header Content-Security-Policy "sandbox; default-src 'none'"
		root * /srv/media
		file_server
	}
	handle {
		reverse_proxy web:8000 {
			transport http {
				keepalive 1s
			}
		}
	}
}
`,
  },
];

const caddy = (find: string, replace: string): readonly Edit[] => [{ file: CADDYFILE, find, replace }];

export const CADDY_MUTATIONS: readonly Mutation[] = [
  {
    name: 'plain Caddy',
    edits: caddy('library.example, www', 'http://library.example, http://www'),
    expect: ['proxy/caddy-https-disabled'],
  },
  {
    name: 'Caddy that lists files',
    edits: caddy('root * /srv/media\n\t\tfile_server', 'root * /srv/media\n\t\tfile_server browse'),
    expect: ['proxy/directory-listing-enabled'],
  },
  {
    name: 'Caddy that forgets its certificates',
    edits: compose('      - caddydata:/data\n', ''),
    expect: ['proxy/certificates-not-persistent'],
  },
  {
    name: 'Caddy that keeps connections longer than gunicorn',
    edits: caddy('keepalive 1s', 'keepalive 2m'),
    expect: ['server/keepalive-below-load-balancer-idle'],
  },
];

const ROUTER = `    labels:
      - traefik.enable=true
      - traefik.http.routers.library.rule=Host(\`library.example\`) || Host(\`www.library.example\`)
      - traefik.http.routers.library.entrypoints=websecure
      - traefik.http.routers.library.tls.certresolver=letsencrypt
      - traefik.http.services.library.loadbalancer.server.port=8000
`;

export const BEHIND_TRAEFIK: readonly Edit[] = [
  { file: NGINX, replace: '' },
  ...requirement('gunicorn==23.0.0\n', 'gunicorn==23.0.0\nwhitenoise==6.11.0\n'),
  ...compose('image: nginx:1.28-alpine', 'image: traefik:3.5'),
  ...compose(
    MOUNTED,
    `      - /var/run/docker.sock:/var/run/docker.sock:ro
      - certificates:/certificates
    command:
      - --providers.docker=true
      - --providers.docker.exposedbydefault=false
      - --entrypoints.web.address=:80
      - --entrypoints.web.http.redirections.entrypoint.to=websecure
      - --entrypoints.websecure.address=:443
      - --certificatesresolvers.letsencrypt.acme.tlschallenge=true
      - --certificatesresolvers.letsencrypt.acme.email=ops@library.example
      - --certificatesresolvers.letsencrypt.acme.storage=/certificates/acme.json
`,
  ),
  ...base(
    '    "django.middleware.security.SecurityMiddleware",\n',
    '    "django.middleware.security.SecurityMiddleware",\n    "whitenoise.middleware.WhiteNoiseMiddleware",\n',
  ),
  ...compose('volumes:\n  pgdata:', 'volumes:\n  certificates:\n  pgdata:'),
  ...compose('    cpus: 2\n', `    cpus: 2\n${ROUTER}`),
];

const FLAG = '      - --entrypoints.web.http.redirections.entrypoint.to=websecure\n';

const PLAIN_ROUTER = `      - traefik.enable=true
      - traefik.http.routers.plain.rule=Host(\`library.example\`)
      - traefik.http.routers.plain.entrypoints=web
`;

export const TRAEFIK_MUTATIONS: readonly Mutation[] = [
  { name: 'an open dashboard', edits: compose(FLAG, `${FLAG}      - --api.insecure=true\n`), expect: ['proxy/traefik-api-insecure'] },
  {
    name: 'Traefik without a redirect',
    edits: [...compose(FLAG, ''), ...compose('      - traefik.enable=true\n', PLAIN_ROUTER)],
    expect: ['proxy/traefik-https-redirect-missing'],
  },
  {
    name: 'Traefik that believes anybody',
    edits: compose(FLAG, `${FLAG}      - --entrypoints.websecure.forwardedheaders.insecure=true\n`),
    expect: ['proxy/traefik-forwarded-headers-insecure'],
  },
];

export const sockets = (find: string, replace: string): readonly Edit[] => [{ file: NGINX, find, replace }];

const UPGRADE = `            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
`;

export const WITH_WEBSOCKETS: readonly Edit[] = [
  // Under ASGI a kept connection piles up instead of being reused.
  ...setting('        "CONN_MAX_AGE": 60,\n        "CONN_HEALTH_CHECKS": True,\n', ''),
  ...image(
    '"gunicorn", "library.wsgi:application"',
    '"gunicorn", "library.asgi:application", "--worker-class", "uvicorn_worker.UvicornWorker", "--forwarded-allow-ips", "*"',
  ),
  ...image(', "--threads", "2"', ''),
  ...requirement('gunicorn==23.0.0\n', 'gunicorn==23.0.0\nuvicorn==0.38.0\nuvicorn-worker==0.4.0\nchannels==4.3.1\n'),
  {
    file: 'library/asgi.py',
    replace: `import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "library.settings.production")

django_application = get_asgi_application()

from loans.routing import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter({"http": django_application, "websocket": URLRouter(websocket_urlpatterns)})
`,
  },
  {
    file: 'loans/routing.py',
    replace: "from django.urls import path\n\nfrom .consumers import Desk\n\nwebsocket_urlpatterns = [path('ws/desk/', Desk.as_asgi())]\n",
  },
  {
    file: 'loans/consumers.py',
    replace:
      'from channels.generic.websocket import WebsocketConsumer\n\n\nclass Desk(WebsocketConsumer):\n    def receive(self, text_data=None, bytes_data=None):\n        self.send(text_data=text_data)\n',
  },
  ...sockets(
    '        location / {\n            proxy_pass http://library;',
    `        location /ws/ {
            proxy_pass http://library;
            proxy_set_header Host $host;
            proxy_set_header X-Real-IP $remote_addr;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_read_timeout 300s;
${UPGRADE}        }

        location / {
            proxy_pass http://library;`,
  ),
];

export const WEBSOCKET_MUTATIONS: readonly Mutation[] = [
  { name: 'websockets that are not upgraded', edits: sockets(UPGRADE, ''), expect: ['proxy/websocket-upgrade-missing'] },
];
