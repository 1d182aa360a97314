import { defineRule, isPlaceholder } from '../../src/rule.ts';
import { isTestModule, keyOf, weaknessInWords, weaknessOf } from '../shared/secrets/secret-key.ts';
import { changeAt, readRelated } from '../shared/values/origin.ts';

export default defineRule({
  id: 'secrets/secret-key-weak',
  title: 'Deployed SECRET_KEY is weak',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'A short or uniform key can be found by trying, and then sessions and password-reset links can be forged.',
  fix: 'Make a new key of at least 50 random characters (django.core.management.utils.get_random_secret_key).',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/checks/#security',
    'https://docs.djangoproject.com/en/stable/ref/settings/#secret-key',
  ],
  cwe: ['CWE-521', 'CWE-326'],
  django: ['security.W009'],
  cross: true,
  examples: {
    bad: [
      { 'settings.py': "SECRET_KEY = 'q8w1z5c3b6n0p' # !\n" },
      { 'settings.py': "SECRET_KEY = 'abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd' # !\n" },
      { 'settings.py': "DEBUG = False # !\nROOT_URLCONF = 'urls'\n", 'urls.py': 'urlpatterns = []\n' },
    ],
    good: [
      { 'settings.py': "SECRET_KEY = 'k7v2m9x4q8w1z5c3b6n0p-f7d2s9a4g8h1j5l3r6t0y-u7i2o9e4'\n" },
      {
        'settings.py': "import os\n\nSECRET_KEY = os.environ.get('APP_KEY', 'k7v2m9x4q8w1z5c3b6n0p-f7d2s9a4g8h1j5l3r6t0y-u7i2o9e4')\n",
      },
    ],
    undecided: [{ 'settings.py': 'from elsewhere import secret\n\nSECRET_KEY = secret()\n' }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    if (isTestModule(settings)) return;
    ctx.expect(
      settings.get('SECRET_KEY'),
      (value) => {
        if (value === undefined || value === null) return false;
        const key = keyOf(value);
        return key === null || weaknessOf(key, settings.django) === null;
      },
      (value, origin) => {
        const key = keyOf(value);
        const weakness = key === null ? 'empty' : (weaknessOf(key, settings.django) ?? 'empty');
        const placeholder = key !== null && key.length > 0 && isPlaceholder(key) ? ' and only stands in for a real one' : '';
        return {
          at: changeAt(origin),
          message: `\`SECRET_KEY\` ${weaknessInWords(weakness)}${placeholder}: ${weakness === 'empty' ? 'Django refuses to sign anything' : 'sessions and password-reset links can be forged'}.`,
          related: readRelated(origin),
          subject: 'SECRET_KEY',
        };
      },
    );
  },
});
