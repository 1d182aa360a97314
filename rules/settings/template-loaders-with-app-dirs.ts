import { defineRule } from '../../src/rule.ts';
import { enginesOf, hasKey, rewritesLoaders } from '../shared/requests/templates.ts';
import { and, not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';
import { isAtLeast } from '../shared/values/release.ts';
import { openUnlessKnown } from '../shared/values/undecided.ts';

const DJANGO = "'BACKEND': 'django.template.backends.django.DjangoTemplates'";
const LOADERS = "'OPTIONS': {'loaders': ['django.template.loaders.filesystem.Loader']}";

export default defineRule({
  id: 'settings/template-loaders-with-app-dirs',
  title: 'APP_DIRS together with explicit loaders',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'Django raises ImproperlyConfigured when it builds the template engine: no page is rendered.',
  fix: 'Set APP_DIRS to False and list the app directories loader, or drop OPTIONS["loaders"].',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/templates/api/#django.template.Engine'],
  cwe: ['CWE-1188'],
  django: ['templates.E001'],
  examples: {
    bad: [
      { 'settings.py': `TEMPLATES = [{${DJANGO}, 'APP_DIRS': True, ${LOADERS}}] # !\n`, 'requirements.txt': 'Django==4.2.30\n' },
      { 'settings.py': `TEMPLATES = [{${DJANGO}, 'APP_DIRS': True, ${LOADERS}}] # !\n`, 'requirements.txt': 'Django==6.1\n' },
    ],
    good: [
      { 'settings.py': `TEMPLATES = [{${DJANGO}, ${LOADERS}}]\n` },
      { 'settings.py': `TEMPLATES = [{${DJANGO}, 'APP_DIRS': False, ${LOADERS}}]\n` },
      {
        'settings.py': `TEMPLATES = [{${DJANGO}, 'APP_DIRS': True, 'OPTIONS': {'loaders': None}}]\n`,
        'requirements.txt': 'Django==5.2.8\n',
      },
    ],
    undecided: [
      { 'settings.py': `INSTALLED_APPS = ['template_partials']\nTEMPLATES = [{${DJANGO}, 'APP_DIRS': True, ${LOADERS}}]\n` },
      { 'settings.py': `from elsewhere import flag\n\nTEMPLATES = [{${DJANGO}, 'APP_DIRS': flag(), ${LOADERS}}]\n` },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const engines = enginesOf(settings);
    const inEngine = isAtLeast(settings.django, '5.1');
    if (engines.length === 0) openUnlessKnown(settings.get('TEMPLATES'), ctx);
    for (const engine of engines) {
      ctx.expectAll(
        [engine.get('APP_DIRS'), engine.get('OPTIONS'), engine.get('OPTIONS', 'loaders'), settings.get('INSTALLED_APPS')],
        (appDirs, options, loaders, apps) => {
          // The check of 5.0 and older asks for the key only; the engine takes None for absent.
          const given = loaders === null ? not(inEngine) : hasKey(options, 'loaders');
          return or(not(and(truth(appDirs), given)), rewritesLoaders(apps));
        },
        () => ({
          message: `\`${engine.subject}\` sets \`APP_DIRS\` and \`OPTIONS["loaders"]\`, which Django refuses.`,
          subject: engine.subject,
          ...(inEngine === 'yes' ? { django: [] } : {}),
        }),
      );
    }
  },
});
