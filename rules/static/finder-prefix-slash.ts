import { defineRule, known } from '../../src/rule.ts';
import { finderDirs, searchesFinderDirs } from '../shared/storage/finder-dirs.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { django } from '../shared/values/examples.ts';

export default defineRule({
  id: 'static/finder-prefix-slash',
  title: 'STATICFILES_DIRS prefix ends with a slash',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: 'Django refuses the prefix: every management command that runs the system checks stops, migrate first of all.',
  fix: 'Drop the slash from the prefix.',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#prefixes-optional'],
  django: ['staticfiles.E003'],
  examples: {
    bad: [django("STATICFILES_DIRS = [('docs/', '/srv/docs')] # !\n"), django("STATICFILES_DIRS = (['docs/', '/srv/docs'],) # !\n")],
    good: [
      django("STATICFILES_DIRS = [('docs', '/srv/docs/'), '/srv/assets/']\n"),
      { 'settings.py': "INSTALLED_APPS = []\nSTATICFILES_DIRS = [('docs/', '/srv/docs')]\n" },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const searched = searchesFinderDirs(settings);
    for (const { prefix, origin } of finderDirs(settings.get('STATICFILES_DIRS'))) {
      ctx.expect(
        known(prefix, origin),
        (text) => or(answer(!text.endsWith('/')), not(searched)),
        (text) => ({
          message: `The prefix \`${text}\` in \`STATICFILES_DIRS\` ends with a slash, which Django refuses.`,
          subject: 'STATICFILES_DIRS',
        }),
      );
    }
  },
});
