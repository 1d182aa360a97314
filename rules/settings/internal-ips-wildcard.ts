import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { classText } from '../shared/code/python-class.ts';
import type { Code } from '../shared/requests/middleware.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

const EVERYWHERE = 'class Everywhere:\n    def __contains__(self, address):\n        return True\n\n\n';

export default defineRule({
  id: 'settings/internal-ips-wildcard',
  title: 'INTERNAL_IPS matches every address',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'With DEBUG on, the debug context processor and the toolbar treat every visitor as a developer.',
  fix: 'List the addresses of developers, and only in the settings for development.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#internal-ips',
    'https://docs.djangoproject.com/en/stable/ref/templates/api/#django-template-context-processors-debug',
  ],
  cwe: ['CWE-489', 'CWE-200'],
  examples: {
    bad: [{ 'settings.py': `${EVERYWHERE}DEBUG = True\nINTERNAL_IPS = Everywhere() # !\n` }],
    good: [
      { 'settings.py': "DEBUG = True\nINTERNAL_IPS = ['127.0.0.1', '10.0.0.5']\n" },
      { 'settings.py': "DEBUG = True\nINTERNAL_IPS = ['*', '0.0.0.0']\n" },
      { 'settings.py': `${EVERYWHERE}DEBUG = False\nINTERNAL_IPS = Everywhere()\n` },
      { 'settings.py': 'DEBUG = True\n' },
    ],
    undecided: [
      { 'settings.py': 'from elsewhere import addresses\n\nDEBUG = True\nINTERNAL_IPS = addresses()\n' },
      { 'settings.py': `from elsewhere import flag\n\n${EVERYWHERE}DEBUG = flag()\nINTERNAL_IPS = Everywhere()\n` },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const listed = settings.get('INTERNAL_IPS');
    if (listed.kind === 'known' && holdsAll(listed.value, { settings, repository }) === 'no') return;
    ctx.expectAll(
      [listed, settings.get('DEBUG')],
      (addresses, debug) => or(not(truth(debug)), not(holdsAll(addresses, { settings, repository }))),
      () => ({
        message: '`INTERNAL_IPS` answers that it holds every address, so with `DEBUG` on every visitor counts as a developer.',
        subject: 'INTERNAL_IPS',
      }),
    );
  },
});

/** Only an object with a `__contains__` of its own can hold every address: `*` and `0.0.0.0` in a list are compared as they stand. */
function holdsAll(addresses: Data | undefined, code: Code): Answer {
  if (typeof addresses !== 'object' || addresses === null || !('kind' in addresses) || addresses.kind !== 'object') return 'no';
  const text = classText(addresses.name, code);
  if (text === null) return 'maybe';
  const body = /def __contains__\([^)]*\)[^:]*:\s*(.*)/.exec(text)?.[1] ?? '';
  return /^return True\s*(#.*)?$/.test(body) ? 'yes' : 'maybe';
}
