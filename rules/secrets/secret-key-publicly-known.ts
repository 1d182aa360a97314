import { defineRule } from '../../src/rule.ts';
import { exampleWithKey, INSECURE_PREFIX, isPubliclyKnown, isTestModule, keyOf, weaknessOf } from '../shared/secrets/secret-key.ts';
import { changeAt, readRelated, variableOf } from '../shared/values/origin.ts';

export default defineRule({
  id: 'secrets/secret-key-publicly-known',
  title: 'Publicly known SECRET_KEY used by a deployment',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Anyone can forge sessions, password-reset links and signed cookies with a key that is published.',
  fix: 'Make a new key (django.core.management.utils.get_random_secret_key) and keep it out of the repository.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#secret-key',
    'https://docs.djangoproject.com/en/stable/ref/checks/#security',
  ],
  cwe: ['CWE-1392', 'CWE-321'],
  django: ['security.W009'],
  cross: true,
  replaces: ['secrets/secret-key-hardcoded', 'secrets/secret-key-weak', 'secrets/interpolation-fallback'],
  examples: {
    bad: [
      { 'settings.py': "SECRET_KEY = 'django-insecure-4k9x2m7v1q8w5z3c6b0n-p7f2d9s4a8g1h5j3l6r0t' # !\n" },
      { 'settings.py': "SECRET_KEY = 'changeme' # !\n" },
      { 'settings.py': "import os\n\nSECRET_KEY = os.environ.get('APP_KEY', 'insecure-key-for-development') # !\n" },
    ],
    good: [
      { 'settings.py': "import os\n\nSECRET_KEY = os.environ.get('APP_KEY', '')\n" },
      { 'settings.py': "SECRET_KEY = 'k7v2m9x4q8w1z5c3b6n0p-f7d2s9a4g8h1j5l3r6t0y-u7i2o9e4'\n" },
      {
        'settings.py': "from base import *\n\nSECRET_KEY = 'k7v2m9x4q8w1z5c3b6n0p-f7d2s9a4g8h1j5l3r6t0y-u7i2o9e4'\n",
        'base.py': "SECRET_KEY = 'django-insecure-4k9x2m7v1q8w5z3c6b0n-p7f2d9s4a8g1h5j3l6r0t'\n",
      },
    ],
    undecided: [{ 'settings.py': 'from elsewhere import secret\n\nSECRET_KEY = secret()\n' }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (isTestModule(settings)) return;
    ctx.expect(
      settings.get('SECRET_KEY'),
      (value) => {
        const key = keyOf(value);
        return key === null || !isPubliclyKnown(key);
      },
      (value, origin) => {
        const key = keyOf(value);
        const by = key?.startsWith(INSECURE_PREFIX)
          ? `starts with \`${INSECURE_PREFIX}\`, as startproject writes it`
          : 'is one that tutorials and templates ship';
        return {
          at: changeAt(origin),
          message: `\`SECRET_KEY\` ${by}: anyone can forge sessions and password-reset links.`,
          related: readRelated(origin),
          subject: 'SECRET_KEY',
          django: key !== null && weaknessOf(key, settings.django) !== null ? ['security.W009'] : [],
        };
      },
    );
    const value = settings.get('SECRET_KEY');
    const key = value.kind === 'known' ? keyOf(value.value) : null;
    const variable = value.kind === 'known' ? variableOf(value.origin) : null;
    if (value.kind !== 'known' || key === null || variable?.state !== 'given' || isPubliclyKnown(key)) return;
    const example = exampleWithKey(variable.name, key, repository);
    if (example === null) return;
    ctx.report({
      at: changeAt(value.origin),
      message: `\`${variable.name}\` has the value that \`${example}\` shows to everyone: anyone can forge sessions and password-reset links.`,
      related: readRelated(value.origin),
      subject: 'SECRET_KEY',
      django: weaknessOf(key, settings.django) === null ? [] : ['security.W009'],
    });
  },
});
