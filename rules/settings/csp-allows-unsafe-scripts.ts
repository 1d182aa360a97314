import { type Answer, type Context, type Data, defineRule } from '../../src/rule.ts';
import { isSent, nonceIn, type Policy, policiesOf, sourcesOf, unsafeSource } from '../shared/requests/csp.ts';
import type { Code } from '../shared/requests/middleware.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { not, or } from '../shared/values/answer.ts';

const DJANGO = "MIDDLEWARE = ['django.middleware.csp.ContentSecurityPolicyMiddleware']\n";
const LIBRARY = "MIDDLEWARE = ['csp.middleware.CSPMiddleware']\n";
const six = { 'requirements.txt': 'Django==6.0.1\n' };
const five = { 'requirements.txt': 'Django==5.2.8\ndjango-csp==4.0\n' };
const three = { 'requirements.txt': 'Django==5.2.8\ndjango-csp==3.8\n' };

export default defineRule({
  id: 'settings/csp-allows-unsafe-scripts',
  title: 'Content security policy allows unsafe scripts',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: '"unsafe-inline", "unsafe-eval", * or https: let an injected script run, which is what the policy is there to prevent.',
  fix: 'Name the hosts that scripts come from, and give inline scripts a nonce or hash.',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/howto/csp/',
    'https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy/script-src',
  ],
  cwe: ['CWE-693'],
  examples: {
    bad: [
      {
        'settings.py': `from django.utils.csp import CSP\n\n${DJANGO}SECURE_CSP = {'script-src': [CSP.SELF, CSP.UNSAFE_INLINE]} # !\n`,
        ...six,
      },
      { 'settings.py': `${DJANGO}SECURE_CSP = {'default-src': ["'self'", 'https:']} # !\n`, ...six },
      { 'settings.py': `${LIBRARY}CONTENT_SECURITY_POLICY = {'DIRECTIVES': {'script-src': ["'self'", "'unsafe-eval'"]}} # !\n`, ...five },
      { 'settings.py': `${LIBRARY}CSP_SCRIPT_SRC = ("'self'", "'unsafe-inline'") # !\n`, ...three },
      { 'settings.py': `${LIBRARY}CSP_DEFAULT_SRC = '*' # !\n`, ...three },
    ],
    good: [
      {
        'settings.py': `from django.utils.csp import CSP\n\n${DJANGO}SECURE_CSP = {'script-src': [CSP.SELF, CSP.NONCE, CSP.UNSAFE_INLINE]}\n`,
        ...six,
      },
      { 'settings.py': `${DJANGO}SECURE_CSP = {'script-src': ["'strict-dynamic'", "'nonce-abc'", 'https:']}\n`, ...six },
      { 'settings.py': `${DJANGO}SECURE_CSP = {'default-src': ['*'], 'script-src': ["'self'"]}\n`, ...six },
      { 'settings.py': `${DJANGO}SECURE_CSP_REPORT_ONLY = {'script-src': ['*']}\n`, ...six },
      { 'settings.py': `MIDDLEWARE = []\nCSP_SCRIPT_SRC = ['*']\n`, ...three },
      { 'settings.py': `${LIBRARY}CSP_SCRIPT_SRC = ['*']\n`, ...five },
      { 'settings.py': `${LIBRARY}CSP_SCRIPT_SRC = ["'unsafe-inline'"]\nCSP_INCLUDE_NONCE_IN = ['script-src']\n`, ...three },
      { 'settings.py': `${LIBRARY}CSP_SCRIPT_SRC = ['*']\nCSP_REPORT_ONLY = True\n`, ...three },
      { 'settings.py': `${LIBRARY}CSP_DEFAULT_SRC = ["'none'"]\nCSP_STYLE_SRC = ["'unsafe-inline'"]\n`, ...three },
    ],
    undecided: [
      { 'settings.py': `from elsewhere import policy\n\n${DJANGO}SECURE_CSP = policy()\n`, ...six },
      { 'settings.py': `from elsewhere import STACK\n\nMIDDLEWARE = STACK\nCSP_SCRIPT_SRC = ['*']\n`, ...three },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    for (const policy of policiesOf(settings)) judge(policy, { settings, repository }, ctx);
  },
});

function judge(policy: Policy, code: Code, ctx: Context): void {
  const { settings } = code;
  const nonce = policy.setting.startsWith('CSP_') ? or(nonceIn(settings, 'script-src')) : 'no';
  ctx.expectAll(
    [policy.directive('script-src'), policy.directive('default-src'), settings.get('MIDDLEWARE')],
    (scripts, others, middleware) => or(not(isSent(policy, middleware, code)), isSafe(scripts ?? others, nonce)),
    ([scripts, others], [first, second]) => ({
      at: scripts === undefined || scripts === null ? second : first,
      message: `\`${policy.setting}\` lets scripts run from \`${found(scripts ?? others)}\`.`,
      subject: policy.setting,
      ...(found(scripts ?? others) === "'unsafe-eval'"
        ? { severity: 'note', because: 'it lets the scripts that run evaluate text, and lets no other script in' }
        : {}),
    }),
  );
}

function isSafe(value: Data | undefined, nonce: Answer): Answer {
  if (value === undefined || value === null) return 'yes';
  const sources = sourcesOf(value);
  if (sources === null) return 'maybe';
  const unsafe = unsafeSource(nonce === 'yes' ? [...sources, "'nonce-'"] : sources);
  if (unsafe === null) return 'yes';
  return nonce === 'maybe' ? 'maybe' : 'no';
}

function found(value: Data | undefined): string {
  return unsafeSource(sourcesOf(value) ?? []) ?? '';
}
