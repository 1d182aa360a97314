import { defineRule } from '../../src/rule.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { isAtLeast } from '../shared/values/release.ts';

export default defineRule({
  id: 'settings/hashing-algorithm-invalid',
  title: 'DEFAULT_HASHING_ALGORITHM has an invalid value',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Django 3.1 and 3.2 cannot sign anything with it: sessions and signed cookies fail. Later releases ignore the setting.',
  fix: 'Delete the line, or set it to "sha256".',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/3.2/ref/settings/#default-hashing-algorithm'],
  cwe: ['CWE-1284'],
  django: ['security.E100'],
  examples: {
    bad: [{ 'settings.py': "DEFAULT_HASHING_ALGORITHM = 'md5' # !\n", 'requirements.txt': 'Django==3.2.25\n' }],
    good: [
      { 'settings.py': "DEFAULT_HASHING_ALGORITHM = 'sha1'\n", 'requirements.txt': 'Django==3.2.25\n' },
      { 'settings.py': "DEFAULT_HASHING_ALGORITHM = 'md5'\n", 'requirements.txt': 'Django==4.2.30\n' },
    ],
    undecided: [
      { 'settings.py': 'from elsewhere import pick\n\nDEFAULT_HASHING_ALGORITHM = pick()\n', 'requirements.txt': 'Django==3.2.25\n' },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    if (settings.sets('DEFAULT_HASHING_ALGORITHM') === 'no') return;
    const since = isAtLeast(settings.django, '3.1');
    const removed = isAtLeast(settings.django, '4.0');
    if (since === 'no' || removed === 'yes') return;
    ctx.expect(
      settings.get('DEFAULT_HASHING_ALGORITHM'),
      (algorithm) => or(answer(algorithm === 'sha1' || algorithm === 'sha256'), not(since), removed),
      () => ({
        message: '`DEFAULT_HASHING_ALGORITHM` is neither `sha1` nor `sha256`, so nothing can be signed.',
        subject: 'DEFAULT_HASHING_ALGORITHM',
      }),
    );
  },
});
