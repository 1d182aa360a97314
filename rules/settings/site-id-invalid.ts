import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { installed } from '../shared/code/installed-apps.ts';
import { not, or } from '../shared/values/answer.ts';

const SITES = "INSTALLED_APPS = ['django.contrib.sites']\n";

export default defineRule({
  id: 'settings/site-id-invalid',
  title: 'SITE_ID has the wrong type',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: "Django's check fails, and the current site is looked up and cached under a text instead of its number.",
  fix: 'Convert what the environment gives: SITE_ID = int(os.environ["SITE_ID"]).',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#site-id'],
  cwe: ['CWE-704'],
  django: ['sites.E101'],
  examples: {
    bad: [
      { 'settings.py': `${SITES}SITE_ID = '1' # !\n` },
      { 'settings.py': `import os\n\n${SITES}SITE_ID = os.environ.get('SITE_ID', '1') # !\n` },
      { 'settings.py': `${SITES}SITE_ID = [1] # !\n` },
    ],
    good: [
      { 'settings.py': `${SITES}SITE_ID = 1\n` },
      { 'settings.py': `import os\n\n${SITES}SITE_ID = int(os.environ.get('SITE_ID', '1'))\n` },
      { 'settings.py': `${SITES}SITE_ID = None\n` },
      { 'settings.py': "INSTALLED_APPS = []\nSITE_ID = '1'\n" },
      { 'settings.py': SITES },
    ],
    undecided: [{ 'settings.py': `from elsewhere import site\n\n${SITES}SITE_ID = site()\n` }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (settings.sets('SITE_ID') === 'no') return;
    ctx.expectAll(
      [settings.get('SITE_ID'), settings.get('INSTALLED_APPS')],
      (id, apps) => or(isSiteId(id), not(installed(apps, 'django.contrib.sites', { settings, repository }))),
      () => ({ message: '`SITE_ID` is no integer, and Django refuses it.', subject: 'SITE_ID' }),
    );
  },
});

/** True counts as 1 in every release. */
function isSiteId(id: Data | undefined): Answer {
  if (id === undefined || id === null || typeof id === 'boolean') return 'yes';
  if (typeof id === 'number') return Number.isInteger(id) ? 'yes' : 'no';
  return typeof id === 'object' && 'kind' in id && id.kind === 'object' ? 'maybe' : 'no';
}
