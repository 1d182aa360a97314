import type { Answer, ReleaseRange } from '../../../src/rule.ts';
import { answer, not, or } from '../values/answer.ts';
import { isAtLeast } from '../values/release.ts';

/** Languages that Django itself has catalogs for (django/conf/locale with a django.mo in it), since 2.2. */
const CATALOGS = new Set(
  `af ar ast az be bg bn br bs ca cs cy da de dsb el en en_AU en_GB eo es es_AR es_CO es_MX es_VE et eu fa fi fr fy ga gd gl he hi hr hsb hu hy ia id io
  is it ja ka kab kk km kn ko lb lt lv mk ml mn mr my nb ne nl nn os pa pl pt pt_BR ro ru sk sl sq sr sr_Latn sv sw ta te th tr tt udm uk ur vi zh_Hans
  zh_Hant`.split(/\s+/),
);

/** Those that came later. */
const LATER: Readonly<Record<string, string>> = {
  uz: '3.0',
  ky: '3.1',
  tk: '3.1',
  ar_DZ: '3.1',
  tg: '3.1',
  ig: '3.1',
  ms: '4.0',
  ckb: '4.2',
  ug: '5.0',
};

/** Catalogs of single apps of Django, and names that Python's gettext takes for others. */
const PERHAPS = /^(am|ms|uz|c|cz|in|iw|jp|sh|sp|posix|univ|eng|fre|ger|[a-z]{5,})$/;

/** `LANG_INFO` of django/conf/locale: what a code falls back to; the same in 2.2 to 6.1. */
export const FALLBACKS: Readonly<Record<string, string>> = {
  'zh-cn': 'zh-hans',
  'zh-hk': 'zh-hant',
  'zh-mo': 'zh-hant',
  'zh-my': 'zh-hans',
  'zh-sg': 'zh-hans',
  'zh-tw': 'zh-hant',
};

/** Django's pattern of a language code. */
export function isLanguageCode(text: string): boolean {
  return /^[a-z]{1,8}(?:-[a-z0-9]{1,8})*(?:@[a-z0-9]{1,20})?\n?$/i.test(text);
}

/** Folders below `locale/` in which gettext looks for a language: that of the code, and that of the language alone. */
export function localeFolders(code: string): readonly string[] {
  const [language = '', country = '', ...tail] = code.toLowerCase().split('-');
  if (country === '') return [...new Set([language.slice(0, 3) + code.slice(3), language.split('_')[0] ?? ''])];
  const spelled = country.length > 2 ? country.charAt(0).toUpperCase() + country.slice(1) : country.toUpperCase();
  return [[`${language}_${spelled}`, ...tail].join('-'), language];
}

/** Whether Django has a catalog for a code; that of the language alone counts, as it does for gettext. */
export function hasCatalog(code: string, django: ReleaseRange): Answer {
  return or(
    ...localeFolders(code).map((folder) => {
      const since = Object.hasOwn(LATER, folder) ? LATER[folder] : undefined;
      const here = since === undefined ? answer(CATALOGS.has(folder)) : isAtLeast(django, since);
      return here === 'no' && PERHAPS.test(folder) ? 'maybe' : here;
    }),
  );
}

/** The codes that Django looks for in LANGUAGES when it is asked for one, before any sibling of the last one. */
export function candidates(code: string, django: ReleaseRange): readonly string[] | null {
  const fallback = Object.hasOwn(FALLBACKS, code) ? [FALLBACKS[code] ?? ''] : [];
  const parts = code.split('-');
  if (parts.length <= 2)
    return [code, ...fallback, ...(parts.length === 2 || not(isAtLeast(django, '4.0')) === 'yes' ? [parts[0] ?? ''] : [])];
  const ladder = isAtLeast(django, '4.0');
  if (ladder === 'maybe') return null;
  const shorter =
    ladder === 'yes'
      ? parts
          .map((_, index) => parts.slice(0, index).join('-'))
          .slice(1)
          .reverse()
      : [parts[0] ?? ''];
  return [code, ...fallback, ...shorter];
}
