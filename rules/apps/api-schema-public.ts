import { type Data, defineRule } from '../../src/rule.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { installed } from '../shared/code/packages.ts';
import { not, or } from '../shared/values/answer.ts';
import { anyItem, isSequence } from '../shared/values/data.ts';

const APPS =
  "INSTALLED_APPS = ['rest_framework', 'drf_spectacular']\nREST_FRAMEWORK = {'DEFAULT_PERMISSION_CLASSES': ['rest_framework.permissions.IsAuthenticated']}\n";
const URLS = { 'mysite/api.py': 'from drf_spectacular.views import SpectacularAPIView\n\nurlpatterns = [SpectacularAPIView.as_view()]\n' };

export default defineRule({
  id: 'apps/api-schema-public',
  title: 'API schema and Swagger UI are public',
  severity: 'note',
  topic: 5,
  since: '0.1.0',
  why: 'The API wants a login, but its schema tells every visitor all that it can do.',
  fix: 'SPECTACULAR_SETTINGS = {"SERVE_PERMISSIONS": ["rest_framework.permissions.IsAdminUser"]}, unless the documentation is public on purpose.',
  autofix: 'unsafe',
  links: ['https://drf-spectacular.readthedocs.io/en/latest/settings.html'],
  cwe: ['CWE-200'],
  examples: {
    bad: [
      { ...URLS, 'settings.py': `${APPS}SPECTACULAR_SETTINGS = {'TITLE': 'Shop'} # !\n` },
      { ...URLS, 'settings.py': `DEBUG = False # !\n${APPS}` },
    ],
    good: [
      { ...URLS, 'settings.py': `${APPS}SPECTACULAR_SETTINGS = {'SERVE_PERMISSIONS': ['rest_framework.permissions.IsAdminUser']}\n` },
      { ...URLS, 'settings.py': `${APPS}SPECTACULAR_SETTINGS = {'SERVE_PERMISSIONS': ['rest_framework.permissions.AllowAny']}\n` },
      { 'settings.py': APPS },
      { ...URLS, 'settings.py': "INSTALLED_APPS = ['drf_spectacular']\nREST_FRAMEWORK = {}\n" },
      {
        'settings.py': APPS,
        'mysite/api.py':
          'from drf_spectacular.views import SpectacularAPIView\n\nview = SpectacularAPIView.as_view(permission_classes=[IsAdminUser])\n',
      },
    ],
    undecided: [{ ...URLS, 'settings.py': `from elsewhere import docs\n\n${APPS}SPECTACULAR_SETTINGS = docs()\n` }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository: whole }, ctx) {
    const repository = ownCode(settings, whole);
    const [served] = repository.codeMentions(/\bSpectacular(JSON|YAML|Swagger\w*|Redoc)?(API)?View\b/).items;
    const guarded = repository.codeMentions(
      /Spectacular\w*View(\.as_view)?\([^)]*permission_classes|login_required\(\s*Spectacular|staff_member_required\(\s*Spectacular/,
    );
    if (served === undefined || guarded.items.length > 0) return;
    ctx.expectAll(
      [
        settings.get('SPECTACULAR_SETTINGS', 'SERVE_PERMISSIONS'),
        settings.get('REST_FRAMEWORK', 'DEFAULT_PERMISSION_CLASSES'),
        installed(settings, 'drf_spectacular'),
      ],
      // What is written down is a choice, and a public API may have a public schema.
      (own, rest, app) => or(not(app.is), own === undefined ? 'no' : 'yes', not(wantsLogin(rest))),
      () => ({
        message: 'The schema of the API is served to everybody, although the API itself wants a login.',
        subject: 'SPECTACULAR_SETTINGS',
        related: [{ at: served, message: 'it is served here' }],
      }),
    );
  },
});

function wantsLogin(classes: Data | undefined) {
  if (!isSequence(classes)) return classes === undefined ? 'no' : 'maybe';
  return anyItem(
    classes,
    (item) => typeof item === 'string' && /\.(IsAuthenticated|IsAdminUser|DjangoModelPermissions|DjangoObjectPermissions)$/.test(item),
  );
}
