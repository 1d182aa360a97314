import { type Answer, casesOf, type Data, defineRule } from '../../src/rule.ts';
import { findsCatalog, type Translations } from '../shared/localization/catalogs.ts';
import { candidates } from '../shared/localization/languages.ts';
import { and, answer, not, or } from '../shared/values/answer.ts';
import { isSequence, truth } from '../shared/values/data.ts';
import { isAtLeast } from '../shared/values/release.ts';

const TWO = "LANGUAGES = [('es', 'Spanish'), ('de', 'German')]\n";

export default defineRule({
  id: 'settings/language-code-not-listed',
  title: 'LANGUAGE_CODE is missing in LANGUAGES',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: "Django's check fails, and visitors whose browser asks for none of the languages get texts in a language that nobody can choose.",
  fix: 'Add the language to LANGUAGES, or make one that is listed the default.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/checks/#translation'],
  cwe: ['CWE-1188'],
  django: ['translation.E004'],
  examples: {
    bad: [
      { 'settings.py': `${TWO}LANGUAGE_CODE = 'fr' # !\n` },
      { 'settings.py': `LANGUAGES = [('es', 'Spanish'), ('de', 'German')] # !\n` },
      { 'settings.py': "LANGUAGE_CODE = 'EN' # !\n", 'requirements.txt': 'Django==3.2.25\n' },
      { 'settings.py': "LANGUAGE_CODE = '' # !\nUSE_I18N = False\n", 'requirements.txt': 'Django==5.2.8\n' },
    ],
    good: [
      { 'settings.py': `${TWO}LANGUAGE_CODE = 'es'\n` },
      { 'settings.py': `${TWO}LANGUAGE_CODE = 'es-mx'\n` },
      { 'settings.py': "LANGUAGE_CODE = 'EN'\n", 'requirements.txt': 'Django==4.2.30\n' },
      { 'settings.py': "LANGUAGE_CODE = 'zh-hant-tw'\n", 'requirements.txt': 'Django==5.2.8\n' },
      { 'settings.py': "LANGUAGES = [('en-gb', 'English')]\n" },
      { 'settings.py': "LANGUAGES = [('zh-hant', 'Chinese')]\nLANGUAGE_CODE = 'zh-tw'\nINSTALLED_APPS = ['rest_framework']\n" },
      { 'settings.py': `${TWO}LANGUAGE_CODE = 'fr'\nUSE_I18N = False\n` },
      { 'settings.py': 'DEBUG = False\n' },
    ],
    undecided: [
      { 'settings.py': `from elsewhere import code\n\n${TWO}LANGUAGE_CODE = code()\n` },
      { 'settings.py': "LANGUAGES = [('tlh', 'Klingon')]\nLANGUAGE_CODE = 'tlh'\nINSTALLED_APPS = ['klingon']\n" },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (settings.sets('LANGUAGE_CODE') === 'no' && settings.sets('LANGUAGES') === 'no') return;
    const facts = { settings, repository };
    const code = settings.get('LANGUAGE_CODE');
    const decidedBy = settings.sets('LANGUAGE_CODE') === 'no' ? settings.placeOf('LANGUAGES') : null;
    ctx.expectAll(
      [code, settings.get('LANGUAGES'), settings.get('USE_I18N'), settings.get('INSTALLED_APPS'), settings.get('LOCALE_PATHS')],
      (wanted, languages, i18n, apps, paths) => {
        if (wanted === '') return 'no';
        if (typeof wanted !== 'string') return 'maybe';
        const found = isListed(wanted, languages, facts, (one) => findsCatalog(one, apps, paths, facts));
        return or(not(truth(i18n)), found);
      },
      ([wanted]) => ({
        ...(decidedBy === null ? {} : { at: decidedBy }),
        message: wanted === '' ? '`LANGUAGE_CODE` is empty.' : `\`LANGUAGE_CODE\` is \`${wanted}\`, which \`LANGUAGES\` does not hold.`,
        subject: 'LANGUAGE_CODE',
      }),
    );
  },
});

/** What `get_supported_language_variant` says. */
function isListed(code: string, languages: Data | undefined, { settings }: Translations, has: (code: string) => Answer): Answer {
  const wanted = candidates(code, settings.django);
  const generic = wanted?.at(-1);
  if (wanted === null || generic === undefined) return 'maybe';
  const listed = codesOf(languages);
  const folds = isAtLeast(settings.django, '4.1');
  const same = (one: string, other: string) => or(answer(one === other), and(answer(one.toLowerCase() === other.toLowerCase()), folds));
  return or(
    ...wanted.map((one) => and(or(listed.complete ? 'no' : 'maybe', ...listed.codes.map((other) => same(one, other))), has(one))),
    // Since 4.1 the codes of LANGUAGES are folded to lower case, and what is looked for is not.
    ...listed.codes.map((other) => {
      const [asWritten, folded] = [other, other.toLowerCase()].map((one) => answer(one.startsWith(`${generic}-`)));
      return asWritten === folded || folds === 'no' ? (asWritten ?? 'maybe') : folds === 'yes' ? (folded ?? 'maybe') : 'maybe';
    }),
    listed.complete ? 'no' : 'maybe',
  );
}

function codesOf(languages: Data | undefined): { readonly codes: readonly string[]; readonly complete: boolean } {
  if (!isSequence(languages)) return { codes: [], complete: false };
  let complete = languages.complete;
  const codes = languages.items.flatMap((item) =>
    casesOf(item).flatMap(({ then }) => {
      const pair = then.kind === 'known' && isSequence(then.value) ? then.value.items[0] : undefined;
      if (pair?.kind === 'known' && typeof pair.value === 'string') return [pair.value];
      complete = false;
      return [];
    }),
  );
  return { codes, complete };
}
