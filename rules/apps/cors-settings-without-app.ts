import { defineRule } from '../../src/rule.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { installed, usesMiddleware } from '../shared/code/packages.ts';
import { not, or } from '../shared/values/answer.ts';

const NAMES =
  /^CORS_(ALLOW_ALL_ORIGINS|ORIGIN_ALLOW_ALL|ALLOWED_ORIGINS|ORIGIN_WHITELIST|ALLOWED_ORIGIN_REGEXES|ORIGIN_REGEX_WHITELIST|ALLOW_CREDENTIALS|ALLOW_HEADERS|ALLOW_METHODS|EXPOSE_HEADERS|PREFLIGHT_MAX_AGE|URLS_REGEX)$/;

export default defineRule({
  id: 'apps/cors-settings-without-app',
  title: 'CORS settings without django-cors-headers',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Nothing reads the settings: no answer carries a CORS header, and the front end on another origin is refused by browsers.',
  fix: 'Add corsheaders to INSTALLED_APPS and its CorsMiddleware to MIDDLEWARE, or delete the settings.',
  autofix: 'none',
  links: ['https://github.com/adamchainz/django-cors-headers#setup'],
  examples: {
    bad: [{ 'settings.py': "INSTALLED_APPS = []\nMIDDLEWARE = []\nCORS_ALLOWED_ORIGINS = ['https://app.example.com'] # !\n" }],
    good: [
      {
        'settings.py':
          "INSTALLED_APPS = ['corsheaders']\nMIDDLEWARE = ['corsheaders.middleware.CorsMiddleware']\nCORS_ALLOWED_ORIGINS = ['https://app.example.com']\n",
      },
      { 'settings.py': 'INSTALLED_APPS = []\nMIDDLEWARE = []\nCORS_ALLOWED_ORIGINS = []\n' },
      { 'settings.py': "INSTALLED_APPS = []\nMIDDLEWARE = []\nCORS_POLICY = 'ours'\n" },
      {
        'settings.py': "INSTALLED_APPS = []\nMIDDLEWARE = []\nCORS_ALLOWED_ORIGINS = ['https://app.example.com']\n",
        'shop/views.py': 'from django.conf import settings\n\nALLOWED = settings.CORS_ALLOWED_ORIGINS\n',
      },
    ],
    undecided: [
      {
        'settings.py':
          "INSTALLED_APPS = []\nMIDDLEWARE = ['mysite.middleware.CorsMiddleware']\nCORS_ALLOWED_ORIGINS = ['https://app.example.com']\n",
      },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository: whole }, ctx) {
    const repository = ownCode(settings, whole);
    const name = settings.names.find((one) => NAMES.test(one) && allows(settings.get(one)));
    if (name === undefined) return;
    if (repository.codeMentions(/settings\.CORS_|['"]CORS_[A-Z_]+['"]/).items.length > 0) return;
    ctx.expectAll(
      [settings.get(name), installed(settings, 'corsheaders'), usesMiddleware(settings, 'corsheaders', /cors/i)],
      (_value, app, middleware) => or(app.is, middleware.is, not('yes')),
      () => ({ message: `\`${name}\` has no effect: \`corsheaders\` is not installed here.`, subject: 'CORS' }),
    );
  },
});

/** Settings that allow nothing ask for nothing. */
function allows(value: ReturnType<Parameters<typeof installed>[0]['get']>): boolean {
  if (value.kind !== 'known') return false;
  const { value: data } = value;
  if (data === true) return true;
  return typeof data === 'object' && data !== null && 'items' in data && data.items.length > 0;
}
