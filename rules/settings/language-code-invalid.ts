import { type Answer, type Context, type Data, defineRule, type SettingsFacts } from '../../src/rule.ts';
import { isLanguageCode } from '../shared/localization/languages.ts';
import { not } from '../shared/values/answer.ts';
import { anyCase, anyItem, isSequence, isText } from '../shared/values/data.ts';

export default defineRule({
  id: 'settings/language-code-invalid',
  title: 'Language code is malformed',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'Django refuses the code in its checks and never matches it with what browsers ask for; underscore forms such as es_MX are invalid.',
  fix: 'Write codes with hyphens, such as "es-mx".',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/topics/i18n/#term-language-code'],
  cwe: ['CWE-1284'],
  django: ['translation.E001', 'translation.E002', 'translation.E003'],
  examples: {
    bad: [
      { 'settings.py': "LANGUAGE_CODE = 'es_MX' # !\n" },
      { 'settings.py': "LANGUAGE_CODE = 'en-us.UTF-8' # !\n" },
      { 'settings.py': 'LANGUAGE_CODE = None # !\n' },
      { 'settings.py': "LANGUAGES = [('es', 'Spanish'), ('pt_BR', 'Portuguese')] # !\n" },
      { 'settings.py': "LANGUAGES_BIDI = ['ar_DZ'] # !\n" },
    ],
    good: [
      { 'settings.py': "LANGUAGE_CODE = 'es-mx'\nLANGUAGES = [('es-mx', 'Spanish'), ('pt-br', 'Portuguese'), ('zh-Hant', 'Chinese')]\n" },
      { 'settings.py': "LANGUAGE_CODE = 'sr@latin'\n" },
      { 'settings.py': 'DEBUG = False\n' },
    ],
    undecided: [
      { 'settings.py': 'from elsewhere import code\n\nLANGUAGE_CODE = code()\n' },
      { 'settings.py': "from elsewhere import code\n\nLANGUAGES = [('es', 'Spanish'), (code(), 'Other')]\n" },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    if (settings.sets('LANGUAGE_CODE') !== 'no') {
      ctx.expect(settings.get('LANGUAGE_CODE'), isValid, (code) => ({
        message: `\`LANGUAGE_CODE\` is ${spelled(code)}, which is no language code.`,
        subject: 'LANGUAGE_CODE',
        django: ['translation.E001'],
      }));
    }
    judgeList('LANGUAGES', (pair) => (isSequence(pair) ? pair.items[0] : undefined), 'translation.E002', settings, ctx);
    judgeList('LANGUAGES_BIDI', undefined, 'translation.E003', settings, ctx);
  },
});

type Part = (item: Data) => Parameters<typeof anyCase>[0] | undefined;

function judgeList(name: string, codeOf: Part | undefined, id: string, settings: SettingsFacts, ctx: Context): void {
  if (settings.sets(name) === 'no') return;
  ctx.expect(
    settings.get(name),
    (list) => not(anyItem(list, (item) => isMalformed(item, codeOf))),
    (list) => ({
      message: `\`${name}\` holds ${malformedIn(list, codeOf)}, which is no language code.`,
      subject: name,
      django: [id],
    }),
  );
}

function isMalformed(item: Data, codeOf: Part | undefined): Answer {
  if (codeOf === undefined) return not(isValid(item));
  const code = codeOf(item);
  return code === undefined ? 'maybe' : anyCase(code, (one) => not(isValid(one)));
}

function isValid(code: Data | undefined): Answer {
  if (isText(code)) return isLanguageCode(code.toString()) ? 'yes' : 'no';
  return typeof code === 'object' && code !== null && 'kind' in code && code.kind === 'object' ? 'maybe' : 'no';
}

function spelled(code: Data | undefined): string {
  return typeof code === 'string' ? `\`${code}\`` : 'no text';
}

function malformedIn(list: Data | undefined, codeOf: Part | undefined): string {
  const items = isSequence(list) ? list.items.flatMap((item) => (item.kind === 'known' ? [item.value] : [])) : [];
  const found = items.find((item) => isMalformed(item, codeOf) === 'yes');
  const code = found === undefined || codeOf === undefined ? found : codeOf(found);
  if (typeof code === 'string') return `\`${code}\``;
  const value = typeof code === 'object' && code !== null && 'value' in code ? code.value : undefined;
  return typeof value === 'string' ? `\`${value}\`` : 'a value';
}
