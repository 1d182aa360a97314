import { type Answer, type Data, defineRule, type HeaderSet } from '../../src/rule.ts';
import { SECURITY, standing } from '../shared/requests/middleware.ts';
import { headerNamed, locationName } from '../shared/requests/proxy.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { type SecureRoute, secureRoutes } from '../shared/requests/secure-routes.ts';
import { and, not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const HEADER = 'strict-transport-security';
const DJANGO =
  "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\nSECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')\nSECURE_HSTS_SECONDS = 31536000\n";

const sends = (value: string, mark = '') => nginx(`    add_header Strict-Transport-Security "${value}" always;${mark}\n${PASS}`);

export default defineRule({
  id: 'settings/hsts-sent-twice',
  title: 'HSTS sent twice with different values',
  severity: 'note',
  topic: 5,
  since: '0.1.0',
  why: 'Browsers honour only the first of two Strict-Transport-Security headers: the policy may not be the one you believe, and a change in one place may have no effect.',
  fix: 'Keep the header in one place: drop the add_header, or hide the one of Django with `proxy_hide_header Strict-Transport-Security;`.',
  autofix: 'unsafe',
  links: [
    'https://www.rfc-editor.org/rfc/rfc6797#section-8.1',
    'https://docs.djangoproject.com/en/stable/ref/settings/#secure-hsts-seconds',
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_hide_header',
  ],
  cwe: ['CWE-319'],
  cross: true,
  examples: {
    bad: [
      behindNginx(sends('max-age=31536000', ' # !'), DJANGO),
      behindNginx(sends('max-age=300; includeSubDomains', ' # !'), DJANGO),
      behindNginx(sends('max-age=300', ' # !').replace(PASS, `${PASS}\n${PASS.replace('location /', 'location /api/')}`), DJANGO),
    ],
    good: [
      behindNginx(
        sends('max-age=31536000').replace('    add_header', '    proxy_hide_header Strict-Transport-Security;\n    add_header'),
        DJANGO,
      ),
      behindNginx(sends('max-age=31536000'), DJANGO.replace('31536000', '0')),
      behindNginx(sends('max-age=31536000'), DJANGO.replace(/SECURE_PROXY.*\n/, '')),
      behindNginx(nginx(PASS), DJANGO),
      behindNginx(
        nginx(
          `    location /static/ {\n        alias /srv/static/;\n        add_header Strict-Transport-Security "max-age=60";\n    }\n${PASS}`,
        ),
        DJANGO,
      ),
      behindNginx(sends('max-age=31536000'), DJANGO.replace(/MIDDLEWARE.*/, 'MIDDLEWARE = []')),
    ],
    undecided: [behindNginx(sends('max-age=31536000'), `from elsewhere import lifetime\n\n${DJANGO}SECURE_HSTS_SECONDS = lifetime()\n`)],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    const reported = new Set<string>();
    for (const route of secureRoutes(deployment.proxy, settings.processes)) {
      const { location, server } = route;
      const added = headerNamed(location.responseHeaders, HEADER);
      if (added === undefined || added.value === '' || reported.has(placeKey(added)) || location.hiddenHeaders.has(HEADER)) continue;
      reported.add(placeKey(added));
      const of = (part: string) => settings.get(`SECURE_HSTS_${part}`);
      ctx.expectAll(
        [
          of('SECONDS'),
          of('INCLUDE_SUBDOMAINS'),
          of('PRELOAD'),
          settings.get('SECURE_PROXY_SSL_HEADER'),
          standing(SECURITY, { settings, repository }),
        ],
        (seconds, _subdomains, _preload, header, middleware) => not(and(truth(seconds), middleware.present, seesHttps(header, route))),
        (values) => {
          const differs = sentByDjango(values) !== normal(added.value);
          return {
            at: added.at,
            message: `Strict-Transport-Security is sent twice to visitors of \`${locationName(location)}\`: Django sends it too${differs ? ', with another value' : ''}.`,
            subject: `${server.file} ${HEADER}`,
            related: [{ at: settings.placeOf('SECURE_HSTS_SECONDS'), message: "Django's own header is set here" }],
            ...(differs ? { severity: 'warning' } : {}),
          };
        },
      );
    }
  },
});

/** Several locations may inherit one line. */
function placeKey({ at }: HeaderSet): string {
  return `${at.file}:${at.start}`;
}

/** Django sends the header over HTTPS only, as far as it knows. */
function seesHttps(header: Data | undefined, { headerSent, schemeKnown }: SecureRoute): Answer {
  return or(schemeKnown, and(truth(header), headerSent ? 'yes' : 'no'));
}

function sentByDjango([seconds, subdomains, preload]: readonly [
  Data | undefined,
  Data | undefined,
  Data | undefined,
  ...unknown[],
]): string {
  const words = [`max-age=${String(seconds)}`];
  if (truth(subdomains) === 'yes') words.push('includesubdomains');
  if (truth(preload) === 'yes') words.push('preload');
  return words.sort().join(';');
}

function normal(value: string): string {
  return value
    .toLowerCase()
    .split(';')
    .map((word) => word.replaceAll(/[\s"]/g, ''))
    .filter((word) => word !== '')
    .sort()
    .join(';');
}
