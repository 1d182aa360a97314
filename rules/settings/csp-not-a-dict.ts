import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { not, or } from '../shared/values/answer.ts';
import { isMapping } from '../shared/values/data.ts';
import { isAtLeast } from '../shared/values/release.ts';

const NAMES = ['SECURE_CSP', 'SECURE_CSP_REPORT_ONLY'];

export default defineRule({
  id: 'settings/csp-not-a-dict',
  title: 'Content security policy setting is not a dict',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Django 6.0 and later take a dict of directives only: its own check fails, and building the header raises an error.',
  fix: 'Write the policy as a dict: SECURE_CSP = {"default-src": [CSP.SELF]}.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#secure-csp'],
  cwe: ['CWE-1284'],
  django: ['security.E026'],
  examples: {
    bad: [
      { 'settings.py': 'SECURE_CSP = "default-src \'self\'" # !\n', 'requirements.txt': 'Django==6.0.10\n' },
      { 'settings.py': "SECURE_CSP_REPORT_ONLY = ['self'] # !\n", 'requirements.txt': 'Django==6.0.10\n' },
    ],
    good: [
      { 'settings.py': "SECURE_CSP = {'default-src': ['self']}\n", 'requirements.txt': 'Django==6.0.10\n' },
      { 'settings.py': 'SECURE_CSP = None\n', 'requirements.txt': 'Django==6.0.10\n' },
      { 'settings.py': 'SECURE_CSP = "default-src \'self\'"\n', 'requirements.txt': 'Django==5.2.19\n' },
    ],
    undecided: [{ 'settings.py': 'from elsewhere import policy\n\nSECURE_CSP = policy()\n', 'requirements.txt': 'Django==6.0.10\n' }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const since = isAtLeast(settings.django, '6.0');
    if (since === 'no') return;
    for (const name of NAMES) {
      if (settings.sets(name) === 'no') continue;
      ctx.expect(
        settings.get(name),
        (policy) => or(not(since), isPolicy(policy)),
        () => ({ message: `\`${name}\` is neither \`None\` nor a dict of directives, and Django refuses it.`, subject: name }),
      );
    }
  },
});

function isPolicy(policy: Data | undefined): Answer {
  if (policy === undefined || policy === null || isMapping(policy)) return 'yes';
  return typeof policy === 'object' && 'kind' in policy && policy.kind === 'object' ? 'maybe' : 'no';
}
