import { expect, test } from 'vitest';
import { rules } from '../../rules/index.ts';
import { runExample } from '../helpers/run-example.ts';

const SERVER = `server {
    listen 443 ssl;
    server_name example.com;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    #more
    location / {
        proxy_pass http://web:8000;
        proxy_set_header Host $host;
    }
}
`;
const FILES = {
  'manage.py': "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n",
  'mysite/__init__.py': '',
  'mysite/settings.py':
    "INSTALLED_APPS = []\nROOT_URLCONF = 'mysite.urls'\nMIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\nDATABASES = {}\n",
  'mysite/wsgi.py': "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\napplication = None\n",
  Dockerfile: 'FROM python:3.12\nWORKDIR /app\nCOPY mysite mysite\nCMD ["gunicorn", "mysite.wsgi", "--bind", "0.0.0.0:8000"]\n',
  'docker-compose.yml':
    'services:\n  web:\n    build: .\n  nginx:\n    image: nginx:1.27\n    ports: ["443:443"]\n    volumes: ["./nginx.conf:/etc/nginx/conf.d/default.conf"]\n',
};

async function hsts(conf: string) {
  const only = rules.filter((rule) => rule.id === 'settings/hsts-missing');
  const { findings } = await runExample({ ...FILES, 'nginx.conf': conf }, only);
  return findings.map(({ severity, coveredBy }) => ({ severity, coveredBy: coveredBy?.file ?? null }));
}

test('a finding weighs less only by a place that proves it', async () => {
  expect(await hsts(SERVER)).toEqual([{ severity: 'warning', coveredBy: null }]);
  const sent = SERVER.replace('#more', 'add_header Strict-Transport-Security "max-age=31536000" always;');
  expect(await hsts(sent)).toEqual([{ severity: 'note', coveredBy: 'nginx.conf' }]);
  const plain = SERVER.replace('listen 443 ssl', 'listen 80');
  expect(await hsts(plain)).toEqual([{ severity: 'note', coveredBy: 'nginx.conf' }]);
});

test('an included file that is not in the tree may send the header, and proves nothing', async () => {
  expect(await hsts(SERVER.replace('#more', 'include snippets/headers.conf;'))).toEqual([{ severity: 'warning', coveredBy: null }]);
});

test('a cookie is covered where the proxy marks it secure on every route', async () => {
  const cookie = async (line: string, more = '') => {
    const conf = SERVER.replace('#more', `${line}${more}`);
    const files = { ...FILES, 'nginx.conf': conf };
    files['mysite/settings.py'] = files['mysite/settings.py'].replace(
      "['django.middleware.security.SecurityMiddleware']",
      "['django.contrib.sessions.middleware.SessionMiddleware']",
    );
    const only = rules.filter((rule) => rule.id === 'settings/session-cookie-over-http');
    const { findings } = await runExample(files, only);
    return findings.map(({ severity, coveredBy }) => [severity, coveredBy?.file ?? null]);
  };
  const open = [['warning', null]];
  const note = [['note', 'nginx.conf']];
  expect(await cookie('')).toEqual(open);
  expect(await cookie('proxy_cookie_flags ~ secure samesite=lax;')).toEqual(note);
  expect(await cookie('proxy_cookie_flags sessionid Secure;')).toEqual(note);
  expect(await cookie('proxy_cookie_flags csrftoken secure;')).toEqual(open);
  expect(await cookie('proxy_cookie_flags sessionid httponly; proxy_cookie_flags ~ secure;')).toEqual(open);
  expect(await cookie('proxy_cookie_flags off;')).toEqual(open);
  const second = 'location /api/ { proxy_pass http://web:8000; proxy_cookie_flags csrftoken secure; }';
  expect(await cookie('proxy_cookie_flags ~ secure;', second)).toEqual(open);
});
