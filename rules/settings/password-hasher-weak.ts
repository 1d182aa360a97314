import { defineRule } from '../../src/rule.ts';
import { isHasher, preferredHasher } from '../shared/requests/auth.ts';
import { isTestModule } from '../shared/secrets/secret-key.ts';
import { not } from '../shared/values/answer.ts';
import { isAtLeast } from '../shared/values/release.ts';

const HASHERS = 'django.contrib.auth.hashers';

/** What a leaked table does not resist, and the release that has dropped the class. */
const WEAK: readonly { readonly name: string; readonly removed: string | null }[] = [
  { name: 'MD5PasswordHasher', removed: null },
  { name: 'SHA1PasswordHasher', removed: '5.1' },
  { name: 'UnsaltedSHA1PasswordHasher', removed: '5.1' },
  { name: 'UnsaltedMD5PasswordHasher', removed: '5.1' },
  { name: 'CryptPasswordHasher', removed: '5.0' },
];

export default defineRule({
  id: 'settings/password-hasher-weak',
  title: 'Passwords stored with a weak or removed hasher',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'A leaked table of such passwords is cracked in hours.',
  fix: 'Remove PASSWORD_HASHERS, or put Argon2 or PBKDF2 first and leave the old hasher below: users get the new one when they log in.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/topics/auth/passwords/'],
  cwe: ['CWE-916'],
  examples: {
    bad: [
      { 'settings.py': `PASSWORD_HASHERS = ['${HASHERS}.MD5PasswordHasher'] # !\n`, 'requirements.txt': 'Django==5.2.8\n' },
      { 'settings.py': `PASSWORD_HASHERS = ['${HASHERS}.UnsaltedSHA1PasswordHasher'] # !\n`, 'requirements.txt': 'Django==4.2.30\n' },
      {
        'settings.py': "PASSWORD_HASHERS = ['legacy.Legacy'] # !\n",
        'legacy.py': 'from django.contrib.auth import hashers\n\n\nclass Legacy(hashers.MD5PasswordHasher):\n    algorithm = "legacy"\n',
      },
    ],
    good: [
      { 'settings.py': `PASSWORD_HASHERS = ['${HASHERS}.PBKDF2PasswordHasher', '${HASHERS}.MD5PasswordHasher']\n` },
      { 'settings.py': `PASSWORD_HASHERS = ['${HASHERS}.Argon2PasswordHasher']\n` },
      { 'settings.py': 'DEBUG = False\n' },
      { 'settings.py': `import sys\n\nif 'test' in sys.argv:\n    PASSWORD_HASHERS = ['${HASHERS}.MD5PasswordHasher']\n` },
    ],
    undecided: [
      { 'settings.py': 'from elsewhere import pick\n\nPASSWORD_HASHERS = pick()\n' },
      { 'settings.py': "PASSWORD_HASHERS = ['elsewhere.Hasher']\n" },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (settings.sets('PASSWORD_HASHERS') === 'no' || isTestModule(settings)) return;
    // A class that is gone does not hash at all: that is another fault, with a rule of its own.
    const names = WEAK.filter(({ removed }) => removed === null || isAtLeast(settings.django, removed) !== 'yes').map(({ name }) => name);
    ctx.expect(
      preferredHasher(settings),
      (hasher) => not(isHasher(hasher, names, { settings, repository })),
      (hasher) => ({
        message: `New passwords are stored by \`${String(hasher).replace(/^.*\./, '')}\`, which resists no attack on a leaked table.`,
        subject: 'PASSWORD_HASHERS',
      }),
    );
  },
});
