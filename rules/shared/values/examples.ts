/** Pieces that examples of several rules share, so that each example shows only what it is about. */

/** A project that production loads `mysite.settings` from. */
export function django(settings = ''): Record<string, string> {
  return {
    'manage.py': "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n",
    'mysite/__init__.py': '',
    'mysite/wsgi.py':
      "import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\napplication = get_wsgi_application()\n",
    'mysite/asgi.py':
      "import os\nfrom django.core.asgi import get_asgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\napplication = get_asgi_application()\n",
    'mysite/urls.py': 'urlpatterns = []\n',
    'mysite/settings.py': `ROOT_URLCONF = 'mysite.urls'\nINSTALLED_APPS = ['django.contrib.staticfiles']\n${settings}`,
    'requirements.txt': 'Django==5.2.8\ngunicorn==23.0.0\n',
  };
}

/** An image that holds the project in /app and starts gunicorn on port 8000. */
export const DOCKERFILE = `FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1
WORKDIR /app
COPY . .
CMD ["gunicorn", "mysite.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3"]
`;

/** A compose file with the application and nginx in front; the extra lines go under `nginx:` and `web:`. */
export function compose(
  parts: { readonly web?: string; readonly nginx?: string; readonly services?: string; readonly volumes?: string } = {},
): string {
  return `services:
  web:
    build: .
${parts.web ?? ''}  nginx:
    image: nginx:1.27
    ports: ["80:80", "443:443"]
    volumes:
      - ./nginx.conf:/etc/nginx/conf.d/default.conf
${parts.nginx ?? ''}${parts.services ?? ''}${parts.volumes ?? ''}`;
}

/** A TLS server block for example.com that proxies to the application; extra lines go into the server. */
export function nginx(body: string): string {
  return `server {
    listen 443 ssl;
    server_name example.com;
    ssl_certificate /etc/nginx/conf.d/cert.pem;
    ssl_certificate_key /etc/nginx/conf.d/key.pem;
${body}
}
`;
}

/** The location that passes requests on, with the headers that Django needs. */
export const PASS = `    location / {
        proxy_pass http://web:8000;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-Proto $scheme;
    }`;

/** A systemd unit that runs gunicorn from the checkout. */
export function unit(lines = '', exec = 'gunicorn mysite.wsgi --bind unix:/run/mysite/app.sock --workers 3'): string {
  return `[Unit]
Description=mysite

[Service]
User=deploy
WorkingDirectory=/srv/mysite
ExecStart=/srv/mysite/venv/bin/${exec}
${lines}
[Install]
WantedBy=multi-user.target
`;
}
