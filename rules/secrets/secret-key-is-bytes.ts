import { type Data, defineRule, Secret } from '../../src/rule.ts';

export default defineRule({
  id: 'secrets/secret-key-is-bytes',
  title: 'SECRET_KEY is bytes',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'The command check --deploy ends in a TypeError, so a pipeline that relies on it is blind or broken.',
  fix: 'Make SECRET_KEY a str: drop the b prefix, or decode the value.',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#secret-key'],
  cwe: ['CWE-704'],
  django: ['security.W009'],
  examples: {
    bad: [{ 'settings.py': "SECRET_KEY = b'k7v2m9x4q8w1z5c3b6n0p-f7d2s9a4g8h1j5l3r6t0y-u7i2o9e4' # !\n" }],
    good: [{ 'settings.py': "SECRET_KEY = 'k7v2m9x4q8w1z5c3b6n0p-f7d2s9a4g8h1j5l3r6t0y-u7i2o9e4'\n" }],
    undecided: [{ 'settings.py': 'from elsewhere import secret\n\nSECRET_KEY = secret()\n' }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    ctx.expect(
      settings.get('SECRET_KEY'),
      (key) => !isBytes(key),
      () => ({ message: '`SECRET_KEY` is bytes, so `check --deploy` ends in a TypeError.', subject: 'SECRET_KEY', django: [] }),
    );
  },
});

function isBytes(key: Data | undefined): boolean {
  if (key instanceof Secret) return key.isBytes;
  return typeof key === 'object' && key !== null && 'kind' in key && key.kind === 'bytes';
}
