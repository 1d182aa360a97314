import { defineRule, type HeaderSet } from '../../src/rule.ts';
import { FRAME_OPTIONS, listed, type MiddlewareClass, SECURITY } from '../shared/requests/middleware.ts';
import { applicationRoutes, headerNamed, locationName } from '../shared/requests/proxy.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { APACHE_PASS, apacheHost, behindApache, behindHaproxy, HAPROXY_PROTO, haproxy } from '../shared/requests/proxy-programs.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const MIDDLEWARE =
  "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware', 'django.middleware.clickjacking.XFrameOptionsMiddleware']\n";

/** What Django sends by itself, and the setting that says which value. */
const SENT: readonly { readonly header: string; readonly middleware: MiddlewareClass; readonly setting: string }[] = [
  { header: 'x-frame-options', middleware: FRAME_OPTIONS, setting: 'X_FRAME_OPTIONS' },
  { header: 'referrer-policy', middleware: SECURITY, setting: 'SECURE_REFERRER_POLICY' },
];

export default defineRule({
  id: 'proxy/security-header-duplicated',
  title: 'Security header sent by the proxy and by Django',
  severity: 'note',
  topic: 5,
  since: '0.1.0',
  why: 'Browsers combine or ignore two X-Frame-Options headers, and a later change in one place has no effect.',
  fix: 'Keep the header in Django, or hide the one of the upstream with `proxy_hide_header` (Apache: `Header set` without `always`; HAProxy: `set-header` for `add-header`).',
  autofix: 'unsafe',
  links: ['https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_hide_header'],
  cross: true,
  examples: {
    bad: [
      behindApache(apacheHost(`    Header always set X-Frame-Options DENY # !\n${APACHE_PASS}`), MIDDLEWARE),
      behindHaproxy(haproxy(`${HAPROXY_PROTO}    http-response add-header X-Frame-Options DENY # !\n`), MIDDLEWARE),
      behindNginx(nginx(`    add_header X-Frame-Options "DENY" always; # !\n${PASS}`), MIDDLEWARE),
    ],
    good: [
      behindApache(apacheHost(`    Header set X-Frame-Options DENY\n${APACHE_PASS}`), MIDDLEWARE),
      behindApache(
        apacheHost(`    Header onsuccess unset X-Frame-Options\n    Header always set X-Frame-Options DENY\n${APACHE_PASS}`),
        MIDDLEWARE,
      ),
      behindHaproxy(haproxy(`${HAPROXY_PROTO}    http-response set-header X-Frame-Options DENY\n`), MIDDLEWARE),
      behindNginx(nginx(`    proxy_hide_header X-Frame-Options;\n    add_header X-Frame-Options "DENY" always;\n${PASS}`), MIDDLEWARE),
      behindNginx(nginx(`    add_header X-Frame-Options "DENY" always;\n${PASS}`), 'MIDDLEWARE = []\n'),
      behindNginx(nginx(`    add_header X-Content-Type-Options "nosniff" always;\n${PASS}`), MIDDLEWARE),
    ],
  },
  needs: ['settings', 'proxy'],
  check({ settings, proxy }, ctx) {
    const reported = new Set<HeaderSet>();
    const classes = settings.get('MIDDLEWARE');
    for (const { server, location } of applicationRoutes(proxy)) {
      for (const { header, middleware, setting } of SENT) {
        const added = headerNamed(location.responseHeaders, header);
        if (added === undefined || reported.has(added) || location.hiddenHeaders.has(header)) continue;
        if (classes.kind !== 'known' || listed(classes.value, middleware) !== 'yes') continue;
        ctx.expect(
          settings.get(setting),
          (value) => value === null || value === undefined || value === '',
          (value) => {
            reported.add(added);
            const differs = typeof value === 'string' && value.toLowerCase() !== added.value.toLowerCase();
            return {
              at: added.at,
              message: `${added.name} is sent twice to clients of \`${locationName(location)}\`: Django sends it too${differs ? ', with another value' : ''}.`,
              subject: `${server.file} ${header}`,
              ...(differs ? { severity: 'warning' } : {}),
            };
          },
        );
      }
    }
  },
});
