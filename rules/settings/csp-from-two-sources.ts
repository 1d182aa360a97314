import { type Context, defineRule, type ProxyFacts } from '../../src/rule.ts';
import { DJANGO_CSP, HEADER, hasDirectives, isSent, LIBRARY_CSP, type Policy, policiesOf } from '../shared/requests/csp.ts';
import type { Code } from '../shared/requests/middleware.ts';
import { holdsClass } from '../shared/requests/middleware-places.ts';
import { applicationRoutes, headerNamed, locationName } from '../shared/requests/proxy.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { and, not } from '../shared/values/answer.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const BOTH =
  "MIDDLEWARE = ['django.middleware.csp.ContentSecurityPolicyMiddleware', 'csp.middleware.CSPMiddleware']\nSECURE_CSP = {'default-src': [\"'self'\"]}";
const OURS = "MIDDLEWARE = ['csp.middleware.CSPMiddleware']\nCSP_DEFAULT_SRC = [\"'self'\"]\n";
const SENT = '    add_header Content-Security-Policy "default-src \'self\'" always;';
const six = { 'requirements.txt': 'Django==6.0.1\ndjango-csp==4.0\n' };

export default defineRule({
  id: 'settings/csp-from-two-sources',
  title: 'Two content security policies',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Browsers enforce the intersection of two policies, and of two middleware the lower one wins: pages break, or a rule has no effect, in ways that nobody configured.',
  fix: 'Keep one source: the middleware of Django, django-csp or the proxy.',
  autofix: 'none',
  links: ['https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy#multiple_content_security_policies'],
  cwe: ['CWE-693'],
  cross: true,
  examples: {
    bad: [
      { 'settings.py': `${BOTH}\nCONTENT_SECURITY_POLICY = {'DIRECTIVES': {'script-src': ["'self'"]}} # !\n`, ...six },
      behindNginx(nginx(`${SENT} # !\n${PASS}`), OURS),
    ],
    good: [
      { 'settings.py': `${BOTH}\n`, ...six },
      { 'settings.py': `${BOTH}\nCONTENT_SECURITY_POLICY_REPORT_ONLY = {'DIRECTIVES': {'script-src': ["'self'"]}}\n`, ...six },
      behindNginx(nginx(`    proxy_hide_header Content-Security-Policy;\n${SENT}\n${PASS}`), OURS),
      behindNginx(nginx(`${SENT}\n${PASS}`), 'MIDDLEWARE = []\n'),
      behindNginx(nginx(PASS), OURS),
    ],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const code = { settings, repository };
    const policies = policiesOf(settings);
    const own = policies.find(({ middleware }) => middleware === DJANGO_CSP);
    const other = policies.find(({ middleware }) => middleware === LIBRARY_CSP);
    if (own !== undefined && other !== undefined) judgeMiddleware(own, other, code, ctx);
    if (deployment.proxy !== null) for (const policy of policies.slice(0, 1)) judgeProxy(policy, deployment.proxy, code, ctx);
  },
});

function judgeMiddleware(own: Policy, other: Policy, code: Code, ctx: Context): void {
  const { settings } = code;
  ctx.expectAll(
    [settings.get(own.setting), settings.get(other.setting), settings.get('MIDDLEWARE')],
    (first, second, middleware) =>
      not(and(hasDirectives(first), second === undefined ? 'no' : 'yes', isSent(own, middleware, code), isSent(other, middleware, code))),
    () => ({
      at: settings.placeOf(other.setting),
      message: `\`${own.setting}\` and \`${other.setting}\` both have their middleware: only the policy of the lower one is sent.`,
      subject: HEADER,
      related: [{ at: settings.placeOf(own.setting), message: 'the other policy' }],
    }),
  );
}

function judgeProxy(policy: Policy, proxy: ProxyFacts, code: Code, ctx: Context): void {
  const { settings } = code;
  for (const { server, location } of applicationRoutes(proxy)) {
    const added = headerNamed(location.responseHeaders, HEADER);
    if (added === undefined || location.hiddenHeaders.has(HEADER)) continue;
    ctx.expectAll(
      [settings.get(policy.setting), settings.get('MIDDLEWARE')],
      (value, middleware) =>
        not(and(value === undefined || value === null ? 'no' : 'yes', holdsClass(middleware, policy.middleware, code), policy.isRead)),
      () => ({
        at: added.at,
        message: `Clients of \`${locationName(location)}\` get two content security policies: \`${policy.setting}\` makes Django send one too.`,
        subject: `${server.file} ${HEADER}`,
        related: [{ at: settings.placeOf(policy.setting), message: 'the policy of Django' }],
      }),
    );
    return;
  }
}
