import { defineRule } from '../../src/rule.ts';
import { moduleFile } from '../shared/code/python-class.ts';
import { servesVisitors } from '../shared/requests/web.ts';

export default defineRule({
  id: 'settings/root-urlconf-not-found',
  title: 'ROOT_URLCONF is missing or wrong',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: "Every request fails, and Django's URL checks are skipped silently when it is not defined.",
  fix: 'Set ROOT_URLCONF to the module that holds urlpatterns, such as "mysite.urls".',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#root-urlconf'],
  cwe: ['CWE-1188'],
  examples: {
    bad: [
      { 'settings.py': "ROOT_URLCONF = 'mysite.routes' # !\n", 'mysite/__init__.py': '', 'mysite/urls.py': 'urlpatterns = []\n' },
      { 'settings.py': "INSTALLED_APPS = ['django.contrib.auth'] # !\n" },
    ],
    good: [
      { 'settings.py': "ROOT_URLCONF = 'mysite.urls'\n", 'mysite/__init__.py': '', 'mysite/urls.py': 'urlpatterns = []\n' },
      { 'settings.py': "ROOT_URLCONF = 'thirdparty.urls'\n" },
    ],
    undecided: [{ 'settings.py': 'from elsewhere import name\n\nROOT_URLCONF = name()\n' }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const code = { settings, repository };
    ctx.expect(
      settings.get('ROOT_URLCONF'),
      (module) => {
        if (module === undefined || module === null) return 'no';
        if (typeof module !== 'string') return 'maybe';
        if (moduleFile(module, code) !== null) return 'yes';
        const dot = module.lastIndexOf('.');
        return dot === -1 || moduleFile(module.slice(0, dot), code) === null ? 'yes' : 'no';
      },
      (module) => ({
        message:
          typeof module === 'string'
            ? `\`ROOT_URLCONF\` names \`${module}\`, which does not exist, so every request fails.`
            : '`ROOT_URLCONF` is not set, so every request fails.',
        subject: 'ROOT_URLCONF',
      }),
    );
  },
});
