import { type Context, type Deployment, defineRule, type RepositoryFacts, type SettingsFacts } from '../../src/rule.ts';
import { headerCover, unreadProxy } from '../shared/requests/cover.ts';
import { DJANGO_CSP, HEADER, hasDirectives, otherCsp } from '../shared/requests/csp.ts';
import { type Code, present, SESSION } from '../shared/requests/middleware.ts';
import { holdsClass } from '../shared/requests/middleware-places.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { not, or } from '../shared/values/answer.ts';
import { isAtLeast } from '../shared/values/release.ts';

const POLICY = "SECURE_CSP = {'default-src': [\"'self'\"]}";
const SESSIONS = "MIDDLEWARE = ['django.contrib.sessions.middleware.SessionMiddleware']";
const six = { 'requirements.txt': 'Django==6.0.1\n' };

export default defineRule({
  id: 'settings/csp-without-effect',
  title: 'Content security policy missing or without its middleware',
  severity: 'note',
  topic: 5,
  since: '0.1.0',
  why: 'Without a policy an injected script runs. SECURE_CSP without its middleware sends nothing and gives false safety; no check of Django tells.',
  fix: 'Set SECURE_CSP and add django.middleware.csp.ContentSecurityPolicyMiddleware to MIDDLEWARE.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/csp/', 'https://docs.djangoproject.com/en/stable/howto/csp/'],
  cwe: ['CWE-693'],
  examples: {
    bad: [
      { 'settings.py': `MIDDLEWARE = []\n${POLICY} # !\n`, ...six },
      { 'settings.py': `MIDDLEWARE = []\nSECURE_CSP_REPORT_ONLY = {'default-src': ["'self'"]} # !\n`, ...six },
      { 'settings.py': `${SESSIONS} # !\n`, ...six },
    ],
    good: [
      { 'settings.py': `MIDDLEWARE = ['django.middleware.csp.ContentSecurityPolicyMiddleware']\n${POLICY}\n`, ...six },
      { 'settings.py': `MIDDLEWARE = []\nSECURE_CSP = {}\n`, ...six },
      { 'settings.py': `${SESSIONS}\n`, 'requirements.txt': 'Django==5.2.8\n' },
      { 'settings.py': `${SESSIONS.replace(']', ", 'csp.middleware.CSPMiddleware']")}\n`, ...six },
      { 'settings.py': `${SESSIONS}\n`, 'web.py': "HEADERS = {'Content-Security-Policy': \"default-src 'self'\"}\n", ...six },
      { 'settings.py': 'MIDDLEWARE = []\n', ...six },
    ],
    undecided: [
      { 'settings.py': `from elsewhere import STACK\n\nMIDDLEWARE = STACK\n${POLICY}\n`, ...six },
      { 'settings.py': `MIDDLEWARE = []\n${POLICY}\n` },
    ],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const names = ['SECURE_CSP', 'SECURE_CSP_REPORT_ONLY'].filter((name) => settings.sets(name) !== 'no');
    for (const name of names) judgeSetting(name, { settings, repository }, ctx);
    if (names.length === 0 && isAtLeast(settings.django, '6.0') === 'yes') judgeAbsence({ settings, deployment, repository }, ctx);
  },
});

function judgeSetting(name: string, code: Code, ctx: Context): void {
  const { settings } = code;
  const since = isAtLeast(settings.django, '6.0');
  if (since === 'no') return;
  ctx.expectAll(
    [settings.get(name), settings.get('MIDDLEWARE')],
    (policy, middleware) => or(not(since), not(hasDirectives(policy)), holdsClass(middleware, DJANGO_CSP, code)),
    () => ({
      message: `\`${name}\` is set, but \`ContentSecurityPolicyMiddleware\` is not in \`MIDDLEWARE\`: no policy is sent.`,
      subject: name,
      severity: 'error',
    }),
  );
}

interface Surroundings {
  readonly settings: SettingsFacts;
  readonly deployment: Deployment;
  readonly repository: RepositoryFacts;
}

/** Only for sites with sessions: without a login an injected script acts for nobody. */
function judgeAbsence({ settings, deployment, repository }: Surroundings, ctx: Context): void {
  if (headerCover(deployment, HEADER) !== null || unreadProxy(deployment, repository) !== null) return;
  if (repository.codeMentions(/content.security.policy|\bcsp\b/i).items.length > 0 || inTemplates(repository)) return;
  ctx.expect(
    settings.get('MIDDLEWARE'),
    (middleware) => or(not(present(middleware, SESSION, { settings, repository })), otherCsp(middleware)),
    () => ({ message: 'No content security policy is sent: an injected script runs unhindered.', subject: 'SECURE_CSP' }),
  );
}

function inTemplates({ files, read }: RepositoryFacts): boolean {
  return files.some((file) => /\.(html?|jinja2?|conf|toml|ya?ml|json)$/.test(file) && /content-security-policy/i.test(read(file) ?? ''));
}
