import { type Data, defineRule, type HeaderSet, type ProxyLocation, type ProxyServer } from '../../src/rule.ts';
import { installed } from '../shared/code/packages.ts';
import { behindCaddy, caddySite } from '../shared/requests/caddy-example.ts';
import { CSRF, SECURITY, standing } from '../shared/requests/middleware.ts';
import { applicationRoutes, headerNamed } from '../shared/requests/proxy.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { programName } from '../shared/requests/proxy-words.ts';
import { behindTraefik, ROUTER } from '../shared/requests/traefik-example.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { and, answer, not, or } from '../shared/values/answer.ts';
import { textsIn } from '../shared/values/data.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const FORMS =
  "INSTALLED_APPS += ['django.contrib.admin']\nMIDDLEWARE = ['django.middleware.security.SecurityMiddleware', 'django.middleware.csrf.CsrfViewMiddleware']\n";
const adds = (lines: string, mark = '') => nginx(`    add_header Referrer-Policy "${lines}" always;${mark}\n${PASS}`);
const MIDDLEWARE = 'traefik.http.middlewares.heads.headers.referrerPolicy=no-referrer';

export default defineRule({
  id: 'proxy/referrer-policy-breaks-csrf',
  title: 'Referrer-Policy: no-referrer breaks the CSRF check',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Browsers then send `Origin: null` and no Referer with every form, and Django answers 403 to each of them: nobody can log in.',
  fix: 'Send `same-origin` or `strict-origin-when-cross-origin`, in one place; `same-origin` is what Django sends by default.',
  autofix: 'safe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#secure-referrer-policy',
    'https://docs.djangoproject.com/en/stable/ref/csrf/#how-it-works',
    'https://fetch.spec.whatwg.org/#append-a-request-origin-header',
  ],
  cross: true,
  examples: {
    bad: [
      behindNginx(adds('no-referrer', ' # !'), FORMS),
      behindNginx(nginx(PASS), `${FORMS}SECURE_REFERRER_POLICY = 'no-referrer' # !\n`),
      behindCaddy(caddySite('    header >Referrer-Policy no-referrer # !\n'), FORMS),
      behindTraefik({ settings: FORMS, labels: [...ROUTER, 'traefik.http.routers.app.middlewares=heads', `${MIDDLEWARE} # !`] }),
    ],
    good: [
      behindNginx(adds('same-origin'), FORMS),
      behindNginx(adds('no-referrer, same-origin'), FORMS),
      behindNginx(adds('no-referrer'), "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\n"),
      behindNginx(adds('no-referrer'), FORMS.replace(/^INSTALLED.*\n/, '')),
      behindNginx(
        nginx(`${PASS}\n    location /static/ {\n        alias /srv/static/;\n        add_header Referrer-Policy no-referrer;\n    }`),
        FORMS,
      ),
      // Caddy's own header comes before that of Django, and browsers take the last one.
      behindCaddy(caddySite('    header Referrer-Policy no-referrer\n'), FORMS),
      behindNginx(
        nginx(`    proxy_hide_header Referrer-Policy;\n    add_header Referrer-Policy same-origin always;\n${PASS}`),
        `${FORMS}SECURE_REFERRER_POLICY = 'no-referrer'\n`,
      ),
    ],
    undecided: [
      behindNginx(adds('no-referrer'), 'from elsewhere import STACK\n\nINSTALLED_APPS += ["django.contrib.admin"]\nMIDDLEWARE = STACK\n'),
    ],
  },
  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const code = { settings, repository };
    const { proxy } = deployment;
    const routes = proxy === null ? [] : applicationRoutes(proxy);
    const mine = routes.filter(({ process }) =>
      settings.processes.some((one) => one.name === process.name && one.at.file === process.at.file),
    );
    const values = [
      settings.get('SECURE_REFERRER_POLICY'),
      standing(SECURITY, code),
      standing(CSRF, code),
      installed(settings, 'django.contrib.admin'),
    ] as const;
    const told = new Set<HeaderSet>();
    for (const { server, location } of mine) {
      const sent = headerNamed(location.responseHeaders, 'referrer-policy');
      if (sent === undefined || told.has(sent) || !breaks([sent.value])) continue;
      told.add(sent);
      ctx.expectAll(
        values,
        (policy, security, csrf, admin) =>
          not(and(csrf.present, admin.is, or(isLast(server, location), not(security.present), answer(policy === null || policy === '')))),
        () => ({
          at: sent.at,
          message: `${programName(server)} sends \`Referrer-Policy: no-referrer\` with Django's pages, so browsers send \`Origin: null\` with every form and the CSRF check answers 403.`,
          subject: 'Referrer-Policy',
        }),
      );
    }
    if (mine.some(({ location }) => headerNamed(location.responseHeaders, 'referrer-policy') !== undefined)) return;
    ctx.expectAll(
      values,
      (policy, security, csrf, admin) => not(and(answer(breaks(policyTexts(policy))), security.present, csrf.present, admin.is)),
      () => ({
        message:
          '`SECURE_REFERRER_POLICY` is `no-referrer`, so browsers send `Origin: null` with every form and the CSRF check answers 403.',
        subject: 'Referrer-Policy',
      }),
    );
  },
});

/** nginx adds its header behind that of the upstream; a hidden one is not sent at all. Caddy's and Apache's come first, or their place is not known. */
function isLast({ software }: ProxyServer, { hiddenHeaders }: ProxyLocation): 'yes' | 'no' {
  return software === 'nginx' || hiddenHeaders.has('referrer-policy') ? 'yes' : 'no';
}

function policyTexts(policy: Data | undefined): readonly string[] {
  return typeof policy === 'string' ? [policy] : textsIn(policy);
}

const POLICIES =
  /^(no-referrer|no-referrer-when-downgrade|origin|origin-when-cross-origin|same-origin|strict-origin|strict-origin-when-cross-origin|unsafe-url)$/;

/** Of several policies browsers take the last one that they know. */
function breaks(texts: readonly string[]): boolean {
  const known = texts
    .flatMap((text) => text.split(','))
    .map((one) => one.trim().toLowerCase())
    .filter((one) => POLICIES.test(one));
  return known.at(-1) === 'no-referrer';
}
