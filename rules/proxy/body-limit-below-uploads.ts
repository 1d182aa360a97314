import { DEFAULTS, defineRule } from '../../src/rule.ts';
import { applicationRoutes, locationName } from '../shared/requests/proxy.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const UPLOADS = /\b(models\.(File|Image)Field|forms\.(File|Image)Field|FileUploadParser|MultiPartParser)\b/;
const model = { 'mysite/models.py': 'from django.db import models\n\nclass Note(models.Model):\n    file = models.FileField()\n' };

/** nginx answers 413 above this when nothing is set. */
const DEFAULT_LIMIT = DEFAULTS.nginx.values.client_max_body_size;

export default defineRule({
  id: 'proxy/body-limit-below-uploads',
  title: "Proxy body limit below the application's uploads",
  severity: 'warning',
  topic: 4,
  since: '0.1.0',
  why: 'nginx answers 413 to every request body above 1 MB by default: users cannot upload a photo, and Django never sees the request.',
  fix: 'Set `client_max_body_size` to the largest upload you accept, for example 10M.',
  autofix: 'unsafe',
  links: ['https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size'],
  cross: true,
  examples: {
    bad: [
      { ...behindNginx(nginx(PASS.replace('location / {', 'location / { # !'))), ...model },
      { ...behindNginx(nginx(`${PASS.replace('/ {', '@app { # !')}\n    location / {\n        try_files $uri @app;\n    }`)), ...model },
    ],
    good: [
      { ...behindNginx(nginx(`    client_max_body_size 10M;\n${PASS}`)), ...model },
      behindNginx(nginx(PASS)),
      { ...behindNginx(nginx(`    client_max_body_size 0;\n${PASS}`)), ...model },
    ],
  },
  needs: ['proxy', 'repository'],
  check({ proxy, repository }, ctx) {
    const uploads = repository.codeMentions(UPLOADS).items[0];
    if (uploads === undefined) return;
    // Other programs limit nothing, or far above.
    const routes = applicationRoutes(proxy).filter(({ server }) => server.software === 'nginx' || server.software === 'ingress');
    const route =
      routes.find(({ location }) => location.match.kind === 'prefix' && location.match.path === '/') ??
      routes.find(({ location }) => location.match.kind === 'named');
    if (route === undefined) return;
    ctx.expect(
      route.location.bodyLimit,
      // A limit that somebody chose is a choice: only the default is a surprise.
      (bytes) => bytes === 0 || bytes !== DEFAULT_LIMIT || isChosen(route.location.bodyLimit),
      () => ({
        at: route.location.at,
        message: `The project accepts uploads and \`${locationName(route.location)}\` keeps nginx's default limit of 1 MB: larger files are answered 413.`,
        subject: `${route.server.file} ${locationName(route.location)}`,
        related: [{ at: uploads, message: 'uploads are accepted here' }],
      }),
    );
  },
});

function isChosen(limit: { readonly kind: string; readonly origin?: { readonly step: string } }): boolean {
  return limit.kind === 'known' && limit.origin?.step !== 'default';
}
