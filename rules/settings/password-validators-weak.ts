import { casesOf, defineRule, type SettingsFacts } from '../../src/rule.ts';
import { descends } from '../shared/code/class-descent.ts';
import { and, answer, not } from '../shared/values/answer.ts';
import { isSequence } from '../shared/values/data.ts';

const LENGTH = 'django.contrib.auth.password_validation.MinimumLengthValidator';

/** Django's own default. */
const SHORTEST = 8;

export default defineRule({
  id: 'settings/password-validators-weak',
  title: 'Minimum password length below eight',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Short passwords fall to guessing.',
  fix: 'Set min_length to 8 or more, or remove the option: 8 is the default.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/topics/auth/passwords/#django.contrib.auth.password_validation.MinimumLengthValidator'],
  cwe: ['CWE-521'],
  examples: {
    bad: [
      { 'settings.py': `AUTH_PASSWORD_VALIDATORS = [{'NAME': '${LENGTH}', 'OPTIONS': {'min_length': 6}}] # !\n` },
      {
        'settings.py': "AUTH_PASSWORD_VALIDATORS = [{'NAME': 'rules.Length', 'OPTIONS': {'min_length': 4}}] # !\n",
        'rules.py':
          'from django.contrib.auth.password_validation import MinimumLengthValidator as Base\n\n\nclass Length(Base):\n    pass\n',
      },
    ],
    good: [
      { 'settings.py': `AUTH_PASSWORD_VALIDATORS = [{'NAME': '${LENGTH}', 'OPTIONS': {'min_length': 8}}]\n` },
      { 'settings.py': `AUTH_PASSWORD_VALIDATORS = [{'NAME': '${LENGTH}'}]\n` },
      { 'settings.py': 'DEBUG = False\n' },
    ],
    undecided: [
      {
        'settings.py': `import os\n\nAUTH_PASSWORD_VALIDATORS = [{'NAME': '${LENGTH}', 'OPTIONS': {'min_length': limit()}}]\n`.replace(
          'import os',
          'from elsewhere import limit',
        ),
      },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    for (let index = 0; index < validators(settings); index++) {
      ctx.expectAll(
        [settings.get('AUTH_PASSWORD_VALIDATORS', index, 'OPTIONS', 'min_length'), settings.get('AUTH_PASSWORD_VALIDATORS', index, 'NAME')],
        (length, name) => {
          if (length === undefined || typeof name !== 'string') return 'yes';
          const short = typeof length === 'number' ? answer(length < SHORTEST) : 'maybe';
          return not(and(short, descends(name, LENGTH, { settings, repository })));
        },
        ([length]) => ({
          message: `Passwords of ${String(length)} characters are accepted.`,
          subject: 'AUTH_PASSWORD_VALIDATORS min_length',
        }),
      );
    }
  },
});

function validators(settings: SettingsFacts): number {
  const lengths = casesOf(settings.get('AUTH_PASSWORD_VALIDATORS')).map(({ then }) =>
    then.kind === 'known' && isSequence(then.value) ? then.value.items.length : 0,
  );
  return Math.max(0, ...lengths);
}
