import { casesOf, type Data, defineRule, type SettingsFacts } from '../../src/rule.ts';
import { openViews } from '../shared/code/api-views.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { installed } from '../shared/code/packages.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { isSequence, textsIn } from '../shared/values/data.ts';

const APPS = "INSTALLED_APPS = ['rest_framework']";
/** Packages whose middleware refuses nobody. */
const KNOWN =
  /^(django|allauth|social_django|oauth2_provider|axes|corsheaders|whitenoise|csp|waffle|simple_history|hijack|impersonate|django_structlog|auditlog)\./;
const GATE = /auth|login|oidc|sso|permission|require|restrict|protect|private|internal|firewall/i;
const view = (body: string, base = 'viewsets.ModelViewSet') => ({
  'shop/api.py': `from rest_framework import viewsets\nfrom rest_framework.permissions import IsAuthenticated\n\n\nclass OrderViewSet(${base}):\n    queryset = Order.objects.all()\n${body}`,
});

export default defineRule({
  id: 'apps/drf-permissions-open',
  title: 'API views are open by default',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'A view without permissions of its own is open to everybody (AllowAny): one that somebody forgets publishes its data.',
  fix: 'REST_FRAMEWORK["DEFAULT_PERMISSION_CLASSES"] = ["rest_framework.permissions.IsAuthenticated"], and AllowAny on the views that are public.',
  autofix: 'none',
  links: ['https://www.django-rest-framework.org/api-guide/permissions/#setting-the-permission-policy'],
  cwe: ['CWE-306', 'CWE-862'],
  examples: {
    bad: [
      { 'settings.py': `${APPS}\nREST_FRAMEWORK = {'PAGE_SIZE': 20} # !\n`, ...view('') },
      { 'settings.py': `DEBUG = False # !\n${APPS}\n`, ...view('') },
      { 'settings.py': `${APPS}\nREST_FRAMEWORK = {'PAGE_SIZE': 20} # !\n`, ...view('', 'viewsets.ReadOnlyModelViewSet') },
      {
        'settings.py': `${APPS}\nREST_FRAMEWORK = {} # !\n`,
        'shop/api.py':
          "from rest_framework.decorators import api_view\n\n\n@api_view(['POST'])\ndef cancel_order(request):\n    return None\n",
      },
    ],
    good: [
      {
        'settings.py': `${APPS}\nREST_FRAMEWORK = {'DEFAULT_PERMISSION_CLASSES': ['rest_framework.permissions.IsAuthenticated']}\n`,
        ...view(''),
      },
      { 'settings.py': `${APPS}\nREST_FRAMEWORK = {'DEFAULT_PERMISSION_CLASSES': ['rest_framework.permissions.AllowAny']}\n`, ...view('') },
      { 'settings.py': `${APPS}\n`, ...view('    permission_classes = [IsAuthenticated]\n') },
      { 'settings.py': `${APPS}\n`, ...view('', 'OurViewSet') },
      {
        'settings.py': `${APPS}\n`,
        ...view('    def get_queryset(self):\n        return Order.objects.filter(owner=self.request.user)\n'),
      },
      { 'settings.py': `${APPS}\nREST_FRAMEWORK = {'DEFAULT_AUTHENTICATION_CLASSES': []}\n`, ...view('', 'viewsets.ReadOnlyModelViewSet') },
      { 'settings.py': `${APPS}\n` },
      {
        'settings.py': `${APPS}\n`,
        'shop/api.py':
          'from rest_framework import viewsets\n\n\nclass BaseViewSet(viewsets.ModelViewSet):\n    pass\n\n\nclass OrderViewSet(BaseViewSet):\n    permission_classes = [IsStaff]\n',
      },
      { 'settings.py': 'INSTALLED_APPS = []\n', ...view('') },
    ],
    undecided: [
      { 'settings.py': `${APPS}\nMIDDLEWARE = ['mysite.middleware.LoginRequired']\n`, ...view('') },
      { 'settings.py': `from elsewhere import api\n\n${APPS}\nREST_FRAMEWORK = api()\n`, ...view('') },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository: whole }, ctx) {
    const repository = ownCode(settings, whole);
    const open = openViews(repository);
    const writers = open.filter(({ writes }) => writes);
    const [first] = [...writers, ...open];
    if (first === undefined) return;
    const gate = gateIn(settings);
    if (gate !== null) {
      ctx.undecided(`\`${gate}\` may keep visitors out before any view is asked.`, settings.placeOf('MIDDLEWARE'));
      return;
    }
    const others = (writers.length > 0 ? writers : open).length - 1;
    ctx.expectAll(
      [
        settings.get('REST_FRAMEWORK', 'DEFAULT_PERMISSION_CLASSES'),
        settings.get('REST_FRAMEWORK', 'DEFAULT_AUTHENTICATION_CLASSES'),
        installed(settings, 'rest_framework'),
      ],
      (permissions, authentication, app) =>
        or(answer(permissions !== undefined), not(app.is), answer(writers.length === 0 && isEmpty(authentication))),
      () => ({
        message: `\`REST_FRAMEWORK\` sets no \`DEFAULT_PERMISSION_CLASSES\`, so \`${first.name}\`${others > 0 ? ` and ${others} more` : ''} ${writers.length > 0 ? `${others > 0 ? 'take' : 'takes'} POST, PUT or DELETE requests from` : 'can be read by'} everybody.`,
        subject: 'REST_FRAMEWORK permissions',
        related: [{ at: first.at, message: 'this view names no permission of its own' }],
        ...(writers.length > 0 ? {} : { severity: 'note', because: 'the views without permissions of their own only read' }),
      }),
    );
  },
});

/** A middleware that may want a login or another proof of every request. */
function gateIn(settings: SettingsFacts): string | null {
  const classes = casesOf(settings.get('MIDDLEWARE')).flatMap(({ then }) => (then.kind === 'known' ? textsIn(then.value) : []));
  return classes.find((one) => !KNOWN.test(one) && GATE.test(one)) ?? null;
}

/** Without authentication the API knows no users: it is meant for all. */
function isEmpty(classes: Data | undefined): boolean {
  return isSequence(classes) && classes.complete && classes.items.length === 0;
}
