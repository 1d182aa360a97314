import { defineRule } from '../../src/rule.ts';
import { CSRF, listed, present, SESSION, standIn } from '../shared/requests/middleware.ts';
import { servesVisitors } from '../shared/requests/web.ts';

export default defineRule({
  id: 'settings/csrf-middleware-missing',
  title: 'CsrfViewMiddleware is not installed',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: "Any site can submit forms in the visitor's name, because nothing checks the CSRF token.",
  fix: "Add 'django.middleware.csrf.CsrfViewMiddleware' to MIDDLEWARE.",
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/csrf/'],
  cwe: ['CWE-352'],
  django: ['security.W003'],
  examples: {
    bad: [
      { 'settings.py': "MIDDLEWARE = ['django.contrib.sessions.middleware.SessionMiddleware'] # !\n" },
      {
        'settings.py': "MIDDLEWARE = ['forms.Exempting'] # !\n",
        'forms.py':
          'from django.middleware.csrf import CsrfViewMiddleware\n\n\nclass Exempting(CsrfViewMiddleware):\n    def process_view(self, request, callback, args, kwargs):\n        return super().process_view(request, callback, args, kwargs)\n',
      },
    ],
    good: [
      { 'settings.py': "MIDDLEWARE = ['django.middleware.csrf.CsrfViewMiddleware']\n" },
      {
        'settings.py': "MIDDLEWARE = ['django.middleware.csrf.CsrfViewMiddleware', 'shop.web.Ours']\n",
        'shop/__init__.py': '',
        'shop/web.py': 'class Ours:\n    def __init__(self, get_response):\n        self.get_response = get_response\n',
      },
    ],
    undecided: [{ 'settings.py': 'from elsewhere import STACK\n\nMIDDLEWARE = STACK\n' }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const code = { settings, repository };
    ctx.expect(
      settings.get('MIDDLEWARE'),
      (middleware) => listed(middleware, CSRF),
      (middleware) => {
        const other = standIn(middleware, CSRF, code);
        const subject = 'MIDDLEWARE';
        if (other !== null) {
          return {
            subject,
            message: "`CsrfViewMiddleware` is not in `MIDDLEWARE` by its own path, so Django's check warns.",
            severity: 'note',
            because: `\`${other.path}\` ${other.is === 'subclass' ? 'is a subclass of it' : 'may do its work'}`,
          };
        }
        const message = '`CsrfViewMiddleware` is not in `MIDDLEWARE`, so requests that change data are accepted from any site.';
        if (present(middleware, SESSION, code) === 'no') {
          return {
            subject,
            message,
            severity: 'note',
            because: 'no session middleware runs, so there is no login for another site to use',
          };
        }
        return { subject, message };
      },
    );
  },
});
