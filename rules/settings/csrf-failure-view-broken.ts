import { type Data, defineRule } from '../../src/rule.ts';
import { classText, moduleFile } from '../shared/code/python-class.ts';
import type { Code } from '../shared/requests/middleware.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { isAtLeast } from '../shared/values/release.ts';

const BUILT_IN = 'django.views.csrf.csrf_failure';

export default defineRule({
  id: 'settings/csrf-failure-view-broken',
  title: 'CSRF_FAILURE_VIEW cannot be used',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Each request that fails the CSRF check ends in a server error instead of an explanation.',
  fix: 'Name a view that exists and takes (request, reason="").',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#csrf-failure-view'],
  cwe: ['CWE-755'],
  django: ['security.E101', 'security.E102'],
  examples: {
    bad: [
      {
        'settings.py': "CSRF_FAILURE_VIEW = 'pages.views.denied' # !\n",
        'pages/__init__.py': '',
        'pages/views.py': 'def refused(request, reason=""):\n    ...\n',
      },
      {
        'settings.py': "CSRF_FAILURE_VIEW = 'pages.views.denied' # !\n",
        'pages/__init__.py': '',
        'pages/views.py': 'def denied(request):\n    ...\n',
      },
    ],
    good: [
      {
        'settings.py': "CSRF_FAILURE_VIEW = 'pages.views.denied'\n",
        'pages/__init__.py': '',
        'pages/views.py': 'def denied(request, reason=""):\n    ...\n',
      },
      {
        'settings.py': "CSRF_FAILURE_VIEW = 'pages.views.denied'\n",
        'pages/__init__.py': '',
        'pages/views.py': 'from .errors import denied\n',
      },
      { 'settings.py': "CSRF_FAILURE_VIEW = 'thirdparty.views.denied'\n" },
    ],
    undecided: [{ 'settings.py': 'from elsewhere import name\n\nCSRF_FAILURE_VIEW = name()\n' }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (settings.sets('CSRF_FAILURE_VIEW') === 'no' || isAtLeast(settings.django, '3.2') === 'no') return;
    const code = { settings, repository };
    ctx.expect(
      settings.get('CSRF_FAILURE_VIEW'),
      (view) => or(answer(view === BUILT_IN), not(answer(faultOf(view, code) !== null))),
      (view) => ({
        message:
          faultOf(view, code) === 'missing'
            ? '`CSRF_FAILURE_VIEW` names a view that its module does not define.'
            : '`CSRF_FAILURE_VIEW` names a view that does not take `reason`.',
        subject: 'CSRF_FAILURE_VIEW',
        django: [faultOf(view, code) === 'missing' ? 'security.E102' : 'security.E101'],
      }),
    );
  },
});

/** Only what stands in the project is judged: a dotted path that leads elsewhere is taken to be right. */
function faultOf(view: Data | undefined, code: Code): 'missing' | 'signature' | null {
  if (typeof view !== 'string' || !/^\w+(\.\w+)+$/.test(view)) return null;
  const dot = view.lastIndexOf('.');
  const name = view.slice(dot + 1);
  const module = moduleFile(view.slice(0, dot), code);
  if (module === null) return null;
  const text = classText(view, code);
  if (text === null) return new RegExp(`\\b${name}\\b|import \\*|__getattr__`).test(module.text) ? null : 'missing';
  const parameters = /^(?:async )?def \w+\(([^()]*)\)/.exec(text)?.[1];
  if (parameters === undefined || /[*@]|\breason\b/.test(parameters)) return null;
  return isDecorated(module.text, name) ? null : 'signature';
}

function isDecorated(text: string, name: string): boolean {
  return new RegExp(`^@[^\\n]*\\n(?:@[^\\n]*\\n)*(?:async )?def ${name}\\b`, 'm').test(text);
}
