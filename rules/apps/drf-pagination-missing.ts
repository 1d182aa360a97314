import { defineRule } from '../../src/rule.ts';
import { installed } from '../shared/code/packages.ts';
import { answer, not, or } from '../shared/values/answer.ts';

const APPS = "INSTALLED_APPS = ['rest_framework']\n";

export default defineRule({
  id: 'apps/drf-pagination-missing',
  title: 'API lists are unbounded',
  severity: 'note',
  topic: 10,
  since: '0.1.0',
  why: 'PAGE_SIZE alone splits nothing: one request makes the API read and send a whole table.',
  fix: 'REST_FRAMEWORK["DEFAULT_PAGINATION_CLASS"] = "rest_framework.pagination.PageNumberPagination" beside PAGE_SIZE.',
  autofix: 'none',
  links: ['https://www.django-rest-framework.org/api-guide/pagination/#setting-the-pagination-style'],
  cwe: ['CWE-770'],
  django: ['rest_framework.W001'],
  examples: {
    bad: [{ 'settings.py': `${APPS}REST_FRAMEWORK = {'PAGE_SIZE': 20} # !\n` }],
    good: [
      {
        'settings.py': `${APPS}REST_FRAMEWORK = {'PAGE_SIZE': 20, 'DEFAULT_PAGINATION_CLASS': 'rest_framework.pagination.PageNumberPagination'}\n`,
      },
      { 'settings.py': `${APPS}REST_FRAMEWORK = {}\n` },
      { 'settings.py': "INSTALLED_APPS = []\nREST_FRAMEWORK = {'PAGE_SIZE': 20}\n" },
      {
        'settings.py': `${APPS}REST_FRAMEWORK = {'PAGE_SIZE': 20}\n`,
        'shop/api.py': 'class Orders:\n    pagination_class = OrderPagination\n',
      },
    ],
    undecided: [{ 'settings.py': `from elsewhere import size\n\n${APPS}REST_FRAMEWORK = {'PAGE_SIZE': size()}\n` }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    // Views that name their own class take the size from here.
    if (repository.codeMentions(/\bpagination_class\s*=/).items.length > 0) return;
    ctx.expectAll(
      [
        settings.get('REST_FRAMEWORK', 'PAGE_SIZE'),
        settings.get('REST_FRAMEWORK', 'DEFAULT_PAGINATION_CLASS'),
        installed(settings, 'rest_framework'),
      ],
      // As the app's own check asks (rest_framework/checks.py).
      (size, style, app) =>
        or(not(app.is), answer(size === undefined || size === null || size === 0), answer(style !== undefined && style !== null)),
      () => ({
        message: '`PAGE_SIZE` has no effect without `DEFAULT_PAGINATION_CLASS`: lists of the API hold whole tables.',
        subject: 'REST_FRAMEWORK pagination',
      }),
    );
  },
});
