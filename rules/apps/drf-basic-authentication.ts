import { type Data, defineRule } from '../../src/rule.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { installed } from '../shared/code/packages.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { anyItem } from '../shared/values/data.ts';

const APPS = "INSTALLED_APPS = ['rest_framework']\n";
const BASIC = 'rest_framework.authentication.BasicAuthentication';
/** Views, not serializers alone. */
const VIEWS =
  /^\s*from rest_framework(\.(views|generics|viewsets|decorators|routers) import\b| import [^\n]*\b(views|generics|viewsets|routers)\b)/m;
const VIEW = { 'shop/api.py': 'from rest_framework.views import APIView\n' };

export default defineRule({
  id: 'apps/drf-basic-authentication',
  title: 'Basic authentication accepted by default',
  severity: 'note',
  topic: 5,
  since: '0.1.0',
  why: 'Without a list of its own the API takes a name and password with every call: they can be tried without the limits of the login page.',
  fix: 'List what is used in REST_FRAMEWORK["DEFAULT_AUTHENTICATION_CLASSES"], without BasicAuthentication.',
  autofix: 'safe',
  links: ['https://www.django-rest-framework.org/api-guide/authentication/#setting-the-authentication-scheme'],
  cwe: ['CWE-307', 'CWE-522'],
  examples: {
    bad: [
      { ...VIEW, 'settings.py': `${APPS}REST_FRAMEWORK = {'PAGE_SIZE': None} # !\n` },
      { ...VIEW, 'settings.py': `DEBUG = False # !\n${APPS}` },
    ],
    good: [
      {
        ...VIEW,
        'settings.py': `${APPS}REST_FRAMEWORK = {'DEFAULT_AUTHENTICATION_CLASSES': ['rest_framework.authentication.SessionAuthentication']}\n`,
      },
      { ...VIEW, 'settings.py': `${APPS}REST_FRAMEWORK = {'DEFAULT_AUTHENTICATION_CLASSES': ['${BASIC}']}\n` },
      { 'settings.py': APPS },
      { 'shop/forms.py': 'from rest_framework import serializers\n', 'settings.py': APPS },
      { ...VIEW, 'settings.py': 'INSTALLED_APPS = []\n' },
      { ...VIEW, 'settings.py': `${APPS}AUTHENTICATION_BACKENDS = ['axes.backends.AxesStandaloneBackend']\n` },
      {
        'shop/api.py': 'from rest_framework.views import APIView\n\n\nclass Orders(APIView):\n    authentication_classes = [Token]\n',
        'settings.py': APPS,
      },
    ],
    undecided: [{ ...VIEW, 'settings.py': `from elsewhere import api\n\n${APPS}REST_FRAMEWORK = api()\n` }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository: whole }, ctx) {
    const repository = ownCode(settings, whole);
    const uses = repository.codeMentions(VIEWS).items.length > 0;
    if (!uses || repository.codeMentions(/\bauthentication_classes\b/).items.length > 0) return;
    ctx.expectAll(
      [
        settings.get('REST_FRAMEWORK', 'DEFAULT_AUTHENTICATION_CLASSES'),
        installed(settings, 'rest_framework'),
        settings.get('AUTHENTICATION_BACKENDS'),
      ],
      (classes, app, backends) => or(answer(classes !== undefined), not(app.is), countsFailures(backends)),
      () => ({
        message:
          '`REST_FRAMEWORK` names no `DEFAULT_AUTHENTICATION_CLASSES`: the API takes a password with every call (Basic), without a limit.',
        subject: 'REST_FRAMEWORK authentication',
      }),
    );
  },
});

/** django-axes refuses passwords wherever they are sent. */
function countsFailures(backends: Data | undefined) {
  return anyItem(backends, (item) => typeof item === 'string' && /axes/i.test(item));
}
