import { type Data, defineRule } from '../../src/rule.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { isText, truth } from '../shared/values/data.ts';
import { isAtLeast } from '../shared/values/release.ts';

export default defineRule({
  id: 'settings/allowed-hosts-empty',
  title: 'ALLOWED_HOSTS is empty',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'With DEBUG off Django answers 400 Bad Request to every request.',
  fix: 'Set ALLOWED_HOSTS = ["example.com"], or read the names from the environment.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts'],
  cwe: ['CWE-1188'],
  django: ['security.W020'],
  examples: {
    bad: [
      { 'settings.py': 'DEBUG = False\nALLOWED_HOSTS = [] # !\n' },
      { 'settings.py': "DEBUG = False # !\nROOT_URLCONF = 'urls'\n", 'urls.py': 'urlpatterns = []\n' },
      { 'settings.py': 'DEBUG = True\nALLOWED_HOSTS = [] # !\n' },
    ],
    good: [
      { 'settings.py': "DEBUG = False\nALLOWED_HOSTS = ''\n", 'requirements.txt': 'Django==5.2.8\n' },
      { 'settings.py': "DEBUG = False\nALLOWED_HOSTS = ['example.com']\n" },
      { 'settings.py': "import os\n\nALLOWED_HOSTS = os.environ.get('HOSTS', '').split(',')\n" },
    ],
    undecided: [{ 'settings.py': 'from elsewhere import names\n\nALLOWED_HOSTS = names()\n' }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    if (!servesVisitors(settings)) return;
    // Django 4.0 and newer do not start with what is no list: another rule says so.
    const refusesToStart = (hosts: Data | undefined) => (isText(hosts) || hosts === null) && isAtLeast(settings.django, '4.0') === 'yes';
    const debug = settings.get('DEBUG');
    const debugs = debug.kind === 'known' && truth(debug.value) === 'yes';
    ctx.expect(
      settings.get('ALLOWED_HOSTS'),
      (hosts) => (refusesToStart(hosts) ? 'yes' : truth(hosts)),
      () => ({
        message: '`ALLOWED_HOSTS` is empty, so with `DEBUG` off every request is answered 400.',
        subject: 'ALLOWED_HOSTS',
        ...(debugs
          ? { severity: 'note', because: '`DEBUG` is on, which has to be mended first and lets requests for localhost pass' }
          : {}),
      }),
    );
  },
});
