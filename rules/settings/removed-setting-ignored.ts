import { type Context, defineRule, type SettingsFacts } from '../../src/rule.ts';
import { isAtLeast } from '../shared/release.ts';

interface Removed {
  readonly name: string;
  /** First release that ignores it. */
  readonly removed: string;
  /** First release that warns; equal to `removed` when nothing ever warned. */
  readonly deprecated: string;
  readonly replacement: string | null;
  /** What holds instead. */
  readonly effect: string;
}

/** Differences of django/conf/global_settings.py and conf/__init__.py between releases. Storage and mail settings have rules of their own. */
const REMOVED: readonly Removed[] = [
  { name: 'USE_L10N', deprecated: '4.0', removed: '5.0', replacement: null, effect: 'localised formatting is always on' },
  { name: 'USE_DEPRECATED_PYTZ', deprecated: '4.0', removed: '5.0', replacement: null, effect: 'zoneinfo is always used' },
  { name: 'CSRF_COOKIE_MASKED', deprecated: '4.1', removed: '5.0', replacement: null, effect: 'the cookie is never masked' },
  {
    name: 'PASSWORD_RESET_TIMEOUT_DAYS',
    deprecated: '3.1',
    removed: '4.0',
    replacement: 'PASSWORD_RESET_TIMEOUT',
    effect: 'reset links live for three days',
  },
  { name: 'SECURE_BROWSER_XSS_FILTER', deprecated: '4.0', removed: '4.0', replacement: null, effect: 'no such header is sent' },
  { name: 'DEFAULT_HASHING_ALGORITHM', deprecated: '3.1', removed: '4.0', replacement: null, effect: 'SHA-256 is always used' },
  { name: 'FORMS_URLFIELD_ASSUME_HTTPS', deprecated: '5.0', removed: '6.0', replacement: null, effect: 'https is always assumed' },
  { name: 'FILE_CHARSET', deprecated: '2.2', removed: '3.1', replacement: null, effect: 'files are read as UTF-8' },
  { name: 'DEFAULT_CONTENT_TYPE', deprecated: '2.0', removed: '3.0', replacement: null, effect: 'responses are text/html' },
  {
    name: 'MIDDLEWARE_CLASSES',
    deprecated: '1.10',
    removed: '2.0',
    replacement: 'MIDDLEWARE',
    effect: 'no security, session or CSRF middleware of that list runs',
  },
  { name: 'TEMPLATE_DIRS', deprecated: '1.8', removed: '1.10', replacement: 'TEMPLATES', effect: 'the folders are not searched' },
  { name: 'TEMPLATE_LOADERS', deprecated: '1.8', removed: '1.10', replacement: 'TEMPLATES', effect: 'the loaders are not used' },
  {
    name: 'TEMPLATE_CONTEXT_PROCESSORS',
    deprecated: '1.8',
    removed: '1.10',
    replacement: 'TEMPLATES',
    effect: 'the processors do not run',
  },
  { name: 'TEMPLATE_DEBUG', deprecated: '1.8', removed: '1.10', replacement: 'TEMPLATES', effect: 'templates follow DEBUG' },
  { name: 'TEMPLATE_STRING_IF_INVALID', deprecated: '1.8', removed: '1.10', replacement: 'TEMPLATES', effect: 'the text is not used' },
  { name: 'ALLOWED_INCLUDE_ROOTS', deprecated: '1.8', removed: '1.10', replacement: null, effect: 'the list is not used' },
  { name: 'USE_ETAGS', deprecated: '1.11', removed: '2.1', replacement: null, effect: 'only ConditionalGetMiddleware makes entity tags' },
];

/** Settings whose value was the default, or has no effect that anyone misses. */
const HARMLESS = new Set(['USE_L10N', 'USE_DEPRECATED_PYTZ', 'SECURE_BROWSER_XSS_FILTER', 'FORMS_URLFIELD_ASSUME_HTTPS', 'TEMPLATE_DEBUG']);

export default defineRule({
  id: 'settings/removed-setting-ignored',
  title: 'Setting is ignored by the pinned Django release',
  severity: 'warning',
  topic: 1,
  since: '0.1.0',
  why: 'Django drops settings silently: the protection or behaviour that the author configured is gone.',
  fix: 'Delete the line, or move to the replacement that the release notes name.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/internals/deprecation/', 'https://docs.djangoproject.com/en/stable/releases/'],
  cwe: ['CWE-1104'],
  cross: true,
  examples: {
    bad: [
      { 'settings.py': 'PASSWORD_RESET_TIMEOUT_DAYS = 1 # !\n', 'requirements.txt': 'Django==5.2.19\n' },
      { 'settings.py': "MIDDLEWARE_CLASSES = ['django.middleware.csrf.CsrfViewMiddleware'] # !\n", 'requirements.txt': 'Django==4.2.30\n' },
      { 'settings.py': 'USE_L10N = True # !\n', 'requirements.txt': 'Django==5.2.19\n' },
    ],
    good: [
      { 'settings.py': 'USE_L10N = True\n', 'requirements.txt': 'Django==3.2.25\n' },
      { 'settings.py': 'PASSWORD_RESET_TIMEOUT = 3600\n', 'requirements.txt': 'Django==5.2.19\n' },
      { 'settings.py': 'import django\n\nif django.VERSION < (4, 0):\n    USE_L10N = True\n', 'requirements.txt': 'Django==5.2.19\n' },
      { 'settings.py': 'USE_L10N = True\n' },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    for (const one of REMOVED) if (settings.sets(one.name) === 'yes') judge(one, settings, ctx);
  },
});

function judge(one: Removed, settings: SettingsFacts, ctx: Context): void {
  if (isAtLeast(settings.django, one.removed) !== 'yes') return;
  const replaced = one.replacement !== null && settings.sets(one.replacement) === 'yes';
  const harmless = HARMLESS.has(one.name);
  const lowered = replaced ? `\`${one.replacement}\` is set too` : 'nothing that matters in production depends on it';
  ctx.report({
    at: settings.placeOf(one.name),
    message: `\`${one.name}\` was removed in Django ${one.removed} and is ignored: ${one.effect}.`,
    subject: one.name,
    ...(one.replacement === null ? {} : { fix: `Use ${one.replacement} instead and delete the line.` }),
    ...(replaced || harmless ? { severity: 'note', because: lowered } : {}),
  });
}
