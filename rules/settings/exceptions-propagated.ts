import { defineRule } from '../../src/rule.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { isTestModule } from '../shared/secrets/secret-key.ts';
import { not } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

export default defineRule({
  id: 'settings/exceptions-propagated',
  title: 'DEBUG_PROPAGATE_EXCEPTIONS is on',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: "Errors of views bypass Django's error page, and the server answers in its own way; some print the traceback to the visitor.",
  fix: 'Remove the setting: it is for tests.',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#debug-propagate-exceptions'],
  cwe: ['CWE-209'],
  examples: {
    bad: [{ 'settings.py': 'DEBUG_PROPAGATE_EXCEPTIONS = True # !\n' }],
    good: [
      { 'settings.py': 'DEBUG_PROPAGATE_EXCEPTIONS = False\n' },
      { 'settings.py': 'DEBUG = False\n' },
      { 'settings.py': "import sys\n\nif 'test' in sys.argv:\n    DEBUG_PROPAGATE_EXCEPTIONS = True\n" },
    ],
    undecided: [{ 'settings.py': 'from elsewhere import flag\n\nDEBUG_PROPAGATE_EXCEPTIONS = flag()\n' }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    if (settings.sets('DEBUG_PROPAGATE_EXCEPTIONS') === 'no' || isTestModule(settings) || !servesVisitors(settings)) return;
    ctx.expect(
      settings.get('DEBUG_PROPAGATE_EXCEPTIONS'),
      (value) => not(truth(value)),
      () => ({
        message: "`DEBUG_PROPAGATE_EXCEPTIONS` is on: an error in a view goes past Django's error page to the server.",
        subject: 'DEBUG_PROPAGATE_EXCEPTIONS',
      }),
    );
  },
});
