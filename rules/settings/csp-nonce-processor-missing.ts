import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { and, not, or } from '../shared/values/answer.ts';
import { anyCase, anyItem, holds, isMapping, isSequence } from '../shared/values/data.ts';
import { isAtLeast } from '../shared/values/release.ts';

const NONCE = '<CSP_NONCE_SENTINEL>';
const MIDDLEWARE = 'django.middleware.csp.ContentSecurityPolicyMiddleware';
const PROCESSOR = 'django.template.context_processors.csp';
const ENGINE = 'django.template.backends.django.DjangoTemplates';

function project(processors: string, policy = "{'script-src': [CSP.NONCE]}") {
  return {
    'requirements.txt': 'Django==6.1.3\n',
    'settings.py': `from django.utils.csp import CSP\n\nMIDDLEWARE = ['${MIDDLEWARE}']\nTEMPLATES = [{'BACKEND': '${ENGINE}', 'OPTIONS': {'context_processors': [${processors}]}}]\nSECURE_CSP = ${policy}\n`,
  };
}

export default defineRule({
  id: 'settings/csp-nonce-processor-missing',
  title: 'CSP nonce used without its context processor',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Templates render an empty nonce, and the browser blocks the scripts and styles that carry it.',
  fix: 'Add django.template.context_processors.csp to the context processors of the template engine.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/howto/csp/'],
  cwe: ['CWE-693'],
  django: ['security.W027'],
  examples: {
    bad: [
      {
        'requirements.txt': 'Django==6.1.3\n',
        'settings.py': `MIDDLEWARE = ['${MIDDLEWARE}']\nTEMPLATES = []\nSECURE_CSP = {'script-src': ['${NONCE}']} # !\n`,
      },
    ],
    good: [
      project(`'${PROCESSOR}'`),
      project('', `{'script-src': ["'self'"]}`),
      {
        'settings.py': `MIDDLEWARE = ['${MIDDLEWARE}']\nSECURE_CSP = {'script-src': ['${NONCE}']}\n`,
        'requirements.txt': 'Django==6.0.10\n',
      },
    ],
    undecided: [
      {
        'requirements.txt': 'Django==6.1.3\n',
        'settings.py': `from elsewhere import policy\n\nMIDDLEWARE = ['${MIDDLEWARE}']\nTEMPLATES = []\nSECURE_CSP = policy()\n`,
      },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const since = isAtLeast(settings.django, '6.1');
    if (since === 'no') return;
    for (const name of ['SECURE_CSP', 'SECURE_CSP_REPORT_ONLY']) {
      if (settings.sets(name) === 'no') continue;
      ctx.expectAll(
        [settings.get(name), settings.get('MIDDLEWARE'), settings.get('TEMPLATES')],
        (policy, middleware, templates) =>
          or(not(since), not(and(usesNonce(policy), holds(middleware, MIDDLEWARE))), anyItem(templates, hasProcessor)),
        () => ({
          message: `\`${name}\` asks for a nonce, but no template engine has \`${PROCESSOR}\`: templates render an empty one.`,
          subject: name,
        }),
      );
    }
  },
});

function usesNonce(policy: Data | undefined): Answer {
  if (!isMapping(policy)) return 'no';
  const answers = policy.entries.map(({ value }) =>
    anyCase(value, (directive) => {
      if (typeof directive === 'string') return directive.includes(NONCE);
      return isSequence(directive) ? holds(directive, NONCE) : 'no';
    }),
  );
  return or(...answers, policy.complete ? 'no' : 'maybe');
}

function hasProcessor(engine: Data): Answer {
  const options = entry(engine, 'OPTIONS');
  return options === null ? 'no' : anyCase(options, (one) => inProcessors(one));
}

function inProcessors(options: Data): Answer {
  const processors = entry(options, 'context_processors');
  return processors === null ? 'no' : anyCase(processors, (list) => holds(list, PROCESSOR));
}

function entry(data: Data, key: string) {
  if (!isMapping(data)) return null;
  return data.entries.find((one) => one.key === key)?.value ?? null;
}
