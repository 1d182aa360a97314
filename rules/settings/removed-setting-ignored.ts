import { type Context, defineRule, type SettingsFacts } from '../../src/rule.ts';
import { FILES_LIMIT, isAtLeast, readsSince } from '../shared/values/release.ts';

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

/** Settings that Django 6.1 still reads and plans to drop: what a later release does is not known until it is out. */
const PLANNED = ['URLIZE_ASSUME_HTTPS', 'SIGNED_COOKIE_LEGACY_SALT_FALLBACK', 'USE_BLANK_CHOICE_DASH'];
const PLANNED_FOR = '2028';

interface Added {
  readonly name: string;
  /** The first release of each series that reads it, security releases included; all that follow the last one do. */
  readonly added: readonly string[];
  readonly effect: string;
}

/** Protections that older releases do not know. */
const ADDED: readonly Added[] = [
  { name: 'DATA_UPLOAD_MAX_NUMBER_FILES', added: FILES_LIMIT, effect: 'a form may carry any number of files' },
  { name: 'SIGNED_COOKIE_LEGACY_SALT_FALLBACK', added: ['5.2.15', '6.0.6'], effect: 'cookies signed in the old way stay valid' },
  { name: 'SECRET_KEY_FALLBACKS', added: ['4.1'], effect: 'what was signed with an older key is refused' },
  { name: 'SECURE_CROSS_ORIGIN_OPENER_POLICY', added: ['4.0'], effect: 'no such header is sent' },
  { name: 'SECURE_CSP', added: ['6.0'], effect: 'no policy is sent' },
  { name: 'SECURE_CSP_REPORT_ONLY', added: ['6.0'], effect: 'no policy is sent' },
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
      { 'settings.py': 'PASSWORD_RESET_TIMEOUT_DAYS = 1 # !\n', 'requirements.txt': 'Django==2028.1\n' },
      { 'settings.py': 'DATA_UPLOAD_MAX_NUMBER_FILES = 20 # !\n', 'requirements.txt': 'Django==4.1.6\n' },
      { 'settings.py': 'SIGNED_COOKIE_LEGACY_SALT_FALLBACK = False # !\n', 'requirements.txt': 'Django==6.0.5\n' },
    ],
    good: [
      { 'settings.py': 'USE_L10N = True\n', 'requirements.txt': 'Django==3.2.25\n' },
      { 'settings.py': 'PASSWORD_RESET_TIMEOUT = 3600\n', 'requirements.txt': 'Django==5.2.19\n' },
      { 'settings.py': 'import django\n\nif django.VERSION < (4, 0):\n    USE_L10N = True\n', 'requirements.txt': 'Django==5.2.19\n' },
      { 'settings.py': 'DATA_UPLOAD_MAX_NUMBER_FILES = 20\n', 'requirements.txt': 'Django==4.0.10\n' },
      { 'settings.py': 'SIGNED_COOKIE_LEGACY_SALT_FALLBACK = False\n', 'requirements.txt': 'Django==5.2.15\n' },
      { 'settings.py': 'SECURE_CSP = {}\n', 'requirements.txt': 'Django==2028.1\n' },
    ],
    undecided: [
      { 'settings.py': 'USE_L10N = True\n' },
      { 'settings.py': 'PASSWORD_RESET_TIMEOUT_DAYS = 1\n', 'requirements.txt': 'Django>=3.2,<4.2\n' },
      { 'settings.py': 'DATA_UPLOAD_MAX_NUMBER_FILES = 20\n', 'requirements.txt': 'Django~=4.1.0\n' },
      { 'settings.py': 'URLIZE_ASSUME_HTTPS = True\n', 'requirements.txt': 'Django==2028.1\n' },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    for (const one of REMOVED) if (settings.sets(one.name) === 'yes') judge(one, settings, ctx);
    for (const one of ADDED) if (settings.sets(one.name) === 'yes') judgeAdded(one, settings, ctx);
    for (const name of PLANNED) {
      if (settings.sets(name) === 'no' || isAtLeast(settings.django, PLANNED_FOR) !== 'yes') continue;
      ctx.undecided(`Django plans to drop \`${name}\` in ${PLANNED_FOR}.`, settings.placeOf(name));
    }
  },
});

function judge(one: Removed, settings: SettingsFacts, ctx: Context): void {
  const gone = isAtLeast(settings.django, one.removed);
  if (gone === 'maybe')
    ctx.undecided(`\`${one.name}\` was removed in Django ${one.removed}, which may be installed.`, settings.placeOf(one.name));
  if (gone !== 'yes') return;
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

function judgeAdded({ name, added, effect }: Added, settings: SettingsFacts, ctx: Context): void {
  const read = readsSince(added, settings.django);
  if (read === 'maybe')
    ctx.undecided(`Django reads \`${name}\` since ${added.join(', ')}, and an older release may be installed.`, settings.placeOf(name));
  if (read !== 'no') return;
  ctx.report({
    at: settings.placeOf(name),
    message: `\`${name}\` is read since Django ${added.join(', ')} and ignored by the pinned release: ${effect}.`,
    subject: name,
    fix: `Install Django ${added.at(-1)} or later${added.length > 1 ? ', or the security release of the series in use' : ''}.`,
  });
}
