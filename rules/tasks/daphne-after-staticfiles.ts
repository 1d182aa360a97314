import { type Data, defineRule } from '../../src/rule.ts';
import { isApp, whereListed } from '../shared/code/packages.ts';
import { asked, isSequence, textsIn } from '../shared/values/data.ts';

const STATICFILES = 'django.contrib.staticfiles';

export default defineRule({
  id: 'tasks/daphne-after-staticfiles',
  title: 'Daphne is listed after staticfiles',
  severity: 'error',
  topic: 2,
  since: '0.1.0',
  why: 'The runserver of staticfiles wins then, which speaks no ASGI: websockets fail, and the check of Daphne stops every command.',
  fix: 'Put "daphne" first in INSTALLED_APPS.',
  autofix: 'safe',
  links: [
    'https://channels.readthedocs.io/en/latest/installation.html',
    'https://docs.djangoproject.com/en/stable/howto/deployment/asgi/daphne/',
  ],
  django: ['daphne.E001'],
  examples: {
    bad: [
      { 'settings.py': `INSTALLED_APPS = [\n    '${STATICFILES}',\n    'daphne', # !\n]\n` },
      { 'settings.py': `INSTALLED_APPS = ['${STATICFILES}']\nINSTALLED_APPS += ['daphne'] # !\n` },
    ],
    good: [
      { 'settings.py': `INSTALLED_APPS = ['daphne', '${STATICFILES}']\n` },
      { 'settings.py': "INSTALLED_APPS = ['django.contrib.admin', 'daphne']\n" },
      { 'settings.py': `INSTALLED_APPS = ['${STATICFILES}', 'channels']\n` },
    ],
    undecided: [{ 'settings.py': `from elsewhere import apps\n\nINSTALLED_APPS = apps() + ['${STATICFILES}', 'daphne']\n` }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    ctx.expect(
      asked(settings.get('INSTALLED_APPS'), (apps) => ({ is: order(apps) })),
      ({ is }) => (is === 'unknown' ? 'maybe' : is !== 'late'),
      () => {
        const at = whereListed(settings, 'INSTALLED_APPS', (item) => isApp(item, 'daphne'));
        return {
          ...(at === undefined ? {} : { at }),
          message: `\`daphne\` stands after \`${STATICFILES}\`, whose development server then answers instead of the ASGI one.`,
          subject: 'INSTALLED_APPS',
        };
      },
    );
  },
});

/** An app that is not known may stand before Daphne and be Daphne itself. */
function order(apps: Data | undefined): 'fine' | 'late' | 'unknown' {
  if (!isSequence(apps) || apps.kind === 'set') return 'unknown';
  const names = textsIn(apps);
  const isAll = apps.complete && names.length === apps.items.length;
  const daphne = names.findIndex((item) => isApp(item, 'daphne'));
  const staticfiles = names.findIndex((item) => isApp(item, STATICFILES));
  if (daphne === -1) return isAll || staticfiles === -1 ? 'fine' : 'unknown';
  if (staticfiles === -1 || daphne < staticfiles) return 'fine';
  return isAll ? 'late' : 'unknown';
}
