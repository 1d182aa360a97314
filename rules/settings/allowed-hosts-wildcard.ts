import { type Deployment, defineRule, type ProxyServer } from '../../src/rule.ts';
import type { Cover } from '../shared/requests/cover.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { not } from '../shared/values/answer.ts';
import { holds, isText, truth } from '../shared/values/data.ts';
import { changeAt, readRelated } from '../shared/values/origin.ts';

export default defineRule({
  id: 'settings/allowed-hosts-wildcard',
  title: 'ALLOWED_HOSTS accepts every host',
  severity: 'warning',
  topic: 1,
  since: '0.1.0',
  why: "A forged Host header ends up in password-reset links and in caches. Django's own check does not report it.",
  fix: 'List the real host names (".example.com" covers subdomains).',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts',
    'https://docs.djangoproject.com/en/stable/topics/security/#host-header-validation',
  ],
  cwe: ['CWE-644', 'CWE-20'],
  examples: {
    bad: [
      { 'settings.py': "ALLOWED_HOSTS = ['*'] # !\n" },
      { 'settings.py': "ALLOWED_HOSTS = ['example.com', '*'] # !\nUSE_X_FORWARDED_HOST = True\n" },
      { 'settings.py': "import os\n\nALLOWED_HOSTS = os.environ.get('HOSTS', '*').split(',') # !\n" },
    ],
    good: [{ 'settings.py': "ALLOWED_HOSTS = ['.example.com']\n" }, { 'settings.py': 'ALLOWED_HOSTS = []\n' }],
    undecided: [{ 'settings.py': 'from elsewhere import names\n\nALLOWED_HOSTS = names()\n' }],
  },

  needs: ['settings', 'deployment'],
  check({ settings, deployment }, ctx) {
    if (!servesVisitors(settings)) return;
    const forwarded = settings.get('USE_X_FORWARDED_HOST');
    const takesHeader = forwarded.kind === 'known' && truth(forwarded.value) === 'yes';
    ctx.expect(
      settings.get('ALLOWED_HOSTS'),
      (hosts) => (isText(hosts) ? 'yes' : not(holds(hosts, '*'))),
      (_hosts, origin) => ({
        at: changeAt(origin),
        message: `\`ALLOWED_HOSTS\` contains \`*\`: a forged ${takesHeader ? '`X-Forwarded-Host`' : '`Host`'} header ends up in password-reset links and caches.`,
        related: readRelated(origin),
        subject: 'ALLOWED_HOSTS',
        ...(takesHeader ? { severity: 'error' } : refusingProxy(deployment)),
      }),
    );
  },
});

/** A proxy that answers unknown names itself lets only the names of the other servers through. */
function refusingProxy({ proxy }: Deployment): Cover | null {
  if (proxy === null || proxy.complete !== true) return null;
  const refusing = proxy.servers.filter(refuses);
  const [first] = refusing;
  const passing = proxy.servers.filter((server) => server.locations.some(({ pass }) => pass !== null));
  const strict = passing.every(({ names }) => names.length > 0 && names.every(({ text }) => /^[\w.-]+$/.test(text) && text !== '_'));
  if (first === undefined || !strict) return null;
  return { severity: 'note', because: 'the proxy refuses requests for unknown names', coveredBy: first.at };
}

function refuses({ listens, answersAll, rejectsHandshake }: ProxyServer): boolean {
  if (!listens.some(({ defaultServer }) => defaultServer)) return false;
  return rejectsHandshake || (answersAll !== null && answersAll.code >= 400);
}
