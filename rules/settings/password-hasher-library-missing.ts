import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { isHasher, preferredHasher } from '../shared/requests/auth.ts';
import type { Code } from '../shared/requests/middleware.ts';
import { and, not, or } from '../shared/values/answer.ts';

const ARGON2 = "PASSWORD_HASHERS = ['django.contrib.auth.hashers.Argon2PasswordHasher']";

/** What the hashers import when they are used; scrypt and PBKDF2 come with Python. */
const LIBRARIES: readonly { readonly library: string; readonly hashers: readonly string[] }[] = [
  { library: 'argon2-cffi', hashers: ['Argon2PasswordHasher'] },
  { library: 'bcrypt', hashers: ['BCryptSHA256PasswordHasher'] },
];

export default defineRule({
  id: 'settings/password-hasher-library-missing',
  title: 'Preferred password hasher needs a missing library',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Every password that is set, and every login that renews one, ends in an error.',
  fix: 'Add argon2-cffi or bcrypt to the requirements, for example as `django[argon2]`.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/topics/auth/passwords/#using-argon2-with-django'],
  cwe: ['CWE-1357'],
  cross: true,
  examples: {
    bad: [
      { 'settings.py': `${ARGON2} # !\n`, 'requirements.txt': 'Django==5.2.8\ngunicorn==23.0.0\n' },
      {
        'settings.py': "PASSWORD_HASHERS = ['django.contrib.auth.hashers.BCryptPasswordHasher'] # !\n",
        'requirements.txt': 'Django==5.2.8\nargon2-cffi==25.1.0\n',
      },
    ],
    good: [
      { 'settings.py': `${ARGON2}\n`, 'requirements.txt': 'Django[argon2]==5.2.8\n' },
      { 'settings.py': `${ARGON2}\n`, 'requirements.txt': 'Django==5.2.8\nargon2-cffi==25.1.0\n' },
      { 'settings.py': "PASSWORD_HASHERS = ['django.contrib.auth.hashers.ScryptPasswordHasher']\n", 'requirements.txt': 'Django==5.2.8\n' },
      {
        'settings.py':
          "PASSWORD_HASHERS = ['django.contrib.auth.hashers.PBKDF2PasswordHasher', 'django.contrib.auth.hashers.Argon2PasswordHasher']\n",
        'requirements.txt': 'Django==5.2.8\n',
      },
    ],
    undecided: [
      { 'settings.py': `${ARGON2}\n` },
      { 'settings.py': `${ARGON2}\n`, 'requirements.txt': 'Django==5.2.8\n-r ../shared.txt\n' },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (settings.sets('PASSWORD_HASHERS') === 'no') return;
    const code = { settings, repository };
    ctx.expect(
      preferredHasher(settings),
      (hasher) => not(or(...LIBRARIES.map((one) => lacks(hasher, one, code)))),
      (hasher) => {
        const library = LIBRARIES.find((one) => lacks(hasher, one, code) === 'yes')?.library;
        return {
          message: `\`PASSWORD_HASHERS\` prefers \`${String(hasher).replace(/^.*\./, '')}\`, and no package file brings \`${library}\`, which it needs.`,
          subject: 'PASSWORD_HASHERS library',
          fix: `Add ${library} to the requirements.`,
        };
      },
    );
  },
});

function lacks(hasher: Data | undefined, { library, hashers }: (typeof LIBRARIES)[number], code: Code): Answer {
  return and(isHasher(hasher, hashers, code), not(code.settings.project.packages.installs(library)));
}
