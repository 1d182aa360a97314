import {
  type Answer,
  type Context,
  type Deployment,
  defineRule,
  type RepositoryFacts,
  type SettingsFacts,
  type Span,
} from '../../src/rule.ts';
import { isOnPlatform } from '../shared/processes/platform.ts';
import { withLocation } from '../shared/requests/proxy-example.ts';
import { frontServes } from '../shared/requests/served-path.ts';
import { isLocalStorage, pathSetting, storageBackend, urlPath, webProcesses } from '../shared/storage/static.ts';
import { not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const SETTINGS = "DEBUG = False\nMEDIA_URL = '/media/'\nMEDIA_ROOT = '/srv/media/'\n";
const model = { 'mysite/models.py': 'from django.db import models\n\nclass Note(models.Model):\n    file = models.FileField()\n' };
const helper = (mark = '') => ({
  'mysite/urls.py': `from django.conf import settings\nfrom django.conf.urls.static import static\n\nurlpatterns = []\nif settings.DEBUG:\n    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)${mark}\n`,
});
const view = (mark = '') => ({
  'mysite/urls.py': `from django.conf import settings\nfrom django.urls import re_path\nfrom django.views.static import serve\n\nurlpatterns = [\n    re_path(r'^media/(?P<path>.*)$', serve, {'document_root': settings.MEDIA_ROOT}),${mark}\n]\n`,
});
const behind = (lines = '', settings = SETTINGS) => ({ ...withLocation(lines, settings), ...model });
const alone = (settings = SETTINGS) => ({
  ...django(settings),
  ...model,
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': "services:\n  web:\n    build: .\n    ports: ['80:8000']\n",
});
const MEDIA = '    location /media/ {\n        alias /srv/media/;\n    }';

export default defineRule({
  id: 'static/media-served-by-debug-view',
  title: 'Media relies on a view that is off in production',
  severity: 'warning',
  topic: 4,
  since: '0.1.0',
  why: 'static() returns no URL pattern when DEBUG is off, so uploads answer 404; and the view behind it, routed by hand, is slow and not meant for production.',
  fix: 'Serve MEDIA_URL from the proxy, or keep uploads in object storage.',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/howto/static-files/#serving-files-uploaded-by-a-user-during-development',
    'https://docs.djangoproject.com/en/stable/ref/views/#serving-files-in-development',
  ],
  cross: true,
  examples: {
    bad: [
      { ...behind(), ...helper(' # !') },
      { ...behind(), ...view(' # !') },
      { ...alone(), ...helper(' # !') },
      { ...alone(), ...view(' # !') },
    ],
    good: [
      { ...behind(MEDIA), ...helper() },
      { ...behind(MEDIA), ...view() },
      { ...behind('', `${SETTINGS}STORAGES = {'default': {'BACKEND': 'storages.backends.s3.S3Storage'}}\n`), ...helper() },
      { ...behind(), ...helper(), 'mysite/models.py': '' },
      { ...django(SETTINGS), ...model, ...helper() },
    ],
    undecided: [
      { ...alone(), ...helper(), 'docker-compose.yml': "services:\n  web:\n    build: .\n    volumes: ['./media:/srv/media']\n" },
      { ...behind('    location ~ ^/(media|files)/ {\n        root /srv;\n    }'), ...helper() },
    ],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (deployment.kind === 'settings' || webProcesses(settings.processes).length === 0) return;
    const url = settings.get('MEDIA_URL');
    const prefix = url.kind === 'known' ? urlPath(url.value) : null;
    const [route] = routes(repository);
    const [upload] = repository.codeMentions(/\bmodels\.(File|Image)Field\b/m).items;
    if (prefix === null || route === undefined || upload === undefined) return;
    judge(prefix, { settings, deployment, repository, route, upload }, ctx);
  },
});

interface Facts {
  readonly settings: SettingsFacts;
  readonly deployment: Deployment;
  readonly repository: RepositoryFacts;
  readonly route: Span & { readonly always: boolean };
  readonly upload: Span;
}

function judge(prefix: string, facts: Facts, ctx: Context): void {
  const { settings, deployment, route, upload } = facts;
  const front = frontServes(prefix, facts.settings.processes, deployment, facts.repository);
  if (front === 'yes') return;
  ctx.expectAll(
    [settings.get('DEBUG'), storageBackend(settings, 'default'), pathSetting(settings, 'MEDIA_ROOT')] as const,
    (debug, backend, root) => or(truth(debug), not(isLocalStorage(backend)), front, isShared(root, facts)),
    () => ({
      at: route,
      message: route.always
        ? `Django itself serves uploads below \`${prefix}\`: its view is slow and not meant for production.`
        : `Nothing serves uploads below \`${prefix}\`: \`static()\` adds no pattern when \`DEBUG\` is off.`,
      subject: 'MEDIA_URL',
      related: [{ at: upload, message: 'uploads are accepted here' }],
      ...(deployment.proxy === null ? { severity: 'note' as const, because: 'no proxy is configured in the repository' } : {}),
    }),
  );
}

/** Without a proxy in view, what mounts the folder may serve it. */
function isShared(root: string | null, { settings, deployment }: Facts): Answer {
  if (root === null) return 'yes';
  if (deployment.proxy !== null || isOnPlatform(deployment)) return 'no';
  const places = webProcesses(settings.processes).map(({ paths }) => paths.locate(root).in);
  return places.some((place) => place === 'volume' || place === 'unknown') ? 'maybe' : 'no';
}

/** Where the project routes uploads to Django's view: with DEBUG alone, or always. */
function routes({ codeMentions, read }: RepositoryFacts): readonly Facts['route'][] {
  const helpers = codeMentions(/\bstatic\(\s*settings\.MEDIA_URL\b/m).items.map((at) => ({ ...at, always: false }));
  const views = codeMentions(/\b(re_path|path|url)\([^\n#]*\bserve\b[^\n#]*MEDIA_ROOT/m).items.map((at) => ({
    ...at,
    always: !isUnderDebug(read(at.file) ?? '', at.start),
  }));
  return [...views.filter(({ always }) => always), ...helpers, ...views];
}

/** Whether a line stands in a block that asks for DEBUG. */
function isUnderDebug(text: string, offset: number): boolean {
  const lines = text.slice(0, offset).split('\n');
  let depth = Number.POSITIVE_INFINITY;
  for (const line of lines.reverse()) {
    if (line.trim() === '') continue;
    const indent = /^[ \t]*/.exec(line)?.[0].length ?? 0;
    if (indent < depth && /^\s*(el)?if\b[^\n]*DEBUG/.test(line)) return true;
    depth = Math.min(depth, indent);
  }
  return false;
}
