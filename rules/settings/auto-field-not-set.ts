import { defineRule } from '../../src/rule.ts';
import { isAtLeast } from '../shared/values/release.ts';

const model = { 'shop/models.py': 'from django.db import models\n\n\nclass Order(models.Model):\n    pass\n' };
const five = { 'requirements.txt': 'Django==5.2.8\n' };

export default defineRule({
  id: 'settings/auto-field-not-set',
  title: 'DEFAULT_AUTO_FIELD is not set',
  severity: 'note',
  topic: 3,
  since: '0.1.0',
  why: 'Django 6.0 changes the default: the upgrade makes migrations that rewrite the primary key of every table, and Django warns about each model until then.',
  fix: 'Write down what holds today: DEFAULT_AUTO_FIELD = "django.db.models.AutoField", or move to BigAutoField with migrations of your own.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#default-auto-field'],
  cwe: ['CWE-1188'],
  django: ['models.W042'],
  examples: {
    bad: [{ 'settings.py': 'DEBUG = False # !\n', ...model, ...five }],
    good: [
      { 'settings.py': "DEFAULT_AUTO_FIELD = 'django.db.models.AutoField'\n", ...model, ...five },
      { 'settings.py': 'DEBUG = False\n', ...five },
      { 'settings.py': 'DEBUG = False\n', ...model, 'requirements.txt': 'Django==6.0.1\n' },
      {
        'settings.py': 'DEBUG = False\n',
        ...model,
        ...five,
        'shop/apps.py':
          "from django.apps import AppConfig\n\n\nclass ShopConfig(AppConfig):\n    default_auto_field = 'django.db.models.AutoField'\n",
      },
    ],
    undecided: [{ 'settings.py': 'DEBUG = False\n', ...model, 'requirements.txt': 'Django>=5.2\n' }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const isSet = settings.sets('DEFAULT_AUTO_FIELD');
    const since = isAtLeast(settings.django, '3.2');
    const changed = isAtLeast(settings.django, '6.0');
    if (isSet === 'yes' || since === 'no' || changed === 'yes') return;
    const models = repository.codeMentions(/^class\s+\w+\([^)]*\bmodels\.Model\b/m).items[0];
    if (models === undefined || repository.codeMentions(/\bdefault_auto_field\b/).items.length > 0) return;
    if (isSet === 'maybe' || since === 'maybe' || changed === 'maybe') {
      ctx.undecided('Whether `DEFAULT_AUTO_FIELD` is needed depends on the release of Django, or it may be set elsewhere.', settings.top);
      return;
    }
    ctx.report({
      at: settings.top,
      message: '`DEFAULT_AUTO_FIELD` is not set, and its default changes with Django 6.0.',
      subject: 'DEFAULT_AUTO_FIELD',
      related: [{ at: models, message: 'models of the project' }],
    });
  },
});
