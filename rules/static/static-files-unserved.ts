import {
  type Answer,
  type Context,
  type Deployment,
  defineRule,
  type Process,
  type RepositoryFacts,
  type SettingsFacts,
} from '../../src/rule.ts';
import { isOnPlatform } from '../shared/processes/platform.ts';
import { withLocation } from '../shared/requests/proxy-example.ts';
import { frontServes } from '../shared/requests/served-path.ts';
import { isLocalStorage, pathSetting, storageBackend, urlPath, usesStaticFiles, webProcesses } from '../shared/storage/static.ts';
import { not, or } from '../shared/values/answer.ts';
import { anyItem, truth } from '../shared/values/data.ts';
import { DOCKERFILE, django, nginx, PASS } from '../shared/values/examples.ts';

const collect = DOCKERFILE.replace('CMD', 'RUN python manage.py collectstatic --noinput\nCMD');
const SETTINGS = "DEBUG = False\nSTATIC_URL = '/static/'\nSTATIC_ROOT = '/srv/static/'\n";
const page = { 'mysite/templates/page.html': '{% load static %}<link href="{% static \'site.css\' %}">\n' };
const alone = "services:\n  web:\n    build: .\n    ports: ['80:8000']\n";
const project = (settings = SETTINGS) => ({ ...django(settings), ...page, Dockerfile: collect, 'docker-compose.yml': alone });
const marked = SETTINGS.replace("'/static/'\n", "'/static/' # !\n");
const behind = (settings = SETTINGS) => ({ ...withLocation('', settings), ...page });

export default defineRule({
  id: 'static/static-files-unserved',
  title: 'Nothing serves static files',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: 'With DEBUG off Django serves no static files by itself: every CSS and JavaScript file answers 404, in the admin as well.',
  fix: 'Add WhiteNoise to MIDDLEWARE, or a location for STATIC_URL to the proxy.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/howto/static-files/deployment/',
    'https://whitenoise.readthedocs.io/en/stable/django.html',
  ],
  cross: true,
  examples: {
    bad: [
      project(marked),
      behind(marked),
      {
        ...django(`${marked}INSTALLED_APPS += ['django.contrib.admin']\n`),
        'mysite/urls.py':
          "from django.contrib import admin\nfrom django.urls import path\n\nurlpatterns = [path('admin/', admin.site.urls)]\n",
        Procfile: 'web: gunicorn mysite.wsgi\n',
      },
    ],
    good: [
      project(`${SETTINGS}MIDDLEWARE = ['whitenoise.middleware.WhiteNoiseMiddleware']\n`),
      {
        ...project(),
        'mysite/wsgi.py': `${django()['mysite/wsgi.py']}from whitenoise import WhiteNoise\napplication = WhiteNoise(application)\n`,
      },
      project("DEBUG = False\nSTATIC_URL = 'https://cdn.example.com/'\n"),
      project(
        `${SETTINGS}STORAGES = {'default': {'BACKEND': 'storages.backends.s3.S3Storage'}, 'staticfiles': {'BACKEND': 'storages.backends.s3.S3Storage'}}\n`,
      ),
      { ...behind(), 'nginx.conf': nginx(`${PASS}\n    location /static {\n        root /srv;\n    }`) },
      { ...project(), 'mysite/templates/page.html': 'plain\n' },
      { ...project(), 'mysite/settings.py': 'INSTALLED_APPS = []\nROOT_URLCONF = None\nDEBUG = False\n' },
      {
        ...project(),
        'mysite/urls.py':
          "from django.urls import re_path\nfrom django.views.static import serve\n\nurlpatterns = [re_path(r'^static/(?P<path>.*)$', serve)]\n",
      },
      { ...django(SETTINGS), ...page },
    ],
    undecided: [
      {
        ...behind(),
        'nginx.conf': nginx(
          '    location / {\n        root /srv;\n        try_files $uri @app;\n    }\n    location @app {\n        proxy_pass http://web:8000;\n    }',
        ),
      },
      { ...project(), 'docker-compose.yml': `${alone}    volumes: ['./public:/srv/static']\n` },
      { ...project(), 'docker-compose.yml': `${alone}  front:\n    image: traefik:3\n` },
      { ...project(), 'k8s/ingress.yaml': 'spec:\n  rules:\n    - http:\n        paths:\n          - path: /static\n' },
      { ...django(SETTINGS), ...page, Dockerfile: collect },
      project(`${SETTINGS}from elsewhere import classes\nMIDDLEWARE = classes()\n`),
    ],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    const web = webProcesses(settings.processes);
    if (web.length === 0 || web.some(({ server }) => server?.software === 'runserver')) return;
    if (usesStaticFiles(settings) === 'no' || !needsFiles(settings, repository) || codeServes(repository) || serverServes(web, repository))
      return;
    const url = settings.get('STATIC_URL');
    const prefix = url.kind === 'known' ? urlPath(url.value) : null;
    if (prefix === null) {
      if (url.kind !== 'known') ctx.undecided('`STATIC_URL` is not known.', settings.placeOf('STATIC_URL'));
      return;
    }
    judge(prefix, { settings, deployment, repository, web }, ctx);
  },
});

interface Facts {
  readonly settings: SettingsFacts;
  readonly deployment: Deployment;
  readonly repository: RepositoryFacts;
  readonly web: readonly Process[];
}

function judge(prefix: string, facts: Facts, ctx: Context): void {
  const { settings, deployment, web } = facts;
  const front = frontServes(prefix, web, deployment, facts.repository);
  if (front === 'yes') return;
  ctx.expectAll(
    [
      settings.get('DEBUG'),
      settings.get('MIDDLEWARE'),
      storageBackend(settings, 'staticfiles'),
      pathSetting(settings, 'STATIC_ROOT'),
    ] as const,
    (debug, middleware, backend, root) => {
      const byMiddleware = anyItem(middleware, (item) => typeof item === 'string' && /whitenoise|servestatic|blacknoise/i.test(item));
      const shared = deployment.proxy === null && !isOnPlatform(deployment) ? isShared(root, web) : 'no';
      return or(truth(debug), byMiddleware, not(isLocalStorage(backend)), front, shared, not(usesStaticFiles(settings)));
    },
    () => ({
      at: settings.placeOf('STATIC_URL'),
      message: `Nothing serves \`${prefix}\`: ${deployment.proxy === null ? 'no proxy is in front' : 'the proxy passes it on to the application'}, and with \`DEBUG\` off Django answers 404.`,
      subject: 'STATIC_URL',
      related: web.slice(0, 1).map(({ at, name }) => ({ at, message: `the process \`${name}\`` })),
    }),
  );
}

/** Files that lie in a volume may be served by what else mounts it; a process of a platform has its disk to itself. */
function isShared(root: string | null, web: readonly Process[]): Answer {
  if (root === null) return 'no';
  const places = web.map(({ paths }) => paths.locate(root).in);
  return places.some((place) => place === 'volume' || place === 'unknown') ? 'maybe' : 'no';
}

/** The admin is routed, or a template asks for a static file. */
function needsFiles(settings: SettingsFacts, { files, read, codeMentions }: RepositoryFacts): boolean {
  const apps = settings.get('INSTALLED_APPS');
  const admin =
    apps.kind === 'known' && anyItem(apps.value, (app) => typeof app === 'string' && app.startsWith('django.contrib.admin')) === 'yes';
  if (admin && codeMentions(/\badmin\.site\.urls\b/m).items.length > 0) return true;
  return files.some((file) => /(^|\/)templates\/.*\.html$/.test(file) && /\{%-?\s*static\s/.test(read(file) ?? ''));
}

/** Code that serves files with DEBUG off: a wrapper around the application, or Django's view in the URLs. */
function codeServes({ codeMentions }: RepositoryFacts): boolean {
  return (
    codeMentions(
      /\bWhiteNoise\b|\bServeStatic\b|\bCling\b|\bStaticFiles\(|StaticFilesHandler|staticfiles\.views|views\.static\b|static\.serve\b|BlackNoise|insecure\s*=\s*True/,
    ).items.length > 0
  );
}

const OPTIONS = /static-map|check-static|static-path-mount|static-safe|--insecure\b/;

/** An application server that is told to serve files, on its command line or in a file of its own. */
function serverServes(web: readonly Process[], { files, read }: RepositoryFacts): boolean {
  const words = web.flatMap(({ command }) =>
    command.kind === 'known' ? command.value.map((word) => (word.kind === 'known' ? word.value : '--insecure')) : ['--insecure'],
  );
  return (
    words.some((word) => OPTIONS.test(word)) ||
    files.some((file) => /\.(ini|ya?ml|xml|toml|sh|conf|json)$|Dockerfile|Procfile|entrypoint/.test(file) && OPTIONS.test(read(file) ?? ''))
  );
}
