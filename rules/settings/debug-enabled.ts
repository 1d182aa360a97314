import { defineRule } from '../../src/rule.ts';
import { debugCause } from '../shared/requests/debug.ts';
import { not } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

export default defineRule({
  id: 'settings/debug-enabled',
  title: 'DEBUG is on in the production settings',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'Every error page shows settings, source and local variables, each SQL query is kept in memory until the worker is killed, and ALLOWED_HOSTS is not enforced.',
  fix: 'Set DEBUG = False in the production module, or read it from the environment with a default of False.',
  autofix: 'safe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#debug',
    'https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#debug',
  ],
  cwe: ['CWE-489', 'CWE-209'],
  django: ['security.W018'],
  examples: {
    bad: [
      { 'settings.py': 'DEBUG = True # !\n' },
      { 'settings.py': 'from base import *\n\nDEBUG = not PRODUCTION # !\n', 'base.py': 'PRODUCTION = False\n' },
    ],
    good: [
      { 'settings.py': 'DEBUG = False\n' },
      { 'settings.py': 'ROOT_URLCONF = "urls"\n', 'urls.py': 'urlpatterns = []\n' },
      { 'settings.py': 'from base import *\n\nDEBUG = False\n', 'base.py': 'DEBUG = True\n' },
      { 'settings.py': "import os\n\nDEBUG = os.environ.get('DEBUG') == '1'\n" },
    ],
    undecided: [{ 'settings.py': "from elsewhere import flag\n\nDEBUG = flag('debug')\n" }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const debug = settings.get('DEBUG');
    const cause = debugCause({ debug, reads: settings.reads, processes: settings.processes });
    if (cause !== null && cause.is !== 'code') return;
    ctx.expect(
      debug,
      (on) => not(truth(on)),
      () => ({
        message: `\`DEBUG\` is on in \`${settings.module}\`: error pages show source, settings and local variables to visitors.`,
        subject: 'DEBUG',
      }),
    );
  },
});
